"""A form carried out by an action: what is refused stands at its field."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django import forms
from django.core.exceptions import ValidationError

T = TypeVar("T")


def attempt(form: forms.Form, act: Callable[..., T], **more: object) -> T | None:
    """Do it with what the form holds: what the act returns. Where it is refused, the form says why and keeps what
    was typed, and there is None."""
    if not form.is_valid():
        return None
    try:
        return act(**form.cleaned_data, **more)
    except ValidationError as refusal:
        fits = hasattr(refusal, "error_dict") and set(refusal.error_dict) <= set(form.fields)
        form.add_error(None, refusal if fits or not hasattr(refusal, "error_dict") else refusal.messages)
        return None
