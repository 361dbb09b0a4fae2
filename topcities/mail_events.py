"""What the mail provider tells of mails that it took: those that did not arrive are noted.

The product has no signals of its own. django-anymail hands over what a provider reports by one and in no other way, so
this is the one place that listens: the view beside it lets django-anymail read the report, and here it arrives.
"""

from __future__ import annotations

from anymail.signals import AnymailTrackingEvent, EventType, tracking
from django.dispatch import receiver
from django.utils import timezone

from mail.bounces import came_back

NOT_ARRIVED = frozenset({EventType.BOUNCED, EventType.COMPLAINED, EventType.REJECTED, EventType.FAILED})


@receiver(tracking, dispatch_uid="mail that came back")
def note(event: AnymailTrackingEvent, **_about: object) -> None:
    """One report. What is only late, opened or unknown to us changes nothing."""
    if event.event_type in NOT_ARRIVED and event.message_id:
        came_back(message_id=str(event.message_id), why=reason_of(event), now=timezone.now())


def reason_of(event: AnymailTrackingEvent) -> str:
    """What kind of report it is, and the words of the server that refused, where the provider passes them on."""
    words = event.mta_response or event.description or event.reject_reason or ""
    return f"{event.event_type}: {words}".removesuffix(": ")
