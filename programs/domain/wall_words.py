"""A row of the wall in words: what the page draws beside its marks, and what stands in the table of the same facts.

Both come from here. Reads only; the language is the active one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from partners.dates import brief_day_words, brief_moment_words
from partners.parties import Party, Role
from programs.models import WallRow
from programs.wall import SILENT, Mark, Open, OpenThing, Stage, WallFacts
from programs.wall_strip import strip
from sprints.models import Rating


@dataclass(frozen=True)
class Side:
    """One side of a row, in the order of its screens. `days` since its last act; `is_silent`: too long."""

    party: Party
    name: str
    last: str
    is_silent: bool


@dataclass(frozen=True)
class Waits:
    """The number of a row, what it counts, for whom it waits and since when. `tone`: late, waits, done or calm."""

    tone: str
    number: int
    what: str
    parties: list[tuple[Party, str]]
    roles: list[str]
    since: str
    titles: list[str]

    @property
    def whom(self) -> str:
        """ "waits for Casa del Río"; empty where it waits for nobody."""
        names = _(" and ").join([*(name for _party, name in self.parties), *self.roles])
        return _("waits for %(who)s") % {"who": names} if names else ""

    @property
    def of_both(self) -> bool:
        return len(self.parties) == len(Party)


class WallLine:
    """A row on its day. `refused`: how many addresses no mail can reach."""

    def __init__(self, row: WallRow, *, before: int = 0, refused: int = 0) -> None:
        self.row, self.before, self.refused = row, before, refused

    @property
    def facts(self) -> WallFacts:
        return self.row.facts

    @property
    def today(self) -> date:
        return self.row.today

    @cached_property
    def stage(self) -> Stage:
        return Stage(self.facts.stage)

    @property
    def slug(self) -> str:
        return self.row.partnership.slug

    @cached_property
    def names(self) -> dict[str, str]:
        """By party, in the order of the screens."""
        return {party.value: self.facts.names[party] for party in self.row.partnership.parties_on_screen()}

    @property
    def title(self) -> str:
        return _(" and ").join(self.names.values())

    @property
    def sides(self) -> list[Side]:
        return [
            Side(Party(party), name, days_words(days), days is not None and days >= SILENT and not self.rests)
            for party, name in self.names.items()
            for days in [self.facts.days_since(party, self.today)]
        ]

    @property
    def rests(self) -> bool:
        return self.stage in {Stage.PAUSED, Stage.OVER, Stage.ENDED}

    @property
    def is_over(self) -> bool:
        return self.stage in {Stage.OVER, Stage.ENDED}

    @property
    def thread(self) -> int:
        """At the end of which week today's thread runs: 0 is the left edge."""
        return min(self.facts.week or 0, self.facts.weeks or 0)

    # --- Where it stands ---

    @property
    def icon(self) -> str:
        icons = {Stage.DRAFTING: "draft", Stage.SIGNING: "sign", Stage.PAUSED: "pause", Stage.OVER: "ended"}
        return icons.get(self.stage, "ended" if self.stage == Stage.ENDED else "seal")

    @property
    def state(self) -> str:
        words = {
            Stage.DRAFTING: _("Drafting"),
            Stage.SIGNING: _("Signing"),
            Stage.PAUSED: _("Paused"),
            Stage.OVER: _("Over"),
            Stage.ENDED: _("Ended"),
        }
        return words.get(self.stage, _("In force"))

    @property
    def note(self) -> str:
        """Under the state: how far it is."""
        if self.facts.amending:
            return _("being amended")
        return str(getattr(self, f"_note_{self.stage.name.lower()}", lambda: "")())

    def _note_drafting(self) -> str:
        agreed = [all(yes) for yes in zip(*self.facts.clauses.values(), strict=True)]
        return _("%(n)s of %(all)s clauses") % {"n": sum(agreed), "all": len(agreed)}

    def _note_signing(self) -> str:
        signed = [day for day in self.facts.signed.values() if day]
        return _("%(n)s of %(all)s signed") % {"n": len(signed), "all": len(Party)}

    def _note_signed(self) -> str:
        return _("no first day yet")

    def _note_ahead(self) -> str:
        return _("starts %(day)s") % {"day": self.brief(self.facts.first_day)}

    def _note_running(self) -> str:
        return _("Week %(week)s of %(weeks)s") % {"week": self.facts.week, "weeks": self.facts.weeks}

    def _note_paused(self) -> str:
        return _("Week %(week)s, to %(day)s") % {"week": self.facts.week, "day": self.brief(self.facts.until)}

    def _note_over(self) -> str:
        return _("since %(day)s") % {"day": self.brief(self.facts.last_day)}

    # --- What is late, or waits ---

    @cached_property
    def waits(self) -> Waits:
        if self.facts.late:
            return self._open("late", self.facts.late)
        if self.facts.waiting and not self.is_over:
            return self._open("waits", self.facts.waiting)
        if self.is_over and self.facts.of:
            done = _("of %(all)s done") % {"all": self.facts.of}
            return Waits("done", self.facts.done, done, [], [], "", [])
        return Waits("calm", 0, _("Nothing late"), [], [], "", [])

    def _open(self, tone: str, things: list[OpenThing]) -> Waits:
        first, whom = things[0], list(dict.fromkeys(one for thing in things for one in thing.waits_for))
        days = max(((self.today - thing.since).days for thing in things if thing.since), default=0)
        number = first.count if len(things) == 1 else len(things)
        oldest = min((thing.since for thing in things if thing.since), default=None)
        return Waits(
            tone=tone,
            number=number,
            what=_("%(what)s, %(days)s") % {"what": self._what(tone, things, number), "days": days_words(days)},
            parties=[(Party(party), name) for party, name in self.names.items() if party in whom],
            roles=[str(Role(one).label) for one in whom if one not in self.names],
            since=self.brief(oldest),
            titles=[thing_words(thing) for thing in things],
        )

    @staticmethod
    def _what(tone: str, things: list[OpenThing], number: int) -> str:
        if tone == "late":
            return pgettext("things of the plan", "late")
        kinds = {thing.kind for thing in things}
        if kinds == {Open.CLAUSES}:
            return ngettext("clause", "clauses", number)
        if kinds == {Open.SIGNATURE}:
            return ngettext("signature", "signatures", number)
        if all(thing.sign_off for thing in things):
            return ngettext("sign-off", "sign-offs", number)
        return ngettext("waits", "wait", number)

    # --- What comes ---

    @property
    def coming(self) -> Iterator[tuple[str, str, str]]:
        """(icon, what it is, when)."""
        facts = self.facts
        if facts.stage == Stage.AHEAD and facts.first_day:
            yield "next", _("Week 1 begins"), self.brief(facts.first_day)
        if facts.milestone:
            yield (
                "next",
                _("Milestone: %(title)s") % {"title": _(facts.milestone.title)},
                self.brief(facts.milestone.day),
            )
        if facts.sign_off:
            yield "both", _("Sign-off: %(title)s") % {"title": _(facts.sign_off.title)}, self.brief(facts.sign_off.day)
        if facts.meeting and facts.meeting.at:
            when = brief_moment_words(facts.meeting.at, ZoneInfo(facts.meeting.zone), self.today)
            yield "calendar", _("Meeting"), when

    def brief(self, day: date | None) -> str:
        return brief_day_words(day, self.today) if day else ""

    # --- The strip in words ---

    @property
    def strip(self) -> SafeString:
        return strip(self.facts, self.strip_words)

    @property
    def strip_words(self) -> str:
        """What the picture of the weeks says, for whoever does not see it."""
        said = [f"{Party(party).label}: {self.ratings_of(party)}." for party in self.names]
        return " ".join([*said, *self.marks_words()]) if self.facts.weeks else self.waits.what

    def ratings_of(self, party: str) -> str:
        """ "On track 1 to 4, at risk 5"."""
        if self.facts.ratings is None:
            return _("not shared") if self.facts.weeks else "–"
        words, week = [], 1
        for rating, some in groupby(self.facts.ratings[party]):
            last = week + len(list(some)) - 1
            label = str(Rating(rating).label).lower() if rating else _("no word")
            weeks = _("%(first)s to %(last)s") % {"first": week, "last": last} if last > week else str(week)
            words.append(f"{label} {weeks}")
            week = last + 1
        return ", ".join(words) or "–"

    @property
    def all_ratings(self) -> dict[str, str]:
        """Of both sides, in the order in which the strip has its lanes."""
        return {party.value: self.ratings_of(party) for party in Party}

    def marks_words(self) -> Iterator[str]:
        if self.facts.of:
            yield _("%(n)s of %(all)s milestones done.") % {"n": self.facts.done, "all": self.facts.of}
        for mark, says in {Mark.LATE: _("Late: %(what)s."), Mark.SIGN_OFF_LATE: _("Sign-off late: %(what)s.")}.items():
            if titles := [_(one.title) for one in self.facts.marks if one.mark == mark]:
                yield says % {"what": ", ".join(titles)}

    @property
    def waits_words(self) -> str:
        """ "1 late. Interviews with residents: waits for Casa del Río since Nov 10"."""
        waits = self.waits
        if waits.tone not in {"late", "waits"}:
            return f"{waits.number} {waits.what}" if waits.tone == "done" else waits.what
        whom = waits.whom
        since = _("since %(day)s") % {"day": waits.since} if waits.since else ""
        return f"{waits.number} {waits.what}. {', '.join(waits.titles)}: {whom} {since}".strip(" :")

    @property
    def coming_words(self) -> str:
        return "; ".join(f"{when}: {what}" for _icon, what, when in self.coming)


def thing_words(thing: OpenThing) -> str:
    return _(thing.title) if thing.title else str(Open(thing.kind).label)


def days_words(days: int | None) -> str:
    """ "today", "4 days"; "never" where nobody has done anything."""
    if days is None:
        return pgettext("when somebody last did something", "never")
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days} if days else _("today")
