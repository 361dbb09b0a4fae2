"""The public partnerships of a program, a line each: what they promised and how much of it is kept. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator

from partners.models import Partnership, Program
from programs.domain.public_page import PublicWeeks, public_page
from programs.domain.public_promises import Score
from programs.domain.publications import holders_of, public_partnerships

PER_PAGE = 25  # each is drawn anew at each request, for whoever asks


@dataclass(frozen=True)
class PublicRow:
    partnership: Partnership
    names: dict[str, str]
    issue: str
    score: Score
    weeks: PublicWeeks | None


def public_list(program: Program, number: str | None) -> Page[Partnership]:
    """The public partnerships of this page of the list; of the nearest one where it has no such number."""
    found = public_partnerships().filter(program=program).select_related("program", "agreement")
    return Paginator(found, PER_PAGE).get_page(number)


def public_rows(shown: Page[Partnership], *, now: datetime) -> list[PublicRow]:
    pages = [public_page(one, holders_of(one), now=now) for one in shown.object_list]
    return [PublicRow(page.partnership, page.names, page.issue, page.score, page.weeks) for page in pages if page]
