"""Decide together: write a decision down, sign it off, say that one sees it otherwise, take it back with a new one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agreements.actions.transactions import speaks_for
from agreements.refusals import NotNow, Stale
from partners import rules
from partners.models import Person
from partners.parties import Party
from sprints.actions.sign_offs import record_answer
from sprints.actions.transactions import lock_running_sprint, record_event
from sprints.domain.decisions import TEXTS, decision_content, decision_digest, decision_row
from sprints.emails.hourly import tell_lead
from sprints.models import Decision, Dissent, SignOffAnswer, Sprint
from sprints.states import DecisionState
from text.clean import clean_line, clean_text

FEWEST_OPTIONS, MOST_OPTIONS = 2, 20


@transaction.atomic
def propose_decision(
    *,
    by: Person,
    sprint: Sprint,
    question: str,
    options: str,
    choice: str,
    why: str,
    affected: str,
    now: datetime,
    reverses: Decision | None = None,
) -> Decision:
    """Write down what is to be decided. It has no effect before both sides have signed it off. `reverses` names the
    decision that it takes back: one that was made, and that nothing else takes back."""
    sprint = lock_running_sprint(sprint)
    rules.require(rules.proposes, by, sprint.partnership)
    said = _checked(question=question, options=options, choice=choice, why=why, affected=affected)
    decision = Decision(sprint=sprint, number=sprint.decisions.count() + 1, proposed_at=now, proposed_by=by, **said)
    decision.reverses = _reversible(sprint, reverses) if reverses else None
    decision.save()
    _tell_all(decision, "decision.proposed", by=by, now=now)
    return decision


def _checked(*, question: str, options: str, choice: str, why: str, affected: str) -> dict[str, Any]:
    """As it is kept; the options are typed one a line. Raises ValidationError by field."""
    listed = list(dict.fromkeys(clean_line(line, limit=300) for line in options.splitlines() if line.strip()))
    if not FEWEST_OPTIONS <= len(listed) <= MOST_OPTIONS:
        says = _("Name between two and twenty options, one a line. To leave things as they are can be one.")
        raise ValidationError({"options": says})
    return {
        "question": clean_line(question, limit=300),
        "options": listed,
        "choice": clean_text(choice, limit=2000),
        "why": clean_text(why, limit=5000),
        "affected": clean_text(affected, limit=2000) if affected.strip() else "",
    }


def _reversible(sprint: Sprint, reverses: Decision) -> Decision:
    row = decision_row(Decision.objects.get(pk=reverses.pk, sprint=sprint))
    if row.reversal:
        says = _("Decision %(number)s takes this one back already, or would. Nothing was changed.")
        raise NotNow(says % {"number": row.reversal.number})
    if row.state != DecisionState.MADE:
        raise NotNow(_("This decision is not made yet, so it can still be changed. Nothing has to be taken back."))
    return row.decision


@transaction.atomic
def change_decision(
    *,
    by: Person,
    decision: Decision,
    question: str,
    options: str,
    choice: str,
    why: str,
    affected: str,
    shown: str,
    now: datetime,
) -> Decision:
    """Change what is not made yet. Whoever had signed it off is asked again. `shown` is `decision_digest`."""
    sprint = lock_running_sprint(decision.sprint)
    rules.require(rules.proposes, by, sprint.partnership)
    decision = _open(sprint, decision)
    if decision_digest(decision) != shown:
        raise Stale
    said = _checked(question=question, options=options, choice=choice, why=why, affected=affected)
    for name, value in said.items():
        setattr(decision, name, value)
    if decision_digest(decision) == shown:
        return decision
    decision.changed_at, decision.changed_by = now, by
    decision.save()
    _tell_all(decision, "decision.changed", by=by, now=now)
    return decision


def _open(sprint: Sprint, decision: Decision) -> Decision:
    """The decision as it stands. Raises NotNow where it is made."""
    decision = Decision.objects.get(pk=decision.pk)
    decision.sprint = sprint
    if not decision_row(decision).is_open:
        raise NotNow(_("Both sides have made this decision. To take it back, write a new one that names it."))
    return decision


def _tell_all(decision: Decision, kind: str, *, by: Person, now: datetime) -> None:
    """The event, and a mail to each lead who did not write it themselves."""
    said = {name: getattr(decision, name) for name in TEXTS}
    reverses = {"reverses": decision.reverses.number} if decision.reverses else {}
    record_event(decision.sprint, kind, by=by, now=now, payload=_named(decision) | said | reverses)
    own = rules.party_of(by, decision.sprint.partnership) if rules.leads(by, decision.sprint.partnership) else None
    for party in Party:
        if party != own:
            _ask(decision, party, now=now)


def _ask(decision: Decision, party: Party, *, now: datetime) -> None:
    about = {"decision": str(decision.pk), "party": party}
    tell_lead(decision.sprint, party, "decision.waits", about=about, now=now)


@transaction.atomic
def sign_off_decision(*, by: Person, decision: Decision, shown: str, now: datetime) -> None:
    """Say yes to the decision as shown, for the person's own party. Raises Stale where it has changed since."""
    _answer(decision, SignOffAnswer.YES, by=by, shown=shown, now=now)


@transaction.atomic
def ask_for_decision_changes(*, by: Person, decision: Decision, shown: str, reason: str, now: datetime) -> None:
    """Say what is missing before it can be decided."""
    _answer(decision, SignOffAnswer.CHANGES, by=by, shown=shown, reason=clean_text(reason, limit=2000), now=now)


def _answer(
    decision: Decision, answer: SignOffAnswer, *, by: Person, shown: str, now: datetime, reason: str = ""
) -> None:
    sprint = lock_running_sprint(decision.sprint)
    party = speaks_for(by, sprint.partnership, rules.assents)
    decision, content = _still_open(sprint, decision, answer, shown)
    said = record_answer(sprint, decision.pk, content, answer, party=party, by=by, shown=shown, reason=reason, now=now)
    if said is None:
        return
    kind = "decision.signed_off" if answer == SignOffAnswer.YES else "decision.changes_asked"
    payload = _named(decision) | {"party": party, "digest": said.digest} | ({"reason": reason} if reason else {})
    record_event(sprint, kind, by=by, now=now, payload=payload)
    _ask(decision, party.other, now=now)


def _still_open(
    sprint: Sprint, decision: Decision, answer: SignOffAnswer, shown: str
) -> tuple[Decision, dict[str, Any]]:
    """To say yes again to what is made is no mistake; to ask for changes of it comes too late."""
    found = Decision.objects.get(pk=decision.pk)
    found.sprint = sprint
    if answer == SignOffAnswer.YES and decision_digest(found) == shown:
        return found, decision_content(found)
    found = _open(sprint, decision)
    return found, decision_content(found)


@transaction.atomic
def dissent(*, by: Person, decision: Decision, words: str, now: datetime) -> Dissent:
    """Say that one sees it otherwise: before it is made or after, by anyone with a seat. The words stay as they are,
    and change nothing about what is signed off."""
    sprint = lock_running_sprint(decision.sprint)
    rules.require(rules.reads, by, sprint.partnership)
    party = rules.party_of(by, sprint.partnership) or ""
    words = clean_text(words, limit=5000)
    if twice := Dissent.objects.filter(decision=decision, person=by, words=words).first():
        return twice
    said = Dissent.objects.create(decision=decision, person=by, party=party, words=words, at=now)
    payload = _named(decision) | {"party": party, "words": words}
    record_event(sprint, "decision.dissented", by=by, now=now, payload=payload)
    return said


def _named(decision: Decision) -> dict[str, Any]:
    return {"decision": decision.question, "number": decision.number}
