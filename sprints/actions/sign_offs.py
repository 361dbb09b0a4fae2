"""Both sides sign off the same content; or one asks for changes, and says why. Nothing is done with one voice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from agreements.actions.transactions import speaks_for
from agreements.refusals import NotNow, NotReady, Stale
from partners import rules
from partners.models import Person
from partners.parties import Party
from sprints.actions.reports import keep_report
from sprints.actions.transactions import lock_running_sprint, record_event
from sprints.domain.milestones import MilestoneSubject
from sprints.domain.reports import ReportSubject
from sprints.domain.research import FindingSubject, resting_on
from sprints.domain.sign_offs import Subject
from sprints.emails.hourly import notify_lead
from sprints.models import SignOff, SignOffAnswer
from text.fields import clean_words


@transaction.atomic
def sign_off(*, by: Person, subject: Subject[Any], shown: str, now: datetime) -> None:
    """Say yes to the content as shown, for the person's own party. Saying it twice is saying it once.

    Raises Stale where it has changed since, NotReady with what stands in the way, NotNow where nobody is asked.
    """
    _answer(subject, SignOffAnswer.YES, by=by, shown=shown, now=now)


@transaction.atomic
def ask_for_changes(*, by: Person, subject: Subject[Any], shown: str, reason: str, now: datetime) -> None:
    """Say what is missing. Both sides read it until the party answers again, and the history keeps it."""
    said = clean_words(SignOff, blank=False, reason=reason)
    _answer(subject, SignOffAnswer.CHANGES, by=by, shown=shown, now=now, **said)


def _answer(
    subject: Subject[Any], answer: SignOffAnswer, *, by: Person, shown: str, now: datetime, reason: str = ""
) -> None:
    sprint = lock_running_sprint(subject.sprint)
    party = speaks_for(by, sprint.partnership, rules.assents)
    subject.now = subject.now or now
    subject = subject.again(sprint)
    _check(subject, answer, party, shown)
    said = {"answer": answer, "digest": shown, "reason": reason}
    if not _keep(subject, party, said, by=by, now=now):
        return
    kind = subject.signed_event if answer == SignOffAnswer.YES else subject.changes_event
    payload = subject.named | {"party": party, "digest": shown} | ({"reason": reason} if reason else {})
    record_event(sprint, kind, by=by, now=now, payload=payload)
    _follow(subject.again(sprint), party, by=by, now=now)


def _check(subject: Subject[Any], answer: SignOffAnswer, party: Party, shown: str) -> None:
    if party not in subject.asked:
        raise rules.Refused(str(subject.not_asked))
    if why := subject.closed_to(answer, shown):
        raise NotNow(why)
    if answer == SignOffAnswer.YES and (found := subject.blockers):
        raise NotReady(found)
    if subject.digest != shown:
        raise Stale


def _keep(subject: Subject[Any], party: Party, said: dict[str, Any], *, by: Person, now: datetime) -> SignOff | None:
    """In place of the answer before, under the sprint's lock; None where it stood already."""
    about = {"sprint": subject.sprint, subject.key: subject.row, "party": party}
    before = SignOff.objects.filter(**about, replaced_at=None)
    if before.filter(**said).exists():
        return None
    before.update(replaced_at=now)
    return SignOff.objects.create(**about, **said, content=subject.content, at=now, by=by)


def both_say_yes(subject: Subject[Any], said: Mapping[Party, tuple[Person, datetime]]) -> None:
    """The word of both sides to a proposal of it, each with its moment. Under the sprint's lock; nobody is told."""
    yes = {"answer": SignOffAnswer.YES, "digest": subject.digest, "reason": ""}
    for party, (person, at) in said.items():
        _keep(subject, party, yes, by=person, now=at)


def _follow(subject: Subject[Any], party: Party, *, by: Person, now: datetime) -> None:
    """What the answer of this party sets off: it is the other side's turn, but for two kinds."""
    if isinstance(subject, FindingSubject):  # it is evidence for milestones, due as soon as nothing stands in their way
        ask_again(MilestoneSubject.of_all(resting_on(subject.row)), by=by, now=now)
        ask(subject, subject.asked_to_change, now=now)
    elif isinstance(subject, ReportSubject) and subject.answers.both:
        keep_report(subject, now=now)
    else:
        ask(subject, [party.other], now=now)


def ask(subject: Subject[Any], parties: Iterable[Party], *, now: datetime, wrote: Person | None = None) -> None:
    """A mail to the lead of each of these parties; it says how things stand when it leaves. A lead who `wrote` it
    themselves needs none."""
    partnership = subject.sprint.partnership
    own = rules.party_of(wrote, partnership) if wrote and rules.leads(wrote, partnership) else None
    for party in parties:
        if party != own:
            notify_lead(subject.sprint, party, f"{subject.kind}.waits", about=subject.about | {"party": party}, now=now)


def ask_again(subjects: Iterable[Subject[Any]], *, by: Person, now: datetime) -> None:
    """They have changed: a mail to the lead of each side that had answered, but for the lead who changed it."""
    for subject in subjects:
        partnership = subject.sprint.partnership
        own = rules.party_of(by, partnership) if rules.assents(by, partnership) else None
        ask(subject, [one for one in Party if one != own and subject.answers.answered_before(one)], now=now)
