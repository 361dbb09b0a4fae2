"""Check in: each side says how the week goes, and can correct it while the week lasts."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agreements.actions.transactions import speaks_for
from agreements.refusals import NotNow, Stale
from partners import rules
from partners.models import Person
from sprints.actions.transactions import lock_running_sprint, record_event
from sprints.domain.check_ins import check_in_digest, check_in_of, week_now
from sprints.domain.states import week_closed
from sprints.models import CheckIn, Rating, Sprint, Together
from text.fields import set_words


@transaction.atomic
def check_in(
    *,
    by: Person,
    sprint: Sprint,
    rating: str,
    words: str,
    together: str | None,
    shown: str,
    now: datetime,
    from_mail: bool = False,
) -> CheckIn:
    """Say it for the person's own side, of the week that it is; the last word of the week stands. `shown` is
    `check_in_digest` as the person saw it: Stale where a colleague was quicker, or the week has turned. `from_mail`:
    sent from the page of a mail's link, by whoever had that link; the ledger says so. What this person said already,
    word for word, is said once."""
    sprint = lock_running_sprint(sprint)
    party = speaks_for(by, sprint.partnership, rules.proposes)
    week = week_now(sprint, now)
    if week is None:
        raise NotNow(week_closed(sprint, now))
    before = check_in_of(sprint, week, party)
    said = _said(rating, words, together)
    said.sprint, said.week, said.party, said.at, said.by = sprint, week, party, now, by
    if before and before.by_id == by.pk and check_in_digest(week, said) == check_in_digest(week, before):
        return before  # a second press
    if check_in_digest(week, before) != shown:
        raise Stale
    CheckIn.objects.filter(sprint=sprint, week=week, party=party, replaced_at=None).update(replaced_at=now)
    said.save()
    payload = {"week": week, "party": party, "rating": said.rating, "words": said.words, "together": said.together}
    payload |= {"from_mail": True} if from_mail else {}
    record_event(sprint, "check_in.corrected" if before else "check_in.said", by=by, now=now, payload=payload)
    return said


def _said(rating: str, words: str, together: str | None) -> CheckIn:
    """Not saved. Raises ValidationError where it lacks its reason."""
    said = CheckIn(rating=Rating(rating), together=Together(together) if together else None)
    set_words(said, words=words)
    if said.rating != Rating.ON_TRACK and not said.words:
        raise ValidationError({"words": _("Say why in one sentence, so that the other side can help.")})
    return said
