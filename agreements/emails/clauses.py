"""Messages about clauses: changes that wait, and new comments. Those of ten minutes are one mail."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.domain.clause_names import clause_name
from agreements.domain.clause_status import agreement_status
from agreements.emails.agreements import agreement_of, leads, page_button
from agreements.models import Agreement, Clause, Comment
from agreements.states import Draft
from mail.models import MailState, OutboxMail
from mail.outbox import Message, absolute, queue_for_each, register
from partners.domain.names import both_names
from partners.models import Person, Seat
from partners.parties import Party

CHANGES_WAIT = "changes wait"
PROPOSALS_WAIT = timedelta(minutes=10)  # so that ten changes at one sitting are one mail
PROPOSALS_EVERY = timedelta(hours=1)


def notify_of_proposals(agreement: Agreement, *, party: Party, now: datetime) -> None:
    """Tell a party's lead that something waits for them: shortly after the change, and at most one mail an hour.

    Runs under the agreement's lock. A change after the hour's mail has gone out is told at the end of the hour.
    """
    for seat in leads(agreement):
        if seat.party == party:
            _notify_of_proposals(agreement, seat, now)


def notify_of_comment(agreement: Agreement, *, by: Person, now: datetime) -> None:
    """Tell the leads of both sides, in the same mail as of changes; not whoever wrote it."""
    for seat in leads(agreement):
        if seat.person_id != by.pk:
            _notify_of_proposals(agreement, seat, now)


def _notify_of_proposals(agreement: Agreement, seat: Seat, now: datetime) -> None:
    earlier = OutboxMail.objects.filter(kind=CHANGES_WAIT, person=seat.person, about__agreement=agreement.pk)
    # Locked: a worker that wants to write this mail waits for us, and then tells of this change too.
    if earlier.filter(state=MailState.WAITING).select_for_update().first():
        return
    latest = earlier.order_by("created_at").last()
    due_at = max(now + PROPOSALS_WAIT, latest.due_at + PROPOSALS_EVERY) if latest else now + PROPOSALS_WAIT
    queue_for_each(
        [seat.person],
        key=f"proposals:{agreement.pk}:{earlier.count()}",
        kind=CHANGES_WAIT,
        about={"agreement": agreement.pk, "party": seat.party},
        chain=agreement.partnership_id,
        now=now,
        due_at=due_at,
    )


@register(CHANGES_WAIT)
def changes_wait(queued: OutboxMail) -> Message | None:
    if queued.person is None or not queued.person.wants_news(queued.chain):
        return None
    agreement = agreement_of(queued)
    waiting = _waiting_for(Party(queued.about["party"]), agreement) if agreement.draft == Draft.OPEN else 0
    commented = _commented(queued, agreement) if agreement.draft != Draft.CLOSED else []
    if not (waiting or commented):
        return None
    opens = _("%(names)s are writing their agreement together.")
    if agreement.draft == Draft.FROZEN:
        opens = _("The agreement of %(names)s is open for signing.")
    paragraphs = [opens % {"names": both_names(agreement.partnership)}]
    if waiting:
        paragraphs += [
            _("Parts of the text that wait for your answer: %(count)s.") % {"count": waiting},
            _("You can agree to a wording, or propose another one. Nothing changes without both sides."),
        ]
    if commented:
        paragraphs.append(_("There are new comments on: %(clauses)s.") % {"clauses": ", ".join(commented)})
    return Message(
        subject=_("Changes to your agreement wait for you") if waiting else _("New comments on your agreement"),
        paragraphs=paragraphs,
        button=page_button(agreement, _("Read what changed") if waiting else _("Read the comments")),
        settings_url=absolute(reverse("mail")),
    )


def _waiting_for(party: Party, agreement: Agreement) -> int:
    """The clauses that wait for this party's answer; where none does, those with a suggestion of its own members."""
    standing = agreement_status(agreement)
    suggested = [s for s in standing.clauses if any(w.party == party for w in s.suggestions)]
    return len(standing.waiting_for(party)) or len(suggested)


def _commented(queued: OutboxMail, agreement: Agreement) -> list[str]:
    """The names of the clauses on which others have commented since this person's mail before, in their order."""
    of_others = Comment.objects.filter(clause__agreement=agreement).exclude(written_by=queued.person_id)
    mails = OutboxMail.objects.filter(kind=CHANGES_WAIT, person=queued.person_id, about__agreement=agreement.pk)
    if before := mails.filter(pk__lt=queued.pk).order_by("pk").last():
        # One that was written while that mail left is told here: this mail was queued with it.
        since = Q(written_at__gt=before.settled_at or before.due_at) | Q(written_at__gte=queued.created_at)
        of_others = of_others.filter(since)
    commented = Clause.objects.filter(pk__in=of_others.values("clause")).select_related("agreement")
    clauses = commented.order_by("position", "pk")
    return [clause_name(clause) for clause in clauses]
