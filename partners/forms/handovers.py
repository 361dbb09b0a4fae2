"""What is typed to hand over the lead of a side."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.models import Handover, Person
from text.choices import offer


class OfferLeadForm(forms.Form):
    """A lead picks who of their own side is to take over."""

    to = forms.ChoiceField(label=_("Who takes over the lead"))
    reason = Handover.reason.field.formfield(
        label=_("Why you hand over"),
        help_text=_("It stands in the mail to this person, and in the history that both sides read."),
        rows=3,
    )

    def __init__(self, *args: Any, members: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = {str(person.pk): person for person in members}
        offer(self, "to", [(pk, person.name) for pk, person in self.members.items()])

    def clean_to(self) -> Person:
        return self.members[self.cleaned_data["to"]]


class DeclineLeadForm(forms.Form):
    reason = Handover.answer.field.formfield(
        label=_("Why you do not take over"),
        help_text=_("It is told to your lead by mail, and kept in the history that both sides read."),
        rows=3,
    )
