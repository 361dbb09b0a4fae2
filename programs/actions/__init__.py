"""What changes state in this room."""

from programs.actions.calendars import make_program_feed, revoke_program_feed
from programs.actions.days import add_program_day, take_back_program_day
from programs.actions.deletions import ask_deletion, confirm_deletion, delete_due, take_back_deletion
from programs.actions.exports import ask_export, ask_export_of, ask_records
from programs.actions.notes import take_back_note, write_note
from programs.actions.packages import import_package
from programs.actions.publications import hold_back, let_go, publish, take_back_publication
from programs.actions.records import take_audit, tell_of_records
from programs.actions.reminders import remind_all
from programs.actions.retention import lift_hold, place_hold, set_retention
from programs.actions.sheets import ask_for_lines, correct_sheet, hand_in_sheet, make_asked
from programs.actions.wall_views import delete_wall_view, rename_wall_view, save_wall_view

__all__ = [
    "add_program_day",
    "ask_deletion",
    "ask_export",
    "ask_export_of",
    "ask_for_lines",
    "ask_records",
    "confirm_deletion",
    "correct_sheet",
    "delete_due",
    "delete_wall_view",
    "hand_in_sheet",
    "hold_back",
    "import_package",
    "let_go",
    "lift_hold",
    "make_asked",
    "make_program_feed",
    "place_hold",
    "publish",
    "remind_all",
    "rename_wall_view",
    "revoke_program_feed",
    "save_wall_view",
    "set_retention",
    "take_audit",
    "take_back_deletion",
    "take_back_note",
    "take_back_program_day",
    "take_back_publication",
    "tell_of_records",
    "write_note",
]
