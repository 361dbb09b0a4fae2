"""Sign: open, read and sign, put one's name right, reopen; then amend or end."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements import actions
from agreements.actions.signatures import refused_signature, same_name
from agreements.consent_texts import CONSENT
from agreements.domain import editions
from agreements.domain.conflicts import since_edition
from agreements.domain.todo import scan_waits
from agreements.forms.signatures import SignForm
from agreements.models import Agreement, Edition
from agreements.refusals import NotNow, Stale
from agreements.states import EditionState
from agreements.views.agreement import agreement_of, viewer_of, words_to_read
from agreements.views.conflicts import agreement_button, agreement_form, conflict
from agreements.views.endings import with_reason
from partners import rules
from partners.access import to_fresh_code
from partners.authentication_proof import is_fresh, proof_of
from partners.forms.attempt import attempt
from partners.models import Partnership
from partners.parties import Party
from partners.requests import PersonRequest

# What was typed when a fresh code was asked for, in the session until it is signed.
TYPED = "typed_for_signing"
DIGEST = re.compile(r"[0-9a-f]{64}")


@agreement_button(rules.reads)
def open_for_signing(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    actions.open_for_signing(by=request.user, agreement=agreement_of(partnership), now=timezone.now())
    messages.success(request, _("The text is frozen and open for signing. Both leads are told."))
    return redirect("sign", partnership.slug)


def require_open(agreement: Agreement) -> Edition:
    opened = agreement.edition_in(EditionState.SIGNING)
    if opened is None:
        raise NotNow(_("The agreement is not open for signing now."))
    return opened


def edition_shown(request: PersonRequest, agreement: Agreement) -> Edition:
    """The edition whose text the page showed. Raises Stale where no page of this agreement ever showed such a one."""
    shown = request.POST.get("shown", "")
    found = Edition.objects.filter(agreement=agreement, digest=shown).first() if DIGEST.fullmatch(shown) else None
    if found is None:
        raise Stale
    return found


@agreement_form(rules.reads)
def sign(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    """The frozen text with all that signing takes; after signing, who has signed and who is still to sign."""
    agreement = agreement_of(partnership)
    if request.method == "POST":
        return sign_now(request, partnership, agreement)
    return sign_page(request, partnership, require_open(agreement))


def sign_page(
    request: PersonRequest, partnership: Partnership, opened: Edition, form: SignForm | None = None
) -> HttpResponse:
    viewer = viewer_of(request.user, partnership)
    signatures = {signature.party: signature for signature in opened.signatures.all()}
    content = editions.content(opened)
    signs_for = viewer.party if viewer.assents and viewer.party not in signatures else None
    fresh = is_fresh(proof_of(request), timezone.now())
    context = {
        "page": "agreement",
        "partnership": partnership,
        "title": words_to_read(opened, viewer),
        "edition": opened,
        "content": content,
        "signatures": signatures,
        "viewer": viewer,
        "may_sign": signs_for is not None,
        "reopened": editions.reopenings(opened.agreement),
        "scan_waits": scan_waits(opened, viewer.party, speaks=viewer.assents),
        "fresh": fresh,
        "consent": CONSENT,
        "form": (form or sign_form(content, signs_for, opened, request)) if signs_for and fresh else None,
        "own_name": content["parties"][viewer.party]["signatory"] if viewer.party else "",
        "wrong_name": wrong_name(form),
    }
    return render(request, "agreements/signatures/sign.html", context, status=422 if form else 200)


def sign_form(content: dict[str, Any], party: Party, opened: Edition, request: PersonRequest) -> SignForm:
    initial = {"title": request.user.title, **request.session.get(TYPED, {}), "shown": opened.digest}
    return SignForm(initial=initial, organization=content["parties"][party]["organization"])


def wrong_name(form: SignForm | None) -> str:
    """The name that was typed, where all that is wrong with the form is that the block says another."""
    if form is None or not form.has_error("name", code="name"):
        return ""
    return str(form.cleaned_data.get("name") or form.data.get("name", ""))


def sign_now(request: PersonRequest, partnership: Partnership, agreement: Agreement) -> HttpResponse:
    edition = edition_shown(request, agreement)
    organization = editions.content(edition)["parties"].get(rules.party_of(request.user, partnership), {})
    form = SignForm(request.POST, organization=organization.get("organization", ""))
    proof = proof_of(request)
    if proof is None or not is_fresh(proof, timezone.now()):
        keep_typed(request)
        return to_fresh_code(request)
    party = rules.party_of(request.user, partnership)
    check = partial(refused_signature, edition=edition, party=party) if party else None
    act: dict[str, Any] = {"by": request.user, "edition": edition, "proof": proof, "now": timezone.now()}
    try:
        signed = attempt(form, actions.sign, check=check, **act)
    except Stale as refusal:
        return not_signed(request, partnership, edition, refusal)
    if signed is None:
        return sign_page(request, partnership, edition, form)
    request.session.pop(TYPED, None)
    edition.refresh_from_db()
    if edition.in_force_at:
        messages.success(request, _("You have signed. Both sides have: the agreement is in force."))
        return redirect("agreement", partnership.slug)
    messages.success(request, _("You have signed. It is in force as soon as the other side signs too."))
    return redirect("sign", partnership.slug)


def keep_typed(request: PersonRequest, *names: str) -> None:
    """What was typed is there again on the next page. That one means to sign is not: it is said of the text there."""
    request.session[TYPED] = {name: request.POST.get(name, "")[:500] for name in ("name", "title", *names)}


def not_signed(request: PersonRequest, partnership: Partnership, read: Edition, refusal: Stale) -> HttpResponse:
    """The text that was read is not open for signing any more: who reopened it and why, and what differs now."""
    read.refresh_from_db()
    if read.state != EditionState.VOID:
        return conflict(request, partnership, refusal)
    says = _(
        "%(name)s reopened the agreement for changes before you signed. You have not signed. "
        "The reason given: %(reason)s"
    ) % {"name": read.voided_by.name if read.voided_by else "", "reason": read.void_reason}
    differences = since_edition(read, agreement_of(partnership))
    return conflict(request, partnership, refusal, says=says, differences=differences)


@agreement_button(rules.reads)
def put_name_right(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    """The name typed when signing becomes the one in the block; the corrected text is open for signing."""
    edition = edition_shown(request, agreement_of(partnership))
    keep_typed(request, "consents")
    name = request.POST.get("name", "")
    block = editions.content(edition)["parties"].get(rules.party_of(request.user, partnership), {})
    if not same_name(name, block.get("signatory", "")):
        try:
            actions.put_name_right(by=request.user, edition=edition, signatory=name, now=timezone.now())
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
            return redirect("sign", partnership.slug)
        messages.success(request, _("The name is put right. Read the text and sign."))
    return redirect("sign", partnership.slug)


@agreement_form(rules.assents)
def reopen(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    agreement = agreement_of(partnership)
    edition = edition_shown(request, agreement) if request.method == "POST" else require_open(agreement)
    return with_reason(
        request,
        partnership,
        act=lambda reason: actions.reopen(by=request.user, edition=edition, reason=reason, now=timezone.now()),
        done=_("The agreement is open for changes again. Both leads are told, with your reason."),
        title=_("Reopen for changes"),
        explains=[
            _("The text becomes a draft again, and both sides can propose changes."),
            _("A signature that was given on this text is void. Everything you both agreed on is kept."),
        ],
        shown=edition.digest,
    )
