"""Sign: open the text for signature, sign it, reopen it. The second signature puts it in force, all or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agreements.actions.names import write_names
from agreements.actions.transactions import lock_agreement, move_draft, record_event, speaks_for
from agreements.consent_texts import CONSENT_VERSION, INTENT_VERSION
from agreements.domain import readiness
from agreements.domain.clause_status import agreement_status
from agreements.domain.editions import content, freeze
from agreements.emails.agreements import notify_both
from agreements.models import Agreement, Edition, PaperCopy, Seal, Signature
from agreements.models.agreement import LONGEST_REASON
from agreements.refusals import NotNow, NotReady, Stale
from agreements.states import EDITION_TRANSITIONS, Draft, EditionState
from mail.outbox import wake
from partners import rules
from partners.authentication_proof import Proof, require_fresh
from partners.models import Organization, Person
from partners.parties import Party
from text.clean import clean_text
from text.fields import clean_words, refuse


@transaction.atomic
def open_for_signing(*, by: Person, agreement: Agreement, now: datetime) -> Edition:
    """Freeze the text as an edition that both parties are asked to sign. Raises NotReady, with what is in the way."""
    held = lock_agreement(agreement)
    speaks_for(by, held.partnership, rules.assents)
    if held.draft == Draft.FROZEN:
        raise NotNow(_("The agreement is open for signing already."))
    standing = agreement_status(held)
    if found := readiness.blockers(standing):
        raise NotReady(found)
    move_draft(held, "open for signing")
    edition = freeze(standing, by=by, now=now)
    edition.save(force_insert=True)
    payload = {"edition": edition.digest, "number": edition.number, "code": edition.code}
    event = record_event(held, "edition.opened", by=by, now=now, payload=payload)
    notify_both(held, "opened for signing", about={"edition": str(edition.pk)}, key=event.digest, now=now)
    return edition


@transaction.atomic
def sign(
    *,
    by: Person,
    edition: Edition,
    shown: str,
    name: str,
    title: str,
    consents: bool,
    intends: bool,
    proof: Proof,
    now: datetime,
) -> Signature:
    """Sign an edition for the person's own party. Signing again changes nothing and gives the same signature.

    `shown` is the digest of the text the person read. Raises Stale where it is no longer open for signing,
    NeedsFreshCode where the proof of who they are is too old, ValidationError where a field is not as it must be.
    """
    held = lock_agreement(edition.agreement)
    party = speaks_for(by, held.partnership, rules.assents)
    edition = Edition.objects.select_for_update().get(pk=edition.pk)
    if edition.digest != shown:
        raise Stale
    if (own := edition.signatures.filter(party=party).first()) and edition.state != EditionState.VOID:
        return own
    if edition.state != EditionState.SIGNING:
        raise Stale
    require_fresh(proof, now)
    yes = _("To sign, say yes to both sentences above your name. You can also sign on paper.")
    refuse({"consents": "" if consents else yes, "intends": "" if intends else yes})
    signature = Signature.objects.create(
        edition=edition,
        party=party,
        signed_at=now,
        signed_by=by,
        consent_version=CONSENT_VERSION,
        intent_version=INTENT_VERSION,
        language=get_language() or held.language,
        proof_method=proof.method,
        proved_at=proof.at,
        address=proof.address,
        **_block(edition, party, name=name, title=title),
    )
    PaperCopy.objects.filter(edition=edition, party=party, confirmed_at=None, refused_at=None).update(
        refused_at=now, refused_by=by, refuse_reason=_("Signed electronically instead.")
    )
    after_signature(held, edition, signature, by=by, now=now)
    return signature


def _block(edition: Edition, party: Party, *, name: str, title: str) -> dict[str, str]:
    """What stands in the signature block. Raises ValidationError where the name typed is not the one that is there."""
    said = clean_words(Signature, name=name, title=title)
    if refused := refused_signature(said, edition=edition, party=party):
        raise ValidationError(refused)
    return {**said, "organization": content(edition)["parties"][party]["organization"]}


def refused_signature(typed: Mapping[str, Any], *, edition: Edition, party: Party) -> dict[str, ValidationError]:
    """A name that is not the one in the block, by its field."""
    name = typed.get("name")
    if not name or same_name(name, content(edition)["parties"][party]["signatory"]):
        return {}
    says = _("The name you typed is not the one in the signature block.")
    return {"name": ValidationError(says, code="name")}


def same_name(typed: str, block: str) -> bool:
    """Whether two spellings are one name: case and spaces do not matter."""
    return " ".join(typed.split()).casefold() == " ".join(block.split()).casefold()


def after_signature(agreement: Agreement, edition: Edition, signature: Signature, *, by: Person, now: datetime) -> None:
    """Tell of a signature; the second one completes the edition. Runs under the agreement's lock."""
    payload = {
        "edition": edition.digest,
        "number": edition.number,
        "party": signature.party,
        "method": signature.method,
        "name": signature.name,
        "title": signature.title,
        "organization": signature.organization,
        "consent": signature.consent_version,
        "intent": signature.intent_version,
    }
    event = record_event(agreement, "edition.signed", by=by, now=now, payload=payload)
    if edition.signatures.count() < len(Party):
        about = {"edition": str(edition.pk), "party": signature.party}
        notify_both(agreement, "signed by one", about=about, key=event.digest, now=now)
    else:
        _complete(agreement, edition, now=now)


def _complete(agreement: Agreement, edition: Edition, *, now: datetime) -> None:
    """Put the edition in force, supersede the one before, and ask for the seal: one transaction."""
    payload = {"edition": edition.digest, "number": edition.number}
    earlier = Edition.objects.filter(agreement=agreement, state=EditionState.IN_FORCE).first()
    if earlier:
        payload["supersedes"] = earlier.digest
        move_edition(earlier, "supersede", superseded_at=now, superseded_by=edition)
    event = record_event(agreement, "agreement.in_force", by=None, now=now, payload=payload)
    move_edition(edition, "complete", in_force_at=now, head=event.digest)
    move_draft(agreement, "complete")
    Seal.objects.create(edition=edition, asked_at=now, due_at=now)
    notify_both(agreement, "in force", about={"edition": str(edition.pk)}, key=event.digest, now=now)
    wake("agreements.seal_signed_editions")


def move_edition(edition: Edition, act: str, **facts: object) -> None:
    """Take an edition to the state that the act leads to, with its facts, if it still is where the act starts from."""
    sources, target = EDITION_TRANSITIONS[act]
    if not Edition.objects.filter(pk=edition.pk, state__in=sources).update(state=target, **facts):
        raise NotNow(_("Somebody was quicker: the agreement has changed since you opened the page."))
    edition.state = target


@transaction.atomic
def reopen(*, by: Person, edition: Edition, reason: str, now: datetime) -> None:
    """Make an edition open for signing a draft again. What was signed on it is void, and both sides are told."""
    held = lock_agreement(edition.agreement)
    party = speaks_for(by, held.partnership, rules.assents)
    void(held, edition, by=by, party=party, reason=clean_text(reason, limit=LONGEST_REASON), now=now)


def void(agreement: Agreement, edition: Edition, *, by: Person, party: Party, reason: str, now: datetime) -> None:
    """Runs under the agreement's lock, for somebody who was found to have a say for the party."""
    signed_by = list(edition.signatures.values_list("party", flat=True))
    try:
        move_edition(edition, "reopen", voided_at=now, voided_by=by, void_reason=reason)
    except NotNow:
        raise NotNow(_reopen_came_too_late(Edition.objects.get(pk=edition.pk))) from None
    move_draft(agreement, "reopen")
    payload = {"edition": edition.digest, "number": edition.number, "party": party}
    payload |= {"reason": reason, "voided_signatures": signed_by}
    event = record_event(agreement, "edition.reopened", by=by, now=now, payload=payload)
    notify_both(agreement, "reopened", about={"edition": str(edition.pk)}, key=event.digest, now=now)


def _reopen_came_too_late(edition: Edition) -> str:
    if edition.state == EditionState.VOID:
        return _("It has been reopened already. Nothing else was changed.")
    return _(
        "The second signature came first, so the agreement is in force. Nothing was reopened. "
        "To change it now, start an amendment."
    )


@transaction.atomic
def put_name_right(*, by: Person, edition: Edition, signatory: str, now: datetime) -> Edition:
    """Correct the name in one's own signature block while the text is open for signing.

    The block is part of the text, so this reopens the edition and freezes the corrected one; what the other side had
    signed is void, and both are told.
    """
    held = lock_agreement(edition.agreement)
    party = speaks_for(by, held.partnership, rules.assents)
    organization = content(edition)["parties"][party]["organization"]
    name = Organization.signatory.field.clean_words(signatory)
    reason = _("The name in the signature block is put right: %(name)s.") % {"name": name}
    reopen(by=by, edition=edition, reason=reason, now=now)
    held.refresh_from_db()
    write_names(held, by=by, party=party, organization=organization, signatory=signatory, now=now)
    return open_for_signing(by=by, agreement=held, now=now)
