"""Propose and answer: the first day, a pause, a change where both sides must agree. Neither side sets these alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agreements.actions.transactions import speaks_for
from agreements.models import Agreement
from agreements.refusals import NotNow, Stale
from ledger.canonical import digest
from partners import rules
from partners.models import Partnership, Person
from partners.parties import Party
from partners.weeks import FEWEST_WEEKS, MOST_WEEKS
from sprints.actions.meetings import cancel_in_pause
from sprints.actions.milestones import change_milestone, checked, unfold
from sprints.actions.prior_work import confirm_prior_work
from sprints.actions.transactions import lock_running_sprint, lock_sprint, record_event, require_open
from sprints.domain.milestones import sprint_status
from sprints.domain.plans import plan_for
from sprints.domain.prior_work import prior_work, refused_prior_work
from sprints.domain.proposals import agree_closed, planned_in, refused_pause
from sprints.domain.states import answer_closed, pause_closed, start_closed
from sprints.emails.hourly import notify_lead
from sprints.models import Milestone, Proposal, ProposalKind, Sprint, SprintPause
from sprints.models.proposal import ProposalOutcome
from sprints.timeline import Pause
from text.fields import clean_words, refuse

FURTHEST = timedelta(days=366)


@transaction.atomic
def propose_start(*, by: Person, partnership: Partnership, first_day: date, weeks: int, now: datetime) -> Proposal:
    """Propose the first day. The plan that the program has now unfolds when the other side agrees, whatever the program
    has by then. Raises ValidationError, NotNow."""
    agreement = Agreement.objects.select_for_update().get(partnership=partnership)
    require_open(start_closed(agreement.partnership, None))
    sprint, _made = Sprint.objects.get_or_create(partnership=partnership)
    sprint = lock_sprint(sprint)
    require_open(start_closed(sprint.partnership, sprint))
    refuse(refused_start({"first_day": first_day, "weeks": weeks}, partnership=sprint.partnership, now=now))
    plan = plan_for(sprint.partnership.program, weeks).name
    content = {"first_day": first_day.isoformat(), "weeks": weeks, "plan": plan}
    return _propose(sprint, ProposalKind.START, content, by=by, now=now)


def refused_start(typed: Mapping[str, Any], *, partnership: Partnership, now: datetime) -> dict[str, str]:
    """What of the first day and the number of weeks cannot be, by field."""
    day, weeks = typed.get("first_day"), typed.get("weeks")
    far = day is not None and abs(day - now.astimezone(partnership.program.zone).date()) > FURTHEST
    return {
        "first_day": _("The first day must be within a year from today. Check the year.") if far else "",
        "weeks": _("A sprint has 4 to 52 weeks.") if weeks and not FEWEST_WEEKS <= weeks <= MOST_WEEKS else "",
    }


@transaction.atomic
def propose_pause(*, by: Person, sprint: Sprint, first: date, last: date, reason: str, now: datetime) -> Proposal:
    """Propose to rest. What lies ahead of the pause shifts when the other side agrees; what is past stays."""
    held = lock_running_sprint(sprint)
    require_open(pause_closed(held, now))
    refuse(refused_pause({"first": first, "last": last}, sprint=held, now=now))
    content = {"first": first.isoformat(), "last": last.isoformat()}
    return _propose(held, ProposalKind.PAUSE, content, reason=reason, by=by, now=now)


@transaction.atomic
def propose_milestone(
    *, by: Person, sprint: Sprint, milestone: Milestone | None, content: dict[str, Any], reason: str, now: datetime
) -> Proposal:
    """Propose to add, move, reassign or drop a milestone that both sides sign off."""
    held = lock_running_sprint(sprint)
    content = checked(held, content)
    milestone = Milestone.objects.get(pk=milestone.pk, sprint=held) if milestone else None
    return _propose(held, ProposalKind.MILESTONE, content, milestone=milestone, reason=reason, by=by, now=now)


@transaction.atomic
def propose_prior_work(*, by: Person, sprint: Sprint, days: Mapping[int, date], now: datetime) -> Proposal:
    """Say which milestones were done before the partnership came here, and on which day, by number. Each is signed off
    by both when the other side confirms the list. Raises ValidationError, and Stale for what was worked on here."""
    held = lock_running_sprint(sprint)
    standing = sprint_status(held, now=now)
    found = {one.milestone.number: one.milestone for one in prior_work(standing)}
    if not days or days.keys() - found.keys():
        raise Stale
    refuse(refused_prior_work(days, standing))
    lines = [
        {"number": number, "title": milestone.title, "day": days[number].isoformat()}
        for number, milestone in found.items()
        if number in days
    ]
    return _propose(held, ProposalKind.PRIOR_WORK, {"milestones": lines}, by=by, now=now)


def _propose(
    sprint: Sprint,
    kind: ProposalKind,
    content: dict[str, Any],
    *,
    by: Person,
    now: datetime,
    milestone: Milestone | None = None,
    reason: str = "",
) -> Proposal:
    """A proposal that takes the place of an open one about the same thing. The same content again changes nothing."""
    party = speaks_for(by, sprint.partnership, rules.assents)
    same = Proposal.objects.filter(sprint=sprint, kind=kind, milestone=milestone, settled_at=None)
    if kind != ProposalKind.MILESTONE or milestone:
        if (standing := same.first()) and standing.content == content and standing.party == party:
            return standing
        same.update(outcome=ProposalOutcome.REPLACED, settled_at=now, settled_by=by)
    proposal = Proposal.objects.create(
        sprint=sprint,
        number=sprint.proposals.count() + 1,
        kind=kind,
        milestone=milestone,
        content=content,
        digest=_digest(sprint, kind, milestone, content),
        **clean_words(Proposal, reason=reason),
        party=party,
        proposed_at=now,
        proposed_by=by,
    )
    payload = {"number": proposal.number, "proposal": proposal.digest, "party": party, "reason": proposal.reason}
    record_event(sprint, f"{kind}.proposed", by=by, now=now, payload=payload | _named(proposal))
    notify_lead(sprint, party.other, "sprint.proposed", about={"proposal": proposal.pk}, now=now)
    return proposal


def _digest(sprint: Sprint, kind: str, milestone: Milestone | None, content: dict[str, Any]) -> str:
    subject = str(milestone.pk) if milestone else None
    return digest({"sprint": str(sprint.partnership_id), "kind": kind, "milestone": subject, "content": content})


def _named(proposal: Proposal) -> dict[str, Any]:
    return {"milestone": proposal.milestone.title} if proposal.milestone else {"content": proposal.content}


@transaction.atomic
def agree_to_proposal(
    *, by: Person, proposal: Proposal, shown: str, now: datetime, left_out: Collection[int] = ()
) -> None:
    """The other side's yes to exactly what was shown: it takes effect now. Agreeing twice is agreeing once.

    `left_out`: of a list of what was done before, the milestones that they do not confirm, by number."""
    sprint, proposal = _for_answer(proposal, shown, by=by)
    if proposal.outcome == ProposalOutcome.AGREED:
        return
    if proposal.kind == ProposalKind.PRIOR_WORK:
        confirm_prior_work(sprint, proposal, left_out, by=by, now=now)
    else:
        _apply(sprint, proposal, by=by, now=now)
    Proposal.objects.filter(pk=proposal.pk).update(outcome=ProposalOutcome.AGREED, settled_at=now, settled_by=by)
    payload = {"number": proposal.number, "proposal": proposal.digest} | _named(proposal)
    payload |= {"left_out": sorted(left_out)} if left_out else {}
    record_event(sprint, f"{proposal.kind}.agreed", by=by, now=now, payload=payload)


@transaction.atomic
def decline_proposal(*, by: Person, proposal: Proposal, shown: str, reason: str, now: datetime) -> None:
    """The other side's no, and why. Nothing changes; either side can propose again."""
    sprint, proposal = _for_answer(proposal, shown, by=by)
    if proposal.outcome:
        raise NotNow(_("This proposal has been answered already. Nothing was changed."))
    said = clean_words(Proposal, blank=False, answer=reason)
    facts = {"outcome": ProposalOutcome.DECLINED, "settled_at": now, "settled_by": by} | said
    Proposal.objects.filter(pk=proposal.pk).update(**facts)
    payload = {"number": proposal.number, "proposal": proposal.digest, "reason": said["answer"]} | _named(proposal)
    record_event(sprint, f"{proposal.kind}.declined", by=by, now=now, payload=payload)
    notify_lead(sprint, Party(proposal.party), "sprint.declined", about={"proposal": proposal.pk}, now=now)


def _for_answer(proposal: Proposal, shown: str, *, by: Person) -> tuple[Sprint, Proposal]:
    """The locked sprint and the proposal as it stands now, for the party that did not make it."""
    sprint = lock_sprint(proposal.sprint)
    party = speaks_for(by, sprint.partnership, rules.assents)
    proposal = Proposal.objects.select_related("milestone").get(pk=proposal.pk)
    if proposal.party == party:
        raise rules.Refused(_("Your side made this proposal. The lead of the other side answers it."))
    proposal.sprint = sprint
    if proposal.digest != shown or proposal.outcome in {ProposalOutcome.REPLACED, ProposalOutcome.DECLINED}:
        raise Stale
    require_open(answer_closed(sprint.partnership, sprint))
    return sprint, proposal


def _apply(sprint: Sprint, proposal: Proposal, *, by: Person, now: datetime) -> None:
    if proposal.kind == ProposalKind.START:
        _begin(sprint, proposal.content, now)
    elif proposal.kind == ProposalKind.PAUSE:
        _pause(sprint, proposal, by=by, now=now)
    else:
        change_milestone(sprint, proposal.milestone, proposal.content, by=by, now=now, reason=proposal.reason)


def _begin(sprint: Sprint, content: dict[str, Any], now: datetime) -> None:
    waiting = Sprint.objects.filter(pk=sprint.pk, first_day=None)
    plan = planned_in(content).name
    if not waiting.update(first_day=content["first_day"], weeks=content["weeks"], plan=plan, begun_at=now):
        raise Stale
    sprint.refresh_from_db()
    unfold(sprint, now=now)


def _pause(sprint: Sprint, proposal: Proposal, *, by: Person, now: datetime) -> None:
    require_open(agree_closed(proposal, now))
    first, last = (date.fromisoformat(proposal.content[name]) for name in ("first", "last"))
    # Before it holds: in a pause that begins today, the mail that says so would wait until it is over.
    cancel_in_pause(sprint, Pause(first, last), by=by, now=now)
    SprintPause.objects.create(sprint=sprint, proposal=proposal, first_day=first, last_day=last)
    sprint.old_pauses = sorted([*sprint.old_pauses, [first.isoformat(), last.isoformat()]])
    sprint.save(update_fields=["old_pauses"])
