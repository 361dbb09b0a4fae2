"""What a city's catalog file holds: the entries that a search finds, and what of them is on the list already. Reads
only."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import override

from sprints.catalog.entries import NotRead
from sprints.catalog.refresh import refresh_in_words
from sprints.models import Catalog, CatalogEntry, Dataset

COPIED = ("identifier", "title", "description", "steward", "licence", "formats", "refresh", "address")
COMPARED = COPIED[1:]


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


def not_read(catalog: Catalog) -> list[tuple[str, int]]:
    """What else is in the file, in words, and how many."""
    return [(str(what.label), catalog.not_read[what]) for what in NotRead if catalog.not_read.get(what)]


@dataclass(frozen=True)
class Listed:
    """The dataset on the list that an entry tells of, and what the catalog says otherwise of it now: by field."""

    dataset: Dataset
    changes: dict[str, str]


def listed(catalog: Catalog, entries: Iterable[CatalogEntry]) -> dict[int, Listed]:
    """Of these entries, by number, those that are on the list already: with the same identifier and title, or with the
    same identifier where nothing else on the list or in the file has it."""
    datasets = list(Dataset.objects.filter(sprint=catalog.sprint, dropped_at=None))
    by_key = {(one.identifier, one.title): one for one in datasets}
    times = Counter(one.identifier for one in datasets)
    by_identifier = {one.identifier: one for one in datasets if one.identifier and times[one.identifier] == 1}
    usable = CatalogEntry.objects.filter(catalog=catalog, problem="", identifier__in=by_identifier)
    in_file = Counter(usable.values_list("identifier", flat=True))
    found = {}
    for entry in entries:
        alone = by_identifier.get(entry.identifier) if in_file[entry.identifier] == 1 else None
        if dataset := by_key.get((entry.identifier, entry.title), alone):
            found[entry.number] = Listed(dataset, _changes(entry, dataset))
    return found


def _changes(entry: CatalogEntry, dataset: Dataset) -> dict[str, str]:
    """What the catalog does not say changes nothing."""
    now = {name: getattr(entry, name) for name in COMPARED if getattr(entry, name)}
    if dataset.refresh in _refresh_in_each_language(entry.refresh):
        now.pop("refresh", None)
    elif entry.refresh:
        now["refresh"] = refresh_in_words(entry.refresh)[:60]
    return {name: said for name, said in now.items() if said != getattr(dataset, name)}


def _refresh_in_each_language(code: str) -> set[str]:
    """It was written down in the language of whoever chose the dataset."""
    words = {code}
    for language, _name in settings.LANGUAGES:
        with override(language):
            words.add(refresh_in_words(code)[:60])
    return words
