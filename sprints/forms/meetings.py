"""What people type about meetings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.models import Partnership, Person
from sprints.domain.meetings import people_of
from sprints.forms.sign_offs import ShownForm
from sprints.models import Meeting
from text.choices import offer_rows
from text.days import DayField


class ClockField(forms.TimeField):
    """A time of day: 14:30, or 2:30 PM where a browser offers that."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        super().__init__(widget=widget, input_formats=["%H:%M", "%I:%M %p", "%H:%M:%S"], **options)
        self.error_messages["invalid"] = _("Give a time such as 14:30.")


class PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic for type checkers alone
    def label_from_instance(self, person: Person) -> str:
        return person.name


class PeopleChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # generic for type checkers alone
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, person: Person) -> str:
        return person.name


class ZonedForm(forms.Form):
    """With a field `at`, a time by the clocks of the program's zone."""

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["at"].help_text = _("By the clocks of %(zone)s.") % {"zone": zone}


class MeetingForm(ZonedForm):
    title = Meeting.title.field.formfield(label=_("What is it about?"))
    day = DayField(label=_("Day"))
    at = ClockField(label=_("Time"))
    minutes = forms.IntegerField(label=_("How many minutes"), min_value=5, max_value=720, initial=60)
    place = Meeting.place.field.formfield(label=_("Where"), help_text=_("A room, or the address of the video call."))
    agenda = Meeting.agenda.field.formfield(label=_("Agenda"), rows=6)


class MeetingChangeForm(MeetingForm, ShownForm):
    """A change of exactly what the person saw."""


class RecordForm(ShownForm):
    present = PeopleChoice(label=_("Who was there"), queryset=Person.objects.none(), required=False)
    guests = forms.IntegerField(
        label=_("How many others were there"),
        min_value=0,
        max_value=2000,
        initial=0,
        help_text=_("A number is enough. Leave out residents' names."),
    )
    notes = Meeting.notes.field.formfield(
        label=_("Notes"), rows=10, help_text=_("What was said and agreed. Leave out residents' personal data.")
    )

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Whoever has left since is still somebody who was there.
        was_there = [person.pk for person in self.initial.get("present", [])]
        here = people_of(partnership).values("pk")
        found = Person.objects.filter(pk__in=here) | Person.objects.filter(pk__in=was_there)
        offer_rows(self, "present", found.order_by("name"))
