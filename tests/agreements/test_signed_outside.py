"""A partnership that was under way before it came here: its paper counts when both leads have said so, and its first
day may lie behind it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from agreements import actions
from agreements.models import Edition
from agreements.states import AgreementState
from ledger.models import EventContent
from partners.models import Person
from partners.parties import Party
from partners.rules import Refused
from sprints.actions import agree_to_proposal, propose_start
from sprints.models import Sprint
from tests.factories.agreements import hand_in, lead, make_agreement, open_for_signing
from tests.factories.people import NOW, TODAY, proved, staff_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
LONG_AGO = TODAY - timedelta(days=120)


@pytest.fixture
def edition() -> Edition:
    return open_for_signing(make_agreement())


def confirm(edition: Edition, party: Party, *, by: Person | None = None) -> None:
    """The paper that this side handed in, by the other side's lead."""
    paper = edition.paper_copies.get(party=party, refused_at=None)
    by = by or lead(edition.agreement, party.other)
    actions.confirm_paper(by=by, paper=paper, shown=edition.digest, **proved(NOW))


def state(edition: Edition) -> AgreementState:
    return type(edition.agreement).objects.with_editions().get(pk=edition.agreement_id).state


def test_it_is_in_force_when_each_lead_has_confirmed_the_others_paper(edition: Edition, party: Party) -> None:
    for side in (party, party.other):
        hand_in(edition, side, paper_date=LONG_AGO, outside=True)
    assert state(edition) == AgreementState.SIGNING
    confirm(edition, party)
    assert state(edition) == AgreementState.SIGNING, "one side alone brings nothing into force"
    confirm(edition, party.other)
    assert state(edition) == AgreementState.IN_FORCE
    told = [content.payload.get("outside") for content in EventContent.objects.filter(payload__has_key="scan")]
    assert told == [True] * 4, "the history says that it was signed elsewhere"


def test_neither_their_own_lead_nor_staff_confirm_it(edition: Edition, party: Party) -> None:
    hand_in(edition, party, paper_date=LONG_AGO, outside=True)
    for by in (lead(edition.agreement, party), staff_of(edition.agreement.partnership.program)):
        with pytest.raises(Refused):
            confirm(edition, party, by=by)
    assert not edition.signatures.exists()


def test_the_date_lies_before_the_text_only_where_that_is_said(edition: Edition, party: Party) -> None:
    with pytest.raises(ValidationError, match="opened for signing on"):
        hand_in(edition, party, paper_date=LONG_AGO)
    with pytest.raises(ValidationError, match="three years back"):
        hand_in(edition, party, paper_date=TODAY - timedelta(days=1200), outside=True)
    with pytest.raises(ValidationError, match="in the future"):
        hand_in(edition, party, paper_date=TODAY + timedelta(days=2), outside=True)


def test_its_first_day_lies_in_the_past_when_both_agree(edition: Edition, party: Party) -> None:
    for side in Party:
        hand_in(edition, side, paper_date=LONG_AGO, outside=True)
        confirm(edition, side)
    agreement = edition.agreement
    first_day = TODAY - timedelta(days=60)
    proposed = propose_start(
        by=lead(agreement, party), partnership=agreement.partnership, first_day=first_day, weeks=18, now=NOW
    )
    assert Sprint.objects.get().first_day is None
    agree_to_proposal(by=lead(agreement, party.other), proposal=proposed, shown=proposed.digest, now=NOW)
    assert Sprint.objects.get().first_day == first_day
