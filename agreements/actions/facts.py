"""When a fact changes (a name, the issue), the clauses that hold it get a new wording, to be agreed again.

Both parties say yes to exact text, so a name that changes in it is a change like any other: the redline is shown, and
precisely the assents on the clauses that hold the name fall away.
"""

from __future__ import annotations

from datetime import datetime

from agreements.actions.agreements import unsaved_wording
from agreements.domain.clause_status import ClauseStatus, agreement_status
from agreements.models import Agreement, Assent, Clause, ClauseKind, Wording
from agreements.wording.digest import facts_for
from partners.models import Person
from partners.parties import Party


def bring_facts_up_to_date(
    agreement: Agreement, *, by: Person, reason: str, now: datetime, consenting: Party | None = None
) -> list[str]:
    """Reword every live wording whose facts are no longer the agreement's; the keys of the clauses it touched.

    `consenting` is the party whose own correction this is: it stands behind the new wording where it stood behind the
    one before. The other's assents on these clauses fall away.
    """
    standing = agreement_status(agreement)
    touched = []
    for on_clause in standing.clauses:
        if on_clause.clause.kind != ClauseKind.ISSUE and _is_outdated(on_clause, standing.facts, agreement):
            _reword(on_clause, agreement, standing.facts, by=by, reason=reason, now=now, consenting=consenting)
            touched.append(on_clause.clause.key)
    return touched


def _is_outdated(on_clause: ClauseStatus, facts: dict[str, str], agreement: Agreement) -> bool:
    return any(facts_for(w.texts[agreement.language], facts) != w.facts for w in on_clause.live)


def _reword(
    on_clause: ClauseStatus,
    agreement: Agreement,
    facts: dict[str, str],
    *,
    by: Person,
    reason: str,
    now: datetime,
    consenting: Party | None,
) -> None:
    clause = on_clause.clause
    for number, before in enumerate(on_clause.live, start=on_clause.wordings[-1].number + 1):
        written = {"author": before.author, "party": before.party, "reason": reason, "created_at": now}
        after = unsaved_wording(agreement, clause, before.texts, facts, number=number, based_on=before, **written)
        after.save()
        _carry_over(on_clause, before, after, by=by, now=now, consenting=consenting)


def _carry_over(
    on_clause: ClauseStatus, before: Wording, after: Wording, *, by: Person, now: datetime, consenting: Party | None
) -> None:
    clause = on_clause.clause
    if on_clause.base == before:
        Clause.objects.filter(pk=clause.pk).update(base=after)
    if before in on_clause.suggestions:
        Wording.objects.filter(pk=before.pk, withdrawn_at=None).update(withdrawn_at=now, withdrawn_by=by)
    Assent.objects.filter(clause=clause, wording=before, withdrawn_at=None).update(withdrawn_at=now)
    if consenting and on_clause.stands_on(consenting) == before:
        Assent.objects.create(clause=clause, wording=after, party=consenting, person=by, at=now)
