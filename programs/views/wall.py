"""The wall of a program: its partnerships, one row each, and the same rows as a table for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from partners.access import staff_of_program
from partners.dates import day_words
from partners.models import Program
from partners.parties import Party
from partners.requests import PersonRequest
from programs.actions.wall import keep_rows, refresh_wall
from programs.domain.mail import refused_addresses
from programs.domain.seals import about_the_seal
from programs.domain.wall import of_program, stale
from programs.domain.wall_query import SORTS, WallQuery, counts, rows_of
from programs.domain.wall_table import HEADINGS, table_row
from programs.domain.wall_words import WallLine
from programs.models import WallRow, WallView
from programs.wall import CHIP_NAMES, Chip
from programs.wall_strip import RULER, week_numbers
from text.spreadsheets import write_csv

PER_PAGE = 50


@require_safe
@staff_of_program
def program(request: PersonRequest, found: Program) -> HttpResponse:
    now, query = timezone.now(), WallQuery.of(request.GET.dict())
    is_whole = refresh_wall(found, now=now, most=PER_PAGE)
    numbers = counts(found)
    shown = _pages(query, found, numbers).get_page(request.GET.get("page"))
    lines = _lines(found, rows_of(shown.object_list), now, is_whole=is_whole)
    weeks = max([RULER, *(line.facts.weeks or 0 for line in lines)])
    context = {
        "program": found,
        "page": "wall",
        "query": query,
        "shown": shown,
        "lines": lines,
        "ruler": weeks,
        "heads": list(_heads(query, weeks)),
        "is_whole": is_whole,
        "counts": numbers,
        "chips": list(_chips(query, numbers)),
        "sorts": [(name, label) for name, (_columns, label) in SORTS.items()],
        "lanes": list(zip(Party, (_("city team’s own word, above"), _("community partner’s, below")), strict=True)),
        "asked": [(party, numbers[party]) for party in Party],
        **_views(request, found, query),
        **about_the_seal(found, now),
        "today": day_words(now.astimezone(found.zone).date()),
        "now": now,
    }
    return render(request, "programs/wall/wall.html", context)


def _pages(query: WallQuery, program: Program, numbers: dict[str, int]) -> Paginator[UUID]:
    """The keys of the rows. Of a chip, or of all, it is known already how many there are."""
    pages = Paginator(query.found(program).values_list("pk", flat=True), PER_PAGE)
    if not query.words:
        pages.count = numbers[query.show or "all"]
    return pages


def _views(request: PersonRequest, program: Program, query: WallQuery) -> dict[str, object]:
    """The kept views, and the one that is looked at now."""
    views = list(WallView.objects.seen_by(request.user, program))
    return {"views": views, "view_here": next((one for one in views if one.query == query.address), None)}


def _lines(program: Program, rows: list[WallRow], now: datetime, *, is_whole: bool) -> list[WallLine]:
    """What is shown is of now, also where not all of the wall is."""
    if not is_whole:
        pks = stale(program, now).filter(pk__in=[row.pk for row in rows])
        anew = {row.pk: row for row in keep_rows(program, of_program(program, [one.pk for one in pks]), now=now)}
        rows = [anew.get(row.pk, row) for row in rows]
    refused, lines, before = refused_addresses([row.partnership for row in rows]), [], 0
    for row in rows:
        lines.append(WallLine(row, before=before, refused=refused[row.pk]))
        before = lines[-1].thread
    return lines


def _heads(query: WallQuery, weeks: int) -> Iterator[dict[str, Any]]:
    """What stands above the columns, and what each is sorted by."""
    names = {
        "name": _("Partnership"),
        "state": _("Agreement"),
        "week": _("Weeks"),
        "urgent": _("Late or waiting"),
        "silent": _("Last act"),
        "next": _("Next"),
    }
    for sort, name in names.items():
        ruler = week_numbers(weeks) if sort == "week" else ""
        address = query.sorted_by(sort).address
        yield {"name": name, "address": address, "here": query.sort == sort, "ruler": ruler}


def _chips(query: WallQuery, numbers: dict[str, int]) -> Iterator[dict[str, Any]]:
    for chip in ("", *Chip):
        name = str(CHIP_NAMES[Chip(chip)]) if chip else _("All")
        address, number = query.showing(chip).address, numbers[chip or "all"]
        party = Party(chip) if chip in Party.values else None
        yield {
            "chip": chip,
            "name": name,
            "number": number,
            "address": address,
            "here": query.show == chip,
            "party": party,
        }


@require_safe
@staff_of_program
def program_wall_csv(request: PersonRequest, found: Program) -> HttpResponseBase:
    """What the wall shows, all pages of it, with days as a spreadsheet reads them."""
    now, query = timezone.now(), WallQuery.of(request.GET.dict())
    while not refresh_wall(found, now=now):
        pass
    rows = query.found(found).select_related("partnership", "content").iterator(chunk_size=500)
    lines = (WallLine(row) for row in rows)
    response = StreamingHttpResponse(_csv(lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.slug}-wall.csv"'
    return response


def _csv(lines: Iterable[WallLine]) -> Iterator[str]:
    return write_csv([str(heading) for heading in HEADINGS], map(table_row, lines))
