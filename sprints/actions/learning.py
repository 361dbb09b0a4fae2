"""Grow: each side notes what its people can do, at three stages."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agreements.actions.transactions import speaks_for
from agreements.refusals import NotNow, Stale
from partners import rules
from partners.models import Person
from sprints.actions.transactions import lock_running_sprint, record_event
from sprints.domain.learning import learning_digest, learning_of, stage_now
from sprints.models import Ability, Learning, Sprint
from text.fields import clean_words


@transaction.atomic
def note_learning(
    *,
    by: Person,
    sprint: Sprint,
    open_data: int,
    design: int,
    private_partners: int,
    voice: str,
    shown: str,
    now: datetime,
) -> Learning:
    """Note it for the person's own side, at the stage that it is; the last note of the stage stands. `shown` is
    `learning_digest` as the person saw it."""
    sprint = lock_running_sprint(sprint)
    party = speaks_for(by, sprint.partnership, rules.proposes)
    stage = stage_now(sprint, now)
    if stage is None:
        raise NotNow(_("The first note is made in the first week of the sprint. Nothing was kept."))
    before = learning_of(sprint, stage, party)
    if learning_digest(stage, before) != shown:
        raise Stale
    levels = {"open_data": open_data, "design": design, "private_partners": private_partners}
    noted = Learning(sprint=sprint, stage=stage, party=party, at=now, by=by, **clean_words(Learning, voice=voice))
    for name, level in levels.items():
        setattr(noted, name, Ability(level))
    if before and learning_digest(stage, noted) == shown:
        return before
    Learning.objects.filter(sprint=sprint, stage=stage, party=party, replaced_at=None).update(replaced_at=now)
    noted.save()
    payload = {"stage": stage, "party": party, "voice": noted.voice} | levels
    record_event(sprint, "learning.corrected" if before else "learning.noted", by=by, now=now, payload=payload)
    return noted
