"""Writes into the head of each sheet of ../static/css what it was made of: the last step of `npm run css`.

`python3 css.py --check` needs no Node: it says whether the sheets are still what was built, and from these sources.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

HERE = Path(__file__).parent
BUILT = HERE.parent / "static" / "css"
SHEETS = [BUILT / path.with_suffix(".css").name for path in sorted((HERE / "scss").glob("[!_]*.scss"))]


def head(rules: str) -> str:
    """Two fingerprints: of all our sources with the versions of what they build on, and of the rules made of them."""
    sources = hashlib.sha256()
    for path in [*sorted((HERE / "scss").rglob("*.scss")), HERE / "package-lock.json"]:
        sources.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    made = hashlib.sha256(rules.encode())
    return f"/* npm run css, in assets. Sources {sources.hexdigest()[:16]}, rules {made.hexdigest()[:16]}. */\n"


def is_current() -> bool:
    for sheet in SHEETS:
        first, end, rules = sheet.read_text().partition("\n")
        if first + end != head(rules):
            return False
    return True


if __name__ == "__main__":
    if "--check" not in sys.argv:
        for sheet in SHEETS:
            rules = sheet.read_text()
            sheet.write_text(head(rules) + rules)
    elif not is_current():
        sys.exit("static/css is not what assets/scss gives: npm ci && npm run css, in assets.")
