"""What those who run the site type of records: how long they are kept, holds, deletions, and what they take out."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from programs.actions.retention import MOST_YEARS
from programs.domain.retention import RecordTerm
from programs.models import Deletion, LegalHold, RecordKind
from sprints.forms.meetings import ClockField
from text.days import DayField


class RetentionForm(forms.Form):
    """Years by kind. Nothing typed keeps what there is for ever."""

    def __init__(self, typed: QueryDict | None = None, *, terms: list[RecordTerm]) -> None:
        super().__init__(typed, initial={one.kind.value: one.years for one in terms})
        for one in terms:
            self.fields[one.kind.value] = forms.IntegerField(
                label=one.kind.label,
                help_text=_("Years after the end. Leave it empty to keep them for ever."),
                min_value=1,
                max_value=MOST_YEARS,
                required=False,
            )

    def changed(self) -> dict[str, int | None]:
        return {name: self.cleaned_data[name] for name in self.changed_data}


class HoldForm(forms.Form):
    reason = LegalHold.reason.field.formfield(
        label=_("Why it must be kept"), help_text=_("Both sides read it in their history, and it stays there.")
    )


class LiftForm(forms.Form):
    reason = LegalHold.reason.field.formfield(
        label=_("Why it need not be kept any more"),
        help_text=_("Both sides read it in their history, and it stays there."),
    )


class DeletionForm(forms.Form):
    """Of the kinds of which there is something to delete."""

    kind = forms.ChoiceField(label=_("What goes"), choices=RecordKind.choices, widget=forms.RadioSelect)
    reason = Deletion.reason.field.formfield(
        label=_("Why"), help_text=_("Both leads get it by mail, and it stays in the ledger. Name nobody in it.")
    )

    def __init__(self, typed: QueryDict | None = None, *, kinds: Collection[RecordKind]) -> None:
        super().__init__(typed)
        choice: Any = self.fields["kind"]
        choice.choices = [(one.value, one.label) for one in kinds]


class RecordsForm(forms.Form):
    redact = forms.BooleanField(
        label=_("Take out contact data and what may name residents"),
        help_text=_("Files that people handed in stay out then. A list in the archive names each place."),
        required=False,
    )


class AuditForm(forms.Form):
    """A moment by UTC, as the lines have theirs; nothing typed means from the first event on."""

    day = DayField(label=_("From this day on"), help_text=_("Leave it empty for all events."), required=False)
    at = ClockField(
        label=_("Time"), help_text=_("By UTC. Leave it empty for the beginning of the day."), required=False
    )

    def clean(self) -> dict[str, Any]:
        """`since` in place of the two."""
        day, at = self.cleaned_data.get("day"), self.cleaned_data.get("at")
        if at and not day and "day" not in self.errors:
            self.add_error("day", ValidationError(_("Say on which day, or leave out the time too.")))
        return {"since": datetime.combine(day, at or time(), tzinfo=UTC) if day else None}
