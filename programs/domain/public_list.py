"""The public partnerships of a program, a line each: what they promised and how much of it is kept. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from partners.models import Partnership, Program
from programs.domain.public_page import PublicWeeks, public_page
from programs.domain.public_promises import Score
from programs.domain.publications import holders_of, public_partnerships

MOST = 200  # lines of one page; a program of more lists the newest


@dataclass(frozen=True)
class PublicRow:
    partnership: Partnership
    names: dict[str, str]
    issue: str
    score: Score
    weeks: PublicWeeks | None


def public_rows(program: Program, *, now: datetime) -> list[PublicRow]:
    found = public_partnerships().filter(program=program).select_related("program", "agreement")[:MOST]
    pages = [public_page(one, holders_of(one), now=now) for one in found]
    return [PublicRow(page.partnership, page.names, page.issue, page.score, page.weeks) for page in pages if page]
