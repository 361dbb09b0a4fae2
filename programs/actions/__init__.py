"""What changes state in this room."""

from programs.actions.days import add_program_day, take_back_program_day
from programs.actions.exports import ask_export, ask_export_of
from programs.actions.notes import take_back_note, write_note
from programs.actions.packages import import_package
from programs.actions.publications import hold_back, let_go, publish, take_back_publication
from programs.actions.sheets import ask_for_lines, correct_sheet, hand_in_sheet, make_asked

__all__ = [
    "add_program_day",
    "ask_export",
    "ask_export_of",
    "ask_for_lines",
    "correct_sheet",
    "hand_in_sheet",
    "hold_back",
    "import_package",
    "let_go",
    "make_asked",
    "publish",
    "take_back_note",
    "take_back_program_day",
    "take_back_publication",
    "write_note",
]
