"""A lead who is gone without a word: a member of the same side asks for the lead, and the staff check that.

Staff decide for neither side: they say that the lead is gone, as they checked, and nothing else changes hands.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from partners import rules
from partners.actions.handovers import (
    HandoverClosed,
    answer_handover,
    change_lead,
    closed_because,
    lead_seat,
    leads_of,
    locked,
    record_event,
    the_same,
)
from partners.actions.invitations import lock
from partners.authentication_proof import Proof, require_fresh
from partners.emails.handovers import notify_of_handover
from partners.models import Handover, HandoverOutcome, Partnership, Person, ProgramStaff
from partners.rules import Refused
from text.fields import clean_words


@transaction.atomic
def claim_lead(*, by: Person, partnership: Partnership, reason: str, now: datetime) -> Handover:
    """A member asks for the lead of their own side. Both leads and the staff are told; asking again changes nothing.

    Raises ValidationError where the side has no lead to follow, or somebody else asks for it already.
    """
    lock(partnership)
    rules.require(rules.takes_the_lead, by, partnership)
    party = rules.side_of(by, partnership)
    if lead_seat(partnership, party) is None:
        raise ValidationError(_("Your side has no lead. The staff of the program invite one."), code="no lead")
    if earlier := Handover.objects.unanswered().claims().filter(partnership=partnership, party=party).first():
        return the_same(earlier, by, _("%(name)s asks for the lead already."))
    said = clean_words(Handover, blank=False, reason=reason)
    handover = Handover.objects.create(partnership=partnership, party=party, to=by, asked_at=now, asked_by=by, **said)
    event = record_event(handover, "lead.claimed", by=by, now=now, reason=handover.reason)
    people = [*leads_of(partnership), *_staff(partnership)]
    notify_of_handover(handover, "lead claimed", to=people, key=event.digest, now=now)
    return handover


@transaction.atomic
def confirm_claim(*, by: Person, handover: Handover, checked: str, proof: Proof | None, now: datetime) -> None:
    """Staff confirm that the lead is gone, and say what they checked: who asked becomes the lead. Confirming again
    changes nothing. Raises HandoverClosed where it was refused or taken back meanwhile, NeedsFreshCode."""
    held = _claim(handover)
    rules.require(rules.helps, by, held.partnership)
    if held.outcome == HandoverOutcome.ACCEPTED:
        return
    if held.outcome:
        raise HandoverClosed(closed_because(held))
    require_fresh(proof, now)
    change_lead(held, by=by, now=now, kind="lead.given", **clean_words(Handover, blank=False, answer=checked))


@transaction.atomic
def refuse_claim(*, by: Person, handover: Handover, reason: str, now: datetime) -> None:
    """The staff, or the lead who is not gone, say no and why. Raises HandoverClosed where it is answered already."""
    held = _claim(handover)
    if not may_refuse(by, held):
        raise Refused(_("Only the staff of the program and the lead of that side can do this."))
    answer = clean_words(Handover, blank=False, answer=reason)
    answer_handover(held, HandoverOutcome.DECLINED, by=by, now=now, **answer)
    _notify_of_end(held, "lead.claim_refused", by=by, now=now, reason=held.answer)


@transaction.atomic
def take_back_claim(*, by: Person, handover: Handover, now: datetime) -> None:
    """Who asked asks no longer. Raises HandoverClosed where it was answered meanwhile."""
    held = _claim(handover)
    rules.require(rules.proposes, by, held.partnership)
    if held.to_id != by.pk:
        raise Refused(_("Somebody else asks for the lead."))
    answer_handover(held, HandoverOutcome.TAKEN_BACK, by=by, now=now)
    _notify_of_end(held, "lead.claim_taken_back", by=by, now=now)


def may_refuse(by: Person, handover: Handover) -> bool:
    own_lead = rules.assents(by, handover.partnership) and rules.party_of(by, handover.partnership) == handover.party
    return own_lead or rules.helps(by, handover.partnership)


def _claim(handover: Handover) -> Handover:
    """As it is now, under the partnership's lock. What a lead offers is not the staff's to answer."""
    held = locked(handover)
    if not held.is_claim:
        raise Refused(_("Only the person who is asked can answer this."))
    return held


def _notify_of_end(handover: Handover, kind: str, *, by: Person, now: datetime, **more: object) -> None:
    event = record_event(handover, kind, by=by, now=now, **more)
    people = [person for person in (handover.to, *leads_of(handover.partnership)) if person != by]
    notify_of_handover(handover, "lead claim ended", to=people, key=event.digest, now=now)


def _staff(partnership: Partnership) -> Iterable[Person]:
    staff = ProgramStaff.objects.filter(program=partnership.program_id).select_related("person").order_by("since", "pk")
    return [one.person for one in staff]
