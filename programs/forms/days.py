"""What staff type of a day of the whole cohort."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from programs.models import DayKind, ProgramDay
from sprints.forms.meetings import ClockField, ZonedForm
from text.days import DayField


class ProgramDayForm(ZonedForm):
    kind = forms.ChoiceField(label=_("What it is"), choices=DayKind.choices)
    day = DayField(label=_("Day"))
    at = ClockField(label=_("Time"))
    about = ProgramDay.about.field.formfield(label=_("What it is about"))
    place = ProgramDay.place.field.formfield(label=_("Where"), help_text=_("A room, or the address of the video call."))

    def as_facts(self, zone: ZoneInfo) -> dict[str, Any]:
        """What the action is called with."""
        said = self.cleaned_data
        starts_at = datetime.combine(said["day"], said["at"], tzinfo=zone)
        return {"starts_at": starts_at, **{name: said[name] for name in ("kind", "about", "place")}}
