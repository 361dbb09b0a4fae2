"""What is cleared once a day: what is over and tells nobody anything any more. The ledger itself is never cleared."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib.sessions.models import Session
from django.db import connection, transaction

from mail.models import OutboxMail
from mail.registry import kept_for
from partners.models import PersonSession, UnsentForm
from programs.models import SheetLine


@transaction.atomic
def clear_what_is_over(now: datetime) -> None:
    """Sessions that have ended, forms that nobody came back for, tables of cohorts that are old, settled mails of the
    kinds that are not kept, and counts of attempts that are over."""
    Session.objects.filter(expire_date__lt=now).delete()
    PersonSession.objects.left_over().delete()
    UnsentForm.objects.over(now).delete()
    SheetLine.objects.forget(now)
    for kind, time in kept_for().items():
        OutboxMail.objects.filter(kind=kind, settled_at__lt=now - time).delete()
    _clear_counts(now)


def _clear_counts(now: datetime) -> None:
    """The rows of the database cache, which Django clears only where it is full."""
    over = connection.ops.adapt_datetimefield_value(now.astimezone(UTC).replace(microsecond=0))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cache WHERE expires < %s", [over])
