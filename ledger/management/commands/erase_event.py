"""`manage.py erase_event CHAIN SEQUENCE --reason ...`: erase what one event says, as a court or a law may ask."""

from __future__ import annotations

from argparse import ArgumentParser
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from ledger.record import CannotErase, erase
from text.clean import clean_line

LONGEST_REASON = 500


class Command(BaseCommand):
    help = (
        "Erase what one event says. The event stays, a new one says that this was erased and why, and the chain "
        "still verifies. The words cannot be brought back. Exit status: 0 erased; 1 not erased, and why."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("chain", type=UUID, help="the chain: the partnership's id")
        parser.add_argument("sequence", type=int, help="the number of the event in its chain")
        parser.add_argument("--reason", required=True, help="stays in the ledger, so do not repeat what is erased")

    def handle(self, *, chain: UUID, sequence: int, reason: str, **_options: object) -> None:
        try:
            said = clean_line(reason, limit=LONGEST_REASON)
            event = erase(chain=chain, sequence=sequence, reason=said, by=None, now=timezone.now())
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except CannotErase as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Erased. Event {event.sequence} of the chain says so; the chain's head is {event.digest}.")
