"""Every page that somebody can reach, and every address that there is: for what must hold on each of them."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import cycle
from typing import Any
from urllib.parse import urldefrag, urljoin
from uuid import UUID

from django.apps import apps
from django.db import models
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, reverse

from agreements.models import Edition
from ledger.models import EventContent
from tests.truncate_ledger import as_owner

NUMBER = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+")
OF_A_KIND = 3
LINK = re.compile(r'\bhref="([^"]+)"')
FORM = re.compile(r'<form\b[^>]*\bmethod="post"[^>]*', re.DOTALL)
ACTION = re.compile(r'\b(?:form)?action="([^"]+)"')
DRAWN = ".pdf"  # drawing takes a while; tests of its own look into these


def walk(client: Client, *starts: str, most: int = 400) -> dict[str, HttpResponse]:
    """Open these pages and all that their links lead to inside of them, but for drawings.

    Of pages that differ by a number or by what follows "?" alone (clauses, milestones) the first few stand for all.
    """
    seen: dict[str, HttpResponse] = {}
    alike: Counter[str] = Counter()
    ahead = list(starts)
    while ahead and len(seen) < most:
        address = ahead.pop(0)
        shape = NUMBER.sub("N", re.sub(r"\?.*", "?", address))
        if address in seen or address.split("?")[0].endswith(DRAWN) or alike[shape] == OF_A_KIND:
            continue
        alike[shape] += 1
        seen[address] = response = client.get(address)
        if response.status_code == 200 and response.get("Content-Type", "").startswith("text/html"):
            found = [urldefrag(urljoin(address, html.unescape(link)))[0] for link in LINK.findall(body(response))]
            ahead += [link for link in found if link.startswith(starts) and link not in seen]
    assert len(seen) < most, "the walk does not end"
    return seen


def leads_to(pages: dict[str, HttpResponse]) -> set[str]:
    """Where else the links of these pages lead on this site, and where their forms are sent: one of each kind."""
    found: dict[str, str] = {}
    for address, response in pages.items():
        drawn = body(response) if response.get("Content-Type", "").startswith("text/html") else ""
        sent = [action for form in FORM.findall(drawn) for action in ACTION.findall(form) or [address]]
        for link in [*LINK.findall(drawn), *sent]:
            there = urldefrag(urljoin(address, html.unescape(link)))[0]
            if there.startswith("/") and not there.startswith("/static/") and not there.endswith(DRAWN):
                found.setdefault(NUMBER.sub("N", re.sub(r"\?.*", "", there)), there)
    return set(found.values()) - set(pages)


def body(response: HttpResponse) -> str:
    """Everything that went out: the body, and what headers say (a redirect's address, a file's name)."""
    content = b"".join(response) if response.streaming else response.content
    return f"{content.decode(errors='replace')} {dict(response.headers)}"


def addresses_in(slug: str, **known: Any) -> Iterator[tuple[str, str]]:
    """Every address of one partnership, with its name: pages and acts. What is not `known` by name is made up."""
    return addresses_under("partnerships/%(slug)s/", slug=slug, **known)


def addresses_under(start: str, **known: Any) -> Iterator[tuple[str, str]]:
    """Every address that begins so, with its name."""
    for name, (pattern, parameters, converters) in patterns():
        if pattern.startswith(start):
            made_up = {each: sample(converters[each]) for each in parameters}
            given = {each: known.get(f"{name}.{each}", known.get(each, made_up[each])) for each in parameters}
            yield name, reverse(name, kwargs=given)


def patterns() -> Iterator[tuple[str, tuple[str, list[str], dict[str, Any]]]]:
    resolver = get_resolver()
    for name in resolver.reverse_dict:
        if isinstance(name, str):
            for possibilities, _regex, _defaults, converters in resolver.reverse_dict.getlist(name):
                for pattern, parameters in possibilities:
                    yield name, (pattern, parameters, converters)


def sample(converter: object) -> object:
    kind = type(converter).__name__
    return {"IntConverter": 1, "UUIDConverter": UUID(int=1), "PartyConverter": "city", "LanguageConverter": "en"}.get(
        kind, "goal-1"
    )


# --- What people wrote, replaced everywhere -----------------------------------------------------------------------

NOT_WRITTEN = re.compile(r"[0-9a-f]{32,}|[\w-]{40,}|<[^>]*@[^>]*>|[A-Z]{2,}/[^ ]*")
NOT_TEXT = (models.EmailField, models.SlugField, models.URLField)
# Columns and parts of what the ledger tells that hold a word of ours, not of a person.
OUR_OWN = {"key", "code", "method", "proof_method", "consent_version", "intent_version", "language", "time_zone"}
OUR_OWN |= {"plan", "scan_type", "level", "sealer", "message_id", "kind", "template", "password", "problem", "address"}
OUR_OWN |= {"terms_version", "licence", "link", "url", "repository", "file", "party", "draft", "state"}
WRITTEN_IN = ("partners", "agreements", "sprints", "programs")
WRITTEN_LISTS = {"texts", "facts", "features", "options"}
TOLD = {
    "reason",
    "text",
    "name",
    "title",
    "organization",
    "signatory",
    "milestone",
    "what",
    "meeting",
    "issue",
    "words",
}


def write_everywhere(*texts: str) -> int:
    """Put this in front of all that people wrote, in each table and in the ledger; how many texts there were.

    Of several, each takes its turn.
    """
    evil = cycle(texts)
    with as_owner():
        models_ = [model for room in WRITTEN_IN for model in apps.get_app_config(room).get_models()]
        count = sum(_write_in(model, evil) for model in models_ if not model._meta.proxy)
        for content in EventContent.objects.all():
            told = _marked_where(content.payload, TOLD, evil)
            EventContent.objects.filter(pk=content.pk).update(payload=told)
        for edition in Edition.objects.all():
            frozen = json.loads(bytes(edition.canonical))
            frozen = _marked_where(frozen, {"organization", "signatory", "en", "es"}, evil)
            Edition.objects.filter(pk=edition.pk).update(canonical=json.dumps(frozen).encode())
    return count


def _write_in(model: type[models.Model], evil: Iterator[str]) -> int:
    fields = [field for field in model._meta.concrete_fields if _is_written(field)]
    count = 0
    for row in model._base_manager.all() if fields else []:
        changed = {field.attname: _marked(field, getattr(row, field.attname), evil) for field in fields}
        count += sum(value != getattr(row, name) for name, value in changed.items())
        model._base_manager.filter(pk=row.pk).update(**changed)
    return count


def _is_written(field: models.Field) -> bool:
    if field.name in OUR_OWN or field.choices or isinstance(field, NOT_TEXT) or field.primary_key:
        return False
    if isinstance(field, models.JSONField):
        return field.name in WRITTEN_LISTS
    return isinstance(field, models.CharField | models.TextField)


def _marked(field: models.Field, value: object, evil: Iterator[str]) -> object:
    if isinstance(value, str):
        longest = getattr(field, "max_length", None)
        return f"{next(evil)} {value}"[:longest] if value and not NOT_WRITTEN.fullmatch(value) else value
    if isinstance(value, list):
        return [_marked(field, each, evil) for each in value]
    return _marked_where(value, set(value), evil) if isinstance(value, dict) else value


def _marked_where(value: object, names: set[str], evil: Iterator[str]) -> object:
    """The value with the text in front of each string that stands under one of these names."""
    if isinstance(value, list):
        return [_marked_where(each, names, evil) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: f"{next(evil)} {each}"
        if name in names and isinstance(each, str) and each
        else _marked_where(each, names, evil)
        for name, each in value.items()
    }
