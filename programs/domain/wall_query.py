"""What of the wall is shown, and in which order: by chip, by words, by column. All of it stands in the address."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from partners.models import Program
from programs.models import WallRow
from programs.wall import Chip, Stage, folded

MOST_WORDS = 8
FEW = 500  # keys that one query may name, on any database
# What can be sorted by: the columns, as an index of the row has them, and what a sort is called. Turned round, it is
# exactly the other way round.
TIES = ("urgency", "name", "pk")
SORTS: dict[str, tuple[tuple[str, ...], Promise]] = {
    "urgent": (TIES, _("Most urgent")),
    "name": (("name", "pk"), _("Name")),
    "state": (("stage", *TIES), _("State of the agreement")),
    "week": (("-week", *TIES), _("Week")),
    "late": (("-late_count", *TIES), _("Most late")),
    "silent": (("-silent_days", *TIES), _("Longest silent")),
    "next": (("next_day", *TIES), _("Next date")),
}
BEFORE, AFTER = list(Stage).index(Stage.AHEAD), list(Stage).index(Stage.OVER)


@dataclass(frozen=True)
class WallQuery:
    """`show` is a chip or empty, `words` is searched in names and issue, `turned` the other way round."""

    show: str = ""
    words: str = ""
    sort: str = "urgent"
    turned: bool = False

    @classmethod
    def of(cls, said: Mapping[str, str]) -> WallQuery:
        """From an address; what is not known there is left out."""
        show, sort = said.get("show", ""), said.get("sort", "")
        name = sort.removeprefix("-")
        known = (name, sort.startswith("-")) if name in SORTS else ("urgent", False)
        return cls(show if show in list(Chip) else "", said.get("q", "").replace("\0", "").strip()[:200], *known)

    @property
    def sorting(self) -> str:
        """As an address names it; empty for the usual order."""
        return "" if (self.sort, self.turned) == ("urgent", False) else f"{'-' if self.turned else ''}{self.sort}"

    @property
    def address(self) -> str:
        """What stands after the question mark of the page's address; empty for the whole wall."""
        said = {"show": self.show, "q": self.words, "sort": self.sorting}
        return urlencode({key: value for key, value in said.items() if value})

    def showing(self, chip: str) -> WallQuery:
        return replace(self, show=chip)

    def sorted_by(self, sort: str) -> WallQuery:
        """The same column once more turns it round."""
        return replace(self, sort=sort, turned=self.sort == sort and not self.turned)

    def found(self, program: Program) -> QuerySet[WallRow]:
        """Of what is kept. Few that have the words are looked for first and put in order then: to go through all in
        their order would take longer. Of many, a page is full soon."""
        found, (columns, _label) = self._matching(program), SORTS[self.sort]
        if self.words:
            some = list(found.order_by().values_list("pk", flat=True)[: FEW + 1])
            found = WallRow.objects.filter(pk__in=some) if len(some) <= FEW else found
        found = found.order_by(*columns)
        return found.reverse() if self.turned else found

    def _matching(self, program: Program) -> QuerySet[WallRow]:
        found = WallRow.objects.filter(program=program)
        if self.show:
            found = found.filter(**{self.show: True})
        for word in folded(self.words).split()[:MOST_WORDS]:
            found = found.filter(search__contains=word)
        return found


def rows_of(keys: Iterable[UUID]) -> list[WallRow]:
    """These rows in this order, whole. To sort thousands takes their keys alone."""
    wanted = list(keys)
    rows = WallRow.objects.select_related("partnership", "content").order_by().in_bulk(wanted)
    return [rows[key] for key in wanted if key in rows]


def counts(program: Program) -> Counter[str]:
    """How many rows there are in all, by chip, that wait for an answer, and before, in and after a sprint; in one
    query: an index has the rows that are alike in all of this beside each other."""
    alike = WallRow.objects.filter(program=program).order_by().values_list("stage", *Chip).annotate(number=Count("*"))
    found: Counter[str] = Counter()
    for stage, *under, number in alike:
        chips = {chip for chip, is_under in zip(Chip, under, strict=True) if is_under}
        asked = ["asked"] if chips & {Chip.CITY, Chip.COMMUNITY} else []
        place = "before" if stage < BEFORE else "after" if stage >= AFTER else "running"
        found.update(dict.fromkeys(["all", place, *asked, *chips], number))
    return found
