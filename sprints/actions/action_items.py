"""What somebody took on: write it down, say that it is done, hand it on, give it another day, take it back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agreements.refusals import NotNow, Stale
from partners import rules
from partners.actions.seats import SeatEnd, follows_the_seat
from partners.models import Person
from sprints.actions.meetings import far_off, held_meeting, seated
from sprints.actions.transactions import lock_for, lock_sprint, record_event
from sprints.domain.action_items import action_item_digest, open_items
from sprints.emails.hourly import notify_person
from sprints.models import ActionItem, ActionItemAct, ActionItemChange, Meeting, Sprint
from text.fields import clean_words, refuse

EVENTS = {
    ActionItemAct.HANDED_ON: "action_item.handed_on",
    ActionItemAct.MOVED: "action_item.moved",
    ActionItemAct.DONE: "action_item.done",
    ActionItemAct.REOPENED: "action_item.reopened",
    ActionItemAct.WITHDRAWN: "action_item.withdrawn",
}


@transaction.atomic
def add_action_item(*, by: Person, meeting: Meeting, what: str, owner: Person, due: date, now: datetime) -> ActionItem:
    """Somebody of the partnership takes something on, until a day."""
    sprint, meeting = held_meeting(meeting, by=by)
    refuse(refused_action_item({"due": due}, now=now))
    item = ActionItem.objects.create(
        meeting=meeting,
        **clean_words(ActionItem, what=what),
        owner=seated(sprint, owner, "owner"),
        due=due,
        added_at=now,
        added_by=by,
    )
    record_event(sprint, "action_item.added", by=by, now=now, payload=_named(item))
    _tell(item, [owner], by=by, now=now)
    return item


def refused_action_item(typed: Mapping[str, Any], *, now: datetime) -> dict[str, str]:
    """What of it cannot be, by field."""
    return {"due": far_off(typed.get("due"), now)}


@transaction.atomic
def say_action_item(*, by: Person, item: ActionItem, done: bool, now: datetime) -> None:
    """Say that it is done, or that it is not. Saying it twice is saying it once."""
    sprint = lock_for(rules.takes_part, by, item.meeting.sprint)
    facts = {"done_at": now, "done_by": by} if done else {"done_at": None, "done_by": None}
    if ActionItem.objects.filter(pk=item.pk, done_at__isnull=done, withdrawn_at=None).update(**facts):
        _record(sprint, item, ActionItemAct.DONE if done else ActionItemAct.REOPENED, by=by, now=now)


@transaction.atomic
def change_action_item(
    *, by: Person, item: ActionItem, owner: Person, due: date, why: str, shown: str, now: datetime
) -> ActionItem:
    """Hand it on to somebody else, give it another day, or both. `shown` is `action_item_digest` as the person saw it.

    Raises ValidationError by field.
    """
    sprint, held = _held(item, by=by, shown=shown)
    why = ActionItemChange.why.field.clean_words(why)
    if due != held.due:
        refuse({"due": far_off(due, now)})
        _move(sprint, held, due, why=why, by=by, now=now)
    if owner != held.owner:
        _hand_on(sprint, held, seated(sprint, owner, "owner"), why=why, by=by, now=now)
    return held


@transaction.atomic
def take_back_action_item(*, by: Person, item: ActionItem, why: str, shown: str, now: datetime) -> None:
    """It is not to be done any more. It stays in the list of its meeting, with who took it back and why."""
    sprint, held = _held(item, by=by, shown=shown)
    held.withdrawn_at, held.withdrawn_by = now, by
    held.save(update_fields=["withdrawn_at", "withdrawn_by"])
    why = ActionItemChange.why.field.clean_words(why)
    _record(sprint, held, ActionItemAct.WITHDRAWN, why=why, by=by, now=now)
    _tell(held, [held.owner], by=by, now=now)


@follows_the_seat
@contextmanager
def items_follow(end: SeatEnd) -> Iterator[None]:
    """What a person took on who leaves is somebody else's from now on, where they name one."""
    found = Sprint.objects.filter(partnership=end.seat.partnership_id).first()
    sprint = lock_sprint(found) if found else None
    yield
    if sprint and end.to:
        for item in open_items([sprint]).filter(owner=end.seat.person_id):
            _hand_on(sprint, item, end.to, by=end.by, now=end.now)


def _held(item: ActionItem, *, by: Person, shown: str) -> tuple[Sprint, ActionItem]:
    """The locked sprint and the item as it stands, for anyone who may write one down."""
    sprint = lock_for(rules.takes_part, by, item.meeting.sprint)
    held = ActionItem.objects.select_related("meeting", "owner").get(pk=item.pk)
    if action_item_digest(held) != shown:
        raise Stale
    if held.withdrawn_at:
        raise NotNow(_("This was taken back. Nothing was changed."))
    if held.done_at:
        raise NotNow(_("This is done. Say first that it is not, to change something."))
    return sprint, held


def _move(sprint: Sprint, item: ActionItem, due: date, *, why: str, by: Person, now: datetime) -> None:
    before, item.due = item.due, due
    item.save(update_fields=["due"])
    _record(sprint, item, ActionItemAct.MOVED, due=before, why=why, by=by, now=now)
    _tell(item, [item.owner], by=by, now=now)


def _hand_on(sprint: Sprint, item: ActionItem, to: Person, *, by: Person, now: datetime, why: str = "") -> None:
    before, item.owner = item.owner, to
    item.save(update_fields=["owner"])
    _record(sprint, item, ActionItemAct.HANDED_ON, owner=before, why=why, by=by, now=now)
    _tell(item, [before, to], by=by, now=now)


def _record(
    sprint: Sprint, item: ActionItem, act: ActionItemAct, *, by: Person, now: datetime, why: str = "", **before: Any
) -> None:
    """In the item's own history, and in the partnership's."""
    ActionItemChange.objects.create(item=item, act=act, why=why, at=now, by=by, **before)
    payload = _named(item) | ({"why": why} if why else {})
    record_event(sprint, EVENTS[act], by=by, now=now, payload=payload)


def _tell(item: ActionItem, people: Iterable[Person], *, by: Person, now: datetime) -> None:
    for person in people:
        if person != by:
            about = {"item": str(item.pk), "person": str(person.pk)}
            notify_person(item.meeting.sprint, person, "action_item.changed", about=about, now=now)


def _named(item: ActionItem) -> dict[str, Any]:
    """`item` tells calendars which one was changed."""
    said = {"what": item.what, "meeting": item.meeting.title, "owner": str(item.owner_id), "due": item.due.isoformat()}
    return said | {"item": str(item.pk)}
