"""Demo Day as people see it: the running order with its times, the stories with their consent. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from partners.domain.duties import Duty, names_duties, sides_for_those_gone
from partners.models import Partnership, Person
from sprints.models import Consent, RehearsalCheck, RunningOrderItem, Showcase, Sprint, Story, StoryUse
from sprints.rehearsal import CHECKLIST
from sprints.timeline import one_after_another


@dataclass(frozen=True)
class ItemRow:
    """A part of Demo Day. `begins` is None until the day and the time are set. `gone`: those among its presenters who
    take part no more."""

    item: RunningOrderItem
    begins: datetime | None
    ends: datetime | None
    presenters: list[str]
    gone: list[str]


@dataclass(frozen=True)
class RunningOrder:
    rows: list[ItemRow]
    minutes: int
    ends: datetime | None


def running_order(showcase: Showcase | None, now: datetime) -> RunningOrder:
    """Three queries at any number of parts."""
    if showcase is None:
        return RunningOrder([], 0, None)
    items = list(showcase.items.select_related("story").prefetch_related("presenters"))
    lengths = [item.minutes for item in items]
    times = one_after_another(showcase.starts_at, lengths) if showcase.starts_at else [None] * (len(items) + 1)
    gone = _gone(showcase, items) if is_ahead(showcase, now) else set()
    rows = [
        ItemRow(item, begins, ends, _presenters(item), [one.name for one in item.presenters.all() if one.pk in gone])
        for item, begins, ends in zip(items, times, times[1:], strict=False)
    ]
    return RunningOrder(rows, sum(lengths), times[-1])


def is_ahead(showcase: Showcase, now: datetime) -> bool:
    return showcase.starts_at is None or showcase.starts_at > now


def _gone(showcase: Showcase, items: Iterable[RunningOrderItem]) -> set[UUID]:
    """The presenters who take part no more, by their ids."""
    partnership = showcase.sprint.partnership_id
    holders = [(partnership, person.pk) for item in items for person in item.presenters.all()]
    return {person for _partnership, person in sides_for_those_gone(holders)}


def presented_by(person: Person, sprint: Sprint, now: datetime) -> list[RunningOrderItem]:
    """The parts of a Demo Day that lies ahead."""
    found = RunningOrderItem.objects.filter(showcase__sprint=sprint, presenters=person).select_related("showcase")
    return [item for item in found if is_ahead(item.showcase, now)]


@names_duties
def parts_of(person: Person, partnership: Partnership, now: datetime) -> list[Duty]:
    sprint, page = Sprint.objects.filter(partnership=partnership).first(), reverse("showcase", args=[partnership.slug])
    says = _("Presents at Demo Day: %(title)s")
    items = presented_by(person, sprint, now) if sprint else []
    return [Duty(says % {"title": item.title}, page) for item in items]


def _presenters(item: RunningOrderItem) -> list[str]:
    return [*[person.name for person in item.presenters.all()], *([item.others] if item.others else [])]


@dataclass(frozen=True)
class StoryRow:
    """A story: each use with the consent that stands for it (None where there is none), and what was taken back."""

    story: Story
    uses: list[tuple[StoryUse, Consent | None]]
    withdrawn: list[Consent]

    @property
    def has_consent(self) -> bool:
        return any(consent for _use, consent in self.uses)


def story_rows(sprint: Sprint) -> list[StoryRow]:
    """Two queries at any number of stories."""
    return [_row(story) for story in sprint.stories.prefetch_related("consents__recorded_by", "consents__withdrawn_by")]


def _row(story: Story) -> StoryRow:
    standing = {consent.use: consent for consent in story.consents.all() if consent.withdrawn_at is None}
    return StoryRow(
        story=story,
        uses=[(use, standing.get(use)) for use in StoryUse],
        withdrawn=[consent for consent in story.consents.all() if consent.withdrawn_at],
    )


def checks_of(showcase: Showcase | None) -> list[RehearsalCheck]:
    """The checklist; the built-in one where nobody has begun."""
    if showcase is None:
        return [RehearsalCheck(number=number, text=text) for number, text in enumerate(CHECKLIST, start=1)]
    return list(showcase.checks.select_related("done_by"))
