"""Decide together: write a decision down, sign it off, say that one sees it otherwise, take it back with a new one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agreements.refusals import NotNow, Stale
from partners import rules
from partners.models import Person
from partners.parties import Party
from sprints.actions.sign_offs import ask
from sprints.actions.transactions import lock_for, record_event
from sprints.domain.decisions import TEXTS, DecisionSubject, decision_digest
from sprints.models import Decision, Dissent, SignOffAnswer, Sprint
from sprints.states import DecisionState
from text.clean import clean_line
from text.fields import clean_words, refuse

FEWEST_OPTIONS, MOST_OPTIONS, LONGEST_OPTION = 2, 20, 300


class DecisionContent(TypedDict):
    """The options are typed one a line."""

    question: str
    options: str
    choice: str
    why: str
    affected: str


@transaction.atomic
def propose_decision(
    *,
    by: Person,
    sprint: Sprint,
    now: datetime,
    reverses: Decision | None = None,
    **typed: Unpack[DecisionContent],
) -> Decision:
    """Write down what is to be decided. It has no effect before both sides have signed it off. `reverses` names the
    decision that it takes back: one that was made, and that nothing else takes back."""
    sprint = lock_for(rules.proposes, by, sprint)
    said = _checked(typed)
    decision = Decision(sprint=sprint, number=sprint.decisions.count() + 1, proposed_at=now, proposed_by=by, **said)
    decision.reverses = _reversible(sprint, reverses) if reverses else None
    decision.save()
    _notify_all(decision, "decision.proposed", by=by, now=now)
    return decision


def _checked(typed: DecisionContent) -> dict[str, Any]:
    """As it is kept. Raises ValidationError by field."""
    refuse(refused_decision(typed))
    listed = _options(typed["options"])
    words: dict[str, Any] = {name: typed[name] for name in ("question", "choice", "why", "affected")}
    return clean_words(Decision, **words) | {"options": listed}


def refused_decision(typed: Mapping[str, Any]) -> dict[str, str]:
    """What of its options cannot be, by field."""
    if "options" not in typed:
        return {}
    try:
        listed = _options(typed["options"])
    except ValidationError as refusal:
        return {"options": " ".join(refusal.messages)}
    says = _("Name between two and twenty options, one a line. To leave things as they are can be one.")
    return {"options": "" if FEWEST_OPTIONS <= len(listed) <= MOST_OPTIONS else says}


def _options(typed: str) -> list[str]:
    """Each once. Raises ValidationError for one that is too long."""
    lines = [clean_line(line, limit=LONGEST_OPTION) for line in typed.splitlines() if line.strip()]
    return list(dict.fromkeys(lines))


def _reversible(sprint: Sprint, reverses: Decision) -> Decision:
    found = DecisionSubject(Decision.objects.get(pk=reverses.pk, sprint=sprint))
    if found.reversal:
        says = _("Decision %(number)s takes this one back already, or would. Nothing was changed.")
        raise NotNow(says % {"number": found.reversal.row.number})
    if found.state != DecisionState.MADE:
        raise NotNow(_("This decision is not made yet, so it can still be changed. Nothing has to be taken back."))
    return found.row


@transaction.atomic
def change_decision(
    *, by: Person, decision: Decision, shown: str, now: datetime, **typed: Unpack[DecisionContent]
) -> Decision:
    """Change what is not made yet. Whoever had signed it off is asked again. `shown` is `decision_digest`."""
    sprint = lock_for(rules.proposes, by, decision.sprint)
    decision = _open(sprint, decision)
    if decision_digest(decision) != shown:
        raise Stale
    for name, value in _checked(typed).items():
        setattr(decision, name, value)
    if decision_digest(decision) == shown:
        return decision
    decision.changed_at, decision.changed_by = now, by
    decision.save()
    _notify_all(decision, "decision.changed", by=by, now=now)
    return decision


def _open(sprint: Sprint, decision: Decision) -> Decision:
    """The decision as it stands. Raises NotNow where it is made."""
    found = DecisionSubject(decision).again(sprint)
    if why := found.closed_to(SignOffAnswer.CHANGES, found.digest):
        raise NotNow(why)
    return found.row


def _notify_all(decision: Decision, kind: str, *, by: Person, now: datetime) -> None:
    """The event, and a mail to each lead who did not write it themselves."""
    said = {name: getattr(decision, name) for name in TEXTS}
    reverses = {"reverses": decision.reverses.number} if decision.reverses else {}
    record_event(decision.sprint, kind, by=by, now=now, payload=DecisionSubject(decision).named | said | reverses)
    ask(DecisionSubject(decision), Party, now=now, wrote=by)


@transaction.atomic
def dissent(*, by: Person, decision: Decision, words: str, now: datetime) -> Dissent:
    """Say that one sees it otherwise: before it is made or after, by anyone with a seat. The words stay as they are,
    and change nothing about what is signed off."""
    sprint = lock_for(rules.takes_part, by, decision.sprint)
    party = rules.party_of(by, sprint.partnership)
    words = Dissent.words.field.clean_words(words)
    if twice := Dissent.objects.filter(decision=decision, person=by, words=words).first():
        return twice
    said = Dissent.objects.create(decision=decision, person=by, party=party, words=words, at=now)
    payload = DecisionSubject(decision).named | {"party": party or "", "words": words}
    record_event(sprint, "decision.dissented", by=by, now=now, payload=payload)
    return said
