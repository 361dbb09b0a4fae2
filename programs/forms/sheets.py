"""A table of partnerships is handed in; each of its lines is asked what the form of a single partnership asks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ledger.canonical import digest
from partners.actions.programs import refused_addresses, staff_addresses
from partners.forms.programs import PartnershipForm
from partners.forms.uploads import UploadField, UploadForm
from partners.models import Program
from partners.parties import Party
from programs.domain.sheet_columns import BOTH_LANGUAGES, headings
from programs.domain.sheets import FIELDS, SheetFacts, fingerprint_of, sheet_facts, standing
from programs.models import SheetLine
from text.spreadsheets import LARGEST_TABLE, read_pasted, read_table


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
    def is_asked(self) -> bool:
        """It is being made."""
        return bool(self.line.asked_at and not self.line.made_at)

    @property
    def can_be_made(self) -> bool:
        return not (self.wrong or self.is_here or self.same_as or self.is_asked)

    def sides(self) -> list[tuple[Party, str, str, str]]:
        """Each party with its organization, its lead's name and address, as the line has them."""
        said = self.line.cells
        what = ("organization", "name", "email")
        return [(party, *(said.get(f"{party}_{each}", "") for each in what)) for party in Party]

    def languages(self) -> list[str]:
        """Of the two invitations; one where both have the same."""
        known = dict(settings.LANGUAGES)
        codes = dict.fromkeys(self.line.cells.get(f"{party}_language", "") for party in Party)
        return [str(known.get(code, code)) for code in codes]


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
        if line.made_at or line.asked_at:
            return CheckedLine(line, {}, is_here=bool(line.made_at), stands=line.partnership_id)
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


class CorrectionForm(forms.Form):
    """What is wrong in a line, to be typed anew: the fields of the form for one partnership, each with its reason."""

    def __init__(self, checked: CheckedLine, fields: Mapping[str, forms.Field]) -> None:
        line = checked.line
        prefix = f"line-{line.number}"
        super().__init__({f"{prefix}-{name}": text for name, text in line.cells.items()}, prefix=prefix)
        self.line, self.whole = checked, checked.wrong.get("", "")
        wrong = [name for name in FIELDS if name in checked.wrong] or list(FIELDS)
        self.fields = {name: _labelled(name, fields[name]) for name in wrong}
        self.errors.clear()
        for name, why in checked.wrong.items():
            if name:
                self.add_error(name, why)

    def read_well(self) -> list[tuple[str, str]]:
        """The other cells, each by the name of its column."""
        shown = {name: label for name, label in headings().items() if name != BOTH_LANGUAGES and self._shows(name)}
        return [(label, self.line.line.cells.get(name, "")) for name, label in shown.items()]

    def _shows(self, name: str) -> bool:
        return name not in self.fields and not name.endswith("_organization")


def _labelled(name: str, field: forms.Field) -> forms.Field:
    """With the side in its name: on this page, fields of both stand beside each other."""
    own = copy(field)
    party = next((party for party in Party if name.startswith(f"{party}_")), None)
    if party:
        own.label = f"{party.label}: {field.label}"
    own.help_text = ""
    return own


TYPED = re.compile(r"line-(\d{1,9})-(\w+)")


def corrections_in(data: Mapping[str, Any]) -> dict[int, dict[str, str]]:
    """What was typed on the page of a table, by line and field."""
    typed: dict[int, dict[str, str]] = {}
    for name, text in data.items():
        if (found := TYPED.fullmatch(name)) and found[2] in FIELDS:
            typed.setdefault(int(found[1]), {})[found[2]] = str(text).replace("\0", "")
    return typed


def shown_digest(lines: Iterable[CheckedLine]) -> str:
    """Of what would be made: whoever presses the button names it."""
    return digest([[one.line.number, one.line.cells] for one in lines if one.can_be_made])


class SheetForm(UploadForm):
    """A table, as a file or as a paste. `facts` is what was read of it."""

    pasted = forms.Field(
        label=gettext_lazy("Paste the rows of your spreadsheet"),
        help_text=gettext_lazy("With its first row, which names the columns."),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "wrap": "off"}),
        required=False,
    )
    file = UploadField(
        read=lambda file: sheet_facts(read_table(file.read(LARGEST_TABLE + 1))),
        label=gettext_lazy("Or choose a CSV file"),
        help_text=gettext_lazy("Separated by commas, semicolons or tabs, 5000 lines at most."),
        accept=".csv,.tsv,.txt,text/csv",
        required=False,
    )

    def clean_pasted(self) -> SheetFacts | None:
        text = str(self.cleaned_data["pasted"] or "")
        return sheet_facts(read_pasted(text)) if text.strip() else None

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        found = [said[name] for name in ("pasted", "file") if said.get(name)]
        if not self.errors and len(found) != 1:
            both = _("Paste the rows, or choose a file: one of the two.")
            raise ValidationError(both if found else _("Paste the rows of your spreadsheet, or choose a file."))
        return {"facts": found[0]} if found else said
