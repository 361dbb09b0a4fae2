"""Both sides act in the same instant: exactly one outcome, whichever database keeps it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from agreements import actions
from agreements.domain.clause_status import agreement_status
from agreements.models import Agreement, Edition, Seal, Signature
from agreements.refusals import NotNow, Stale
from agreements.states import EditionState
from ledger.models import Event
from partners.parties import Party
from tests.concurrency import at_once, chain_breaks
from tests.factories.agreements import (
    agree_to_all,
    clause,
    lead,
    make_agreement,
    open_for_signing,
    propose,
    sign,
    standing,
)
from tests.factories.people import NOW

pytestmark = pytest.mark.django_db(transaction=True)
# Fewer where the database keeps writers apart by row, and each pair takes longer.
PAIRS, EDITIONS = 60, 10


def next_edition(agreement: Agreement, number: int) -> Edition:
    """Change one clause and open the agreement for signing again."""
    agreement.refresh_from_db()
    if number:
        actions.amend(by=lead(agreement, Party.CITY), agreement=agreement, reason="Next", now=NOW)
    propose(agreement, "goal-1", f"Build product number {number}.", by=lead(agreement, Party.COMMUNITY))
    return open_for_signing(agreement)


def test_pairs_of_signatures_in_the_same_instant() -> None:
    for number in range(PAIRS):
        if number % EDITIONS == 0:  # an agreement with two hundred editions would only be slow
            agreement = make_agreement()
            agree_to_all(agreement)
        edition = next_edition(agreement, number % EDITIONS)
        outcomes = at_once(*[partial(sign, edition, party) for party in Party])
        assert [type(outcome) for outcome in outcomes] == [Signature, Signature], outcomes
        edition.refresh_from_db()
        assert edition.state == EditionState.IN_FORCE
    assert Signature.objects.count() == 2 * PAIRS
    assert Seal.objects.count() == PAIRS, "exactly one seal for each"
    assert Event.objects.filter(kind="agreement.in_force").count() == PAIRS
    assert [chain_breaks(each) for each in Agreement.objects.all()] == [None] * (PAIRS // EDITIONS)


@pytest.mark.parametrize("party", list(Party))
def test_reopening_races_the_second_signature_and_exactly_one_wins(party: Party) -> None:
    agreement = make_agreement()
    agree_to_all(agreement)
    won = set()
    for number in range(20):
        edition = next_edition(agreement, number if won == {"signed"} else 0)
        sign(edition, party)
        outcomes = at_once(
            lambda edition=edition: sign(edition, party.other),
            lambda edition=edition: actions.reopen(by=lead(agreement, party), edition=edition, reason="Wait.", now=NOW),
        )
        edition.refresh_from_db()
        signed = edition.state == EditionState.IN_FORCE
        refused = outcomes[1] if signed else outcomes[0]
        assert isinstance(refused, NotNow if signed else Stale), outcomes
        assert Seal.objects.filter(edition=edition).count() == int(signed)
        won = {"signed"} if signed else set()
        if not signed:
            sign_again = actions.open_for_signing(by=lead(agreement, party), agreement=agreement, now=NOW)
            for each in Party:
                sign(sign_again, each)
            won = {"signed"}
    assert chain_breaks(agreement) is None


def test_two_crossing_agreements_make_one_text_and_one_conflict() -> None:
    """Each side agrees to the other's proposal at once: one is done, the other is told that things have changed."""
    agreement = make_agreement()
    wordings = {
        party: propose(agreement, "goal-1", f"The {party.label} way.", by=lead(agreement, party)) for party in Party
    }
    shown = standing(agreement, "goal-1").shown
    outcomes = at_once(
        *[
            lambda party=party: actions.agree(
                by=lead(agreement, party),
                clause=clause(agreement, "goal-1"),
                wording=wordings[party.other],
                shown=shown,
                now=NOW,
            )
            for party in Party
        ]
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType", "Stale"]
    assert standing(agreement, "goal-1").agreed in wordings.values()


def test_a_double_click_is_one_signature() -> None:
    agreement = make_agreement()
    edition = open_for_signing(agreement)
    outcomes = at_once(*[lambda: sign(edition, Party.CITY)] * 4)
    assert {outcome.pk for outcome in outcomes} == {Signature.objects.get().pk}


def test_opening_at_once_makes_one_edition() -> None:
    agreement = make_agreement()
    agree_to_all(agreement)
    outcomes = at_once(
        *[
            lambda party=party: actions.open_for_signing(
                by=lead(agreement, party), agreement=agreement, now=NOW + timedelta(seconds=1)
            )
            for party in Party
        ]
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Edition", "NotNow"]
    assert Edition.objects.count() == 1
    assert agreement_status(agreement).clauses
