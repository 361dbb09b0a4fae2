"""What people type about what somebody takes on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.models import Partnership, Person
from sprints.domain.meetings import people_of
from sprints.forms.meetings import PersonChoice
from sprints.forms.sign_offs import ShownForm
from sprints.models import ActionItem, ActionItemChange
from text.choices import offer_rows
from text.days import DayField


class OwnedForm(forms.Form):
    """Whose it is to be, and until when."""

    owner = PersonChoice(label=_("Who does it?"), queryset=Person.objects.none())
    due = DayField(label=_("Until which day?"))

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "owner", people_of(partnership))


class ActionItemForm(OwnedForm):
    what = ActionItem.what.field.formfield(label=_("What is to be done?"))
    field_order = ("what", "owner", "due")


class WithdrawalForm(ShownForm):
    why = ActionItemChange.why.field.formfield(
        label=_("Why, in a few words"), help_text=_("It stands beside it, for both sides.")
    )


class ActionItemChangeForm(OwnedForm, WithdrawalForm):
    """Handed on, or given another day."""

    field_order = ("owner", "due", "why")
