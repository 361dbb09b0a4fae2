"""Reminding the other side of what waits for it, with a word of one's own: at most once in three days a matter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.domain.clause_status import agreement_status
from agreements.domain.todo import Task
from agreements.domain.todo import agreement_todo as to_do_in_agreement
from agreements.models import Agreement
from mail.models import OutboxMail
from partners import rules
from partners.models import Partnership, Person, Seat
from partners.parties import Party, Role
from sprints.domain.overview import overview_of
from sprints.domain.todo import sprint_of, sprint_todo

KIND = "nudge"
EVERY = timedelta(days=3)
LONGEST_WORD = 500  # characters


@dataclass(frozen=True)
class Matter:
    """What a party can be reminded of: the task's own page and words. `resting`: it was, less than three days ago."""

    party: Party
    task: Task
    resting: bool

    @property
    def key(self) -> str:
        return f"{self.party}:{self.task.url}"


def matters_for(person: Person, partnership: Partnership, now: datetime) -> list[Matter]:
    """What this person can remind others of: somebody on a side the other side; staff either side, of all at once."""
    own = rules.party_of(person, partnership)
    if own is None and not rules.staffs(person, partnership):
        return []
    parties = [own.other] if own else partnership.parties_on_screen()
    mails = OutboxMail.objects.filter(kind=KIND, chain=partnership.pk, created_at__gt=now - EVERY)
    recent = set(mails.values_list("about__matter", flat=True))
    found = [(party, task) for party in parties for task in _tasks(partnership, party, now, in_one=own is None)]
    return [Matter(party, task, f"{party}:{task.url}" in recent) for party, task in found]


def _tasks(partnership: Partnership, party: Party, now: datetime, *, in_one: bool) -> list[Task]:
    """`in_one`: for staff, who read no titles of what the partners write to each other."""
    tasks = tasks_of_matter(partnership, party, now)
    if not (in_one and tasks):
        return tasks
    text = _("What waits for %(name)s") % {"name": partnership.names_on_screen()[party]}
    return [Task(text, reverse("partnership", args=[partnership.slug]), _("See what waits for you"))]


def tasks_of_matter(partnership: Partnership, party: Party, now: datetime) -> list[Task]:
    """All that waits for a party's lead: the same list as on their page."""
    agreement = Agreement.objects.with_editions().filter(partnership=partnership).first()
    if agreement is None:
        return []
    agreement.partnership = partnership
    tasks = to_do_in_agreement(agreement, agreement_status(agreement), party)
    return [*tasks, *sprint_todo(agreement, overview_of(sprint_of(partnership), now), party)]


def lead_of(partnership: Partnership, party: Party) -> Person | None:
    seats = Seat.objects.filter(partnership=partnership, party=party, role=Role.LEAD, ended_at=None)
    return next((seat.person for seat in seats.select_related("person")), None)
