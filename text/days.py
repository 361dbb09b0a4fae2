"""A day, asked for as month, day and year: three fields that anyone can type, which come back as they were typed."""

from __future__ import annotations

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import MONTHS
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

PARTS = ("month", "day", "year")
# Who types 27 means 2027, and is shown how a year is written.
EARLIEST = 1900


class DayInput(forms.MultiWidget):
    """Three inputs in the order in which the page's language says a date."""

    use_fieldset = True

    def __init__(self, attrs: dict[str, object] | None = None) -> None:
        number = {"inputmode": "numeric", "autocomplete": "off"}
        widgets: dict[str, forms.Widget | type[forms.Widget]] = {
            "month": forms.Select(choices=[("", "-"), *MONTHS.items()]),
            "day": forms.TextInput(attrs=number),
            "year": forms.TextInput(attrs=number),
        }
        super().__init__(widgets, attrs)

    def decompress(self, value: date | None) -> list[object]:
        return [value.month, value.day, value.year] if value else [None, None, None]

    def get_context(self, name: str, value: object, attrs: dict[str, object] | None) -> dict[str, object]:
        context = super().get_context(name, value, attrs)
        parts = context["widget"]["subwidgets"]
        for part, known_as, label in zip(parts, PARTS, (_("Month"), _("Day"), _("Year")), strict=True):
            part |= {"part": known_as, "label": label}
        if (get_language() or "en").startswith("es"):
            parts[:2] = parts[1::-1]
        return context


class DayField(forms.DateField):
    """A date from `DayInput`. Raises ValidationError in plain words; None where nothing was typed."""

    widget = DayInput

    def to_python(self, value: list[object] | str | date | None) -> date | None:
        if not isinstance(value, list):
            return super().to_python(value)
        if not any(value):
            return None
        day = _day(value)
        if day is None or day.year < EARLIEST:
            raise ValidationError(_("Give a day that exists, such as March 2, 2027."), code="invalid")
        return day


def _day(parts: list[object]) -> date | None:
    try:
        month, day, year = (int(str(part)) for part in parts)
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None
