"""`manage.py alive`: for what watches over the processes. Is there a worker, and a clock that wakes it?"""

from __future__ import annotations

from django.core.management.base import BaseCommand
from django.utils import timezone

from topcities.check_results import Level, examine
from topcities.doctor import worker
from topcities.figures import Figures


class Command(BaseCommand):
    help = "Exit status 0: the worker gave a sign of life, as the clock asked, in the last two minutes; 1: it did not."
    requires_system_checks: list[str] = []  # noqa: RUF012 - asked every minute, so it looks at two rows and no more

    def handle(self, *args: object, **options: object) -> None:
        found = examine([worker], Figures(timezone.now()))
        for finding in found:
            self.stdout.write(finding.says)
        if any(finding.level == Level.WRONG for finding in found):
            raise SystemExit(1)
