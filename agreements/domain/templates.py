"""The templates that agreements begin with: the built-in one, and a program's own editions. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from agreements.models import Agreement, TemplateEdition
from agreements.pdf.glyphs import missing_glyphs
from agreements.wording import template
from agreements.wording.template import DEFAULT, Template, TemplatePart, built_in, fill
from agreements.wording.template_check import TemplateProblem, template_problems
from agreements.wording.template_content import template_of
from partners.models import Program
from partners.parties import Party


def current_template(program: Program) -> Template:
    """What the program's next agreements begin with."""
    edition = TemplateEdition.objects.filter(program=program).last()
    return template_of(edition.name, edition.content) if edition else built_in()


def template_named(name: str) -> Template:
    """The template that an agreement, or a frozen text, names. Of one that nobody made here we know nothing."""
    if name == DEFAULT:
        return built_in()
    try:
        return _published(name)
    except TemplateEdition.DoesNotExist:
        return Template(name, {}, {})


@lru_cache(maxsize=64)  # it never changes, and its name holds a part of its digest
def _published(name: str) -> Template:
    return template_of(name, TemplateEdition.objects.get(name=name).content)


def template_behind(agreement: Agreement) -> Template:
    return template_named(agreement.template)


def template_title(name: str) -> str:
    """What it is called where people read of it."""
    if name == DEFAULT:
        return _("Built-in agreement, word for word")
    return _titled(TemplateEdition.objects.values_list("number", flat=True).get(name=name))


def _titled(number: int) -> str:
    return _("The program's template, edition %(number)s") % {"number": number}


def templates_to_copy(program: Program) -> dict[str, str]:
    """What a new edition may begin with: titles by name, the current one first."""
    published = TemplateEdition.objects.filter(program=program).order_by("-number").values_list("name", "number")
    return {name: _titled(number) for name, number in published} | {DEFAULT: template_title(DEFAULT)}


def sample_content(written: Template, language: str, names: Mapping[Party, str], issue: str) -> dict[str, Any]:
    """A template as an edition's content would be, with sample names, for a preview in one of its languages."""
    facts = {template.ISSUE: issue}
    for party in Party:
        facts |= {party.value: names[party], f"{party}_lead": "…"}
    return {
        "language": language,
        "template": written.name,
        "issue": {language: issue},
        "parties": {party.value: {"organization": names[party], "signatory": "…"} for party in Party},
        "body": list(_sample_lines(written.parts(language), language, facts)),
    }


def _sample_lines(parts: Iterable[TemplatePart], language: str, facts: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    goals = 0
    for part in parts:
        goals += part.kind == "goal"
        line = {"type": part.type, "kind": part.kind, "number": goals, "texts": {language: fill(part.text, facts)}}
        yield line | {"party": part.owner}


def problems_of(content: Any) -> list[TemplateProblem]:
    """Everything that must be put right before a template is published. The page shows this list, and the gate reads
    the same one."""
    found = template_problems(content)
    return found or list(_letters(content))


def _letters(content: Any) -> Iterator[TemplateProblem]:
    """A letter that none of our fonts can draw would be an empty box on paper."""
    for line in [*content["lines"], *content["offered"]]:
        for language, text in line["texts"].items():
            if missing := missing_glyphs(text):
                says = _("These characters cannot be printed: %(missing)s.") % {"missing": " ".join(missing)}
                yield TemplateProblem(says, line.get("place") or line["key"], language)
