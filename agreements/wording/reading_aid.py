"""What a frozen text says in another language, to help somebody read it. Never what is signed. Pure: no database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from agreements.wording import optional_clauses, template
from partners.parties import Party


def reading_aids(content: Mapping[str, Any], language: str) -> dict[str, str]:
    """Our translation into this language of each line of an edition's content that is still the template's, or that of
    a clause we offer, by the line's own text. Nothing for what the parties wrote, or where it is in that language."""
    signed = content["language"]
    if language == signed:
        return {}
    facts = _facts(content)
    pairs = [*_of_template(content["template"], signed, language), *_of_ours(signed, language)]
    return {template.fill(text, facts): template.fill(aid, facts) for text, aid in pairs}


def _of_template(name: str, signed: str, language: str) -> Iterator[tuple[str, str]]:
    if template.is_written_in(language, name):
        parts = zip(template.parts(name, signed), template.parts(name, language), strict=True)
        yield from ((part.text, aid.text) for part, aid in parts if part.type != "signature")


def _of_ours(signed: str, language: str) -> Iterator[tuple[str, str]]:
    for texts in (template.TOGETHER, template.FURTHER, *(one.text for one in optional_clauses.BY_KEY.values())):
        if signed in texts and language in texts:
            yield texts[signed], texts[language]


def _facts(content: Mapping[str, Any]) -> dict[str, str]:
    facts = {template.ISSUE: content["issue"][content["language"]]}
    for party in Party:
        names = content["parties"][party]
        facts |= {party: names["organization"], f"{party}_lead": names["signatory"]}
    return facts
