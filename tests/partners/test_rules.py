"""Who may do what: the same for either party, and nobody acts for a party whose seat they do not hold."""

from __future__ import annotations

import pytest

from partners import rules
from partners.models import Partnership
from partners.parties import Party, Role
from tests.factories.people import NOW, by_link, client_of, everybody, lead_of, make_partnership, make_seat, member_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

SEATED = {"city lead", "city member", "community lead", "community member", "technology", "advisor", "sponsor"}
MAY = {
    rules.reads: SEATED,
    rules.on_a_side: {"city lead", "city member", "community lead", "community member"},
    rules.proposes: {"city lead", "city member", "community lead", "community member"},
    rules.keeps_drafts: {"city lead", "city member", "community lead", "community member"},
    rules.takes_part: SEATED,
    rules.reminds: {"city lead", "city member", "community lead", "community member", "staff"},
    rules.helps: {"staff"},
    rules.leads: {"city lead", "community lead"},
    rules.assents: {"city lead", "community lead"},
    rules.staffs: {"staff"},
    rules.sees_partnership: {*SEATED, "staff"},
}


@pytest.mark.parametrize("rule", MAY, ids=lambda rule: rule.name)
def test_each_rule_lets_in_just_those_it_names(rule: rules.Predicate) -> None:
    partnership = make_partnership()
    let_in = {who for who, person in everybody(partnership).items() if rule(person, partnership)}
    assert let_in == MAY[rule]


@pytest.mark.parametrize("rule", MAY, ids=lambda rule: rule.name)
def test_people_of_another_partnership_are_let_in_nowhere(rule: rules.Predicate) -> None:
    partnership, another = make_partnership(), make_partnership()
    assert not [who for who, person in everybody(another).items() if rule(person, partnership)]


def test_a_session_begun_with_an_operators_link_reads_and_keeps_drafts(party: Party) -> None:
    partnership = make_partnership()
    lead, staff = by_link(lead_of(partnership, party)), by_link(everybody(partnership)["staff"])
    stands = {rules.reads, rules.on_a_side, rules.leads, rules.keeps_drafts, rules.sees_partnership}
    assert {rule for rule in MAY if rule(lead, partnership)} == stands
    assert {rule for rule in MAY if rule(staff, partnership)} == {rules.staffs, rules.sees_partnership}


def test_a_member_who_is_removed_is_out_at_once(party: Party) -> None:
    partnership = make_partnership()
    member = member_of(partnership, party)
    assert rules.proposes(member, partnership)
    partnership.seats.filter(person=member).update(ended_at=NOW, ended_by=lead_of(partnership, party))
    assert not rules.proposes(member, partnership)
    assert partnership not in Partnership.objects.for_user(member)


def test_party_of_is_the_persons_own_and_none_for_those_of_neither(party: Party) -> None:
    partnership = make_partnership()
    assert rules.party_of(lead_of(partnership, party), partnership) == party
    advisor = make_seat(partnership, Role.PRODUCT_ADVISOR).person
    assert rules.party_of(advisor, partnership) is None


def test_clients_of_the_factories_are_signed_in(party: Party) -> None:
    person = lead_of(make_partnership(), party)
    assert client_of(person).session["_auth_user_id"] == str(person.pk)
