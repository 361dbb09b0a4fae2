"""A program's template and plan as its staff see them: what holds, what is edited, what was published. Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from textwrap import shorten

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agreements.domain.templates import current_template, template_title
from agreements.models import Agreement, TemplateDraft, TemplateEdition
from agreements.wording.template import Template, TemplatePart
from agreements.wording.template_check import place_name
from partners.models import Program
from partners.models.program_edition import ProgramDraft, ProgramEdition
from partners.weeks import IN_WORDS, says_other_weeks, with_weeks
from sprints.domain.plans import current_plan, plan_title
from sprints.models import PlanDraft, PlanEdition, Sprint


@dataclass(frozen=True)
class Published:
    """An edition of the program, and how many agreements or sprints were made from it."""

    edition: ProgramEdition
    used: int


@dataclass(frozen=True)
class Shelf:
    """What a program has of one thing. `name` and `title`: of what is current."""

    name: str
    title: str
    draft: ProgramDraft | None
    published: list[Published]


def shelf_of_templates(program: Program) -> Shelf:
    names = Agreement.objects.filter(partnership__program=program).values_list("template", flat=True)
    current = current_template(program).name
    draft = TemplateDraft.objects.filter(program=program).select_related("saved_by").first()
    return Shelf(current, template_title(current), draft, _published(program, TemplateEdition, names))


def shelf_of_plans(program: Program) -> Shelf:
    names = Sprint.objects.filter(partnership__program=program).values_list("plan", flat=True)
    current = current_plan(program)
    draft = PlanDraft.objects.filter(program=program).select_related("saved_by").first()
    return Shelf(current.name, plan_title(current), draft, _published(program, PlanEdition, names))


def _published(program: Program, model: type[ProgramEdition], names: Iterable[str]) -> list[Published]:
    used = Counter(names)
    editions = model._default_manager.filter(program=program).select_related("published_by").order_by("-number")
    return [Published(edition, used[edition.name]) for edition in editions]


def ways_to_move(place: object, among: Iterable[Sequence[object]]) -> list[str]:
    """ "up" and "down", for what is not the first and not the last of its own."""
    for places in among:
        if place in places:
            return [way for way, end in (("up", places[0]), ("down", places[-1])) if place != end]
    return []


def button_after(pressed: str, ways: Sequence[str]) -> str:
    """Which of the two to go on with after a move: the one that was pressed, or the other at the end of its way. Empty
    where what was moved stands alone."""
    return pressed if pressed in ways else next(iter(ways), "")


@dataclass(frozen=True)
class ToSeeTo:
    """What stands in the way of publishing, or is to be thought about: of which line, and where that is on the page."""

    text: str
    name: str = ""
    anchor: str = ""


def promises_of(written: Template) -> dict[str, str]:
    """The goals and commitments of a template, by key: what each is called, and how it begins."""
    language = get_language() or "en"
    clauses = written.clauses(language) or written.clauses("en")
    return {
        one.key: f"{promise_name(written, one)}: {shorten(one.text, width=80, placeholder='…')}"
        for one in clauses
        if one.kind in {"goal", "commitment"}
    }


def promise_name(written: Template, part: TemplatePart) -> str:
    """As the pages of an agreement call it: by its number in the template's order."""
    stem = {"goal": "goal", "commitment": part.owner}.get(part.kind)
    return place_name(f"{stem}-{written.number_of(part.key)}" if stem else part.key)


@dataclass(frozen=True)
class OtherWeeks:
    """A text that names another length than the plan: what it says, and how it would read."""

    place: str
    text: str
    wording: str


def other_weeks(written: Template, weeks: int) -> list[OtherWeeks]:
    """Nothing changes these texts by itself: staff edit the template, or the two sides propose the wording."""
    return [
        OtherWeeks(promise_name(written, one), _around(one.text), _around(with_weeks(one.text, weeks)))
        for one in written.clauses("en")
        if says_other_weeks(one.text, weeks)
    ]


def _around(text: str) -> str:
    """The length with some words before and after it."""
    found = IN_WORDS.search(text)
    if found is None:
        return shorten(text, width=90, placeholder="…")
    before, after = text[: found.start()].split()[-5:], text[found.end() :].split()[:5]
    return _("… %(words)s …") % {"words": " ".join([*before, found[0], *after])}
