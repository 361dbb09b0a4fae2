"""What people type to prepare Demo Day. No field asks who a resident is."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.models import Person
from sprints.domain.meetings import people_of
from sprints.forms.meetings import ClockField, PeopleChoice
from sprints.models import Sprint, Story, StoryUse
from text.choices import offer_rows
from text.days import DayField
from text.fields import LineField, TextField


class ShowcaseForm(forms.Form):
    day = DayField(label=_("Day"), required=False)
    at = ClockField(label=_("Time"), required=False)
    place = LineField(label=_("Where"), required=False, limit=300)
    welcome = TextField(
        label=_("Words of welcome"),
        required=False,
        limit=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("They open the printed program."),
    )

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["at"].help_text = _("By the clocks of %(zone)s.") % {"zone": zone}


class ItemForm(forms.Form):
    title = LineField(label=_("What is shown or said?"), limit=160)
    minutes = forms.IntegerField(label=_("How many minutes"), min_value=1, max_value=240, initial=5)
    presenters = PeopleChoice(label=_("Who presents it"), queryset=Person.objects.none(), required=False)
    others = LineField(
        label=_("Others who present"),
        required=False,
        limit=160,
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
        told = Story.objects.filter(sprint=sprint, consents__use=StoryUse.STAGE, consents__withdrawn_at=None)
        offer_rows(self, "story", told)


class ConsentForm(forms.Form):
    uses = forms.MultipleChoiceField(
        label=_("What it may be used for"), choices=StoryUse.choices, widget=forms.CheckboxSelectMultiple
    )
    given_on = DayField(label=_("Day of the consent"))
    how = LineField(
        label=_("How it was given"),
        limit=160,
        help_text=_("For example: signed form, kept by the community partner. Leave out the resident's name."),
    )


class StoryForm(ConsentForm):
    about = LineField(
        label=_("What the story is about"),
        limit=160,
        help_text=_("So that the team knows which one is meant. Leave out names, addresses and other personal data."),
    )
    field_order = ("about", "uses", "given_on", "how")


class CheckForm(forms.Form):
    text = LineField(label=_("Something more to see to"), limit=200)
