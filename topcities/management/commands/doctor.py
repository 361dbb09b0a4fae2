"""`manage.py doctor`: what is well, what to look at, what is wrong, and what to do."""

from __future__ import annotations

from django.core.management.base import BaseCommand
from django.utils import timezone

from topcities.check_results import Level, examine
from topcities.doctor import EVERYTHING
from topcities.figures import Figures


class Command(BaseCommand):
    help = "Say what is well here, what to look at and what is wrong. Exit status 0: nothing is wrong; 1: something is."
    requires_system_checks: list[str] = []  # noqa: RUF012 - the doctor runs them itself and says what they mean

    def handle(self, *args: object, **options: object) -> None:
        found = examine(EVERYTHING, Figures(timezone.now()))
        for finding in found:
            self.stdout.write(f"{finding.level:<6} {finding.topic:<13} {finding.says}")
            if finding.do:
                self.stdout.write(f"{'':<20} -> {finding.do}")
        if any(finding.level == Level.WRONG for finding in found):
            raise SystemExit(1)
