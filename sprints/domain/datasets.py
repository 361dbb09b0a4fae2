"""A dataset as people see it: its state from facts, its content, and what a catalog holds. Reads only."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ledger.canonical import digest
from sprints.models import CatalogEntry, Dataset, PersonalData, Sprint

DAYS = ("asked_on", "promised_for", "accessible_since", "in_use_since", "refused_on")
TEXTS: tuple[str, ...] = ("title", "description", "address", "place", "steward", "licence", "formats", "refresh")
TEXTS += ("gaps", "personal_data", "refusal")


class DatasetState(TextChoices):
    """From asked for to in use. Nothing of this is stored."""

    REFUSED = "refused", gettext_lazy("Cannot be shared")
    ASKED = "asked", gettext_lazy("Asked for")
    PROMISED = "promised", gettext_lazy("Promised")
    LATE = "late", gettext_lazy("Late")
    ACCESSIBLE = "accessible", gettext_lazy("Accessible")
    IN_USE = "in use", gettext_lazy("In use")


def dataset_state(dataset: Dataset, today: date) -> DatasetState:
    """The furthest that it has come. A day that lies ahead is a promise."""
    if dataset.in_use_since and dataset.in_use_since <= today:
        return DatasetState.IN_USE
    if dataset.accessible_since and dataset.accessible_since <= today:
        return DatasetState.ACCESSIBLE
    if dataset.refused_on:
        return DatasetState.REFUSED
    promised = dataset.promised_for or dataset.accessible_since
    if promised is None:
        return DatasetState.ASKED
    return DatasetState.LATE if today > promised else DatasetState.PROMISED


def dataset_content(dataset: Dataset) -> dict[str, Any]:
    days = {name: getattr(dataset, name) for name in DAYS}
    texts = {name: str(getattr(dataset, name)) for name in TEXTS}
    return texts | {name: day.isoformat() if day else "" for name, day in days.items()}


def dataset_digest(dataset: Dataset) -> str:
    return digest(dataset_content(dataset))


@dataclass(frozen=True)
class DatasetRow:
    dataset: Dataset
    state: DatasetState
    promised: date | None
    days_late: int
    missing: list[str]

    @property
    def warns(self) -> bool:
        """It holds residents' personal data, or nobody has looked yet."""
        return self.dataset.personal_data != PersonalData.NO


def dataset_row(dataset: Dataset, today: date) -> DatasetRow:
    state = dataset_state(dataset, today)
    promised = dataset.promised_for or dataset.accessible_since
    late = (today - promised).days if state == DatasetState.LATE and promised else 0
    return DatasetRow(dataset, state, promised, late, missing_of(dataset))


def dataset_rows(sprint: Sprint, today: date) -> list[DatasetRow]:
    found = Dataset.objects.filter(sprint=sprint, dropped_at=None).select_related("added_by")
    return [dataset_row(dataset, today) for dataset in found]


def missing_of(dataset: Dataset) -> list[str]:
    """What nobody has written down about it yet, in words."""
    asked = {
        _("where it is"): dataset.address or dataset.place,
        _("its steward"): dataset.steward,
        _("its licence"): dataset.licence,
        _("its format"): dataset.formats,
        _("how often it is refreshed"): dataset.refresh,
        _("its gaps"): dataset.gaps,
    }
    return [words for words, said in asked.items() if not said]


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
