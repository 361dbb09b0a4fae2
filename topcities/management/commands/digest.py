"""`manage.py digest`: queue the weekly mails that are due, or say who would get what."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import datetime

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime

from mail.content import Message
from programs.domain.mail import WEEKLY
from topcities.weekly import digest, staff_digest
from topcities.weekly.schedule import Due, due_now, queue_weekly_mail


class Command(BaseCommand):
    help = "Queue the weekly mails that are due now. The worker does so by itself; queueing twice sends nothing twice."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="queue nothing; print who would get what")
        parser.add_argument("--at", default="", help="as if it were this moment: 2027-03-08T14:00Z (with --dry-run)")

    def handle(self, *args: object, dry_run: bool, at: str, **options: object) -> None:
        if at and not dry_run:
            raise CommandError("--at only goes with --dry-run: mail that leaves is always of now.")
        now = moment(at) if at else timezone.now()
        if not dry_run:
            self.stdout.write(f"Queued: {queue_weekly_mail(now)}")
            return
        people = 0
        for due in due_now(now):
            for one, says in would_say(due, now):
                self.stdout.write(f"{one.person.email}\t{one.slot.due:%Y-%m-%dT%H:%MZ}\t{says}")
            people += len(due)
        self.stdout.write(f"{people} people at {now:%Y-%m-%dT%H:%MZ}")


def moment(typed: str) -> datetime:
    """Raises CommandError where it is no moment with a zone."""
    try:
        found = parse_datetime(typed)
    except ValueError:
        found = None
    if found is None or timezone.is_naive(found):
        raise CommandError(f"{typed}: give a moment with its zone, such as 2027-03-08T14:00Z.")
    return found


def would_say(due: list[Due], now: datetime) -> Iterator[tuple[Due, str]]:
    """The subject of each mail, in its reader's language, or why there is none."""
    for language in sorted({one.person.language for one in due}):
        some = [one for one in due if one.person.language == language]
        with translation.override(language):
            messages = messages_of(some, now)
        for one, message in zip(some, messages, strict=True):
            yield one, message.subject if message else "(no mail: nothing waits)"


def messages_of(due: list[Due], now: datetime) -> list[Message | None]:
    """In the active language."""
    parts = digest.parts_for([one.person for one in due if one.kind == WEEKLY], now=now)
    return [
        digest.digest_message(one.person, parts[one.person.pk])
        if one.kind == WEEKLY
        else staff_digest.staff_digest_message(one.person, now)
        for one in due
    ]
