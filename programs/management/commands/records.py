"""manage.py records: how long they are kept, what is due, legal holds, and their deletion."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from partners.models import Partnership, Person, Program
from partners.rules import Refused
from programs import actions
from programs.domain.retention import counted, due_records, records_of
from programs.models import Deletion, RecordKind


class Command(BaseCommand):
    help = (
        "Keep and delete records. Who acts is named by --by: somebody who may open the whole admin site. A deletion is "
        "done when another one confirms it, or after a day; a legal hold stops it. The ledger tells of each, and its "
        "chains still verify. Exit status: 0 done; 1 not done, and why."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        due = acts.add_parser("due", help="what a program's rules let go now, and how much of it")
        due.add_argument("program")
        due.add_argument("--json", action="store_true")
        keep = acts.add_parser("keep", help="for how many years after the end; 0: for ever")
        keep.add_argument("program")
        keep.add_argument("kind", choices=RecordKind.values)
        keep.add_argument("years", type=int)
        with_reason = {
            "hold": "nothing of it is deleted",
            "lift": "the hold stands no more",
            "delete": "ask that records are deleted",
        }
        for name, says in with_reason.items():
            one = acts.add_parser(name, help=says)
            one.add_argument("partnership")
            one.add_argument("--reason", required=True, help="stays in the ledger")
        acts.choices["delete"].add_argument("--kind", choices=RecordKind.values, required=True)
        for name in ("confirm", "take-back"):
            acts.add_parser(name, help="the deletion that was asked for").add_argument("partnership")
        for name, one in acts.choices.items():
            if name != "due":
                one.add_argument("--by", required=True, metavar="EMAIL", help="who does it")

    def handle(self, *, act: str, **given: Any) -> None:
        try:
            said = getattr(self, f"_{act.replace('-', '_')}")(timezone.now(), **given)
        except (ValidationError, Refused) as error:
            raise CommandError(" ".join(getattr(error, "messages", [str(error)]))) from error
        self.stdout.write(said)

    def _due(self, now: datetime, *, program: str, json: bool, **_more: object) -> str:
        found = [
            {"partnership": one.partnership.slug, "kind": one.kind, "ended": str(one.ended), "rows": one.counts}
            for one in due_records(_program(program), now)
        ]
        if json:
            return as_json(found)
        lines = [f"{one['partnership']}: {one['kind']}, ended {one['ended']}: {one['rows']}" for one in found]
        return "\n".join(lines or ["Nothing is due."])

    def _keep(self, now: datetime, *, program: str, kind: str, years: int, by: str, **_more: object) -> str:
        actions.set_retention(by=_person(by), program=_program(program), kind=kind, years=years or None, now=now)
        return "Set."

    def _hold(self, now: datetime, *, partnership: str, reason: str, by: str, **_more: object) -> str:
        actions.place_hold(by=_person(by), partnership=_partnership(partnership), reason=reason, now=now)
        return "Held. Nothing of it is deleted until the hold is lifted."

    def _lift(self, now: datetime, *, partnership: str, reason: str, by: str, **_more: object) -> str:
        actions.lift_hold(by=_person(by), partnership=_partnership(partnership), reason=reason, now=now)
        return "Lifted."

    def _delete(self, now: datetime, *, partnership: str, kind: str, reason: str, by: str, **_more: object) -> str:
        found = _partnership(partnership)
        rows = counted(records_of(found, RecordKind(kind)))
        asked = actions.ask_deletion(by=_person(by), partnership=found, kind=kind, reason=reason, now=now)
        lines = [f"  {count} of {name}" for name, count in rows.items()]
        done = f"Done on {asked.due_at:%Y-%m-%d at %H:%M} UTC, or when somebody else confirms it. It can be taken back."
        return "\n".join(["This would be deleted:", *lines, done])

    def _confirm(self, now: datetime, *, partnership: str, by: str, **_more: object) -> str:
        actions.confirm_deletion(by=_person(by), deletion=_open_deletion(partnership), now=now)
        return "Deleted. The chain of the partnership says so."

    def _take_back(self, now: datetime, *, partnership: str, by: str, **_more: object) -> str:
        actions.take_back_deletion(by=_person(by), deletion=_open_deletion(partnership), now=now)
        return "Taken back. Nothing was deleted."


def as_json(found: list[dict[str, Any]]) -> str:
    return json.dumps(found, indent=1)


def _program(slug: str) -> Program:
    if found := Program.objects.filter(slug=slug).first():
        return found
    raise CommandError(f"There is no program “{slug}”.")


def _partnership(slug: str) -> Partnership:
    if found := Partnership.objects.filter(slug=slug).select_related("program").first():
        return found
    raise CommandError(f"There is no partnership “{slug}”.")


def _person(email: str) -> Person:
    if found := Person.objects.filter(email__iexact=email).first():
        return found
    raise CommandError(f"There is nobody with the address {email}.")


def _open_deletion(slug: str) -> Deletion:
    if found := Deletion.objects.filter(name=slug, done_at=None, taken_back_at=None).first():
        return found
    raise CommandError(f"No deletion was asked for of “{slug}”.")
