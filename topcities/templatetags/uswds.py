"""What the form templates in templates/uswds ask for: a widget drawn with our classes, and where an error leads."""

from __future__ import annotations

from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def kind_of(field: BoundField) -> str:
    """Which of our templates draws it: day, radios, checks, check, file, hidden or line."""
    widget = field.field.widget
    kinds: list[tuple[type, str]] = [
        (forms.MultiWidget, "day"),
        (forms.CheckboxSelectMultiple, "checks"),
        (forms.RadioSelect, "radios"),
        (forms.CheckboxInput, "check"),
        (forms.FileInput, "file"),
    ]
    return next((name for of, name in kinds if isinstance(widget, of)), "line")


@register.simple_tag
def widget(field: BoundField) -> SafeString:
    """The field's own input. A long text may be typed beyond its limit: cut off unseen, words would be lost."""
    attrs: dict[str, Any] = {"class": " ".join(_classes(field))}
    if isinstance(field.field.widget, forms.Textarea):
        attrs |= {"maxlength": False, "data-limit": limit_of(field) or False}
        if limit_of(field) and not field.help_text:
            attrs["aria-describedby"] = f"{field.auto_id}_limit {field.aria_describedby or ''}".strip()
    return field.as_widget(attrs=attrs)


@register.filter
def limit_of(field: BoundField) -> int | None:
    """How many characters fit."""
    return getattr(field.field, "limit", None) or getattr(field.field, "max_length", None)


@register.filter
def is_long(field: BoundField) -> bool:
    return isinstance(field.field.widget, forms.Textarea)


@register.filter
def place_of(field: BoundField) -> str:
    """The id of the first input of a field: the error list leads there."""
    return f"{field.auto_id}_0" if field.use_fieldset else field.auto_id


@register.filter
def asks_more_than_one(form: forms.BaseForm) -> bool:
    """Where a form has one question only, it need not say that this one is required."""
    return len(form.visible_fields()) > 1


def _classes(field: BoundField) -> list[str]:
    shown = field.field.widget
    names = [str(shown.attrs.get("class", ""))]
    if isinstance(shown, forms.Textarea):
        names.append("usa-textarea")
    elif isinstance(shown, forms.Select):
        names.append("usa-select")
    elif not isinstance(shown, forms.CheckboxInput | forms.FileInput | forms.RadioSelect):
        names.append("usa-input")
    if shown.attrs.get("autocomplete") == "one-time-code":
        names.append("usa-input--code")
    if field.errors:
        names.append("usa-input--error")
    return [name for name in names if name]
