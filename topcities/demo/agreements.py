"""How far each agreement of the demonstration has come: drafting, signing, in force."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from agreements import actions
from agreements.domain.clause_status import agreement_status
from agreements.models import Agreement, Clause, Edition
from partners.authentication_proof import Proof, mask
from partners.models import Partnership, Person
from partners.parties import Party
from topcities.demo.people import lead_of, member_of
from topcities.demo.teams import CITY, COMMUNITY

PAID_RESEARCH = "{}. Residents are paid for the time they give"
IN_THE_EVENING = "{}, at hours when residents can come"
MACHINE_READABLE = "{}, in a form that software can read"


def drafting(partnership: Partnership, then: datetime) -> None:
    """Half agreed; a change of each side and a member's suggestion stand."""
    agreement = partnership.agreement
    _agree_to_all(agreement, CITY, then)
    _propose(agreement, COMMUNITY, "community-4", PAID_RESEARCH.format, "People's time has a price.", then)
    _agree_one_by_one(agreement, COMMUNITY, ["issue", "vision", "goal-1", "goal-3", "community-1", "city-2"], then)
    _propose(agreement, CITY, "city-1", IN_THE_EVENING.format, "Most residents work during the day.", then)
    suggester = member_of(partnership, COMMUNITY)
    _propose(agreement, COMMUNITY, "goal-2", _two_languages, "Many of us speak Spanish.", then, by=suggester)
    for by, key, text in (
        (member_of(partnership, COMMUNITY), "city-1", "Which evenings? Our hall is taken on Tuesdays."),
        (lead_of(partnership, CITY), "city-1", "Any but Tuesday works for us then. We bring the projector."),
        (lead_of(partnership, CITY), "community-4", "Paid work, yes. Shall we look for the budget together?"),
    ):
        actions.comment(by=by, clause=_clause(agreement, key), text=text, now=then)


def _two_languages(text: str) -> str:
    return text.replace("in open data", "in English and Spanish, in open data")


def signing(partnership: Partnership, then: datetime) -> None:
    """Open for signing, and signed by one side."""
    edition = _opened(partnership, COMMUNITY, then - timedelta(hours=30))
    _sign(edition, COMMUNITY, then)


def in_force(partnership: Partnership, then: datetime) -> None:
    """Changed once, agreed, signed by both; the worker seals it like any other."""
    agreement = partnership.agreement
    _agree_to_all(agreement, COMMUNITY, then - timedelta(days=3))
    _propose(
        agreement, CITY, "city-2", MACHINE_READABLE.format, "So that the tool can read it.", then - timedelta(days=2)
    )
    edition = _opened(partnership, CITY, then - timedelta(days=1))
    _sign(edition, CITY, then)
    _sign(edition, COMMUNITY, then + timedelta(hours=3))


def signed(partnership: Partnership, then: datetime) -> None:
    """Agreed as the template has it, and signed by both."""
    edition = _opened(partnership, CITY, then - timedelta(days=1))
    _sign(edition, COMMUNITY, then)
    _sign(edition, CITY, then + timedelta(hours=2))


def _opened(partnership: Partnership, by: Party, then: datetime) -> Edition:
    agreement = partnership.agreement
    for party in Party:
        _agree_to_all(agreement, party, then)
    return actions.open_for_signing(by=lead_of(partnership, by), agreement=agreement, now=then)


def _agree_to_all(agreement: Agreement, party: Party, then: datetime) -> None:
    shown = agreement_status(agreement).remaining_digest(party)
    actions.agree_to_remaining(by=lead_of(agreement.partnership, party), agreement=agreement, shown=shown, now=then)


def _agree_one_by_one(agreement: Agreement, party: Party, keys: list[str], then: datetime) -> None:
    for key in keys:
        on_clause = agreement_status(agreement).of(key)
        wording = on_clause.offered_to(party) or on_clause.base
        actions.agree(
            by=lead_of(agreement.partnership, party), clause=_clause(agreement, key), wording=wording,
            shown=on_clause.shown, now=then,
        )  # fmt: skip


def _propose(
    agreement: Agreement,
    party: Party,
    key: str,
    change: Callable[[str], str],
    reason: str,
    then: datetime,
    *,
    by: Person | None = None,
) -> None:
    on_clause = agreement_status(agreement).of(key)
    actions.propose(
        by=by or lead_of(agreement.partnership, party),
        clause=_clause(agreement, key),
        text=change(on_clause.base_text),
        reason=reason,
        shown=on_clause.shown,
        now=then,
    )


def _clause(agreement: Agreement, key: str) -> Clause:
    return Clause.objects.select_related("agreement__partnership").get(agreement=agreement, key=key)


def _sign(edition: Edition, party: Party, then: datetime) -> None:
    person = lead_of(edition.agreement.partnership, party)
    actions.sign(
        by=person,
        edition=edition,
        shown=edition.digest,
        name=person.name,
        title=person.title,
        consents=True,
        intends=True,
        proof=Proof(method="demonstration", at=then, address=mask(person.email)),
        now=then,
    )
