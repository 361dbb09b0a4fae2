"""What a person typed and has not sent yet, or sent and was refused: in their session for a day, by its address.

A page that is opened at that address, or above it, draws its form with these words: after a change of language, from a
restored tab, after a fresh code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict

from partners.models.unsent import LASTS
from partners.models.upload import LONGEST_FORM

SESSION = "unsent_forms"
# Names that our forms have for what nobody types; and what is never kept: a proof, and the yes of who signs.
FORM, ROW = "form", "unsent"
NOT_TYPED = frozenset({"shown", "seen", "based_on", "wording", "back", "next", "agree", "save", "language", FORM})
NEVER_KEPT = frozenset({"csrfmiddlewaretoken", "code", "consents", "intends", ROW})
MOST, LONGEST = 5, 60_000
HELD = "_held"  # ends the name of what lists the files that are held for a field

Words = Mapping[str, list[str]]


def words_of(posted: QueryDict) -> dict[str, list[str]]:
    """What was sent, by the name of its field, without what is never kept, nor the one letter no database takes."""
    kept = [(name, values) for name, values in posted.lists() if name not in NEVER_KEPT]
    return {name: [str(value).replace("\0", "") for value in values] for name, values in kept}


def typed(words: Words) -> list[str]:
    """What of it a person wrote or chose."""
    said = (values for name, values in words.items() if name not in NOT_TYPED and not name.endswith(HELD))
    found = (value for values in said for value in values)
    return [value for value in found if value.strip() and value != "on"]


def fits(words: Words) -> bool:
    return sum(len(name) + sum(map(len, values)) for name, values in words.items()) <= LONGEST


def keep(
    request: HttpRequest, address: str, words: Words, now: datetime, *, outdated: bool = False, row: int = 0
) -> None:
    """`outdated`: what the form was about has changed since, so that its hidden fields are drawn anew. `row`: the kept
    form whose words these are; it stays until they are sent.
    """
    if not typed(words) or not fits(words):
        return
    others = [one for one in request.session.get(SESSION, []) if one["address"] != address][: MOST - 1]
    one = {"address": address, "words": dict(words), "at": now.timestamp(), "outdated": outdated, "by": _who(request)}
    request.session[SESSION] = [one | {"row": row or row_kept(request, address)}, *others]


def row_kept(request: HttpRequest, address: str) -> int:
    """Which kept form the words at this address come from; 0 for none."""
    rows = (one.get("row", 0) for one in request.session.get(SESSION, []) if one["address"] == address)
    return next(rows, 0)


def forget(request: HttpRequest, address: str) -> None:
    """It was sent."""
    kept = request.session.get(SESSION, [])
    if any(one["address"] == address for one in kept):
        request.session[SESSION] = [one for one in kept if one["address"] != address]


def forget_old(request: HttpRequest, now: datetime) -> None:
    kept = request.session.get(SESSION, [])
    if any(_is_over(one, now) for one in kept):
        request.session[SESSION] = [one for one in kept if not _is_over(one, now)]


def _is_over(kept: Mapping[str, Any], now: datetime) -> bool:
    return bool(now.timestamp() - kept["at"] >= LASTS.total_seconds())


def name_of(form: forms.BaseForm) -> str:
    """Which form of a page it is. It is sent along, so that the words come back to the same one."""
    return f"{type(form).__name__} {form.prefix or form.auto_id}"


def held_under(address: str, name: str) -> str:
    """How the files of one form are found again: by the address it is sent to, and which form it says it is."""
    return f"{address} {name}".replace("\0", "")[:LONGEST_FORM]


def held_in(words: Words) -> list[str]:
    """The ids of the files that these words name; whatever else stands in their place."""
    return [value for name, values in words.items() if name.endswith(HELD) for value in values]


def fill(form: forms.BaseForm, request: HttpRequest) -> bool:
    """Draw the form with the words that were typed into it before. Whether there are any."""
    if form.is_bound or not hasattr(request, "session"):
        return False
    for kept in _kept_here(request):
        data = _as_data(kept["words"])
        if _is_of(form, data):
            form.initial = {**(form.initial or {}), **dict(_values(form, data, with_hidden=not kept["outdated"]))}
            return True
    return False


def _is_of(form: forms.BaseForm, data: QueryDict) -> bool:
    """By the name that went along; what a page of before this version sent has none, and is known by its fields."""
    if FORM in data:
        return data[FORM] == name_of(form)
    known = [form.add_prefix(name) for name in form.fields]
    sent = [name for name in data if name not in NOT_TYPED]
    return all(any(name == one or name.startswith(f"{one}_") for one in known) for name in sent)


def _kept_here(request: HttpRequest) -> Iterator[dict[str, Any]]:
    for kept in request.session.get(SESSION, []):
        if kept["by"] == _who(request) and kept["address"].startswith(request.path):
            yield kept


def _values(form: forms.BaseForm, data: QueryDict, *, with_hidden: bool) -> Iterator[tuple[str, object]]:
    for name, field in form.fields.items():
        if isinstance(field.widget, forms.FileInput) or (field.widget.is_hidden and not with_hidden):
            continue
        yield name, field.widget.value_from_datadict(data, {}, form.add_prefix(name))


def _as_data(words: Words) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, values in words.items():
        data.setlist(name, values)
    return data


def _who(request: HttpRequest) -> str:
    return str(request.user.pk) if request.user.is_authenticated else ""
