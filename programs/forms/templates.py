"""What staff type into a template: each line in both languages, and room for one more of each kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from textwrap import shorten
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from agreements.wording.digest import LONGEST_CLAUSE
from agreements.wording.optional_clauses import OptionalClause
from agreements.wording.template import LANGUAGES
from agreements.wording.template_check import TemplateProblem, line_names, place_name
from agreements.wording.template_edits import GROUPS, NEW, OFFERED, Move, neighbours
from partners.parties import Party
from programs.domain.templates import ways_to_move
from text.choices import offer
from text.fields import TextField

ROOM = 6  # rows of a text that is long already
LONG = 160  # characters
IN_LANGUAGES = (gettext_lazy("English, which is signed"), gettext_lazy("Spanish, to help people read"))


class SourceForm(forms.Form):
    """What a new edition begins with."""

    source = forms.ChoiceField(label=gettext_lazy("Begin with"))

    def __init__(self, *args: Any, sources: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "source", sources.items())


@dataclass(frozen=True)
class FormRow:
    """One line of the template: its fields by language, what is wrong with it, and what somebody else saved there."""

    place: str
    name: str
    fields: list[tuple[str, forms.BoundField]]
    problems: list[str] = field(default_factory=list)
    saved: list[str] = field(default_factory=list)
    moves: list[str] = field(default_factory=list)  # "up", "down": where it can go


@dataclass(frozen=True)
class FormGroup:
    """Lines under a heading. Folded away, unless there is something to see to in one of them."""

    heading: str
    rows: list[FormRow]
    moved: str = ""  # the place of the line that was just moved

    @property
    def is_open(self) -> bool:
        return any(
            row.place == self.moved or row.problems or row.saved or any(one.errors for _says, one in row.fields)
            for row in self.rows
        )


class TemplateForm(forms.Form):
    """Every text of a copy. `shown`: the digest of what the person saw."""

    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, content: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups_of_places = list(_groups(content))
        self.neighbours = neighbours(content)
        self.names = line_names(content) | {one["key"]: _title(one) for one in content["offered"]}
        words = {line["place"]: line["texts"] for line in content["lines"]}
        words |= {one["key"]: one["texts"] for one in content["offered"]}
        for _heading, places in self.groups_of_places:
            for place in places:
                for language in LANGUAGES:
                    self._add(place, language, words.get(place, {}).get(language, ""))

    def _add(self, place: str, language: str, text: str) -> None:
        name = f"{place}_{language}"
        rows = ROOM if len(text) > LONG else 2
        label = f"{self.row_name(place)}, {dict(settings.LANGUAGES)[language]}"
        self.fields[name] = TextField(label=label, limit=LONGEST_CLAUSE, rows=rows, required=False)
        self.fields[name].widget.attrs["lang"] = language
        self.initial.setdefault(name, text)

    def texts(self) -> dict[str, dict[str, str]]:
        """By place and language, of what was on the page that was sent."""
        found: dict[str, dict[str, str]] = {}
        for name, text in self.cleaned_data.items():
            place, _underscore, language = name.rpartition("_")
            if place and name in self.data:
                found.setdefault(place, {})[language] = text
        return found

    def move(self) -> Move | None:
        """Which line the button that was pressed moves, and whether up; none where it was the one that only saves."""
        way, _colon, place = self.data.get("move", "").partition(":")
        return Move(place, up=way == "up") if place else None

    def groups(
        self, problems: list[TemplateProblem], stands: Mapping[str, str] | None = None, moved: str = ""
    ) -> list[FormGroup]:
        """`stands`: by the field's name, what somebody else saved meanwhile where it differs from what was typed."""
        return [
            FormGroup(heading, [self._row(place, problems, stands or {}) for place in places], moved)
            for heading, places in self.groups_of_places
        ]

    def _row(self, place: str, problems: list[TemplateProblem], stands: Mapping[str, str]) -> FormRow:
        names = [f"{place}_{language}" for language in LANGUAGES]
        wrong = [one.text for one in problems if one.place == place]
        saved = [stands[name] for name in names if name in stands]
        fields = [(str(says), self[name]) for says, name in zip(IN_LANGUAGES, names, strict=True)]
        return FormRow(place, self.row_name(place), fields, wrong, saved, ways_to_move(place, self.neighbours))

    def row_name(self, place: str) -> str:
        if not place.startswith(NEW):
            return self.names.get(place) or place_name(place)
        stem = place.removeprefix(NEW)
        if stem in Party.values:
            return _("One more commitment of the %(party)s") % {"party": str(Party(stem).label).lower()}
        return _("One more clause to offer") if stem == OFFERED else _("One more goal")


def _title(offered: Mapping[str, Any]) -> str:
    """What an offered clause is called: by its title, in the reader's language."""
    title = OptionalClause(offered["key"], offered["texts"]).title(get_language() or "en")
    return shorten(title, width=LONG, placeholder="…") or offered["key"]


def _groups(content: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """Places under headings, in the authors' order, with room for one more at the end of each group."""
    lines = [line for line in content["lines"] if line["type"] != "signature"]
    of = {
        stem: [line["place"] for line in lines if (line["kind"], line["owner"]) == group]
        for stem, group in GROUPS.items()
    }
    owners = list(dict.fromkeys(line["owner"] for line in lines if line["owner"]))
    order = [*owners, *(party.value for party in Party if party.value not in owners)]
    in_groups = {place for places in of.values() for place in places} | {f"lead-in-{party}" for party in Party}
    rest = [line["place"] for line in lines if line["place"] not in in_groups]
    closing = [place for place in rest if place == "acknowledgement"]
    has_lead_in = {line["owner"] for line in lines if line["type"] == "lead-in"}
    return [
        (_("Vision and ultimate goal"), [place for place in rest if place not in closing]),
        (_("Goals"), [*of["goal"], f"{NEW}goal"]),
        *(
            (
                _("Commitments of the %(party)s") % {"party": str(Party(party).label).lower()},
                [*([f"lead-in-{party}"] if party in has_lead_in else []), *of[party], f"{NEW}{party}"],
            )
            for party in order
        ),
        (_("Before the signatures"), closing),
        (_("Clauses that are offered"), [*(one["key"] for one in content["offered"]), f"{NEW}{OFFERED}"]),
    ]
