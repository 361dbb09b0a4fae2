"""What staff do with many partnerships, what leaves in bulk, and what a partnership shows to everybody."""

from programs.models.calendar import ProgramFeed
from programs.models.day import DayKind, ProgramDay
from programs.models.export import Export, ExportContents
from programs.models.note import Note
from programs.models.publication import HeldItem, Publication
from programs.models.retention import Deletion, LegalHold, RecordKind, Retention
from programs.models.sheet import Sheet, SheetLine
from programs.models.wall import WallContent, WallRow
from programs.models.wall_view import WallView

__all__ = [
    "DayKind",
    "Deletion",
    "Export",
    "ExportContents",
    "HeldItem",
    "LegalHold",
    "Note",
    "ProgramDay",
    "ProgramFeed",
    "Publication",
    "RecordKind",
    "Retention",
    "Sheet",
    "SheetLine",
    "WallContent",
    "WallRow",
    "WallView",
]
