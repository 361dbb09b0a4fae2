"""What people took on as it stands: what is late, what waits for a lead since its owner left, what became of it.

Reads only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.urls import reverse

from ledger.canonical import digest
from partners.domain.duties import Duty, names_duties, sides_for_those_gone
from partners.models import Partnership, Person
from partners.parties import Party
from sprints.domain.milestones import today_of
from sprints.models import ActionItem, ActionItemAct, ActionItemChange, Meeting, Sprint


@dataclass(frozen=True)
class ItemStep:
    """What was done about it, by whom and when; `after` is whose it is since (a name), or until which day."""

    change: ActionItemChange
    after: str | date = ""


@dataclass(frozen=True)
class ItemRow:
    """What somebody took on; `days_late` where its day is past and it is open.

    `waits_for`: the sides whose lead sees to it, since its owner takes part no more; empty where they do. `steps`: what
    became of it, the first one first.
    """

    item: ActionItem
    days_late: int
    waits_for: list[Party]
    steps: list[ItemStep]


def action_item_digest(item: ActionItem) -> str:
    """Of whose it is, until when, and whether it is open: a change upon another one is refused."""
    said = {"owner": str(item.owner_id), "due": item.due.isoformat()}
    return digest(said | {"done": item.done_at is not None, "withdrawn": item.withdrawn_at is not None})


def open_items(sprints: Iterable[Sprint]) -> QuerySet[ActionItem]:
    """What is neither done nor taken back."""
    found = ActionItem.objects.filter(meeting__sprint__in=list(sprints), done_at=None, withdrawn_at=None)
    return found.select_related("meeting", "owner")


def item_rows(sprint: Sprint, meeting: Meeting | None, now: datetime) -> list[ItemRow]:
    """Of one meeting, with what became of each; or, of all, those that are open. Three queries at any number."""
    kept = ActionItem.objects.filter(meeting=meeting).select_related("owner", "meeting") if meeting else None
    items = list((open_items([sprint]) if kept is None else kept).prefetch_related("changes__owner", "changes__by"))
    gone = sides_for_those_gone((sprint.partnership_id, item.owner_id) for item in items if item.is_open)
    today = today_of(sprint, now)
    return [
        ItemRow(item, days_late(item, today), gone.get((sprint.partnership_id, item.owner_id), []), steps_of(item))
        for item in items
    ]


def days_late(item: ActionItem, today: date) -> int:
    return max(0, (today - item.due).days) if item.is_open else 0


def steps_of(item: ActionItem) -> list[ItemStep]:
    """Each with what held after it: each change keeps what was before."""
    owner, due, steps = item.owner.name, item.due, []
    for change in reversed(item.changes.all()):
        after: Mapping[str, str | date] = {ActionItemAct.HANDED_ON: owner, ActionItemAct.MOVED: due}
        steps.append(ItemStep(change, after.get(change.act, "")))
        owner, due = change.owner.name if change.owner else owner, change.due or due
    return steps[::-1]


@names_duties
def taken_on_by(person: Person, partnership: Partnership, now: datetime) -> list[Duty]:
    found = ActionItem.objects.filter(meeting__sprint__partnership=partnership, owner=person)
    return [
        Duty(item.what, reverse("meeting", args=[partnership.slug, item.meeting.number]))
        for item in found.filter(done_at=None, withdrawn_at=None).select_related("meeting")
    ]
