"""Two invite, or one person accepts two invitations, in the same instant: nobody ends up on two sides."""

from __future__ import annotations

from functools import partial

import pytest
from django.core.exceptions import ValidationError

from partners import actions
from partners.models import Invitation, Partnership, Person, ProgramStaff, Seat
from partners.parties import Party, Role
from partners.rules import Refused
from tests.concurrency import at_once
from tests.factories.people import NOW, lead_of, make_invitation, make_partnership, make_person, proved, staff_of

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


def test_a_new_address_and_an_invitation_to_it_make_one_person_on_one_side(party: Party) -> None:
    """A lead takes an address to which the other side's invitation is being accepted."""
    for number in range(RACES):
        partnership, address = make_partnership(), f"shared{number}@example.org"
        lead = lead_of(partnership, party)
        invitation = make_invitation(partnership, Role.MEMBER, party.other, email=address)

        def come(invitation: Invitation = invitation) -> Invitation:
            person = actions.begin_accepting(invitation=invitation, now=NOW)
            return actions.accept(by=person, invitation=invitation, now=NOW)

        move = partial(actions.change_address, by=lead, email=address, key="", **proved(NOW))
        outcomes = at_once(move, come)
        moved = Person.objects.filter(pk=lead.pk, email=address).exists()
        assert [isinstance(one, ValidationError) for one in outcomes] == [not moved, moved], outcomes
        assert Person.objects.filter(email=address).count() == 1
        assert Seat.objects.filter(partnership=partnership, party=party.other).count() == (1 if moved else 2)


def test_who_changes_their_address_while_they_accept_gets_the_seat() -> None:
    """The invitation follows them, so whoever was too late in one of the two does it again."""
    for number in range(RACES):
        person, partnership = make_person(), make_partnership()
        invitation = make_invitation(partnership, Role.PRODUCT_ADVISOR, email=person.email)
        same = Person.objects.get(pk=person.pk)
        move = partial(actions.change_address, by=person, email=f"moved{number}@example.org", key="", **proved(NOW))
        moved, came = at_once(move, partial(actions.accept, by=same, invitation=invitation, now=NOW))
        assert not isinstance(moved, Exception) and isinstance(came, Invitation | Refused), (moved, came)
        actions.accept(by=Person.objects.get(pk=person.pk), invitation=invitation, now=NOW)
        assert Seat.objects.filter(partnership=partnership, person=person).count() == 1
