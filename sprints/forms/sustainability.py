"""What people type into the sustainability plan."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from sprints.forms.product import rows
from sprints.forms.sign_offs import ShownForm
from sprints.models import Maintenance
from text.days import DayField
from text.fields import LineField, TextField


class SustainabilityForm(ShownForm):
    maintenance = forms.ChoiceField(
        label=_("Who keeps up the code?"), choices=[("", _("Not decided yet")), *Maintenance.choices], required=False
    )
    code_support = LineField(
        label=_("Which organization supports the code?"), required=False, limit=160, help_text=_("By name.")
    )
    code_contact = LineField(
        label=_("Technical contact"),
        required=False,
        limit=120,
        help_text=_("The full name of a person who agrees that it is published in publiccode.yml."),
    )
    data_support = LineField(
        label=_("Who supports the data?"), required=False, limit=160, help_text=_("The steward's office, by name.")
    )
    governance = TextField(
        label=_("How are changes decided afterwards?"),
        required=False,
        limit=3000,
        widget=rows(4),
        help_text=_("Who may ask for one, who decides, and how both sides take part."),
    )
    hosting = TextField(label=_("Where is it hosted, and by whom?"), required=False, limit=2000, widget=rows(3))
    cost = TextField(label=_("What does it cost a year?"), required=False, limit=2000, widget=rows(3))
    money = TextField(label=_("Where does the money come from?"), required=False, limit=2000, widget=rows(3))
    licence = LineField(
        label=_("Licence of the code"),
        required=False,
        limit=160,
        help_text=_("Its short name on the SPDX list, such as Apache-2.0, MIT or AGPL-3.0-or-later."),
    )
    until = DayField(label=_("Until when is all of this certain?"), required=False)
    when_it_ends = TextField(
        label=_("What happens if it ends?"),
        required=False,
        limit=3000,
        widget=rows(4),
        help_text=_("Who tells the people who use it, and where code and data are kept."),
    )
    review_on = DayField(
        label=_("When do both sides look at this plan again?"),
        required=False,
        help_text=_("Three weeks before, it shows under “What waits for you”."),
    )
