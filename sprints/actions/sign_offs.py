"""Both sides sign off the same content; or one asks for changes, and says why. Neither is done with one voice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from agreements.actions.transactions import speaks_for
from agreements.refusals import NotNow, NotReady, Stale
from ledger.canonical import digest
from partners import rules
from partners.models import Person
from partners.parties import Party
from sprints.actions.transactions import lock_running_sprint, record_event
from sprints.domain import blockers
from sprints.domain.milestones import content_of, voices_of
from sprints.emails.hourly import tell_lead
from sprints.models import Milestone, SignOff, SignOffAnswer, Sprint
from sprints.states import Voices
from text.clean import clean_text


@transaction.atomic
def sign_off_milestone(*, by: Person, milestone: Milestone, shown: str, now: datetime) -> None:
    """Say yes to the outcome and the evidence as shown, for the person's own party. Saying it twice is saying it once.

    Raises Stale where they have changed since, NotReady with what stands in the way.
    """
    _answer_milestone(milestone, SignOffAnswer.YES, by=by, shown=shown, now=now)


@transaction.atomic
def ask_for_changes(*, by: Person, milestone: Milestone, shown: str, reason: str, now: datetime) -> None:
    """Say what is missing. It opens a milestone again that was signed off; both sides' words are kept."""
    _answer_milestone(
        milestone, SignOffAnswer.CHANGES, by=by, shown=shown, reason=clean_text(reason, limit=2000), now=now
    )


def _answer_milestone(
    milestone: Milestone, answer: SignOffAnswer, *, by: Person, shown: str, now: datetime, reason: str = ""
) -> None:
    sprint = lock_running_sprint(milestone.sprint)
    party = speaks_for(by, sprint.partnership, rules.assents)
    milestone = Milestone.objects.get(pk=milestone.pk)
    if milestone.dropped_at or not milestone.joint:
        raise NotNow(_("No sign-off of both sides is asked for here any more. Nothing was changed."))
    if answer == SignOffAnswer.YES and (found := blockers.sign_off_blockers(milestone)):
        raise NotReady(found)
    said = record_answer(
        sprint, milestone.pk, content_of(milestone), answer, party=party, by=by, shown=shown, reason=reason, now=now
    )
    if said is None:
        return
    payload = {"milestone": milestone.title, "number": milestone.number, "party": party, "digest": said.digest}
    payload |= {"reason": reason} if reason else {}
    kind = "milestone.signed_off" if answer == SignOffAnswer.YES else "milestone.changes_asked"
    record_event(sprint, kind, by=by, now=now, payload=payload)
    about = {"milestone": str(milestone.pk), "party": party.other}
    tell_lead(sprint, party.other, "milestone.waits", about=about, now=now)


def ask_again(sprint: Sprint, milestones: Iterable[Milestone], *, by: Person, now: datetime) -> None:
    """It has changed: a mail to the lead of each side that had answered it, but for the lead who changed it."""
    for milestone_id, voices in voices_of(list(milestones)).items():
        for party in parties_to_ask_again(sprint, voices, by=by):
            about = {"milestone": str(milestone_id), "party": party}
            tell_lead(sprint, party, "milestone.waits", about=about, now=now)


def parties_to_ask_again(sprint: Sprint, voices: Voices, *, by: Person) -> list[Party]:
    own = rules.party_of(by, sprint.partnership) if rules.assents(by, sprint.partnership) else None
    answered = (each for each in Party if voices.is_asked_again(each) or voices.asked_before_it_changed(each))
    return [party for party in answered if party != own]


def record_answer(
    sprint: Sprint,
    subject: UUID,
    content: dict[str, Any],
    answer: SignOffAnswer,
    *,
    party: Party,
    by: Person,
    shown: str,
    now: datetime,
    reason: str = "",
) -> SignOff | None:
    """The party's answer to this content, in place of the one before, under the sprint's lock; None where it stood
    already. Raises Stale where the content is not the one that was shown."""
    current = digest(content)
    if current != shown:
        raise Stale
    before = SignOff.objects.filter(subject=subject, party=party, replaced_at=None)
    if before.filter(answer=answer, digest=current, reason=reason).exists():
        return None
    before.update(replaced_at=now)
    return SignOff.objects.create(
        sprint=sprint,
        subject=subject,
        party=party,
        answer=answer,
        digest=current,
        content=content,
        reason=reason,
        at=now,
        by=by,
    )
