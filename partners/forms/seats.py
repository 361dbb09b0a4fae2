"""What is typed when a seat ends."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.models import Partnership, Person, Seat
from text.choices import offer_rows


class SuccessorChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic for type checkers alone
    def label_from_instance(self, person: Person) -> str:
        return person.name


class EndSeatForm(forms.Form):
    """Who takes over what somebody took on. `waits_for` says whom it waits for where nobody is named."""

    to = SuccessorChoice(label=_("Who takes this over?"), queryset=Person.objects.none(), required=False)

    def __init__(self, *args: Any, partnership: Partnership, seat: Seat, waits_for: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seated = Person.objects.filter(seats__partnership=partnership, seats__ended_at=None, is_active=True)
        offer_rows(self, "to", seated.exclude(pk=seat.person_id).order_by("name").distinct())
        self.fields["to"].empty_label = waits_for  # type: ignore[attr-defined]  # of a choice of rows
