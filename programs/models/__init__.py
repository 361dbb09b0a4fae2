"""What staff do with many partnerships, what leaves in bulk, and what a partnership shows to everybody."""

from programs.models.day import DayKind, ProgramDay
from programs.models.export import Export
from programs.models.note import Note
from programs.models.publication import HeldItem, Publication
from programs.models.sheet import Sheet, SheetLine
from programs.models.wall import WallRow

__all__ = [
    "DayKind",
    "Export",
    "HeldItem",
    "Note",
    "ProgramDay",
    "Publication",
    "Sheet",
    "SheetLine",
    "WallRow",
]
