"""A milestone: read it, say what came of it, add evidence, sign it off, change its place in the plan."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from partners import rules
from partners.dates import day_words
from partners.forms.attempt import attempt
from partners.parties import Role
from partners.requests import PersonRequest
from sprints import actions
from sprints.actions.evidence import refused_evidence
from sprints.actions.milestones import needs_both, refused_milestone
from sprints.domain.commitments import signed_promises
from sprints.domain.milestones import finish_closed, plan_content, plan_digest, sprint_status
from sprints.domain.proposals import declined_before
from sprints.files import PHONES
from sprints.forms.milestones import EvidenceForm, MilestoneForm, OutcomeForm
from sprints.models import Evidence, EvidenceFile, Milestone, ProposalKind, Sprint
from sprints.rules import leads_milestone
from sprints.views.files import kept_file, kept_picture
from sprints.views.pages import carry_out, done, draw, may, one_of, sprint_act, sprint_form, sprint_page
from sprints.views.sign_offs import sign_off_section


@sprint_page(rules.reads)
def milestone(request: PersonRequest, sprint: Sprint, number: int) -> HttpResponse:
    return milestone_page(request, sprint, number)


def milestone_page(
    request: PersonRequest, sprint: Sprint, number: int, *, status: int = 200, **forms: object
) -> HttpResponse:
    wanted = one_of(Milestone, sprint, number=number)
    standing = next(row for row in sprint_status(sprint, now=timezone.now()).milestones if row.milestone == wanted)
    found, names = standing.milestone, sprint.partnership.names_on_screen()
    promises = signed_promises(sprint.partnership)
    context = {
        **sign_off_section(request, standing.subject),
        "standing": standing,
        "milestone": found,
        "names": names,
        "phones": PHONES,
        "leaders": _leader_names(found, names),
        "fulfils": [promise for promise in promises if promise.clause in found.fulfils.all()],
        "may_change": may(rules.assents, request, sprint),
        "may_write": request.takes_part and standing.is_open,
        "leads_it": request.takes_part and leads_milestone(request.user, found),
        "finish_closed": finish_closed(found),
        "proposal": found.proposals.filter(settled_at=None).first(),
        "declined": declined_before(sprint, ProposalKind.MILESTONE, found),
        "outcome_form": OutcomeForm(initial={"shown": standing.subject.digest, "outcome": found.outcome}),
        "evidence_form": forms.get("evidence_form") or _evidence_form(request, found),
        **forms,
    }
    return draw(request, sprint, "sprints/milestones/milestone.html", context, status=status)


def _evidence_form(request: PersonRequest, found: Milestone, *typed: Any) -> EvidenceForm:
    address = reverse("milestone_evidence", args=[found.sprint.partnership.slug, found.number])
    held = {"person": request.user, "held_for": address, "now": timezone.now()}
    return EvidenceForm(*typed, sprint=found.sprint, auto_id="evidence_%s", **held)


def _leader_names(found: Milestone, names: dict[str, str]) -> list[str]:
    """Who leads it: the organizations in the order of the screens, then the roles beside them."""
    known = names | {role.value: str(role.label) for role in Role}
    return [name for key, name in known.items() if key in found.leaders]


@sprint_act(rules.takes_part)
def outcome(request: PersonRequest, sprint: Sprint, number: int) -> HttpResponse:
    form = OutcomeForm(request.POST)
    if not carry_out(request, form, actions.say_outcome, milestone=one_of(Milestone, sprint, number=number)):
        return milestone_page(request, sprint, number, outcome_form=form, status=422)
    return done(request, _("Saved. Both sides see it."), sprint, "milestone", number)


@sprint_act(rules.takes_part)
def evidence(request: PersonRequest, sprint: Sprint, number: int) -> HttpResponse:
    found = one_of(Milestone, sprint, number=number)
    form = _evidence_form(request, found, request.POST, request.FILES)
    if not carry_out(request, form, actions.add_evidence, check=refused_evidence, milestone=found):
        return milestone_page(request, sprint, number, evidence_form=form, status=422)
    return done(request, _("The evidence is added. Both sides see it."), sprint, "milestone", number)


@sprint_act(rules.takes_part)
def evidence_withdraw(request: PersonRequest, sprint: Sprint, pk: UUID) -> HttpResponse:
    found = get_object_or_404(Evidence, pk=pk, milestone__sprint=sprint)
    actions.withdraw_evidence(by=request.user, evidence=found, now=timezone.now())
    says = _("It is taken back. The history keeps it.")
    return done(request, says, sprint, "milestone", found.milestone.number)


@sprint_page(rules.reads)
def evidence_file(request: PersonRequest, sprint: Sprint, pk: UUID) -> FileResponse:
    return kept_file(file_of(sprint, pk))


@sprint_page(rules.reads)
def evidence_picture(request: PersonRequest, sprint: Sprint, pk: UUID) -> FileResponse:
    return kept_picture(file_of(sprint, pk))


def file_of(sprint: Sprint, pk: UUID) -> Evidence | EvidenceFile:
    """The row of a file, the first or a further one, of evidence that stands."""
    further = EvidenceFile.objects.filter(evidence__milestone__sprint=sprint, evidence__withdrawn_at=None)
    first = Evidence.objects.filter(kind="file", milestone__sprint=sprint, withdrawn_at=None)
    return further.filter(pk=pk).first() or get_object_or_404(first, pk=pk)


@sprint_act(rules.takes_part)
def finish(request: PersonRequest, sprint: Sprint, number: int) -> HttpResponse:
    actions.finish(by=request.user, milestone=one_of(Milestone, sprint, number=number), now=timezone.now())
    return done(request, _("It is done."), sprint, "milestone", number)


@sprint_act(rules.takes_part)
def take_up_again(request: PersonRequest, sprint: Sprint, number: int) -> HttpResponse:
    actions.take_up_again(by=request.user, milestone=one_of(Milestone, sprint, number=number), now=timezone.now())
    return done(request, _("It is open again."), sprint, "milestone", number)


@sprint_form(rules.assents)
def change(request: PersonRequest, sprint: Sprint, number: int | None = None) -> HttpResponse:
    """One form to add, move, reassign and drop. Where both sides sign off, it becomes a proposal."""
    found = one_of(Milestone, sprint, number=number) if number is not None else None
    initial = plan_content(found) | {"shown": plan_digest(found)} if found else {}
    names = sprint.partnership.names_on_screen()
    form = MilestoneForm(request.POST or None, sprint=sprint, names=names, initial=initial)
    check = partial(refused_milestone, sprint=sprint)
    if said := attempt(form, _act, check=check, request=request, sprint=sprint, found=found):
        return said
    context = {"milestone": found, "form": form}
    status = 422 if form.errors else 200
    return draw(request, sprint, "sprints/milestones/milestone_change.html", context, status=status)


def _act(*, request: PersonRequest, sprint: Sprint, found: Milestone | None, **typed: Any) -> HttpResponse:
    reason, shown = typed.pop("reason"), typed.pop("shown")
    content = typed | {"dropped": "drop" in request.POST}
    act: dict[str, Any] = {"by": request.user, "sprint": sprint, "milestone": found, "reason": reason}
    if needs_both(found, content):
        proposal = actions.propose_milestone(**act, content=content, now=timezone.now())
        says = _("Your proposal is sent. It holds when the other side agrees to it.")
        return done(request, says, sprint, "proposal", proposal.number)
    changed = actions.change_freely(**act, content=content, shown=shown, now=timezone.now())
    says = _("The plan is changed. Both sides see it.")
    if not changed.dropped_at:
        due = day_words(sprint.timeline.ends(changed.last_week))
        says = _("The plan is changed: it is due on %(day)s. Both sides see it.") % {"day": due}
    return done(request, says, sprint, "milestone", changed.number)
