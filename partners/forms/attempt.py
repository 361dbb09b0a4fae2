"""A form carried out by an action: what is refused stands at its field, and all of it at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError

from partners.forms.uploads import UploadForm
from partners.rules import Refused

T = TypeVar("T")
# What an action refuses of what was typed, by field. What could not be read is not among it.
Check = Callable[[Mapping[str, Any]], Mapping[str, Any]]


def attempt(form: forms.Form, act: Callable[..., T], *, check: Check | None = None, **more: object) -> T | None:
    """Do it with what the form holds: what the act returns. Where it is refused, the form says why and keeps what
    was typed, and there is None.

    `check` is the list that the act itself goes by. It is asked too where the form already found something, so that
    nobody is told of one fault after another.
    """
    if not form.is_bound:
        return None
    try:
        done = _try(form, act, check, more)
    except Refused:
        raise
    except Exception:
        _settle(form, refused=True)
        raise
    _settle(form, refused=bool(form.errors))
    return done


def _settle(form: forms.Form, *, refused: bool) -> None:
    """A file that was chosen is typed too: it stays for whoever has to send the form again."""
    if isinstance(form, UploadForm):
        form.settle(refused=refused)


def _try(form: forms.Form, act: Callable[..., T], check: Check | None, more: Mapping[str, object]) -> T | None:
    found = form.errors  # by what the form itself knows
    for name, why in check(form.cleaned_data).items() if check else ():
        if why and name not in found:
            form.add_error(name, why)
    return _act(form, act, more) if form.is_valid() else None


def _act(form: forms.Form, act: Callable[..., T], more: Mapping[str, object]) -> T | None:
    try:
        return act(**form.cleaned_data, **more)
    except ValidationError as refusal:
        by_field = refusal.error_dict if hasattr(refusal, "error_dict") else {"": [refusal]}
        for name, errors in by_field.items():
            for error in errors:
                form.add_error(name if name in form.fields else None, error)
        return None
