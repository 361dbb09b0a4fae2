"""What people say about themselves, and about their mail."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from partners.actions.person import MAIL_CHOICES
from partners.dates import zones_to_choose
from partners.models import News, Person, WeeklyMail
from text.choices import offer
from text.days import DayField


class PersonForm(forms.Form):
    name = Person.name.field.formfield(label=_("Full name"), widget=forms.TextInput(attrs={"autocomplete": "name"}))
    title = Person.title.field.formfield(
        label=_("Title"),
        help_text=_("For example: Director. It is offered when you sign."),
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    language = forms.ChoiceField(label=_("Language of the pages and of our mail"), choices=settings.LANGUAGES)


class MailForm(forms.Form):
    """What a person chooses for the mail that is not about something that cannot wait."""

    weekly_mail = forms.ChoiceField(
        label=_("The weekly mail"),
        help_text=_("Where your partnerships stand and what waits for you, in one mail a week."),
        choices=WeeklyMail.choices,
        widget=forms.RadioSelect,
    )
    news = forms.ChoiceField(
        label=_("News"),
        help_text=_("What the other side changed, and what it waits for."),
        choices=News.choices,
        widget=forms.RadioSelect,
    )
    reminders = forms.BooleanField(
        label=_("Reminders that the other side or the staff send me"),
        help_text=_("At most one in three days about the same thing."),
        required=False,
    )
    snoozed_until = DayField(
        label=_("No weekly mail and no reminders before"),
        help_text=_("For a holiday, for example. Leave it empty otherwise."),
        required=False,
    )
    time_zone = forms.ChoiceField(
        label=_("Your time zone"), help_text=_("The mail comes at the same hour on your own clock."), required=False
    )
    language = forms.ChoiceField(label=_("Language of the pages and of our mail"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "time_zone", [("", _("As the program")), *zones_to_choose(person.time_zone)])
        self.initial = {name: getattr(person, name) for name in MAIL_CHOICES}
        self.initial["snoozed_until"] = person.mail_snoozed_until
