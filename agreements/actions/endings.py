"""After it is signed: change it by an amendment, or end it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agreements.actions.signatures import move_edition
from agreements.actions.transactions import lock_agreement, move_draft, record_event, speaks_for
from agreements.emails.agreements import notify_both
from agreements.models import Agreement, Edition
from agreements.models.agreement import LONGEST_REASON
from agreements.refusals import NotNow
from agreements.states import EditionState
from partners import rules
from partners.authentication_proof import Proof, require_fresh
from partners.models import Person
from text.clean import clean_text


@transaction.atomic
def amend(*, by: Person, agreement: Agreement, reason: str, now: datetime) -> None:
    """Open the text for changes. The edition in force stays in force until both parties have signed the next one."""
    held = lock_agreement(agreement)
    party = speaks_for(by, held.partnership, rules.assents)
    if held.ended_at:
        raise NotNow(_("The agreement has ended, so it cannot be amended."))
    move_draft(held, "amend")
    payload = {"party": party, "reason": clean_text(reason, limit=LONGEST_REASON)}
    event = record_event(held, "amendment.started", by=by, now=now, payload=payload)
    notify_both(held, "amendment started", about={}, key=event.digest, now=now)


@transaction.atomic
def end(*, by: Person, agreement: Agreement, reason: str, proof: Proof | None, now: datetime) -> None:
    """End the agreement. Either side may, alone, with a reason; both are told, and nothing is erased. Raises
    NeedsFreshCode, since it cannot be undone."""
    held = lock_agreement(agreement)
    party = speaks_for(by, held.partnership, rules.assents)
    require_fresh(proof, now)
    reason = clean_text(reason, limit=LONGEST_REASON)
    ended = Agreement.objects.filter(pk=held.pk, ended_at=None)
    move_draft(held, "end")
    if not ended.update(ended_at=now, ended_by=by, end_reason=reason):
        raise NotNow(_("The agreement has ended already."))
    for edition in Edition.objects.filter(agreement=held, state=EditionState.SIGNING):
        move_edition(edition, "reopen", voided_at=now, voided_by=by, void_reason=reason)
    for edition in Edition.objects.filter(agreement=held, state=EditionState.IN_FORCE):
        move_edition(edition, "end")
    event = record_event(held, "agreement.ended", by=by, now=now, payload={"party": party, "reason": reason})
    notify_both(held, "ended", about={}, key=event.digest, now=now)
