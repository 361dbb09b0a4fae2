"""Two invite, or one person accepts two invitations, in the same instant: nobody ends up on two sides."""

from __future__ import annotations

from functools import partial

import pytest
from django.core.exceptions import ValidationError

from partners import actions
from partners.models import Invitation, Partnership, ProgramStaff, Seat
from partners.parties import Party, Role
from tests.concurrency import at_once
from tests.factories.people import NOW, lead_of, make_invitation, make_partnership, make_person, staff_of

pytestmark = pytest.mark.django_db(transaction=True)
RACES = 8


def kinds(outcomes: list[object]) -> list[str]:
    return sorted(type(outcome).__name__ for outcome in outcomes)


def test_nobody_is_staff_and_on_a_side(party: Party) -> None:
    for _race in range(RACES):
        partnership, person = make_partnership(), make_person()
        program = partnership.program
        to_side = make_invitation(partnership, Role.MEMBER, party, email=person.email)
        to_staff = make_invitation(None, "", None, email=person.email, program=program, by=staff_of(program))
        outcomes = at_once(
            *[partial(actions.accept, by=person, invitation=each, now=NOW) for each in (to_side, to_staff)]
        )
        assert kinds(outcomes) == ["Invitation", "ValidationError"], outcomes
        seated = Seat.objects.filter(person=person).exists()
        assert seated != ProgramStaff.objects.filter(person=person).exists()


def test_one_address_is_not_invited_to_both_sides() -> None:
    for number in range(RACES):
        partnership = make_partnership()
        about = {"partnership": partnership, "role": Role.MEMBER, "name": "Robin", "language": "en", "now": NOW}
        outcomes = at_once(
            *[
                partial(actions.invite, by=lead_of(partnership, each), email=f"robin{number}@example.org", **about)
                for each in Party
            ]
        )
        assert kinds(outcomes) == ["Invitation", "ValidationError"], outcomes
        assert Invitation.objects.filter(partnership=partnership).count() == 1


def test_one_address_is_not_corrected_into_both_sides() -> None:
    for number in range(RACES):
        partnership = make_partnership()
        outcomes = at_once(
            *[
                partial(
                    actions.send_again,
                    by=lead_of(partnership, each),
                    invitation=make_invitation(partnership, Role.MEMBER, each, by=lead_of(partnership, each)),
                    name="Robin",
                    email=f"robin{number}@example.org",
                    language="en",
                    now=NOW,
                )
                for each in Party
            ]
        )
        assert kinds(outcomes) == ["Invitation", "ValidationError"], outcomes


def test_a_party_has_one_lead_invited(party: Party) -> None:
    for _race in range(RACES):
        partnership: Partnership = make_partnership(seated=False)
        about = {"partnership": partnership, "party": party, "name": "Robin", "language": "en", "now": NOW}
        staff = staff_of(partnership.program)
        outcomes = at_once(
            *[partial(actions.invite_lead, by=staff, email=f"{name}@example.org", **about) for name in ("one", "two")]
        )
        assert kinds(outcomes) == ["Invitation", "ValidationError"], outcomes
        assert [str(error.code) for error in outcomes if isinstance(error, ValidationError)] == ["lead invited"]
