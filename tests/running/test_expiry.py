"""What is cleared once a day, and what stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from ledger.models import Event
from mail.models import MailState, OutboxMail
from mail.outbox import queue_mail, send_waiting
from tests.factories.people import make_person
from tests.ledger.chains import make_chain
from topcities.expiry import clear_what_is_over

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 2, 18, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def keys() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM cache ORDER BY cache_key")
        return [key for (key,) in cursor.fetchall()]


def test_ended_sessions_go_and_others_stay() -> None:
    for name, ends in (("over", NOW - DAY), ("open", NOW + DAY)):
        Session.objects.create(session_key=name, session_data="", expire_date=ends)
    clear_what_is_over(NOW)
    assert list(Session.objects.values_list("session_key", flat=True)) == ["open"]


def test_what_anyone_can_make_us_keep_is_gone_after_ninety_days() -> None:
    """Each request for a code leaves a session and a mail to nobody."""
    with time_machine.travel(NOW, tick=False):
        for _stranger in range(3):
            Client().post("/accounts/login/code/", {"email": "nobody@example.org"})
        assert (Session.objects.count(), OutboxMail.objects.count()) == (3, 3)
        send_waiting(NOW)
    clear_what_is_over(NOW + 89 * DAY)
    assert (Session.objects.count(), OutboxMail.objects.count()) == (0, 3)
    clear_what_is_over(NOW + 91 * DAY)
    assert OutboxMail.objects.count() == 0


def test_other_mails_and_those_that_wait_stay_and_so_does_the_ledger() -> None:
    make_chain(3)
    about = {"to": make_person().email, "language": "en", "about": {}, "now": NOW}
    told = queue_mail(key="told", kind="seat ended", **about)
    waits = queue_mail(key="waits", kind="sign-in code", **about)
    OutboxMail.objects.filter(pk=told.pk).update(state=MailState.SENT, settled_at=NOW)
    clear_what_is_over(NOW + 400 * DAY)
    assert set(OutboxMail.objects.all()) == {told, waits}
    assert Event.objects.count() == 3


@pytest.mark.parametrize("kind", ["weekly", "weekly staff"])
def test_rows_of_weekly_mails_go_after_four_hundred_days(kind: str) -> None:
    row = queue_mail(key=kind, kind=kind, to=make_person().email, language="en", about={}, now=NOW)
    OutboxMail.objects.filter(pk=row.pk).update(state=MailState.SENT, settled_at=NOW)
    clear_what_is_over(NOW + 400 * DAY)
    assert OutboxMail.objects.exists()
    clear_what_is_over(NOW + 400 * DAY + timedelta(seconds=1))
    assert not OutboxMail.objects.exists()


def test_counts_that_are_over_go_and_others_stay(real_cache: None) -> None:
    now = timezone.now()
    cache.set("a_minute", [1.0], 60)
    cache.set("a_day", [1.0], 24 * 3600)
    clear_what_is_over(now + timedelta(hours=1))
    assert keys() == [cache.make_key("a_day")]
    assert cache.get("a_day") == [1.0]


def test_the_clock_asks_for_it_once_a_day() -> None:
    due = [entry["schedule"] for entry in settings.CELERY_BEAT_SCHEDULE.values() if "clear_what" in entry["task"]]
    assert due == [24 * 3600]
