"""What a form offers to choose from, where that is known only when the form is made."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.db.models import QuerySet


def offer(form: forms.BaseForm, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
    """Values with their labels, for a field that is a choice."""
    cast("forms.ChoiceField", form.fields[name]).choices = list(choices)


def offer_rows(form: forms.BaseForm, name: str, rows: QuerySet[Any]) -> None:
    """Rows, for a field that is a choice of a model."""
    cast("forms.ModelChoiceField[Any]", form.fields[name]).queryset = rows
