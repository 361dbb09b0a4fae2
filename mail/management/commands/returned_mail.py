"""`manage.py returned_mail`: note mail that came back by mail, as a mail server or a mailbox hands it over."""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

from django.core.management.base import BaseCommand
from django.utils import timezone

from mail.bounces import came_back
from mail.delivery_report import LONGEST, undelivered

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Read reports of mail that did not arrive, from files or from standard input, and note it for staff to see."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, help="one mail each; none: one mail from standard input")

    def handle(self, *args: object, files: list[Path], **options: object) -> None:
        """It never fails for what a mail holds: a mail server would answer a failure with a mail of its own."""
        letters = [_read(file) for file in files] if files else [sys.stdin.buffer.read(LONGEST)]
        noted = sum(_note(letter) for letter in letters)
        self.stdout.write(f"Mails: {len(letters)}. Noted as not arrived: {noted}.")


def _note(letter: bytes) -> bool:
    try:
        found = undelivered(letter)
    except Exception as error:
        # Whatever Python's parser makes of it: parts within parts without end, for one.
        log.warning("a mail that came in cannot be read: %s", type(error).__name__)
        return False
    return found is not None and came_back(message_id=found.message_id, why=f"bounced: {found.why}", now=timezone.now())


def _read(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(LONGEST)
