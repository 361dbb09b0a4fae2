"""Remind a party of what waits for it."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from ledger.record import append_event
from mail.outbox import queue_mail
from partners import rules
from partners.models import Partnership, Person
from partners.rules import Refused
from sprints.domain.reminders import KIND, LONGEST_WORD, Matter, lead_of, matters_for
from text.clean import clean_text


@transaction.atomic
def remind(*, by: Person, partnership: Partnership, matter: str, word: str, now: datetime) -> None:
    """Mail the lead of a party what waits for them, with a word; both sides see it in the history.

    Raises ValidationError where it does not wait any more, was told less than three days ago, or nobody leads.
    """
    held = Partnership.objects.select_for_update(of=("self",)).select_related("program").get(pk=partnership.pk)
    if not rules.reminds(by, held):
        raise Refused(_("Only the people of the two partners, and the staff, can remind others."))
    found = _matter(by, held, matter, now)
    reader = lead_of(held, found.party)
    if reader is None:
        raise ValidationError({"matter": _("Nobody leads that side now, so there is nobody to remind.")})
    payload = {
        "party": rules.party_of(by, held) or "",
        "organization": held.names_on_screen()[found.party],
        "matter": found.key,
        "word": clean_text(word, limit=LONGEST_WORD),
    }
    event = append_event(chain=held.pk, kind="nudge.sent", by=by, at=now, payload=payload)
    queue_mail(
        key=f"nudge:{event.digest}",
        kind=KIND,
        to=reader.email,
        person=reader,
        language=reader.language,
        about={"event": event.pk, "party": found.party, "matter": found.key},
        chain=held.pk,
        now=now,
    )


def _matter(by: Person, partnership: Partnership, key: str, now: datetime) -> Matter:
    found = next((one for one in matters_for(by, partnership, now) if one.key == key), None)
    if found is None:
        raise ValidationError({"matter": _("This does not wait for them any more.")})
    if found.resting:
        raise ValidationError(
            {"matter": _("They were reminded of this less than three days ago. Please give them time.")}
        )
    return found
