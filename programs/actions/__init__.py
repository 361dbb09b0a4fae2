"""What changes state in this room."""

from programs.actions.notes import take_back_note, write_note
from programs.actions.sheets import ask_for_lines, correct_sheet, hand_in_sheet, make_asked

__all__ = ["ask_for_lines", "correct_sheet", "hand_in_sheet", "make_asked", "take_back_note", "write_note"]
