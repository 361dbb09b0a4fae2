"""What changed between two wordings, word by word. Pure: no database.

The pieces are drawn by `components/redline.html`, which says "added" and "removed" to a screen reader.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

TOKEN = re.compile(r"\w+(?:['’\-]\w+)*|\s+|[^\w\s]")
# Beyond this many tokens a comparison in quadratic time would be felt; the texts then stand side by side.
LONGEST = 4_000


@dataclass(frozen=True)
class Piece:
    """A run of text: `same`, `removed` or `added`."""

    op: str
    text: str


def redline(before: str, after: str) -> list[Piece]:
    """The pieces that lead from one text to the other.

    Those that are not `added` spell `before`, those that are not `removed` spell `after`.
    """
    old, new = TOKEN.findall(before), TOKEN.findall(after)
    if max(len(old), len(new)) > LONGEST:
        return _pieces([("removed", before), ("added", after)])
    pieces: list[tuple[str, str]] = []
    for op, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if op == "equal":
            pieces.append(("same", "".join(old[old_from:old_to])))
        else:
            pieces.append(("removed", "".join(old[old_from:old_to])))
            pieces.append(("added", "".join(new[new_from:new_to])))
    return _pieces(_without_islands(pieces))


def _without_islands(pieces: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Join changes that only a space keeps apart: "old words" -> "new ones" is read more easily than word by word."""
    joined: list[tuple[str, str]] = []
    for index, (op, text) in enumerate(pieces):
        between_changes = 0 < index < len(pieces) - 1
        if op == "same" and text.isspace() and "\n" not in text and between_changes:
            joined += [("removed", text), ("added", text)]
        else:
            joined.append((op, text))
    return joined


def _pieces(pairs: list[tuple[str, str]]) -> list[Piece]:
    """One removed and one added piece between two that are the same."""
    result: list[Piece] = []
    removed = added = ""
    for op, text in [*pairs, ("same", "")]:
        if op == "removed":
            removed += text
        elif op == "added":
            added += text
        else:
            result += [Piece("removed", removed)] * bool(removed) + [Piece("added", added)] * bool(added)
            result += [Piece("same", text)] * bool(text)
            removed = added = ""
    return result
