"""Datasets: ask for one, say what is known of it, and since when it is accessible and in use."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from agreements.refusals import NotNow, Stale
from partners import rules
from partners.models import Person
from sprints.actions.transactions import lock_for, record_event
from sprints.domain.datasets import DAYS, TEXTS, dataset_content, dataset_digest
from sprints.domain.milestones import today_of
from sprints.models import Dataset, PersonalData, Sprint
from text.fields import clean_words, refuse

# What has happened is said afterwards; what is promised may lie ahead.
PAST = ("asked_on", "in_use_since", "refused_on")


@transaction.atomic
def set_dataset(
    *, by: Person, sprint: Sprint, dataset: Dataset | None, shown: str = "", now: datetime, **said: object
) -> Dataset:
    """Ask for a dataset (None), or change what is known of one: `shown` is `dataset_digest` as the person saw it.
    Raises ValidationError by field."""
    sprint = lock_for(rules.takes_part, by, sprint)
    kept = checked(said, today_of(sprint, now))
    if dataset is None:
        made = add_dataset(sprint, by=by, now=now, **kept)
        record_event(sprint, "dataset.asked", by=by, now=now, payload={"dataset": made.title} | dataset_content(made))
        return made
    dataset = held(sprint, dataset)
    before = dataset_content(dataset)
    if dataset_digest(dataset) != shown:
        raise Stale
    for name, value in kept.items():
        setattr(dataset, name, value)
    changed = {name: value for name, value in dataset_content(dataset).items() if before[name] != value}
    if changed:
        dataset.changed_at, dataset.changed_by = now, by
        dataset.save()
        record_event(sprint, "dataset.changed", by=by, now=now, payload={"dataset": dataset.title, "changed": changed})
    return dataset


def add_dataset(sprint: Sprint, *, by: Person, now: datetime, **kept: object) -> Dataset:
    """Under the sprint's lock."""
    last = Dataset.objects.filter(sprint=sprint).aggregate(last=Max("number"))["last"] or 0
    return Dataset.objects.create(sprint=sprint, number=last + 1, added_at=now, added_by=by, **kept)


def held(sprint: Sprint, dataset: Dataset) -> Dataset:
    dataset = Dataset.objects.get(pk=dataset.pk, sprint=sprint)
    if dataset.dropped_at:
        raise NotNow(_("This dataset was taken off the list. Nothing was changed."))
    return dataset


def checked(said: dict[str, Any], today: date) -> dict[str, Any]:
    """As it is kept."""
    typed: dict[str, Any] = {name: said.get(name) or "" for name in TEXTS if name != "personal_data"}
    texts = clean_words(Dataset, **typed)
    days = {name: said.get(name) for name in DAYS}
    refuse(refused_dataset(days | texts, today=today))
    days["asked_on"] = days["asked_on"] or today
    personal = PersonalData(said.get("personal_data") or PersonalData.UNKNOWN).value
    return texts | days | {"personal_data": personal}


def refused_dataset(typed: Mapping[str, Any], *, today: date) -> dict[str, str]:
    """What of it cannot be, by field."""
    ahead = _("This day lies ahead. Write it down when it has come.")
    refused = {name: ahead for name in PAST if (day := typed.get(name)) and day > today}
    pair = {name: typed.get(name) for name in ("refused_on", "refusal")}
    if pair.keys() <= typed.keys() and any(pair.values()):
        both = _("Give both: the day on which it was said, and why.")
        refused |= {name: both for name, value in pair.items() if not value}
    return refused


@transaction.atomic
def mark_dataset(*, by: Person, dataset: Dataset, step: str, shown: str, now: datetime) -> None:
    """Say that it is accessible, or in use, since today."""
    sprint = lock_for(rules.takes_part, by, dataset.sprint)
    dataset = held(sprint, dataset)
    if dataset_digest(dataset) != shown:
        raise Stale
    today = today_of(sprint, now)
    if dataset.accessible_since is None or dataset.accessible_since > today:
        dataset.accessible_since = today
    if step == "in_use":
        dataset.in_use_since = dataset.in_use_since or today
    dataset.changed_at, dataset.changed_by = now, by
    dataset.save()
    kind = "dataset.in_use" if step == "in_use" else "dataset.accessible"
    record_event(sprint, kind, by=by, now=now, payload={"dataset": dataset.title, "since": today.isoformat()})


@transaction.atomic
def drop_dataset(*, by: Person, dataset: Dataset, now: datetime) -> None:
    """Take it off the list: it is not needed after all. The history keeps it."""
    sprint = lock_for(rules.proposes, by, dataset.sprint)
    dataset = held(sprint, dataset)
    dataset.dropped_at, dataset.dropped_by = now, by
    dataset.save(update_fields=["dropped_at", "dropped_by"])
    record_event(sprint, "dataset.dropped", by=by, now=now, payload={"dataset": dataset.title})
