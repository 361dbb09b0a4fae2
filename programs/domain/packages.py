"""The starting package of a public partnership: agreement, plan, decisions and datasets, for others to begin with.

It is made of what everybody sees, and of nothing else. The same page gives the same bytes. Reads only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.urls import reverse

from agreements.domain.editions import content, latest_signed
from agreements.domain.templates import template_named
from agreements.wording import template
from agreements.wording.template_content import content_of
from mail.outbox import absolute
from partners.parties import Party
from programs.domain.public_page import PublicPage
from programs.domain.public_words import words_of
from programs.package.archive import CONTENT, FORMAT, SCHEMA, packed, written
from sprints.domain.product import product_of
from sprints.domain.publiccode import publiccode, publiccode_gaps
from sprints.domain.sustainability import plan_of
from sprints.models import Sprint

LICENCE = {"name": "CC BY-SA 4.0", "spdx": "CC-BY-SA-4.0", "address": "https://creativecommons.org/licenses/by-sa/4.0/"}
ADAPTED = "Adapted from The Opportunity Project for Cities sprint toolkit."
SCHEMA_FILE = Path(__file__).parent.parent / "package" / "package.schema.json"
Line = dict[str, Any]


def package(page: PublicPage, held: Iterable[str], *, now: datetime) -> bytes:
    """The zip."""
    told = package_content(page, held)
    files = {CONTENT: written(told), "README.md": _readme(told).encode(), SCHEMA_FILE.name: SCHEMA_FILE.read_bytes()}
    if yaml := _publiccode(page, now):
        files["publiccode.yml"] = yaml.encode()
    return packed(files)


def package_content(page: PublicPage, held: Iterable[str]) -> dict[str, Any]:
    partnership = page.partnership
    return {
        "format": FORMAT,
        "schema": SCHEMA,
        "demonstration": partnership.program.is_demo,
        "origin": _origin(page),
        "credit": {"licence": LICENCE, "words": f"{' and '.join(page.names.values())}. {ADAPTED}"},
        "template": _template(page, set(held)),
        "plan": _plan(page),
        "decisions": [_decision(one) for one in page.decisions],
        "datasets": [_dataset(one) for one in page.datasets],
        "held_back": page.held,
    }


def _origin(page: PublicPage) -> dict[str, Any]:
    """Where it came from, the agreement's fingerprint with it, where that is shown."""
    found: dict[str, Any] = {
        "address": absolute(reverse("public", args=[page.partnership.slug])),
        "organizations": {party.value: page.names[party.value] for party in Party},
        "program": page.partnership.program.name,
        "issue": {page.language: page.issue},
    }
    if page.sealed:
        found |= {"agreement": page.sealed.digest, "signed_on": page.sealed.signed_on.date().isoformat()}
    return found


@dataclass(frozen=True)
class Signed:
    """A signed text without what is held back: its clauses by key, and what stands for its placeholders."""

    language: str
    facts: Mapping[str, str]
    clauses: Mapping[str, Line]

    def text(self, key: str) -> str:
        """With placeholders again in the place of the names."""
        return template.unfill(self.clauses[key]["texts"][self.language], self.facts)

    def says(self, line: Line) -> bool:
        """Whether a line of the template was signed as it stands there."""
        there: str = template.fill(line["texts"].get(self.language, ""), self.facts)
        return there == str(self.clauses[line["key"]]["texts"][self.language])


def _signed(said: dict[str, Any], held: set[str]) -> Signed:
    language, parties = said["language"], said["parties"]
    facts = {party.value: parties[party]["organization"] for party in Party}
    facts[template.ISSUE] = said["issue"][language]
    clauses = {line["key"]: line for line in said["body"] if line["type"] == "clause" and line["key"] not in held}
    return Signed(language, facts, clauses)


def _template(page: PublicPage, held: set[str]) -> dict[str, Any]:
    """The signed text with its names as placeholders again, in the shape of docs/template-format.md."""
    edition = latest_signed(page.partnership.agreement)
    if edition is None:
        return {"schema": 1, "lines": [], "offered": []}
    said = content(edition)
    signed, base = _signed(said, held), content_of(template_named(said["template"]))
    lines = [_line(line, signed) for line in base["lines"] if line["type"] != "clause" or line["key"] in signed.clauses]
    offered = {key: _offered(key, signed) for key, line in signed.clauses.items() if _is_offered(line)}
    offered |= {one["key"]: one for one in base["offered"] if one["key"] not in {*offered, *held}}
    return {"schema": 1, "lines": _one_language(_with_added(lines, signed), signed), "offered": [*offered.values()]}


def _line(line: Line, signed: Signed) -> Line:
    """As it was signed. In another language it stands only while the words are still the template's."""
    if line["type"] != "clause" or signed.says(line):
        return line
    return {**line, "texts": {signed.language: signed.text(line["key"])}}


def _with_added(lines: list[Line], signed: Signed) -> list[Line]:
    """With the goals and commitments of one side that the two wrote themselves, after the last one of their kind."""
    known = {line["place"] for line in lines}
    for key, line in signed.clauses.items():
        if key in known or _is_offered(line) or line["kind"] not in {"goal", "commitment"}:
            continue
        alike = [at for at, one in enumerate(lines) if (one["kind"], one["owner"]) == (line["kind"], line["owner"])]
        new = {"place": key, "type": "clause", "key": key, "kind": line["kind"], "owner": line["owner"]}
        new |= {"texts": {signed.language: signed.text(key)}}
        lines.insert(alike[-1] + 1 if alike else len(lines), new)
    return lines


def _one_language(lines: list[Line], signed: Signed) -> list[Line]:
    """A language stands in every line or in none: where the two changed words, only what they signed is left."""
    spoken = [set(line["texts"]) for line in lines if line["type"] != "signature"]
    kept = {signed.language, *set.intersection(*spoken)}
    return [{**line, "texts": {one: text for one, text in line["texts"].items() if one in kept}} for line in lines]


def _is_offered(line: Line) -> bool:
    """An optional clause, or a commitment of both: a template has no line of its own for it, and offers it beside."""
    return line["kind"] == "optional" or (line["kind"] == "commitment" and not line["owner"])


def _offered(key: str, signed: Signed) -> Line:
    return {"key": key, "texts": {signed.language: signed.text(key)}}


def _plan(page: PublicPage) -> dict[str, Any]:
    """As it stands now, in the shape of docs/template-format.md. Empty before the sprint has begun."""
    sprint = Sprint.objects.filter(partnership=page.partnership, first_day__isnull=False).first()
    titles = {one.number: one.title for one in page.milestones if one.title}
    if sprint is None or not titles:
        return {"schema": 1, "weeks": 0, "milestones": []}
    rows = sprint.milestones.filter(number__in=titles).prefetch_related("fulfils", "leader_rows")
    words = words_of(page.partnership)
    milestones = [
        {
            "title": words(row.title),
            "week": row.week,
            "last_week": row.last_week,
            "phase": row.phase,
            "leaders": row.leaders,
            "clauses": sorted(clause.key for clause in row.fulfils.all()),
            "joint": row.joint,
        }
        for row in rows
    ]
    return {"schema": 1, "weeks": sprint.weeks, "milestones": milestones}


def _decision(one: Any) -> dict[str, Any]:
    names = ("number", "question", "options", "choice", "why", "affected", "reversed_by")
    return {name: getattr(one, name) for name in names} | {"made_on": one.made_on.date().isoformat()}


def _dataset(one: Any) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("title", "description", "licence", "formats", "refresh", "address")}


def _publiccode(page: PublicPage, now: datetime) -> str:
    """The product's publiccode.yml, where nothing is missing and nothing of it is held back. In the place of a person
    stands who supports the code."""
    sprint = Sprint.objects.filter(partnership=page.partnership).select_related("partnership__program").first()
    if sprint is None or page.product is None or page.future is None:
        return ""
    plan, product = plan_of(sprint), product_of(sprint)
    if publiccode_gaps(plan, product, now):
        return ""
    plan.code_contact = plan.code_support
    return words_of(page.partnership)(publiccode(plan, product))


def _readme(told: dict[str, Any]) -> str:
    origin, names = told["origin"], " and ".join(told["origin"]["organizations"].values())
    return f"""# Starting package

Made from the partnership of {names}: {origin["address"]}

- `package.json`: the agreement as a template, the plan, decisions and descriptions of datasets. `package.schema.json`
  says what stands where.
- `publiccode.yml`, where there is one: the product.

Import it on the page of your program, or by `manage.py import_package FILE --program SLUG`. Change it as you like.

{LICENCE["name"]} ({LICENCE["address"]}):
share what you make of it alike, and say where it came from: {names}. {ADAPTED}
"""
