"""What a frozen text says in another language, to help somebody read it. Never what is signed. Pure: no database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from agreements.wording import template
from agreements.wording.template import Template
from partners.parties import Party


def reading_aids(content: Mapping[str, Any], language: str, written: Template) -> dict[str, str]:
    """What each line of an edition's content that is still the template's, or that of a clause it offers, says in this
    language, by the line's own text. Nothing for what the parties wrote, or where it is in that language. `written`:
    the template that the content names."""
    signed = content["language"]
    if language == signed:
        return {}
    facts = _facts(content)
    pairs = [*_of_template(written, signed, language), *_of_ours(written, signed, language)]
    return {template.fill(text, facts): template.fill(aid, facts) for text, aid in pairs}


def _of_template(written: Template, signed: str, language: str) -> Iterator[tuple[str, str]]:
    if written.is_written_in(language) and written.is_written_in(signed):
        parts = zip(written.parts(signed), written.parts(language), strict=True)
        yield from ((part.text, aid.text) for part, aid in parts if part.type != "signature")


def _of_ours(written: Template, signed: str, language: str) -> Iterator[tuple[str, str]]:
    for texts in (template.TOGETHER, template.FURTHER, *(one.text for one in written.offered.values())):
        if texts.get(signed) and texts.get(language):
            yield texts[signed], texts[language]


def _facts(content: Mapping[str, Any]) -> dict[str, str]:
    facts = {template.ISSUE: content["issue"][content["language"]]}
    for party in Party:
        names = content["parties"][party]
        facts |= {party: names["organization"], f"{party}_lead": names["signatory"]}
    return facts
