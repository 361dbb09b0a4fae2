"""Both sides speak in the same instant: on a milestone, a decision, a plan, a finding, a report."""

from __future__ import annotations

from functools import partial

import pytest

from agreements.refusals import Stale
from ledger.models import Event
from ledger.verify import verify_ledger
from partners.parties import Party
from sprints.domain.subjects import SUBJECTS
from tests.concurrency import at_once
from tests.factories.sign_offs import KINDS, ask_for_changes, asked, known, sign
from tests.factories.sprints import started_sprint

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 3


@pytest.mark.parametrize("kind", KINDS)
def test_each_voice_counts_once(kind: str) -> None:
    for number in range(ROUNDS):
        subject = KINDS[kind].make(started_sprint())
        parties = asked(subject, Party.CITY)
        outcomes = at_once(*[partial(sign, subject, party) for party in [*parties, *parties]])
        assert outcomes == [None] * 2 * len(parties), number
        assert set(known(subject).given) == set(parties)
        assert known(subject).is_done
    assert verify_ledger().intact
    assert Event.objects.filter(kind=SUBJECTS[kind].signed_event).count() == ROUNDS * len(parties)


def test_a_report_that_both_ask_for_is_one() -> None:
    for _number in range(ROUNDS):
        subject = KINDS["report"].make(started_sprint())
        at_once(*[partial(sign, subject, party) for party in [*Party, *Party]])
        assert subject.row.sealed_reports.count() == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("party", Party)
def test_nobody_stands_behind_what_changed_in_that_instant(kind: str, party: Party) -> None:
    for _number in range(ROUNDS):
        subject = KINDS[kind].make(started_sprint())
        signer = asked(subject, party)[0]
        shown = subject.digest
        signed, changed = at_once(
            partial(sign, subject, signer, shown=shown), partial(KINDS[kind].change, subject, signer.other)
        )
        assert signed is None or isinstance(signed, Stale)
        assert not isinstance(changed, Exception)
        after = known(subject)
        assert not after.answers.says_yes(signer), "the yes was to other words"
        assert all(answer.digest == shown != after.digest for answer in after.given.values())


@pytest.mark.parametrize("kind", [kind for kind in KINDS if SUBJECTS[kind].changes_event])
def test_a_yes_and_changes_asked_for_by_one_party_leave_one_answer(kind: str) -> None:
    for _number in range(ROUNDS):
        subject = KINDS[kind].make(started_sprint())
        party = asked(subject, Party.COMMUNITY)[0]
        outcomes = at_once(partial(sign, subject, party), partial(ask_for_changes, subject, party))
        assert outcomes == [None, None]
        assert list(known(subject).given) == [party]
    assert verify_ledger().intact
