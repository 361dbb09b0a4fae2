"""What staff do with many partnerships, what leaves in bulk, and what a partnership shows to everybody."""

from programs.models.note import Note
from programs.models.sheet import Sheet, SheetLine
from programs.models.wall import WallRow

__all__ = ["Note", "Sheet", "SheetLine", "WallRow"]
