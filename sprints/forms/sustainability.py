"""What people type into the sustainability plan."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from sprints.forms.sign_offs import ShownForm
from sprints.models import Maintenance, SustainabilityPlan
from text.days import DayField


class SustainabilityForm(ShownForm):
    maintenance = forms.ChoiceField(
        label=_("Who keeps up the code?"), choices=[("", _("Not decided yet")), *Maintenance.choices], required=False
    )
    code_support = SustainabilityPlan.code_support.field.formfield(
        label=_("Which organization supports the code?"), help_text=_("By name.")
    )
    code_contact = SustainabilityPlan.code_contact.field.formfield(
        label=_("Technical contact"),
        help_text=_("The full name of a person who agrees that it is published in publiccode.yml."),
    )
    data_support = SustainabilityPlan.data_support.field.formfield(
        label=_("Who supports the data?"), help_text=_("The steward's office, by name.")
    )
    governance = SustainabilityPlan.governance.field.formfield(
        label=_("How are changes decided afterwards?"),
        rows=4,
        help_text=_("Who may ask for one, who decides, and how both sides take part."),
    )
    hosting = SustainabilityPlan.hosting.field.formfield(label=_("Where is it hosted, and by whom?"), rows=3)
    cost = SustainabilityPlan.cost.field.formfield(label=_("What does it cost a year?"), rows=3)
    money = SustainabilityPlan.money.field.formfield(label=_("Where does the money come from?"), rows=3)
    licence = SustainabilityPlan.licence.field.formfield(
        label=_("Licence of the code"),
        help_text=_("Its short name on the SPDX list, such as Apache-2.0, MIT or AGPL-3.0-or-later."),
    )
    until = DayField(label=_("Until when is all of this certain?"), required=False)
    when_it_ends = SustainabilityPlan.when_it_ends.field.formfield(
        label=_("What happens if it ends?"),
        rows=4,
        help_text=_("Who tells the people who use it, and where code and data are kept."),
    )
    review_on = DayField(
        label=_("When do both sides look at this plan again?"),
        required=False,
        help_text=_("Three weeks before, it shows under “What waits for you”."),
    )
