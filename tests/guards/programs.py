"""Each act of what staff do with many partnerships: where it is tried, and whom it lets in."""

from __future__ import annotations

from datetime import timedelta

from partners.models import Person
from partners.parties import Party
from programs import actions
from programs.domain.sheets import sheet_facts
from programs.domain.wall_query import WallQuery
from programs.models import Deletion, ProgramFeed, Sheet, WallView
from sprints.models import Sprint
from tests.factories.people import NOW, TODAY, make_person, staff_of
from tests.factories.sheets import csv_of, hand_in, line_of
from tests.guards.scenes import Scene, Table, World, table_of
from text.spreadsheets import read_pasted

TABLE: Table = {}
guarded = table_of(actions, TABLE)
STAFF = {"staff"}
NOBODY_ASKS = {
    "delete_due": "the worker; who asked for a deletion was asked about then",
    "tell_of_records": "an operator, from the command line",
    "make_asked": "the worker; each line again asks whether whoever asked for it is still staff",
}


def sheet_of(w: World) -> Sheet:
    return hand_in(w.seated.program, csv_of(line_of(1)))


@guarded(STAFF, doer="staff")
def hand_in_sheet(w: World) -> Scene:
    facts = sheet_facts(read_pasted(csv_of(line_of(1))))
    return Scene(w.seated, {"program": w.seated.program, "facts": facts})


@guarded(STAFF, doer="staff")
def correct_sheet(w: World) -> Scene:
    return Scene(w.seated, {"sheet": sheet_of(w), "typed": {2: {"issue": "another"}}})


@guarded(STAFF, doer="staff")
def ask_for_lines(w: World) -> Scene:
    return Scene(w.seated, {"sheet": sheet_of(w), "numbers": [2]})


@guarded(STAFF, doer="staff")
def write_note(w: World) -> Scene:
    return Scene(w.seated, {"partnership": w.seated, "words": "The library has a room."})


@guarded(STAFF, doer="staff")
def take_back_note(w: World) -> Scene:
    note = w.seated.notes.create(words="The library has a room.", written_at=NOW, written_by=staff_of(w.seated.program))
    return Scene(w.seated, {"note": note})


@guarded(STAFF, doer="staff")
def ask_export(w: World) -> Scene:
    return Scene(w.seated, {"program": w.seated.program})


@guarded({"superuser"}, doer="superuser")
def ask_export_of(w: World) -> Scene:
    return Scene(w.seated, {"partnerships": [w.seated]})


@guarded(STAFF, doer="staff")
def add_program_day(w: World) -> Scene:
    said = {"kind": "call", "about": "", "place": "", "starts_at": NOW}
    return Scene(w.seated, {"program": w.seated.program, **said})


@guarded(STAFF, doer="staff")
def take_back_program_day(w: World) -> Scene:
    facts = {"kind": "call", "starts_at": NOW, "added_at": NOW, "added_by": staff_of(w.seated.program)}
    return Scene(w.seated, {"day": w.seated.program.days.create(**facts)})


@guarded(STAFF, doer="staff")
def remind_all(w: World) -> Scene:
    """Where the sprint began weeks earlier than it did, much is late."""
    Sprint.objects.filter(pk=w.sprint.pk).update(first_day=TODAY - timedelta(days=60))
    partnership = w.sprint.partnership
    shown = [f"{partnership.pk}:{party}" for party in Party]
    return Scene(partnership, {"program": partnership.program, "shown": shown, "word": "The forum is next week."})


@guarded(STAFF, doer="staff")
def save_wall_view(w: World) -> Scene:
    return Scene(w.seated, {"program": w.seated.program, "name": "Late", "query": WallQuery(), "for_all": True})


def view_of(w: World, owner: Person | None = None) -> WallView:
    made = {"made_at": NOW, "made_by": staff_of(w.seated.program)}
    return WallView.objects.create(program=w.seated.program, owner=owner, name="Late", **made)


@guarded(STAFF, doer="staff")
def rename_wall_view(w: World) -> Scene:
    return Scene(w.seated, {"view": view_of(w), "name": "Later"})


@guarded(STAFF, doer="staff")
def delete_wall_view(w: World) -> Scene:
    return Scene(w.seated, {"view": view_of(w)})


@guarded(set(), doer="staff")
def delete_wall_view__of_a_colleague(w: World) -> Scene:
    return Scene(w.seated, {"view": view_of(w, w.people(w.seated)["outsider"])})


@guarded(STAFF, doer="staff")
def make_program_feed(w: World) -> Scene:
    return Scene(w.seated, {"program": w.seated.program})


@guarded(STAFF, doer="staff")
def revoke_program_feed(w: World) -> Scene:
    """Everybody has one, also those who could not have made it."""
    for person in w.people(w.seated).values():
        made = {"token_hash": f"hash of {person.pk}", "made_at": NOW}
        ProgramFeed.objects.create(program=w.seated.program, person=person, **made)
    return Scene(w.seated, {"program": w.seated.program})


# --- Records ------------------------------------------------------------------------------------------------


@guarded({"superuser"}, doer="superuser")
def set_retention(w: World) -> Scene:
    return Scene(w.seated, {"program": w.seated.program, "kind": "work", "years": 3})


@guarded({"superuser"}, doer="superuser")
def place_hold(w: World) -> Scene:
    return Scene(w.seated, {"partnership": w.seated, "reason": "A court asks."})


@guarded({"superuser"}, doer="superuser")
def lift_hold(w: World) -> Scene:
    actions.place_hold(by=operator(), partnership=w.seated, reason="A court asks.", now=NOW)
    return Scene(w.seated, {"partnership": w.seated, "reason": "The court is done."})


@guarded({"superuser"}, doer="superuser")
def ask_records(w: World) -> Scene:
    return Scene(w.seated, {"partnership": w.seated, "redact": True})


@guarded({"superuser"}, doer="superuser")
def take_audit(w: World) -> Scene:
    return Scene(w.seated, {"since": None})


def operator() -> Person:
    return make_person("An operator", is_staff=True, is_superuser=True)


def deletion_of(w: World) -> Deletion:
    """Of one in which no party said anything yet: nobody speaks for one by deleting what it said."""
    act = {"by": operator(), "partnership": w.seated, "kind": "all", "reason": "Its time is over."}
    return actions.ask_deletion(**act, now=NOW)


@guarded({"superuser"}, doer="superuser")
def ask_deletion(w: World) -> Scene:
    return Scene(w.seated, {"partnership": w.seated, "kind": "all", "reason": "Its time is over."})


@guarded({"superuser"}, doer="superuser")
def confirm_deletion(w: World) -> Scene:
    return Scene(w.seated, {"deletion": deletion_of(w)})


@guarded({"superuser"}, doer="superuser")
def take_back_deletion(w: World) -> Scene:
    return Scene(w.seated, {"deletion": deletion_of(w)})
