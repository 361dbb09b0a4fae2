"""Demo Day as people see it: the running order with its times, the stories with their consent. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sprints.models import Consent, RehearsalCheck, RunningOrderItem, Showcase, Sprint, Story, StoryUse
from sprints.rehearsal import CHECKLIST
from sprints.timeline import one_after_another


@dataclass(frozen=True)
class ItemRow:
    """A part of Demo Day. `begins` is None until the day and the time are set."""

    item: RunningOrderItem
    begins: datetime | None
    ends: datetime | None
    presenters: list[str]


@dataclass(frozen=True)
class RunningOrder:
    rows: list[ItemRow]
    minutes: int
    ends: datetime | None


def running_order(showcase: Showcase | None) -> RunningOrder:
    """Two queries at any number of parts."""
    if showcase is None:
        return RunningOrder([], 0, None)
    items = list(showcase.items.select_related("story").prefetch_related("presenters"))
    lengths = [item.minutes for item in items]
    times = one_after_another(showcase.starts_at, lengths) if showcase.starts_at else [None] * (len(items) + 1)
    rows = [
        ItemRow(item, begins, ends, _presenters(item))
        for item, begins, ends in zip(items, times, times[1:], strict=False)
    ]
    return RunningOrder(rows, sum(lengths), times[-1])


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
