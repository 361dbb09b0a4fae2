"""What the form templates in templates/uswds ask for: a widget drawn with our classes, and where an error leads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from crispy_forms.templatetags.crispy_forms_filters import as_crispy_form  # type: ignore[import-untyped]
from django import forms, template
from django.forms.boundfield import BoundField
from django.template import RequestContext
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from partners.unsent import FORM, fill, name_of

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


@register.simple_tag(takes_context=True)
def fields(context: RequestContext, form: forms.BaseForm) -> SafeString:
    """All fields of a form; with what was typed into it before and is not sent yet."""
    return begin(context, form) + SafeString(as_crispy_form(form))


@register.simple_tag(takes_context=True)
def opened(context: RequestContext, form: forms.BaseForm) -> str:
    """For what is folded away: open, where its form was refused or holds what was typed before."""
    return "open" if form.errors or _is_filled(context, form) else ""


@register.simple_tag(takes_context=True)
def begin(context: RequestContext, form: forms.BaseForm) -> SafeString:
    """What stands before the fields: which form it is, and that what was typed before is in it again."""
    marked = format_html('<input type="hidden" name="{}" value="{}">', FORM, name_of(form))
    if not _is_filled(context, form):
        return marked
    says = _("What you typed before is here again. It is not sent yet.")
    return marked + format_html('<p class="note" role="status">{}</p>', says)


def _is_filled(context: RequestContext, form: forms.BaseForm) -> bool:
    request = context.get("request")
    return request is not None and fill(form, request)


@register.filter
def limit_of(field: BoundField) -> int | None:
    """How many characters fit."""
    return getattr(field.field, "limit", None) or getattr(field.field, "max_length", None)


@register.filter
def is_long(field: BoundField) -> bool:
    return isinstance(field.field.widget, forms.Textarea)


@register.filter
def place_of(field: BoundField) -> str:
    """The id of the first input of a field: the error list leads there. Where nothing is there to choose, its group."""
    return f"{field.auto_id}_0" if field.use_fieldset and len(field) else field.auto_id


class Grouped(Protocol):
    """A form that asks the same of several: each group by its name, with its fields."""

    def groups(self) -> list[tuple[str, list[BoundField]]]: ...


@register.filter
def error_lines(form: forms.BaseForm) -> list[tuple[str, str]]:
    """The list of errors: the id of the input that each leads to (empty for the whole form), and what it says."""
    lines = [("", str(error)) for error in form.non_field_errors()]
    groups = form.groups() if hasattr(form, "groups") else []
    grouped = {field.name for _name, fields in groups for field in fields}
    for name, fields in groups:
        lines += _lines_of_group(name, fields)
    for field in form.visible_fields():
        if field.name not in grouped:
            lines += [(place_of(field), f"{_named(field)} {error}") for error in field.errors]
    return lines


def _named(field: BoundField) -> str:
    """A question has its mark already."""
    label = str(field.label)
    return label if label.endswith("?") else f"{label}:"


def _lines_of_group(name: str, fields: list[BoundField]) -> Iterator[tuple[str, str]]:
    """What is missing is one sentence a group; anything else names its field."""
    missing = [field for field in fields if is_missing(field)]
    if missing:
        labels = get_text_list([f"“{field.label}”" for field in missing], _("and"))
        yield place_of(missing[0]), _("%(group)s: please fill in %(fields)s.") % {"group": name, "fields": labels}
    for field in fields:
        if field not in missing:
            yield from ((place_of(field), f"{name}, {field.label}: {error}") for error in field.errors)


def is_missing(field: BoundField) -> bool:
    return field.form.has_error(field.name, code="required")


@register.filter
def held(field: BoundField) -> list[Any]:
    """The files from before that are held for it."""
    return list(getattr(field.field.widget, "held", ()))


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
