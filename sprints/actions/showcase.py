"""Prepare Demo Day: the running order, the stories with their consent, the rehearsal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from agreements.refusals import NotNow
from partners import rules
from partners.actions.seats import SeatEnd, follows_the_seat
from partners.models import Person
from sprints.actions.transactions import lock_for, lock_sprint, record_event
from sprints.domain.meetings import people_of, skipped_hour
from sprints.domain.milestones import lies_ahead
from sprints.domain.showcase import presented_by
from sprints.models import Consent, RehearsalCheck, RunningOrderItem, Showcase, Sprint, Story, StoryUse
from sprints.rehearsal import CHECKLIST
from sprints.timeline import moment_of
from text.fields import clean_words, refuse, set_words

MOST_ITEMS = 60


@transaction.atomic
def set_showcase(
    *, by: Person, sprint: Sprint, day: date | None, at: time | None, place: str, welcome: str, now: datetime
) -> Showcase:
    """When and where Demo Day is, and the words that open its program."""
    sprint, showcase = _held(sprint, by=by, now=now)
    refuse(refused_showcase({"day": day, "at": at}, sprint=sprint))
    showcase.starts_at = moment_of(day, at, sprint.partnership.program.zone) if day and at else None
    set_words(showcase, place=place, welcome=welcome)
    showcase.save()
    starts = showcase.starts_at.isoformat() if showcase.starts_at else ""
    record_event(sprint, "showcase.set", by=by, now=now, payload={"starts": starts, "place": showcase.place})
    return showcase


def refused_showcase(typed: Mapping[str, Any], *, sprint: Sprint) -> dict[str, str]:
    """What of its day and time cannot be, by field."""
    day, at = typed.get("day"), typed.get("at")
    if {"day", "at"} <= typed.keys() and (day is None) != (at is None):
        return {"day" if day is None else "at": _("Give both the day and the time, or neither.")}
    return {"at": skipped_hour(day, at, sprint)}


@transaction.atomic
def set_item(
    *,
    by: Person,
    sprint: Sprint,
    item: RunningOrderItem | None,
    title: str,
    minutes: int,
    presenters: Iterable[Person],
    others: str,
    story: Story | None,
    now: datetime,
) -> RunningOrderItem:
    """A part of the running order, new or changed. A story is told only with a standing consent to that."""
    sprint, showcase = _held(sprint, by=by, now=now)
    item = showcase.items.get(pk=item.pk) if item else RunningOrderItem(showcase=showcase, position=_next(showcase))
    people = list(presenters)
    if set(people) - set(people_of(sprint.partnership)):
        raise ValidationError({"presenters": _("Choose from the people of this partnership.")})
    story = Story.objects.get(pk=story.pk, sprint=sprint) if story else None
    if story and not story.consents.filter(use=StoryUse.STAGE, withdrawn_at=None).exists():
        raise ValidationError({"story": _("No consent stands to tell this story on Demo Day. Choose another one.")})
    item.minutes, item.story = minutes, story
    set_words(item, title=title, others=others)
    item.save()
    item.presenters.set(people)
    record_event(sprint, "running_order.set", by=by, now=now, payload=_said(item))
    return item


def _said(item: RunningOrderItem) -> dict[str, object]:
    said = {"title": item.title, "minutes": item.minutes, "others": item.others}
    told = item.story.about if item.story else ""
    return said | {"story": told, "presenters": [str(person.pk) for person in item.presenters.all()]}


@follows_the_seat
@contextmanager
def presenters_follow(end: SeatEnd) -> Iterator[None]:
    """What a person would have presented who leaves, somebody else presents, where they name one."""
    found = Sprint.objects.filter(partnership=end.seat.partnership_id).first()
    sprint = lock_sprint(found) if found else None
    yield
    if sprint and end.to:
        for item in presented_by(end.seat.person, sprint, end.now):
            item.presenters.remove(end.seat.person)
            item.presenters.add(end.to)
            record_event(sprint, "running_order.set", by=end.by, now=end.now, payload=_said(item))


def _next(showcase: Showcase) -> int:
    if showcase.items.count() >= MOST_ITEMS:
        raise NotNow(_("A running order has at most 60 parts. Take one out first."))
    return (showcase.items.aggregate(last=Max("position"))["last"] or 0) + 1


@transaction.atomic
def move_item(*, by: Person, item: RunningOrderItem, earlier: bool, now: datetime) -> None:
    """Change places with the part before it, or after it. The first stays first, the last stays last."""
    sprint, showcase = _held(item.showcase.sprint, by=by, now=now)
    order = list(showcase.items.all())
    here = order.index(item)
    there = here - 1 if earlier else here + 1
    if not 0 <= there < len(order):
        return
    order[here], order[there] = order[there], order[here]
    for position, one in enumerate(order, start=1):
        one.position = position
    RunningOrderItem.objects.bulk_update(order, ["position"])
    record_event(sprint, "running_order.moved", by=by, now=now, payload={"title": item.title, "position": there + 1})


@transaction.atomic
def drop_item(*, by: Person, item: RunningOrderItem, now: datetime) -> None:
    sprint, _showcase = _held(item.showcase.sprint, by=by, now=now)
    gone, _rows = RunningOrderItem.objects.filter(pk=item.pk).delete()
    if gone:
        record_event(sprint, "running_order.dropped", by=by, now=now, payload={"title": item.title})


@transaction.atomic
def add_story(
    *, by: Person, sprint: Sprint, about: str, uses: Iterable[str], given_on: date, how: str, now: datetime
) -> Story:
    """Write down what a resident consented to. Who they are is not written down anywhere."""
    sprint, _showcase = _held(sprint, by=by, now=now)
    story = Story(sprint=sprint, number=sprint.stories.count() + 1, added_at=now, added_by=by)
    set_words(story, about=about)
    story.save()
    _consent(story, uses, given_on, how, by=by, now=now, sprint=sprint)
    return story


@transaction.atomic
def add_consent(*, by: Person, story: Story, uses: Iterable[str], given_on: date, how: str, now: datetime) -> Story:
    """The resident said yes to more uses, or again to one they had taken back."""
    sprint, _showcase = _held(story.sprint, by=by, now=now)
    _consent(story, uses, given_on, how, by=by, now=now, sprint=sprint)
    return story


def _consent(
    story: Story, uses: Iterable[str], given_on: date, how: str, *, by: Person, now: datetime, sprint: Sprint
) -> None:
    refuse(refused_consent({"given_on": given_on}, sprint=sprint, now=now))
    standing = set(story.consents.filter(withdrawn_at=None).values_list("use", flat=True))
    new = [StoryUse(use) for use in dict.fromkeys(uses) if use not in standing]
    how = Consent.how.field.clean_words(how)
    for use in new:
        Consent.objects.create(story=story, use=use, given_on=given_on, how=how, recorded_at=now, recorded_by=by)
    said = {"story": story.about, "uses": [use.value for use in new], "given_on": given_on.isoformat(), "how": how}
    record_event(sprint, "story.consented", by=by, now=now, payload=said)


def refused_consent(typed: Mapping[str, Any], *, sprint: Sprint, now: datetime) -> dict[str, str]:
    late = _("A consent is written down after it was given.")
    return {"given_on": late if lies_ahead(typed.get("given_on"), sprint, now) else ""}


@transaction.atomic
def withdraw_consent(*, by: Person, story: Story, use: str, now: datetime) -> None:
    """The resident took their consent back: to one use, or (where none is named) to all. It holds at once, whoever
    writes it down, and even after the agreement has ended."""
    sprint = lock_sprint(story.sprint)
    rules.require(rules.takes_part, by, sprint.partnership)
    standing = Consent.objects.filter(story=story, withdrawn_at=None)
    standing = standing.filter(use=use) if use else standing
    uses = sorted(standing.values_list("use", flat=True))
    if not uses:
        return
    standing.update(withdrawn_at=now, withdrawn_by=by)
    if use in {"", StoryUse.STAGE}:
        RunningOrderItem.objects.filter(story=story).update(story=None)
    record_event(sprint, "story.withdrawn", by=by, now=now, payload={"story": story.about, "uses": uses})


@transaction.atomic
def add_check(*, by: Person, sprint: Sprint, text: str, now: datetime) -> RehearsalCheck:
    """Something more to see to before Demo Day."""
    sprint, showcase = _held(sprint, by=by, now=now)
    said = clean_words(RehearsalCheck, text=text)
    check = RehearsalCheck.objects.create(showcase=showcase, number=showcase.checks.count() + 1, **said)
    record_event(sprint, "rehearsal.added", by=by, now=now, payload={"text": check.text})
    return check


@transaction.atomic
def say_check(*, by: Person, sprint: Sprint, number: int, done: bool, now: datetime) -> None:
    """Say that it is seen to, or that it is not."""
    sprint, showcase = _held(sprint, by=by, now=now)
    check = showcase.checks.filter(number=number, done_at__isnull=done).first()
    if check is None:
        return
    check.done_at, check.done_by = (now, by) if done else (None, None)
    check.save(update_fields=["done_at", "done_by"])
    kind = "rehearsal.done" if done else "rehearsal.reopened"
    record_event(sprint, kind, by=by, now=now, payload={"text": check.text})


def _held(sprint: Sprint, *, by: Person, now: datetime) -> tuple[Sprint, Showcase]:
    """The locked sprint and its Demo Day, with the built-in checklist from the first act on."""
    sprint = lock_for(rules.takes_part, by, sprint)
    showcase, made = Showcase.objects.get_or_create(sprint=sprint, defaults={"prepared_at": now})
    if made:
        checks = [RehearsalCheck(showcase=showcase, number=n, text=text) for n, text in enumerate(CHECKLIST, start=1)]
        RehearsalCheck.objects.bulk_create(checks)
    return sprint, showcase
