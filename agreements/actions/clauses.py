"""Write the agreement together: propose, agree, put forward, set aside. Neither party changes words alone."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.actions.agreements import begin_with, unsaved_wording
from agreements.actions.facts import bring_facts_up_to_date
from agreements.actions.transactions import lock_agreement, record_event, record_events, require_drafting, speaks_for
from agreements.domain.clause_status import AgreementStatus, ClauseStatus, agreement_status
from agreements.emails.clauses import notify_of_proposals
from agreements.models import Agreement, Assent, Clause, ClauseKind, Wording, WordingDraft
from agreements.refusals import Stale
from agreements.wording import template
from agreements.wording.digest import LONGEST_CLAUSE, MOST_CLAUSES
from partners import rules
from partners.models import Person
from partners.models.partnership import LONGEST_ISSUE
from partners.parties import Party
from text.clean import clean_line, clean_text
from text.fields import clean_words, set_words

Assented = tuple[ClauseStatus, Wording]


@transaction.atomic
def agree(*, by: Person, clause: Clause, wording: Wording, shown: str, now: datetime, reason: str = "") -> None:
    """Assent to a wording, for the person's own party. `shown` is the digest of the clause as they saw it.

    Agreeing again to what the party already stands on is no change, unless the other side spoke in between: then it
    says "we keep this". Raises Stale where the clause is no longer as shown.
    """
    standing = _for_writing(clause.agreement)
    party = speaks_for(by, standing.agreement.partnership, rules.assents)
    on_clause = _as_shown(standing, clause, shown)
    if wording not in on_clause.open_to(party):
        raise Stale
    if on_clause.stands_on(party) == wording and not on_clause.waits_for(party):
        return
    said = clean_words(Assent, reason=reason)
    _assent([(on_clause, wording)], party=party, by=by, now=now, **said)
    _after_assent(standing.agreement, [(on_clause, wording)], party=party, by=by, now=now)


@transaction.atomic
def agree_to_remaining(*, by: Person, agreement: Agreement, shown: str, now: datetime) -> int:
    """Assent to every clause where it is plain what to agree to; the number of clauses agreed to.

    `shown` is `Standing.remaining_digest` of the page on which they were all shown.
    """
    standing = _for_writing(agreement)
    party = speaks_for(by, standing.agreement.partnership, rules.assents)
    if standing.remaining_digest(party) != shown:
        raise Stale
    # The issue last: once it is agreed, the clauses that name it are reworded, and are no longer what was shown.
    in_order = sorted(standing.remaining_for(party), key=lambda on_clause: on_clause.clause.kind == ClauseKind.ISSUE)
    remaining = [(on_clause, offered) for on_clause in in_order if (offered := on_clause.offered_to(party))]
    if not remaining:
        return 0
    _assent(remaining, party=party, by=by, now=now)
    _after_assent(standing.agreement, remaining, party=party, by=by, now=now)
    return len(remaining)


@transaction.atomic
def propose(
    *, by: Person, clause: Clause, text: str, reason: str, shown: str, now: datetime, keep_capital: bool = True
) -> Wording:
    """Send a change of a clause to the other side. A lead's proposal is their party's assent; a member's waits for
    their lead to put it forward. An empty text proposes to take the clause out.

    Raises Stale where the clause is no longer as shown, ValidationError where the text cannot be used.
    """
    standing = _for_writing(clause.agreement)
    party = speaks_for(by, standing.agreement.partnership, rules.proposes)
    on_clause = _as_shown(standing, clause, shown)
    wording = _new_wording(standing, on_clause, _gated(clause, text, keep_capital), by=by, party=party, now=now)
    set_words(wording, reason=reason)
    wording.save()
    WordingDraft.objects.filter(clause=clause, person=by).delete()
    if rules.assents(by, standing.agreement.partnership):
        _assent([(on_clause, wording)], party=party, by=by, now=now)
        kind = "wording.proposed"
    else:
        kind = "wording.suggested"
    payload = {"clause": clause.key, "wording": wording.digest, "number": wording.number, "party": party}
    text = template.fill(wording.texts[standing.agreement.language], wording.facts)
    payload |= {"text": text, "reason": wording.reason}
    record_event(standing.agreement, kind, by=by, now=now, payload=payload)
    notify_of_proposals(standing.agreement, party=party if kind == "wording.suggested" else party.other, now=now)
    return wording


@transaction.atomic
def put_forward(*, by: Person, clause: Clause, wording: Wording, shown: str, now: datetime) -> None:
    """A lead makes a suggestion of their own side the side's proposal."""
    party = speaks_for(by, clause.agreement.partnership, rules.assents)
    if wording.party != party:
        raise rules.Refused(_("A suggestion is put forward by the lead of the side that it came from."))
    agree(by=by, clause=clause, wording=wording, shown=shown, now=now)
    notify_of_proposals(clause.agreement, party=party.other, now=now)


@transaction.atomic
def set_aside(*, by: Person, clause: Clause, wording: Wording, now: datetime) -> None:
    """Take a suggestion of one's own side off the page: its author may, and its side's lead. History keeps it."""
    standing = _for_writing(clause.agreement)
    party = speaks_for(by, standing.agreement.partnership, rules.proposes)
    may = rules.assents(by, standing.agreement.partnership) or wording.author_id == by.pk
    if wording.party != party or not may:
        raise rules.Refused(_("A suggestion is set aside by its author or by the lead of their side."))
    on_clause = standing.of(clause.key)
    if on_clause is None or wording not in on_clause.suggestions:
        raise Stale
    Wording.objects.filter(pk=wording.pk, withdrawn_at=None).update(withdrawn_at=now, withdrawn_by=by)
    payload = {"clause": clause.key, "wording": wording.digest, "number": wording.number, "party": party}
    record_event(standing.agreement, "suggestion.set_aside", by=by, now=now, payload=payload)


@transaction.atomic
def add_clause(
    *, by: Person, agreement: Agreement, kind: str, owner: str, text: str, reason: str, now: datetime, key: str = ""
) -> Clause:
    """Propose a clause that is not there yet: a wording that starts from nothing, agreed like any other."""
    standing = _for_writing(agreement)
    party = speaks_for(by, standing.agreement.partnership, rules.proposes)
    if len(standing.clauses) >= MOST_CLAUSES:
        raise ValidationError(
            ngettext(
                "An agreement holds at most %(most)s clause. Change one that is there instead.",
                "An agreement holds at most %(most)s clauses. Change one that is there instead.",
                MOST_CLAUSES,
            )
            % {"most": MOST_CLAUSES}
        )
    text = clean_text(text, limit=LONGEST_CLAUSE)
    clause = Clause.objects.create(
        agreement=standing.agreement,
        key=_free_key(standing, key or (f"{owner}-" if owner else f"{kind}-")),
        kind=kind,
        owner=owner,
        position=_position_for(standing, kind, owner),
    )
    begin_with(clause, agreement=standing.agreement, text="", facts={}, by=by, now=now)
    payload = {"clause": clause.key, "kind": kind, "owner": owner, "party": party}
    record_event(standing.agreement, "clause.added", by=by, now=now, payload=payload)
    shown = agreement_status(standing.agreement).of(clause.key).shown
    propose(by=by, clause=clause, text=text, reason=reason, shown=shown, now=now)
    return clause


@transaction.atomic
def save_draft(*, by: Person, clause: Clause, text: str, reason: str, based_on: Wording, now: datetime) -> None:
    """Keep what somebody is still typing, for them alone. Nothing is told to anybody."""
    speaks_for(by, clause.agreement.partnership, rules.keeps_drafts)
    based_on = clause.wordings.get(pk=based_on.pk)
    kept = {"text": text[: LONGEST_CLAUSE * 2], "reason": reason[: Wording.reason.field.max_length]}
    WordingDraft.objects.update_or_create(
        clause=clause, person=by, defaults={**kept, "based_on": based_on, "saved_at": now}
    )


def discard_draft(*, by: Person, clause: Clause) -> None:
    speaks_for(by, clause.agreement.partnership, rules.keeps_drafts)
    WordingDraft.objects.filter(clause=clause, person=by).delete()


def _for_writing(agreement: Agreement) -> AgreementStatus:
    held = lock_agreement(agreement)
    require_drafting(held)
    return agreement_status(held)


def _as_shown(standing: AgreementStatus, clause: Clause, shown: str) -> ClauseStatus:
    on_clause = standing.of(clause.key)
    if on_clause is None or on_clause.shown != shown:
        raise Stale
    return on_clause


def _gated(clause: Clause, text: str, keep_capital: bool) -> str:
    if clause.kind == ClauseKind.ISSUE:
        return template.as_phrase(clean_line(text, limit=LONGEST_ISSUE), keep_capital=keep_capital)
    return clean_text(text, limit=LONGEST_CLAUSE, blank=True)


def _new_wording(
    standing: AgreementStatus, on_clause: ClauseStatus, text: str, *, by: Person, party: Party, now: datetime
) -> Wording:
    """The next wording of the clause, unsaved. Raises ValidationError where it changes nothing or must not be empty."""
    clause, agreement = on_clause.clause, standing.agreement
    if not text and clause.kind in {ClauseKind.ISSUE, ClauseKind.ACKNOWLEDGEMENT}:
        raise ValidationError({"text": _("This part cannot be left out. Write how it should read instead.")})
    now_standing = on_clause.stands_on(party) or on_clause.base
    if text == on_clause.text(now_standing) and bool(text) != now_standing.removes:
        raise ValidationError({"text": _("This is what already stands. Change the words first, then send.")})
    raw = text if clause.kind == ClauseKind.ISSUE else template.unfill(text, standing.facts)
    written = {"author": by, "party": party, "created_at": now}
    number, texts = on_clause.wordings[-1].number + 1, {agreement.language: raw}
    return unsaved_wording(agreement, clause, texts, standing.facts, number=number, based_on=on_clause.base, **written)


def _assent(assented: list[Assented], *, party: Party, by: Person, now: datetime, reason: str = "") -> None:
    """Move the party's standing assents to these wordings."""
    clauses = [on_clause.clause for on_clause, _wording in assented]
    Assent.objects.filter(clause__in=clauses, party=party, withdrawn_at=None).update(withdrawn_at=now)
    Assent.objects.bulk_create(
        Assent(clause=on_clause.clause, wording=wording, party=party, person=by, at=now, reason=reason)
        for on_clause, wording in assented
    )


def _after_assent(agreement: Agreement, assented: list[Assented], *, party: Party, by: Person, now: datetime) -> None:
    """Tell of assents; a clause whose wording is agreed by them says it from now on. `assented`: as it was before."""
    told, agreed = [], []
    for before, wording in assented:
        payload = {"clause": before.clause.key, "wording": wording.digest, "number": wording.number, "party": party}
        told.append(("clause.assented", payload))
        if before.stands_on(party.other) == wording:
            told.append(("clause.agreed", payload))
            before.clause.base = wording
            agreed.append(before.clause)
    Clause.objects.bulk_update(agreed, ["base"])
    record_events(agreement, told, by=by, now=now)
    if issue := next((clause.base for clause in agreed if clause.kind == ClauseKind.ISSUE), None):
        reason = _("The issue is now worded “%(issue)s”.") % {"issue": issue.texts[agreement.language]}
        touched = bring_facts_up_to_date(agreement, by=by, reason=reason, now=now)
        for each in Party if touched else ():
            notify_of_proposals(agreement, party=each, now=now)


def _free_key(standing: AgreementStatus, wished: str) -> str:
    """A key that no clause of the agreement has: as wished, or with the next number. Nor one of the built-in template,
    by which the sprint knows a promise that the program's own template may have left out."""
    built_in = {part.key for part in template.built_in().clauses(standing.agreement.language)}
    taken = built_in | {on_clause.clause.key for on_clause in standing.clauses}
    stem = slugify(wished)
    if not wished.endswith("-") and stem not in taken:
        return stem
    return next(key for number in range(1, 1000) if (key := f"{stem}-{number}") not in taken)


def _position_for(standing: AgreementStatus, kind: str, owner: str) -> int:
    """After the last clause of its own group; the first of a group comes before the acknowledgement."""
    group = [s.clause.position for s in standing.clauses if (s.clause.kind, s.clause.owner) == (kind, owner)]
    if group:
        return max(group) + 1
    closing = [s.clause.position for s in standing.clauses if s.clause.kind == ClauseKind.ACKNOWLEDGEMENT]
    before = max(s.clause.position for s in standing.clauses if s.clause.position < min(closing))
    return before + 1
