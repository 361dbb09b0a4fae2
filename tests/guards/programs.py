"""Each act of what staff do with many partnerships: where it is tried, and whom it lets in."""

from __future__ import annotations

from programs import actions
from programs.domain.sheets import sheet_facts
from programs.models import Sheet
from tests.factories.people import NOW, staff_of
from tests.factories.sheets import csv_of, hand_in, line_of
from tests.guards.scenes import Scene, Table, World, table_of
from text.spreadsheets import read_pasted

TABLE: Table = {}
guarded = table_of(actions, TABLE)
STAFF = {"staff"}
NOBODY_ASKS = {"make_asked": "the worker; each line again asks whether whoever asked for it is still staff"}


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
