"""The check-ins of all weeks, both voices side by side. Nothing is weighed or averaged. Reads only.

Voices are independent: what a side says of a week is shown to others once both have spoken, or when the week is over.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from ledger.canonical import digest
from partners.parties import Party
from sprints.domain.milestones import today_of
from sprints.domain.states import week_closed
from sprints.models import CheckIn, Sprint


def week_now(sprint: Sprint, now: datetime) -> int | None:
    """The week that can be spoken of now; none before the first day, in a pause, and after the last."""
    return None if week_closed(sprint, now) else sprint.timeline.week_of(today_of(sprint, now))


def check_in_of(sprint: Sprint, week: int, party: Party) -> CheckIn | None:
    return CheckIn.objects.filter(sprint=sprint, week=week, party=party, replaced_at=None).first()


def check_in_digest(week: int, said: CheckIn | None) -> str:
    """Of what a side has said of a week: a word upon another one, or after the week has turned, is refused."""
    content = {"rating": said.rating, "words": said.words, "together": said.together} if said else {}
    return digest({"week": week} | content)


def is_held(week: int, party: str, *, spoken: Collection[str], current: int, reader: str | None = None) -> bool:
    """Whether what the party said of this week is not shown yet to somebody of the side `reader`. `spoken` are those
    who have spoken of it; `current` is the week that it is."""
    return week == current and party != reader and len(spoken) < len(Party)


@dataclass(frozen=True)
class PartyCheckIn:
    """What a party said of a week, or that it said nothing; `held`: it has spoken, and is not heard yet."""

    party: Party
    name: str
    said: CheckIn | None
    held: bool = False


@dataclass(frozen=True)
class WeekRow:
    """A week with both voices, in the order of the screens."""

    week: int
    starts: date
    ends: date
    is_now: bool
    is_ahead: bool
    parties: list[PartyCheckIn]

    @property
    def differs(self) -> bool:
        """Both have spoken, and do not see the week, or how it was decided, in the same way."""
        said = [one.said for one in self.parties if one.said]
        if len(said) < len(Party):
            return False
        decided = {one.together for one in said if one.together}
        return len({one.rating for one in said}) > 1 or len(decided) > 1


def week_rows(sprint: Sprint, names: Mapping[str, str], now: datetime, reader: Party | None) -> list[WeekRow]:
    """Every week of the sprint, in one query, as somebody of the side `reader` may read it."""
    said = CheckIn.objects.filter(sprint=sprint, replaced_at=None).select_related("by")
    found = {(one.week, one.party): one for one in said}
    timeline = sprint.timeline
    current = timeline.week_of(today_of(sprint, now))
    return [
        WeekRow(
            week=week,
            starts=timeline.starts(week),
            ends=timeline.ends(week),
            is_now=week == current,
            is_ahead=week > current,
            parties=[
                _heard(Party(one), name, week, found, current=current, reader=reader) for one, name in names.items()
            ],
        )
        for week in range(1, sprint.weeks + 1)
    ]


def _heard(
    party: Party, name: str, week: int, found: Mapping[tuple[int, str], CheckIn], *, current: int, reader: Party | None
) -> PartyCheckIn:
    said = found.get((week, party))
    spoken = [one for one in Party if (week, one) in found]
    if said and is_held(week, party, spoken=spoken, current=current, reader=reader):
        return PartyCheckIn(party, name, None, held=True)
    return PartyCheckIn(party, name, said)
