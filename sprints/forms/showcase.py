"""What people type to prepare Demo Day. No field asks who a resident is."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.models import Person
from sprints.domain.meetings import people_of
from sprints.forms.meetings import ClockField, PeopleChoice
from sprints.models import Consent, RehearsalCheck, RunningOrderItem, Showcase, Sprint, Story, StoryUse
from text.choices import offer_rows
from text.days import DayField


class ShowcaseForm(forms.Form):
    day = DayField(label=_("Day"), required=False)
    at = ClockField(label=_("Time"), required=False)
    place = Showcase.place.field.formfield(label=_("Where"))
    welcome = Showcase.welcome.field.formfield(
        label=_("Words of welcome"), rows=4, help_text=_("They open the printed program.")
    )

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["at"].help_text = _("By the clocks of %(zone)s.") % {"zone": zone}


class ItemForm(forms.Form):
    title = RunningOrderItem.title.field.formfield(label=_("What is shown or said?"))
    minutes = forms.IntegerField(label=_("How many minutes"), min_value=1, max_value=240, initial=5)
    presenters = PeopleChoice(label=_("Who presents it"), queryset=Person.objects.none(), required=False)
    others = RunningOrderItem.others.field.formfield(
        label=_("Others who present"),
        help_text=_("A role or an organization, such as “a resident of Elm Street”. Leave out residents' names."),
    )
    story = forms.ModelChoiceField(
        label=_("A resident's story told in it"),
        queryset=Story.objects.none(),
        required=False,
        help_text=_("Those with a standing consent to be told on Demo Day."),
    )

    def __init__(self, *args: Any, sprint: Sprint, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "presenters", people_of(sprint.partnership))
        stories = Story.objects.filter(sprint=sprint, consents__use=StoryUse.STAGE, consents__withdrawn_at=None)
        offer_rows(self, "story", stories)


class ConsentForm(forms.Form):
    uses = forms.MultipleChoiceField(
        label=_("What it may be used for"), choices=StoryUse.choices, widget=forms.CheckboxSelectMultiple
    )
    given_on = DayField(label=_("Day of the consent"))
    how = Consent.how.field.formfield(
        label=_("How it was given"),
        help_text=_("For example: signed form, kept by the community partner. Leave out the resident's name."),
    )


class StoryForm(ConsentForm):
    about = Story.about.field.formfield(
        label=_("What the story is about"),
        help_text=_("So that the team knows which one is meant. Leave out names, addresses and other personal data."),
    )
    field_order = ("about", "uses", "given_on", "how")


class CheckForm(forms.Form):
    text = RehearsalCheck.text.field.formfield(label=_("Something more to see to"))
