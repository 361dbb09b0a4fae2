"""manage.py export_audit --since MOMENT: what happened on this site, as JSON lines for a city's SIEM."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from datetime import datetime

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from programs.domain.audit import as_json_lines, settled_events


def moment(text: str) -> datetime:
    """With its zone: "2027-03-02T00:00:00Z"."""
    found = parse_datetime(text)
    if found is None or found.tzinfo is None:
        raise ArgumentTypeError("a moment looks like 2027-03-02T00:00:00Z, with its zone")
    return found


class Command(BaseCommand):
    help = (
        "Write every event of this site as a line of JSON, in an order that stays, up to two minutes ago. To go on "
        "later, name the `number` of the last line: --after NUMBER. Exit status 0."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        begin = parser.add_mutually_exclusive_group()
        begin.add_argument("--since", type=moment, metavar="MOMENT", help="not before: 2027-03-02T00:00:00Z")
        begin.add_argument("--after", type=int, default=0, metavar="NUMBER", help="behind the line with this number")

    def handle(self, *, since: datetime | None, after: int, **_options: object) -> None:
        for line in as_json_lines(settled_events(timezone.now(), since=since, after=after)):
            self.stdout.write(line, ending="")
