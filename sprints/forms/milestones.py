"""What people type into a sprint's pages."""

from __future__ import annotations

from textwrap import shorten
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from partners.parties import Role
from sprints.domain.commitments import SignedPromise, signed_promises
from sprints.files import KINDS
from sprints.forms.sign_offs import ShownForm
from sprints.models import Evidence, Finding, Milestone, Proposal, Sprint
from sprints.plan import Phase
from text.choices import offer, offer_rows


class OutcomeForm(ShownForm):
    outcome = Milestone.outcome.field.formfield(
        label=_("What came of it"),
        rows=5,
        help_text=_("In a few sentences. Leave out residents' names and other personal data."),
    )


class EvidenceForm(forms.Form):
    title = Evidence.title.field.formfield(label=_("What does it show?"))
    link = Evidence.link.field.formfield(label=_("A link"), help_text=_("Where https:// is missing, we put it there."))
    file = forms.FileField(label=_("Or a file"), required=False)
    words = Evidence.words.field.formfield(label=_("Or words"), rows=4)
    finding = forms.ModelChoiceField(
        label=_("Or a finding of the research"), queryset=Finding.objects.none(), required=False
    )

    def __init__(self, *args: Any, sprint: Sprint, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "finding", Finding.objects.filter(sprint=sprint, withdrawn_at=None))
        says = _("At most 20 MB: %(kinds)s. Leave out residents' personal data.")
        self.fields["file"].help_text = says % {"kinds": KINDS}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and sum(bool(cleaned.get(name)) for name in ("link", "file", "words", "finding")) != 1:
            self.add_error("words", _("Hand in one thing at a time: a link, a file, words or a finding."))
        return cleaned


class MilestoneForm(forms.Form):
    """A milestone as it stands in the plan."""

    title = Milestone.title.field.formfield(label=_("What is to be reached"))
    week = forms.TypedChoiceField(label=_("From week"), coerce=int)
    last_week = forms.TypedChoiceField(label=_("To week"), coerce=int, help_text=_("It is due at the end of it."))
    phase = forms.ChoiceField(label=_("Phase"), choices=Phase.choices)
    leaders = forms.MultipleChoiceField(label=_("Who leads it"), widget=forms.CheckboxSelectMultiple)
    joint = forms.BooleanField(
        label=_("Both sides sign it off"),
        required=False,
        help_text=_("Then both sides agree to each change of it, too."),
    )
    fulfils = forms.MultipleChoiceField(
        label=_("Which goals and commitments it fulfils"), required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = Proposal.reason.field.formfield(label=_("Why?"), rows=3)
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, sprint: Sprint, names: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        weeks = [(week, _("Week %(week)s") % {"week": week}) for week in range(sprint.weeks + 1)]
        offer(self, "week", weeks)
        offer(self, "last_week", weeks)
        roles = [(role.value, role.label) for role in (Role.TECHNOLOGY_PARTNER, Role.PRODUCT_ADVISOR)]
        offer(self, "leaders", [*names.items(), *roles])
        promises = signed_promises(sprint.partnership)
        language = sprint.partnership.agreement.language
        offer(self, "fulfils", [(one.key, _label(one, language)) for one in promises])
        if any(one.aid for one in promises):
            self.fields["fulfils"].help_text = _("What stands below each helps you read it. It is not what is signed.")


def _label(promise: SignedPromise, language: str) -> SafeString:
    begins = shorten(promise.text, width=90, placeholder="…")
    label = format_html('{}: <span lang="{}">{}</span>', promise.name, language, begins)
    if not promise.aid:
        return label
    aid = shorten(promise.aid, width=90, placeholder="…")
    return format_html('{}<br><span class="note">{}</span>', label, aid)
