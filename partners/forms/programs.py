"""What staff type: a program, and a new partnership in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.dates import zones_to_choose
from partners.models import Invitation, Organization, Person, Program
from partners.models.partnership import DEFAULT_NOTICE, LONGEST_ISSUE, WEEKDAYS
from partners.parties import Party
from partners.weeks import FEWEST_WEEKS, MOST_WEEKS, WEEKS
from text.choices import offer
from text.fields import LineField


class ProgramForm(forms.Form):
    name = Program.name.field.formfield(label=gettext_lazy("Name of the program"))
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"), help_text=gettext_lazy("Times on pages and in documents are told in it.")
    )
    contact_email = forms.EmailField(
        label=gettext_lazy("Contact address"),
        help_text=gettext_lazy("People write to it when they need help. It is printed in the record of signing."),
    )
    mail_weekday = forms.TypedChoiceField(
        label=gettext_lazy("Day of the weekly mail"), choices=WEEKDAYS, coerce=int, initial=0
    )
    mail_hour = forms.TypedChoiceField(
        label=gettext_lazy("Hour of the weekly mail"),
        help_text=gettext_lazy("On each person's own clock."),
        choices=[(hour, f"{hour}:00") for hour in range(24)],
        coerce=int,
        initial=9,
    )
    sprint_weeks = forms.IntegerField(
        label=gettext_lazy("Weeks of a sprint"),
        help_text=gettext_lazy(
            "There are plans of 18 and of 22 weeks; any other number is stretched from the nearer one. "
            "The agreement's template says 18. Where a plan has another number, the leads are shown a wording for it."
        ),
        min_value=FEWEST_WEEKS,
        max_value=MOST_WEEKS,
        initial=WEEKS,
    )
    signing_notice = Program.signing_notice.field.formfield(
        label=gettext_lazy("Notice shown when signing"),
        help_text=gettext_lazy("Both signers read it before they sign. It stands in the record, not in the agreement."),
        initial=DEFAULT_NOTICE,
        rows=4,
    )

    def __init__(self, *args: Any, program: Program | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "time_zone", zones_to_choose(program.time_zone if program else ""))
        if program:
            self.initial = {name: getattr(program, name) for name in self.fields}


class FirstProgramForm(ProgramForm):
    """It asks who somebody is, too: an operator may have invited them by their address alone."""

    own_name = Person.name.field.formfield(
        label=gettext_lazy("Your full name"),
        help_text=gettext_lazy("It stands in the invitations that you send."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ("own_name",)


class StartFacts(TypedDict):
    """What agreements.actions.start_partnership is called with. A lead: name, address and language."""

    organizations: dict[Party, str]
    leads: dict[Party, tuple[str, str, str]]
    issue: str
    keep_capital: bool


class PartnershipForm(forms.Form):
    """The two organizations, their leads, and a first wording of the issue.

    Each party has the same fields, by its key; which comes first is for the page to say.
    """

    issue = LineField(
        label=gettext_lazy("The issue, in a few words"),
        help_text=gettext_lazy(
            'It completes the sentence <span lang="en">“… better outcomes for communities facing issues related to '
            '___.”</span> For example: <span lang="en">“eviction and rental assistance”</span>. '
            "Both partners can change it before they sign."
        ),
        limit=LONGEST_ISSUE,
    )
    keep_capital = forms.BooleanField(
        label=gettext_lazy("Keep the first letter of the issue as I typed it"),
        help_text=gettext_lazy("For an issue that begins with a name. Otherwise a capital becomes a small letter."),
        required=False,
    )

    def __init__(self, *args: Any, order: Sequence[Party], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parties = list(order)
        issue_fields = {name: self.fields.pop(name) for name in ("issue", "keep_capital")}
        for party in self.parties:
            self.fields.update(_fields_of(party))
        self.fields.update(issue_fields)

    def sides(self) -> list[tuple[Party, list[forms.BoundField]]]:
        return [(party, [self[name] for name in _fields_of(party)]) for party in self.parties]

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The same by the names that people read: what is refused is said of a side."""
        return [(str(party.label), fields) for party, fields in self.sides()]

    def as_facts(self) -> StartFacts:
        data = self.cleaned_data
        leads = {p: (data[f"{p}_name"], data[f"{p}_email"], data[f"{p}_language"]) for p in self.parties}
        return {
            "organizations": {party: data[f"{party}_organization"] for party in self.parties},
            "leads": leads,
            "issue": data["issue"],
            "keep_capital": data["keep_capital"],
        }


def _fields_of(party: Party) -> dict[str, Any]:
    quiet = {"autocomplete": "off"}
    return {
        f"{party}_organization": Organization.name.field.formfield(
            label=_("Organization"),
            help_text=_("As it should stand in the agreement. Its own lead can correct it."),
            widget=forms.TextInput(attrs=quiet),
        ),
        f"{party}_name": Invitation.name.field.formfield(
            label=_("Lead's full name"), widget=forms.TextInput(attrs=quiet)
        ),
        f"{party}_email": forms.EmailField(label=_("Lead's e-mail address"), widget=forms.EmailInput(attrs=quiet)),
        f"{party}_language": forms.ChoiceField(label=_("Language of the invitation"), choices=settings.LANGUAGES),
    }
