"""Both sides sign off in the same instant: two answers, one outcome, on whichever database."""

from __future__ import annotations

from functools import partial

import pytest

from agreements.refusals import NotNow, Stale
from ledger.models import Event
from ledger.verify import verify_ledger
from partners.parties import Party
from sprints import actions
from sprints.domain.milestones import MilestoneSubject, signed_digest
from sprints.models import Milestone, SignOff
from tests.concurrency import at_once
from tests.factories.people import NOW
from tests.factories.sprints import (
    add_words,
    agree_to,
    first_joint,
    lead_in,
    propose_start,
    ready,
    signed_agreement,
    stands,
)
from tests.factories.sprints import started_sprint as started

pytestmark = pytest.mark.django_db(transaction=True)
PAIRS = 30


def test_sign_offs_in_the_same_instant() -> None:
    milestone = ready(first_joint(started()))
    for number in range(PAIRS):
        SignOff.objects.all().delete()
        shown = signed_digest(milestone)
        sign = partial(actions.sign_off, subject=MilestoneSubject(milestone), shown=shown, now=NOW)
        leads = [lead_in(milestone.sprint, party) for party in Party]
        outcomes = at_once(*[partial(sign, by=lead) for lead in leads * 2])
        assert outcomes == [None] * 4, number
        assert SignOff.objects.filter(replaced_at=None).count() == 2
        assert stands(milestone).state == "done"
    assert verify_ledger().intact
    assert Event.objects.filter(kind="milestone.signed_off").count() == PAIRS * 2


def test_new_evidence_races_a_sign_off_and_one_of_them_is_told() -> None:
    milestone = ready(first_joint(started()))
    for _number in range(PAIRS):
        SignOff.objects.all().delete()
        sprint, shown = milestone.sprint, signed_digest(milestone)
        act = {"by": lead_in(sprint, Party.CITY), "subject": MilestoneSubject(milestone), "now": NOW}
        sign = partial(actions.sign_off, shown=shown, **act)
        signed, _added = at_once(sign, partial(add_words, milestone, by=lead_in(sprint, Party.COMMUNITY)))
        milestone = Milestone.objects.select_related("sprint__partnership__program").get(pk=milestone.pk)
        assert signed is None or isinstance(signed, Stale)
        assert stands(milestone).missing == list(Party), "nobody stands on evidence that they did not see"


def test_the_plan_unfolds_once() -> None:
    proposal = propose_start(signed_agreement())
    outcomes = at_once(partial(agree_to, proposal), partial(agree_to, proposal))
    assert all(outcome is None or isinstance(outcome, NotNow | Stale) for outcome in outcomes)
    assert Milestone.objects.count() == 17
