"""`manage.py digest`: queue the weekly mails that are due, or say who would get what."""

from __future__ import annotations

import argparse
from datetime import datetime

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime

from topcities.mailing import Due, due_now, queue_weekly_mail
from topcities.weekly import is_worth_it, message_of, parts_for


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
        due = list(due_now(now))
        for one in due:
            self.stdout.write(f"{one.person.email}\t{one.slot.due:%Y-%m-%dT%H:%MZ}\t{what(one, now)}")
        self.stdout.write(f"{len(due)} people at {now:%Y-%m-%dT%H:%MZ}")


def moment(typed: str) -> datetime:
    """Raises CommandError where it is no moment with a zone."""
    try:
        found = parse_datetime(typed)
    except ValueError:
        found = None
    if found is None or timezone.is_naive(found):
        raise CommandError(f"{typed}: give a moment with its zone, such as 2027-03-08T14:00Z.")
    return found


def what(due: Due, now: datetime) -> str:
    """The subject, in the person's language, or why there is no mail."""
    with translation.override(due.person.language):
        parts = parts_for([due.person], now=now)[due.person.pk]
        worth_it = is_worth_it(due.person, parts)
        return message_of(due.person, parts).subject if worth_it else "(no mail: nothing waits)"
