"""What a city's catalog file holds: the entries that a search finds, and their words. Reads only."""

from __future__ import annotations

import unicodedata

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from sprints.models import CatalogEntry


def folded(text: str) -> str:
    """As a search reads it: small letters, without accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def found_entries(entries: QuerySet[CatalogEntry], words: str) -> QuerySet[CatalogEntry]:
    """Those in which each of the words stands somewhere."""
    asked = Q()
    for word in folded(words).split()[:10]:
        asked &= Q(found_by__contains=word)
    return entries.filter(asked)


REFRESHED = {
    "R/PT1S": gettext_lazy("All the time"),
    "R/PT1H": gettext_lazy("Every hour"),
    "R/P1D": gettext_lazy("Every day"),
    "R/P1W": gettext_lazy("Every week"),
    "R/P7D": gettext_lazy("Every week"),
    "R/P2W": gettext_lazy("Every two weeks"),
    "R/P0.5M": gettext_lazy("Twice a month"),
    "R/P1M": gettext_lazy("Every month"),
    "R/P2M": gettext_lazy("Every two months"),
    "R/P3M": gettext_lazy("Every three months"),
    "R/P6M": gettext_lazy("Twice a year"),
    "R/P1Y": gettext_lazy("Every year"),
    "R/P2Y": gettext_lazy("Every two years"),
    "R/P10Y": gettext_lazy("Every ten years"),
    "irregular": gettext_lazy("Now and then"),
}


def refresh_in_words(code: str) -> str:
    """A repeating interval of ISO 8601, as catalogs write it, in words; any other text as it is."""
    return str(REFRESHED.get(code, code))
