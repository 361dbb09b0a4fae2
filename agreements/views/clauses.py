"""Write: one clause's page, agree, propose, keep a draft, add a clause, correct names."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements import actions
from agreements.domain import agreement_page
from agreements.domain.clause_status import ClauseStatus, agreement_status
from agreements.domain.conflicts import newest, since_offer
from agreements.domain.templates import template_behind
from agreements.forms.clauses import AddClauseForm, IssueProposalForm, OfferedClauseForm, ProposalForm, RemovalForm
from agreements.forms.comments import CommentForm
from agreements.models import Clause, ClauseKind, Wording, WordingDraft
from agreements.refusals import Stale
from agreements.states import Draft
from agreements.views.agreement import agreement_of, viewer_of
from agreements.views.conflicts import agreement_button, agreement_form, conflict, says_stale
from agreements.wording.compare import Piece, redline
from partners import rules
from partners.access import partnership_page
from partners.forms.attempt import attempt
from partners.models import Partnership
from partners.only_sent import only_sent
from partners.requests import PersonRequest


def clause_of(partnership: Partnership, key: str) -> Clause:
    clauses = Clause.objects.select_related("agreement__partnership")
    return get_object_or_404(clauses, agreement__partnership=partnership, key=key)


def wording_of(clause: Clause, number: str) -> Wording:
    """The wording with this number, as a form sent it; 404 where there is none."""
    is_number = number.isascii() and number.isdigit() and len(number) < 9
    return get_object_or_404(Wording, clause=clause, number=number if is_number else -1)


@agreement_form(rules.reads)
def clause(request: PersonRequest, partnership: Partnership, key: str) -> HttpResponse:
    """One clause: what stands, who has agreed, and (POST) a change sent to the other side."""
    found = clause_of(partnership, key)
    if request.method != "POST":
        return clause_page(request, partnership, found)
    form = form_for(found)(request.POST)
    if "save" in request.POST:
        form.take_unfinished()
    if not form.is_valid():
        return clause_page(request, partnership, found, form=form, status=422)
    if "save" in request.POST:
        keep_draft(request, found, form)
        messages.success(request, _("Saved for you alone. The other side sees it when you send it."))
        return redirect("clause", partnership.slug, key)
    typed = {name: value for name, value in form.cleaned_data.items() if name != "based_on"}
    try:
        actions.propose(by=request.user, clause=found, now=timezone.now(), **typed)
    except ValidationError as refusal:
        form.add_error("text", refusal.messages)
        return clause_page(request, partnership, found, form=form, status=422)
    except Stale:
        return proposal_was_stale(request, partnership, found, form)
    messages.success(request, _("Your change is sent. It counts when both sides agree to it."))
    return redirect("clause", partnership.slug, key)


def form_for(found: Clause) -> type[ProposalForm]:
    return IssueProposalForm if found.kind == ClauseKind.ISSUE else ProposalForm


def clause_page(
    request: PersonRequest,
    partnership: Partnership,
    found: Clause,
    *,
    form: ProposalForm | None = None,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    agreement = agreement_of(partnership)
    standing = agreement_status(agreement)
    viewer = viewer_of(request.user, partnership)
    row = agreement_page.ClauseRow(standing.of(found.key), standing, viewer)
    may_write = viewer.keeps_drafts and agreement.draft == Draft.OPEN
    may_propose = viewer.proposes and may_write
    draft = WordingDraft.objects.filter(clause=found, person=request.user).select_related("based_on").first()
    context = {
        "page": "agreement",
        "partnership": partnership,
        "agreement": agreement,
        "row": row,
        "viewer": viewer,
        "may_write": may_write,
        "form": in_language(form or proposal_form(row, draft), agreement.language) if may_write else None,
        "removal_form": RemovalForm(initial={"shown": row.shown}, auto_id="removal_%s") if may_propose else None,
        "draft": draft,
        "draft_is_outdated": draft is not None and draft.based_on != row.on_clause.base,
        "comments": found.comments.select_related("written_by").order_by("pk"),
        "comment_form": CommentForm() if request.takes_part and agreement.draft != Draft.CLOSED else None,
        "earlier": [(w, row.on_clause.text(w)) for w in row.on_clause.wordings if w not in row.on_clause.live],
        **more,
    }
    return render(request, "agreements/clauses/clause.html", context, status=status)


def clause_conflict(
    request: PersonRequest, partnership: Partnership, found: Clause, *, form: ProposalForm | None = None, **kept: object
) -> HttpResponse:
    """The clause as it stands now, with what was typed still in its form."""
    return clause_page(request, partnership, found, form=form, status=409, stale=says_stale(), **kept)


def proposal_form(row: agreement_page.ClauseRow, draft: WordingDraft | None) -> ProposalForm:
    """The form as the person left it, or with the text that it is their turn to answer."""
    initial = {"shown": row.shown, "based_on": row.on_clause.base.number, "text": row.main.text, "keep_capital": True}
    if draft:
        initial |= {"text": draft.text, "reason": draft.reason}
    return form_for(row.clause)(initial=initial)


def in_language(form: ProposalForm, language: str) -> ProposalForm:
    """The form with its text marked as being in the agreement's language, which need not be the page's."""
    form.fields["text"].widget.attrs["lang"] = language
    return form


def keep_draft(request: PersonRequest, found: Clause, form: ProposalForm) -> Wording:
    """Keep what was typed, for its author alone; the wording that they started from."""
    typed = form.cleaned_data
    based_on, own = wording_of(found, str(typed["based_on"])), {name: typed[name] for name in ("text", "reason")}
    actions.save_draft(by=request.user, clause=found, based_on=based_on, now=timezone.now(), **own)
    return based_on


def proposal_was_stale(
    request: PersonRequest, partnership: Partnership, found: Clause, form: ProposalForm
) -> HttpResponse:
    """Both texts, and nothing lost: what was typed stays in the form and is kept as a draft."""
    started_from = keep_draft(request, found, form)
    on_clause = agreement_status(found.agreement).of(found.key)
    now_shown = {"shown": on_clause.shown, "based_on": on_clause.base.number}
    fresh = form_for(found)(initial=form.cleaned_data | now_shown)
    difference = changed_words(on_clause, started_from)
    return clause_conflict(request, partnership, found, form=fresh, difference=difference, kept=True)


def changed_words(on_clause: ClauseStatus, seen: Wording) -> list[Piece]:
    """From the wording that a person saw to the newest one that stands; nothing where the words are the same."""
    before, after = on_clause.text(seen), on_clause.text(newest(on_clause))
    return redline(before, after) if before != after else []


@agreement_button(rules.reads)
def agree(request: PersonRequest, partnership: Partnership, key: str) -> HttpResponse:
    found = clause_of(partnership, key)
    wording, shown = wording_of(found, request.POST.get("wording", "")), request.POST.get("shown", "")
    try:
        actions.agree(by=request.user, clause=found, wording=wording, shown=shown, now=timezone.now())
    except Stale:
        difference = changed_words(agreement_status(found.agreement).of(key), wording)
        return clause_conflict(request, partnership, found, difference=difference)
    messages.success(request, _("You have agreed to this wording."))
    return redirect_to_next_waiting(request, partnership, after=key)


def redirect_to_next_waiting(request: PersonRequest, partnership: Partnership, *, after: str) -> HttpResponse:
    """Back to the agreement, at the clause that waits next, so that one can go through them on a phone."""
    standing = agreement_status(agreement_of(partnership))
    party = rules.party_of(request.user, partnership)
    keys = [on_clause.clause.key for on_clause in standing.clauses]
    waiting = {on_clause.clause.key for on_clause in standing.waiting_for(party)} if party else set()
    here = keys.index(after)
    following = next((key for key in [*keys[here:], *keys[:here]] if key in waiting), "")
    response = redirect("agreement", partnership.slug)
    response["Location"] += f"#{following}" if following else ""
    return response


@agreement_button(rules.reads)
def agree_to_remaining(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    agreement = agreement_of(partnership)
    shown, now = request.POST.get("shown", ""), timezone.now()
    try:
        count = actions.agree_to_remaining(by=request.user, agreement=agreement, shown=shown, now=now)
    except Stale as refusal:
        party = rules.side_of(request.user, partnership)
        differences = since_offer(agreement_status(agreement), party, request.POST.get("seen", ""))
        return conflict(request, partnership, refusal, differences=differences)
    done = ngettext("You have agreed to %(count)s clause.", "You have agreed to %(count)s clauses.", count)
    messages.success(request, done % {"count": count})
    return redirect("agreement", partnership.slug)


@agreement_button(rules.reads)
def put_forward(request: PersonRequest, partnership: Partnership, key: str) -> HttpResponse:
    found = clause_of(partnership, key)
    wording, shown = wording_of(found, request.POST.get("wording", "")), request.POST.get("shown", "")
    actions.put_forward(by=request.user, clause=found, wording=wording, shown=shown, now=timezone.now())
    messages.success(request, _("This suggestion is now the proposal of your side."))
    return redirect("clause", partnership.slug, key)


@agreement_button(rules.reads)
def set_aside(request: PersonRequest, partnership: Partnership, key: str) -> HttpResponse:
    found = clause_of(partnership, key)
    wording = wording_of(found, request.POST.get("wording", ""))
    actions.set_aside(by=request.user, clause=found, wording=wording, now=timezone.now())
    messages.success(request, _("The suggestion is set aside. The history keeps it."))
    return redirect("clause", partnership.slug, key)


@agreement_button(rules.reads)
def remove(request: PersonRequest, partnership: Partnership, key: str) -> HttpResponse:
    """Propose that a clause be left out."""
    found = clause_of(partnership, key)
    form = RemovalForm(request.POST, auto_id="removal_%s")
    try:
        attempt(form, actions.propose, by=request.user, clause=found, text="", now=timezone.now())
    except Stale:
        return removal_was_stale(request, partnership, found, form)
    if form.errors:
        return clause_page(request, partnership, found, removal_form=form, status=422)
    messages.success(request, _("Your proposal to leave this out is sent."))
    return redirect("clause", partnership.slug, key)


def removal_was_stale(
    request: PersonRequest, partnership: Partnership, found: Clause, form: RemovalForm
) -> HttpResponse:
    """What stands now, with the reason that was typed still in the form."""
    shown = agreement_status(found.agreement).of(found.key).shown
    fresh = RemovalForm({"reason": form.cleaned_data["reason"], "shown": shown}, auto_id="removal_%s")
    return clause_conflict(request, partnership, found, removal_form=fresh, removal_open=True)


@partnership_page(rules.keeps_drafts)
@only_sent()
def discard_draft(request: PersonRequest, partnership: Partnership, key: str) -> HttpResponse:
    actions.discard_draft(by=request.user, clause=clause_of(partnership, key))
    messages.success(request, _("Your draft is gone. What stands is not touched."))
    return redirect("clause", partnership.slug, key)


@agreement_form(rules.proposes)
def add_clause(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    """A clause of one's own, or one of those we offer."""
    agreement = agreement_of(partnership)
    standing = agreement_status(agreement)
    names = {party: organization.name for party, organization in standing.organizations.items()}
    taken = {on_clause.clause.key for on_clause in standing.clauses}
    offering = "offered" in request.POST
    own = AddClauseForm(request.POST if request.method == "POST" and not offering else None, names=names)
    offered = OfferedClauseForm(
        request.POST if offering else None,
        clauses=template_behind(agreement).offered,
        taken=taken,
        language=agreement.language,
    )
    form = offered if offering else own
    if added := attempt(form, actions.add_clause, by=request.user, agreement=agreement, now=timezone.now()):
        messages.success(request, _("The clause is proposed. It counts when both sides agree to it."))
        return redirect("clause", partnership.slug, added.key)
    context = {"page": "agreement", "partnership": partnership, "form": own, "offered_form": offered}
    return render(request, "agreements/clauses/add_clause.html", context, status=422 if form.errors else 200)
