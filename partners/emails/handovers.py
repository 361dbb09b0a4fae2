"""Messages about who leads a side; registered with the outbox."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from mail.models import OutboxMail
from mail.outbox import Message, absolute, queue_for_each, register
from partners.domain.names import both_names
from partners.models import Handover, HandoverOutcome, Person


def notify_of_handover(
    handover: Handover, kind: str, *, to: Iterable[Person], key: str, now: datetime, **about: object
) -> None:
    """Queue the same message for these people, each in their own language. `key` is the event's that it tells of."""
    about = {"handover": handover.pk, **about}
    queue_for_each(to, key=f"{key}:{kind}", kind=kind, about=about, chain=handover.partnership_id, now=now)


@register("lead offered")
def lead_offered(queued: OutboxMail) -> Message | None:
    handover = _handover(queued)
    if not handover.is_open:
        return None
    return Message(
        subject=_("You are asked to take over the lead for %(organization)s") % _values(handover),
        paragraphs=[
            _(
                "%(who)s asks you to take over the lead for %(organization)s in the partnership of %(names)s. "
                "Nothing changes until you accept."
            )
            % _values(handover),
            *_reason(handover.reason),
            _("The page tells you what it means to accept. You can also decline there, and say why."),
        ],
        button=(_("Read and answer"), absolute(reverse("lead_offer", args=[handover.partnership.slug, handover.pk]))),
    )


@register("lead declined")
def lead_declined(queued: OutboxMail) -> Message:
    handover = _handover(queued)
    return Message(
        subject=_("%(name)s does not take over the lead") % _values(handover),
        paragraphs=[
            _("%(name)s declined to take over the lead for %(organization)s. You are still the lead.")
            % _values(handover),
            *_reason(handover.answer),
        ],
        button=_to_people(handover),
    )


@register("lead offer taken back")
def lead_offer_taken_back(queued: OutboxMail) -> Message | None:
    handover = _handover(queued)
    if handover.outcome != HandoverOutcome.TAKEN_BACK:
        return None
    return Message(
        subject=_("You are no longer asked to take over the lead"),
        paragraphs=[_("%(who)s no longer asks you to take over the lead for %(organization)s.") % _values(handover)],
        button=_to_people(handover),
    )


@register("lead changed", after_leaving=True)
def lead_changed(queued: OutboxMail) -> Message:
    handover = _handover(queued)
    before = Person.objects.get(pk=queued.about["before"])
    return Message(
        subject=_("%(name)s is now the lead for %(organization)s") % _values(handover),
        paragraphs=[
            _("%(name)s has taken over the lead for %(organization)s from %(before)s, in the partnership of %(names)s.")
            % {**_values(handover), "before": before.name},
            *_checked(handover),
            _(
                "What was agreed and signed before stands. If the agreement was open for signing, it is open for "
                "changes again, and its signatures are asked for anew."
            ),
        ],
        button=_to_people(handover),
    )


@register("lead claimed", after_leaving=True)
def lead_claimed(queued: OutboxMail) -> Message | None:
    """To both leads and to the staff. The lead who is said to be gone can say that they are not."""
    handover = _handover(queued)
    if not handover.is_open:
        return None
    return Message(
        subject=_("%(name)s asks for the lead for %(organization)s") % _values(handover),
        paragraphs=[
            _(
                "%(name)s says that the lead for %(organization)s is gone without a word, and asks to take over the "
                "lead, in the partnership of %(names)s."
            )
            % _values(handover),
            *_reason(handover.reason),
            _(
                "The staff of the program check this before anything changes. The lead can also refuse it. "
                "Both sides are told of the outcome."
            ),
        ],
        button=(_("Read what is said"), absolute(reverse("lead_claim", args=[handover.partnership.slug, handover.pk]))),
    )


@register("lead claim ended", after_leaving=True)
def lead_claim_ended(queued: OutboxMail) -> Message:
    handover = _handover(queued)
    if handover.outcome == HandoverOutcome.TAKEN_BACK:
        said = _("%(name)s no longer asks for the lead for %(organization)s. Nothing has changed.")
    else:
        said = _("%(by)s refused that %(name)s takes over the lead for %(organization)s. Nothing has changed.")
    return Message(
        subject=_("The lead for %(organization)s stays") % _values(handover),
        paragraphs=[said % {**_values(handover), "by": str(handover.answered_by)}, *_reason(handover.answer)],
        button=_to_people(handover),
    )


def _checked(handover: Handover) -> list[str]:
    """What the staff say they checked, where the lead was gone."""
    if not handover.is_claim:
        return []
    values = {"who": str(handover.answered_by), "words": handover.answer}
    return [
        _("%(who)s of the program's staff confirmed that the lead was gone. What was checked: “%(words)s”") % values
    ]


def _handover(queued: OutboxMail) -> Handover:
    rows = Handover.objects.select_related("partnership", "to", "asked_by", "answered_by")
    return rows.get(pk=queued.about["handover"])


def _values(handover: Handover) -> dict[str, str]:
    return {
        "who": handover.asked_by.name,
        "name": handover.to.name,
        "organization": handover.organization.name,
        "names": both_names(handover.partnership),
    }


def _reason(words: str) -> list[str]:
    return [_("The reason given: “%(reason)s”") % {"reason": words}] if words else []


def _to_people(handover: Handover) -> tuple[str, str]:
    return _("See who takes part"), absolute(reverse("people", args=[handover.partnership.slug]))
