"""What was done before the partnership came here: the other side's yes to a list signs each milestone off at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.utils.translation import gettext as _

from agreements.refusals import NotNow, Stale
from partners.models import Person
from partners.parties import Party
from sprints.actions.sign_offs import both_say_yes
from sprints.actions.transactions import record_event
from sprints.domain.milestones import MilestoneSubject, sprint_status
from sprints.domain.prior_work import prior_lines, still_open
from sprints.models import Milestone, Proposal, Sprint


def confirm_prior_work(
    sprint: Sprint, proposal: Proposal, left_out: Collection[int], *, by: Person, now: datetime
) -> None:
    """Under the sprint's lock: all of the list but what is left out, by number. Raises Stale where something of it was
    worked on since, NotNow where nothing is left of it."""
    days = {line.number: line.day for line in prior_lines(proposal) if line.number not in left_out}
    if not days:
        raise NotNow(_("You left everything out. To agree to none of it, say why."))
    found = still_open(proposal, sprint_status(sprint, now=now))
    if days.keys() - found.keys():
        raise Stale
    for number, day in days.items():
        _done_before(found[number].milestone, day, proposal, by=by, now=now)


def _done_before(milestone: Milestone, day: date, proposal: Proposal, *, by: Person, now: datetime) -> None:
    """With the word of both: of whoever proposed it, and of whoever confirms it now."""
    milestone.done_before = day
    if not milestone.joint:
        milestone.finished_at, milestone.finished_by = now, by
    milestone.save(update_fields=["done_before", "finished_at", "finished_by"])
    subject, proposer = MilestoneSubject(milestone), Party(proposal.party)
    if milestone.joint:
        both_say_yes(subject, {proposer: (proposal.proposed_by, proposal.proposed_at), proposer.other: (by, now)})
    payload = subject.named | {"day": day.isoformat(), "proposal": proposal.number}
    record_event(milestone.sprint, "milestone.done_before", by=by, now=now, payload=payload)
