"""What of the wall is shown, and in which order: by chip, by words, by column. All of it stands in the address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import Count, F, OrderBy, Q, QuerySet
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from partners.models import Program
from programs.models import WallRow
from programs.wall import Chip, Stage, folded

MOST_WORDS = 8
# What can be sorted by: the column, and what a sort says first where it is not turned round. Ties go by urgency.
SORTS: dict[str, tuple[str, Promise]] = {
    "urgent": ("urgency", _("Most urgent")),
    "name": ("name", _("Name")),
    "state": ("stage", _("State of the agreement")),
    "week": ("week", _("Week")),
    "late": ("-late_count", _("Most late")),
    "silent": ("-silent_days", _("Longest silent")),
    "next": ("next_day", _("Next date")),
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
    def address(self) -> str:
        """What stands after the question mark of the page's address; empty for the whole wall."""
        sort = "" if self == replace(self, sort="urgent", turned=False) else f"{'-' if self.turned else ''}{self.sort}"
        said = {"show": self.show, "q": self.words, "sort": sort}
        return urlencode({key: value for key, value in said.items() if value})

    def showing(self, chip: str) -> WallQuery:
        return replace(self, show=chip)

    def sorted_by(self, sort: str) -> WallQuery:
        """The same column once more turns it round."""
        return replace(self, sort=sort, turned=self.sort == sort and not self.turned)

    def found(self, program: Program) -> QuerySet[WallRow]:
        """Of what is kept."""
        found = WallRow.objects.filter(program=program)
        if self.show:
            found = found.filter(**{self.show: True})
        for word in folded(self.words).split()[:MOST_WORDS]:
            found = found.filter(search__contains=word)
        return found.order_by(*self._order())

    def _order(self) -> list[OrderBy | str]:
        column, _label = SORTS[self.sort]
        falls = column.startswith("-") != self.turned
        key = F(column.removeprefix("-"))
        first = key.desc(nulls_last=True) if falls else key.asc(nulls_last=True)
        return [first, *(one for one in ("urgency", "name", "partnership") if one != column)]


def rows_of(keys: Iterable[UUID]) -> list[WallRow]:
    """These rows in this order, whole. To sort thousands takes their keys alone."""
    wanted = list(keys)
    rows = WallRow.objects.select_related("partnership", "content").in_bulk(wanted)
    return [rows[key] for key in wanted if key in rows]


def counts(program: Program) -> dict[str, int]:
    """How many rows there are in all, by chip, and before, in and after a sprint; in one query."""
    chips = {chip.value: Count("pk", filter=Q(**{chip.value: True})) for chip in Chip}
    asked = Count("pk", filter=Q(city=True) | Q(community=True))
    stages = {
        "before": Count("pk", filter=Q(stage__lt=BEFORE)),
        "after": Count("pk", filter=Q(stage__gte=AFTER)),
    }
    return WallRow.objects.filter(program=program).aggregate(all=Count("pk"), asked=asked, **stages, **chips)
