"""Executive buy-in: the executive sponsor records it, in their own words or with a letter."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agreements.refusals import NotNow
from partners.models import Person
from sprints import rules
from sprints.actions.evidence import keep_file
from sprints.actions.transactions import lock_running_sprint, record_event
from sprints.domain.buy_in import is_asked
from sprints.domain.milestones import today_of
from sprints.files import CheckedFile
from sprints.models import BuyIn, Occasion, Sprint
from text.fields import set_words


@transaction.atomic
def record_buy_in(
    *,
    by: Person,
    sprint: Sprint,
    occasion: str,
    now: datetime,
    words: str = "",
    file: CheckedFile | None = None,
) -> BuyIn:
    """Words, a letter, or both. What was recorded before on this occasion is kept, and stands no more."""
    sprint = lock_running_sprint(sprint)
    rules.require_sponsor(by, sprint.partnership)
    if not words.strip() and file is None:
        raise ValidationError({"words": _("Write it in your own words, or hand in a letter.")})
    if not is_asked(sprint, Occasion(occasion), today_of(sprint, now)):
        raise NotNow(_("There is no concept to support yet. It is asked for when its week begins."))
    buy_in = BuyIn(sprint=sprint, occasion=Occasion(occasion), at=now, by=by)
    set_words(buy_in, blank=file is not None, words=words)
    if file is not None:
        keep_file(buy_in, file, field="file")
    BuyIn.objects.filter(sprint=sprint, occasion=buy_in.occasion, replaced_at=None).update(replaced_at=now)
    buy_in.save()
    payload = {"occasion": buy_in.occasion, "words": buy_in.words}
    payload |= {"file": buy_in.file_name, "sha256": buy_in.file_sha256}
    record_event(sprint, "buy_in.recorded", by=by, now=now, payload=payload)
    return buy_in
