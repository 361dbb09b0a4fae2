"""What a city's catalog says of a dataset, from an entry of DCAT-US 1.0, 1.1 or 3 however untidy. Pure: no database.

Real files have numbers for texts, lists for texts, HTML in everything, and addresses without a host. What can be
understood is taken; what is missing is noted; only what has no title is refused. Names and addresses of contact people
are left out: the product has no field for them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from sprints.catalog.refresh import refresh_code
from text.clean import clean_line, one_line

# The limits of the columns, too.
IDENTIFIER, TITLE, DESCRIPTION, LINE, REFRESH, ADDRESS = 300, 200, 5000, 200, 60, 1000
MOST_HTML = 20000  # characters of one text that are looked at
MOST_TAGS = 1000
MOST_WORDS = 1000  # characters of keywords
EARLIEST = 1900
# What a portal leaves where nobody filled in its form.
UNFILLED = re.compile(r"\s*\{\{.{0,80}\}\}\s*")
NOT_PUBLIC = re.compile(r"restrict|confidential|(?:non|not)[ _-]?public", re.IGNORECASE)
EMAIL = re.compile(r"[^\s@]@[^\s@]")
UNSAFE = re.compile(r"[\s\x00-\x1f\x7f<>\"\ud800-\udfff]")
BLOCKS = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "ul", "ol"})
UNSEEN = frozenset({"script", "style"})
# Where a text may be hidden when it is not one.
WRAPPED = ("name", "title", "fn", "@value", "value", "en", "label", "@id", "url")
ADDRESSES = ("accessURL", "downloadURL", "url", "@id")


class EntryProblem(TextChoices):
    """Why an entry is skipped."""

    NOT_JSON = "not json", _("It is not written as JSON asks.")
    NOT_A_DATASET = "not a dataset", _("It is no dataset, but a single word or number.")
    TOO_LARGE = "too large", _("What is to be read of it is larger than 256 KB.")
    NO_TITLE = "no title", _("It has no title.")
    DECEPTIVE = "deceptive", _("Its title mixes letters of two alphabets that look alike.")
    TWICE = "twice", _("An earlier entry has the same identifier and title.")


class Missing(TextChoices):
    """What an entry does not say, or not in a way that can be used."""

    IDENTIFIER = "identifier", _("identifier")
    DESCRIPTION = "description", _("description")
    STEWARD = "steward", _("steward")
    LICENCE = "licence", _("licence")
    REFRESH = "refresh", _("how often it is refreshed")
    ADDRESS = "address", _("a web address")


class Unusable(Exception):
    """The entry is skipped."""

    def __init__(self, problem: EntryProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True)
class Described:
    """An entry as it was understood. Empty texts where it says nothing."""

    identifier: str
    title: str
    description: str
    steward: str
    licence: str
    formats: str
    refresh: str
    address: str
    issued: date | None
    is_public: bool
    keywords: str

    @property
    def missing(self) -> list[str]:
        return [one.value for one in Missing if not getattr(self, one.value)]


def described(data: bytes, *, source: str = "") -> Described:
    """The bytes of one entry. `source` is where the file came from: addresses without a host are completed with it.
    Raises Unusable."""
    entry = _object(data)
    copies = [one for one in _as_list(entry.get("distribution")) if isinstance(one, dict)]
    return Described(
        identifier=_identifier(entry),
        title=_title(entry),
        description=_paragraphs(entry.get("description")),
        steward=_line(entry.get("publisher"), LINE),
        licence=_line(entry.get("license"), LINE),
        formats=_formats(entry, copies),
        refresh=_cut(refresh_code(_line(entry.get("accrualPeriodicity"), LINE)), REFRESH),
        address=_address(entry, copies, source),
        issued=_day(entry.get("issued")),
        is_public=_is_public(entry),
        keywords=" ".join(_line(one, 100) for one in _as_list(entry.get("keyword"))[:100])[:MOST_WORDS],
    )


def name_of(members: Iterable[bytes]) -> tuple[str, str]:
    """Title and identifier, as far as these members hold them, of an entry that is skipped. Each is read by itself, and
    nothing else of the entry is shown: it may hold people's addresses."""
    entry: dict[str, Any] = {}
    for member in members:
        with suppress(Unusable):
            entry |= _object(b"{" + member + b"}")
    title, identifier = "", _identifier(entry)
    with suppress(Unusable):
        title = _title(entry)
    return "" if EMAIL.search(title) else title, "" if EMAIL.search(identifier) else identifier


def _object(data: bytes) -> dict[str, Any]:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    try:
        entry = json.loads(text, strict=False)
    except (ValueError, RecursionError) as error:
        raise Unusable(EntryProblem.NOT_JSON) from error
    if not isinstance(entry, dict):
        raise Unusable(EntryProblem.NOT_A_DATASET)
    return entry


def _identifier(entry: dict[str, Any]) -> str:
    return _line(entry.get("identifier") or entry.get("@id"), IDENTIFIER)


def _is_public(entry: dict[str, Any]) -> bool:
    level = _line(entry.get("accessLevel"), 40).lower()
    return level in {"", "public"} and not NOT_PUBLIC.search(_line(entry.get("accessRights"), LINE))


def _title(entry: dict[str, Any]) -> str:
    title = _cut(" ".join(_plain(entry.get("title")).split()), TITLE)
    try:
        return clean_line(title, limit=TITLE)
    except ValidationError as refusal:
        empty = refusal.code == "required"
        raise Unusable(EntryProblem.NO_TITLE if empty else EntryProblem.DECEPTIVE) from refusal


def _as_list(value: object) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _text(value: object, levels: int = 3) -> str:
    """What of a value can be read as a text, wherever somebody put it."""
    if isinstance(value, str):
        return "" if UNFILLED.fullmatch(value) else value[:MOST_HTML]
    if isinstance(value, bool) or value is None or levels == 0:
        return ""
    if isinstance(value, int | float):
        return str(value)[:100]
    if isinstance(value, list):
        return ", ".join(filter(None, (_text(one, levels - 1) for one in value[:20])))
    texts = (_text(value.get(name), levels - 1) for name in WRAPPED) if isinstance(value, dict) else ()
    return next(filter(None, texts), "")


class _Words(HTMLParser):
    """The words of a text with markup, with line breaks where blocks end."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.unseen += tag in UNSEEN
        if tag in BLOCKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.unseen -= tag in UNSEEN and self.unseen > 0
        if tag in BLOCKS:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.words.append(data)


def _plain(value: object) -> str:
    text = _text(value)
    if "<" not in text and "&" not in text:
        return text
    words = _Words()
    # Tags that are not closed take the square of their number in time.
    words.feed("<".join(text.split("<", MOST_TAGS + 1)[: MOST_TAGS + 1]))
    words.close()
    return "".join(words.words)


def _line(value: object, limit: int) -> str:
    return _cut(one_line(_plain(value)), limit)


def _paragraphs(value: object) -> str:
    lines = [one_line(line) for line in _plain(value).replace("\r", "\n").split("\n")]
    return _cut("\n\n".join(filter(None, lines)), DESCRIPTION)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def _formats(entry: dict[str, Any], copies: list[dict[str, Any]]) -> str:
    """Each format once: by its name, else by its media type."""
    said = [one.get("format") or one.get("mediaType") for one in [entry, *copies][:50]]
    names = [_line(one, 60).partition(";")[0].rpartition("/")[2].strip() for one in said]
    return _cut(", ".join(dict.fromkeys(name.upper() if len(name) < 8 else name for name in names if name)), LINE)


def _address(entry: dict[str, Any], copies: list[dict[str, Any]], source: str) -> str:
    """The page about it, else the data itself; only what is safe to show as a link."""
    places = [entry.get("landingPage")]
    for one in [*copies[:50], entry]:
        places += [one.get("accessURL"), one.get("downloadURL"), one.get("webService")]
    found = (_web_address(_text(_link(place)).strip(), source) for place in places)
    return next(filter(None, found), "")


def _link(place: object) -> object:
    """A document has a title, too."""
    one = place[0] if isinstance(place, list) and place else place
    return next(filter(None, map(one.get, ADDRESSES)), "") if isinstance(one, dict) else one


def _web_address(text: str, source: str) -> str:
    try:
        address = urljoin(source, text) if text else ""
        parts = urlsplit(address)
        safe = parts.scheme in {"http", "https"} and parts.hostname and not parts.username
    except ValueError:
        return ""
    return address if safe and len(address) <= ADDRESS and not UNSAFE.search(address) else ""


def _day(value: object) -> date | None:
    """The day that a date or a moment begins with."""
    try:
        day = date.fromisoformat(_text(value).strip()[:10])
    except ValueError:
        return None
    return day if day.year >= EARLIEST else None
