"""What people type into an agreement's pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from agreements.models import Wording
from agreements.wording.digest import LONGEST_CLAUSE
from agreements.wording.optional_clauses import OptionalClause
from partners.models.partnership import LONGEST_ISSUE
from partners.parties import Party
from text.choices import offer
from text.fields import LineField, TextField


class ProposalForm(forms.Form):
    """A change of a clause. An empty text proposes to take the clause out, by its own button."""

    text: LineField = TextField(label=_("New wording"), limit=LONGEST_CLAUSE, rows=7)
    reason = Wording.reason.field.formfield(
        label=_("Why this change?"), help_text=_("The other side reads this beside your change."), rows=3, required=True
    )
    shown = forms.CharField(widget=forms.HiddenInput)
    based_on = forms.IntegerField(widget=forms.HiddenInput)

    def take_unfinished(self) -> None:
        """A draft is kept as it is: what is missing can be written later."""
        for name in ("text", "reason"):
            self.fields[name].required = False


class IssueProposalForm(ProposalForm):
    text = LineField(
        label=_("New wording of the issue"),
        help_text=_('It stands in the middle of a sentence: <span lang="en">“… facing issues related to …”</span>.'),
        limit=LONGEST_ISSUE,
    )
    keep_capital = forms.BooleanField(label=_("The first word is a name: keep its capital letter"), required=False)


class RemovalForm(forms.Form):
    reason = Wording.reason.field.formfield(label=_("Why should it be left out?"), rows=3, required=True)
    shown = forms.CharField(widget=forms.HiddenInput)


def whose_choices(names: dict[str, str]) -> list[tuple[str, str]]:
    """Whose promise a new commitment is, by the organizations' names."""
    sides = [(party, names[party]) for party in Party]
    return [*sides, ("", str(_("Both together")))]


class AddClauseForm(forms.Form):
    """A clause of one's own: a goal, or a commitment of a side or of both."""

    kind = forms.ChoiceField(
        label=_("What do you want to add?"),
        choices=[
            ("commitment", _("A commitment: something that a side will do")),
            ("goal", _("A goal")),
            ("optional", _("Something about how you work together")),
        ],
        widget=forms.RadioSelect,
    )
    owner = forms.ChoiceField(
        label=_("Whose commitment is it?"), required=False, widget=forms.RadioSelect, help_text=_("For a commitment.")
    )
    text = TextField(label=_("Its wording"), limit=LONGEST_CLAUSE, rows=5)
    reason = Wording.reason.field.formfield(label=_("Why add it?"), rows=3)

    def __init__(self, *args: Any, names: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "owner", whose_choices(names))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("kind") != "commitment":
            cleaned["owner"] = ""
        return cleaned


class OfferedClauseForm(forms.Form):
    """One of the clauses that the template offers, as it is; its words can be changed afterwards."""

    offered = forms.ChoiceField(label=_("Choose a clause"), widget=forms.RadioSelect)

    def __init__(
        self, *args: Any, clauses: Mapping[str, OptionalClause], taken: set[str], language: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.clauses, self.language, read = clauses, language, get_language() or "en"
        left = [clause for key, clause in clauses.items() if key not in taken]
        offer(self, "offered", [(one.key, f"{one.title(read)}: {one.in_language(read)}") for one in left])

    def clean(self) -> dict[str, Any]:
        """What `AddClauseForm` holds for a clause of one's own, and its key."""
        key = (super().clean() or self.cleaned_data).get("offered")
        text = self.clauses[key].in_language(self.language) if key else ""
        return {"kind": "optional", "owner": "", "text": text, "reason": "", "key": key}
