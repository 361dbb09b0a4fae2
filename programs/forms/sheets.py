"""A table of partnerships is handed in; each of its lines is asked what the form of a single partnership asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from partners.actions.programs import refused_addresses, staff_addresses
from partners.forms.programs import PartnershipForm
from partners.models import Program
from partners.parties import Party
from programs.domain.sheets import FIELDS, fingerprint_of, standing
from programs.models import SheetLine


@dataclass(frozen=True)
class CheckedLine:
    """One line as it stands: `wrong` gives the reason by field; it `stands` already as a partnership (None where that
    one was taken away since), or says `same_as` an earlier line of its sheet."""

    line: SheetLine
    wrong: dict[str, str]
    is_here: bool = False
    stands: UUID | None = None
    same_as: int | None = None

    @property
    def can_be_made(self) -> bool:
        return not (self.wrong or self.is_here or self.same_as)


class LineCheck:
    """The rules of a single partnership, asked once for many lines: its fields, and what the program knows."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.fields = PartnershipForm(order=list(Party)).fields
        self.staff = staff_addresses(program)
        self.standing = standing(program)

    def check(self, lines: Iterable[SheetLine]) -> list[CheckedLine]:
        """In their order. A line that is made stands as what was made of it."""
        first: dict[str, int] = {}
        return [self._checked(line, first) for line in lines]

    def _checked(self, line: SheetLine, first: dict[str, int]) -> CheckedLine:
        if line.made_at:
            return CheckedLine(line, {}, is_here=True, stands=line.partnership_id)
        wrong = self.wrong(line)
        known = fingerprint_of(line, self.program)
        if known in self.standing:
            return CheckedLine(line, {}, is_here=True, stands=self.standing[known])
        if wrong:
            return CheckedLine(line, wrong)
        earlier = first.setdefault(known, line.number)
        return CheckedLine(line, {}, same_as=earlier if earlier != line.number else None)

    def wrong(self, line: SheetLine) -> dict[str, str]:
        """Why the line cannot be made, by field. What the reader found comes before what the fields say."""
        found = {field: why for field in FIELDS if (why := self._of_field(field, line.cells.get(field, "")))}
        typed = {field: line.cells.get(field, "") for field in FIELDS if field not in found}
        refused = {field: why for field, why in refused_addresses(typed, self.staff).items() if why}
        known: dict[str, str] = {**line.refused, **line.faults}
        return refused | found | known

    def _of_field(self, name: str, text: str) -> str:
        field = self.fields[name]
        try:
            field.clean(text)
        except ValidationError as error:
            return _in_words(error, text)
        return ""


def _in_words(error: ValidationError, text: str) -> str:
    """The field's own words, but for those that speak of a form that nobody sees here."""
    codes = {each.code for each in error.error_list}
    if "required" in codes:
        return _("This is empty, and is needed.")
    if "invalid_choice" in codes:
        return _("“%(word)s” is no language of this site. Choose one.") % {"word": text[:40]}
    if "invalid" in codes:
        return _("“%(address)s” is no whole address. Write it as name@example.org.") % {"address": text[:80]}
    return " ".join(error.messages)


def counts_of(lines: Iterable[CheckedLine]) -> Mapping[str, int]:
    kinds = [("wrong" if one.wrong else "good" if one.can_be_made else "here") for one in lines]
    return {kind: kinds.count(kind) for kind in ("good", "wrong", "here")}
