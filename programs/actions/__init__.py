"""What changes state in this room."""

from programs.actions.sheets import ask_for_lines, correct_sheet, hand_in_sheet, make_asked

__all__ = ["ask_for_lines", "correct_sheet", "hand_in_sheet", "make_asked"]
