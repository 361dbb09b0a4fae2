"""Whole acts of a partnership, for tests that begin further on."""

from __future__ import annotations

from datetime import datetime, timedelta

from agreements import actions
from agreements.domain.clause_status import ClauseStatus, agreement_status
from agreements.domain.editions import content
from agreements.models import Agreement, Clause, Edition, PaperCopy, Signature, Wording
from partners.authentication_proof import Proof, mask
from partners.models import Partnership, Person
from partners.parties import Party
from tests.factories.people import NOW, TODAY, lead_of, make_partnership, proved, staff_of
from tests.snapshots import kept

ISSUE = "eviction and rental assistance"
SCAN = b"%PDF-1.4 a scan"


def make_agreement(partnership: Partnership | None = None, *, issue: str = ISSUE) -> Agreement:
    if partnership is None and issue == ISSUE:
        return first_draft()
    partnership = partnership or make_partnership()
    staff = staff_of(partnership.program)
    return actions.start_agreement(by=staff, partnership=partnership, issue=issue, now=NOW)


@kept
def first_draft() -> Agreement:
    return make_agreement(make_partnership())


def standing(agreement: Agreement, key: str) -> ClauseStatus:
    return agreement_status(agreement).of(key)


def clause(agreement: Agreement, key: str) -> Clause:
    return Clause.objects.select_related("agreement__partnership").get(agreement=agreement, key=key)


def lead(agreement: Agreement, party: Party) -> Person:
    return lead_of(agreement.partnership, party)


def agree_to_all(agreement: Agreement, *parties: Party, now: datetime = NOW) -> None:
    for party in parties or Party:
        shown = agreement_status(agreement).remaining_digest(party)
        actions.agree_to_remaining(by=lead(agreement, party), agreement=agreement, shown=shown, now=now)


def propose(
    agreement: Agreement, key: str, text: str, *, by: Person, now: datetime = NOW, reason: str = "It reads better."
) -> Wording:
    shown = standing(agreement, key).shown
    return actions.propose(by=by, clause=clause(agreement, key), text=text, reason=reason, shown=shown, now=now)


def agree(agreement: Agreement, key: str, wording: Wording, *, by: Person, now: datetime = NOW) -> None:
    shown = standing(agreement, key).shown
    actions.agree(by=by, clause=clause(agreement, key), wording=wording, shown=shown, now=now)


def open_for_signing(agreement: Agreement, *, by: Party = Party.CITY, now: datetime = NOW) -> Edition:
    agree_to_all(agreement)
    return actions.open_for_signing(by=lead(agreement, by), agreement=agreement, now=now)


def proof_for(person: Person, now: datetime = NOW, *, minutes_ago: int = 1) -> Proof:
    return Proof(method="email code", at=now - timedelta(minutes=minutes_ago), address=mask(person.email))


def sign(edition: Edition, party: Party, *, now: datetime = NOW, **changed: object) -> Signature:
    person = lead(edition.agreement, party)
    fields = {
        "by": person,
        "edition": edition,
        "shown": edition.digest,
        "name": edition.agreement.partnership.organizations.get(party=party).signatory,
        "title": "Director",
        "consents": True,
        "intends": True,
        "proof": proof_for(person, now),
        "now": now,
    }
    return actions.sign(**{**fields, **changed})


def sign_both(edition: Edition, *order: Party, now: datetime = NOW) -> Edition:
    for party in order or Party:
        sign(edition, party, now=now)
    edition.refresh_from_db()
    return edition


def hand_in(edition: Edition, party: Party, **changed: object) -> PaperCopy:
    """A scan of what the party signed by hand."""
    fields = {
        "by": lead(edition.agreement, party),
        "edition": edition,
        "shown": edition.digest,
        "name": content(edition)["parties"][party]["signatory"],
        "title": "",
        "paper_date": TODAY - timedelta(days=1),
        "scan": SCAN,
        **proved(changed.get("now", NOW)),
    }
    return actions.upload_paper(**{**fields, **changed})
