"""Remind all for whom something is late: each by the rules of a single reminder, in a transaction of its own."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from partners import rules
from partners.models import Person, Program
from partners.rules import Refused
from programs.domain.reminders import MOST_AT_ONCE, LateSide, late_sides
from sprints.actions import remind


@dataclass(frozen=True)
class Reminded:
    """Who was reminded, and who was not, with why."""

    sent: list[LateSide]
    left_out: list[tuple[LateSide, str]]


def remind_all(*, by: Person, program: Program, shown: Collection[str], word: str, now: datetime) -> Reminded:
    """`shown`: the keys of those whom the person saw in the list. Who was not in it is not reminded; nor is, twice, who
    was. What cannot be sent stops no other."""
    if not rules.runs(by, program.pk):
        raise Refused(_("Only the staff of the program can do this."))
    found = Reminded([], [])
    for side in late_sides(program, now):
        if side.key not in shown:
            continue
        if side.why or len(found.sent) == MOST_AT_ONCE:
            found.left_out.append((side, side.why or _("Too many for one press. Press again for the rest.")))
            continue
        try:
            remind(by=by, partnership=side.partnership, matter=side.matter, word=word, now=now)
            found.sent.append(side)
        except ValidationError as refusal:
            found.left_out.append((side, " ".join(refusal.messages)))
    return found
