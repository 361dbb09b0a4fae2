"""Which signed agreements go into an archive."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from partners.domain.names import both_names
from partners.models import Partnership, Program

# More are found by their names: nobody reads through a longer list of boxes.
MOST_SHOWN = 100


class NamesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # generic for type checkers alone
    def label_from_instance(self, obj: Partnership) -> str:
        return both_names(obj)

    def clean(self, value: object) -> QuerySet[Partnership]:
        """PostgreSQL looks for no text with a NUL in it."""
        if isinstance(value, list) and any("\0" in str(one) for one in value):
            raise ValidationError(_("One of these is no partnership of this program. Choose again."))
        found: QuerySet[Partnership] = super().clean(value)
        return found


class ExportForm(forms.Form):
    """Those that are ticked."""

    def __init__(self, *typed: object, program: Program, search: str = "") -> None:
        super().__init__(*typed)  # type: ignore[arg-type]  # as Django takes them
        self.search = search
        rows = program.partnerships.order_by("slug").prefetch_related("organizations")
        box = forms.CheckboxSelectMultiple
        field = NamesField(rows, required=False, to_field_name="slug", widget=box, label=_("Partnerships"))
        self.fields["partnerships"] = field
        self.shown = list(found_by_name(rows, search)[: MOST_SHOWN + 1])
        field.choices = [(one.slug, both_names(one)) for one in self.shown[:MOST_SHOWN]]

    @property
    def has_more(self) -> bool:
        return len(self.shown) > MOST_SHOWN


def found_by_name(rows: QuerySet[Partnership], search: str) -> QuerySet[Partnership]:
    if not search:
        return rows
    named = Q(slug__icontains=search) | Q(organizations__name__icontains=search)
    return rows.filter(pk__in=rows.filter(named).order_by().values("pk"))
