"""What people type into a sprint's pages."""

from __future__ import annotations

from textwrap import shorten
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from partners.forms.uploads import UploadField, UploadForm
from partners.parties import Role
from sprints.domain.commitments import SignedPromise, signed_promises
from sprints.files import KINDS
from sprints.forms.files import read_kept
from sprints.forms.sign_offs import ShownForm
from sprints.models import Evidence, Finding, Milestone, Proposal, Sprint
from sprints.plan import Phase
from text.choices import offer, offer_rows

MOST_FILES, LARGEST_TOGETHER = 10, 60 * 1024 * 1024  # bytes


class OutcomeForm(ShownForm):
    outcome = Milestone.outcome.field.formfield(
        label=_("What came of it"),
        rows=5,
        help_text=_("In a few sentences. Leave out residents' names and other personal data."),
    )


class EvidenceForm(UploadForm):
    title = Evidence.title.field.formfield(label=_("What does it show?"))
    words = Evidence.words.field.formfield(label=_("Words"), rows=4)
    link = Evidence.link.field.formfield(label=_("Link"), help_text=_("Where https:// is missing, we put it there."))
    attachments = UploadField(
        label=_("Files"), required=False, read=read_kept, most=MOST_FILES, largest=LARGEST_TOGETHER
    )
    finding = forms.ModelChoiceField(
        label=_("Or a finding of the research"), queryset=Finding.objects.none(), required=False
    )

    def __init__(self, *args: Any, sprint: Sprint, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "finding", Finding.objects.filter(sprint=sprint, withdrawn_at=None))
        says = _("Up to %(most)s, each of at most 20 MB: %(kinds)s. Leave out residents' personal data.")
        self.fields["attachments"].help_text = says % {"kinds": KINDS, "most": MOST_FILES}


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
