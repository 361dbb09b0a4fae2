"""Begin: a partnership with its agreement, made from the template with the facts that are known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from agreements.actions.transactions import record_event
from agreements.domain.clause_status import facts_of_parties
from agreements.domain.templates import current_template
from agreements.models import Agreement, Clause, ClauseKind, Wording
from agreements.wording import template
from agreements.wording.digest import facts_for, wording_digest
from partners import rules
from partners.actions import create_partnership
from partners.models import Partnership, Person, Program
from partners.models.partnership import LONGEST_ISSUE
from partners.parties import Party
from text.clean import clean_line


@transaction.atomic
def start_partnership(
    *,
    by: Person,
    program: Program,
    organizations: Mapping[Party, str],
    leads: Mapping[Party, tuple[str, str, str]],
    issue: str,
    now: datetime,
    keep_capital: bool = False,
) -> Partnership:
    """A partnership with its two organizations, its agreement, and both leads invited.

    `leads` gives each party's lead as (name, e-mail address, language of the invitation).
    """
    partnership = create_partnership(by=by, program=program, organizations=organizations, leads=leads, now=now)
    start_agreement(by=by, partnership=partnership, issue=issue, now=now, keep_capital=keep_capital)
    return partnership


@transaction.atomic
def start_agreement(
    *, by: Person, partnership: Partnership, issue: str, now: datetime, keep_capital: bool = False
) -> Agreement:
    """The staff begin the agreement of a partnership, from the template that the program has now. Nobody has agreed to
    any of it yet."""
    rules.require(rules.helps, by, partnership)
    written = current_template(partnership.program)
    agreement = Agreement.objects.create(partnership=partnership, template=written.name, changed_at=now)
    phrase = template.as_phrase(clean_line(issue, limit=LONGEST_ISSUE), keep_capital=keep_capital)
    facts = {**facts_of_parties(partnership.organizations.all()), template.ISSUE: phrase}
    first = template.TemplatePart("clause", phrase, key="issue", kind=ClauseKind.ISSUE)
    for position, part in enumerate([first, *written.clauses(agreement.language)]):
        clause = Clause.objects.create(
            agreement=agreement, key=part.key, kind=part.kind, owner=part.owner, position=position * 10
        )
        begin_with(clause, agreement=agreement, text=part.text, facts=facts, by=by, now=now)
    record_event(
        agreement, "agreement.started", by=by, now=now, payload={"template": agreement.template, "issue": phrase}
    )
    return agreement


def begin_with(
    clause: Clause, *, agreement: Agreement, text: str, facts: Mapping[str, str], by: Person, now: datetime
) -> Wording:
    """The clause's first wording: what it says until both parties agree to something. An empty text is "nothing"."""
    texts = {agreement.language: text}
    wording = unsaved_wording(agreement, clause, texts, facts, number=1, author=by, created_at=now)
    wording.save()
    Clause.objects.filter(pk=clause.pk).update(base=wording)
    clause.base = wording
    return wording


def unsaved_wording(
    agreement: Agreement, clause: Clause, texts: dict[str, str], facts: Mapping[str, str], **fields: object
) -> Wording:
    """These texts as a wording with the facts that they name, and the digest of both. An empty text is "nothing"."""
    text = texts[agreement.language]
    wording = Wording(clause=clause, texts=texts, facts=facts_for(text, facts), removes=not text, **fields)
    wording.digest = wording_digest(wording, agreement)
    return wording
