"""A dataset as people see it: its state from facts, and its content. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ledger.canonical import digest
from sprints.models import Dataset, PersonalData, Sprint

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
