"""Writes into the head of ../static/css/topcities.css what it was made of: the last step of `npm run css`.

`python3 css.py --check` needs no Node: it says whether the file is still what was built, and from these sources.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

HERE = Path(__file__).parent
BUILT = HERE.parent / "static" / "css" / "topcities.css"


def head(rules: str) -> str:
    """Two fingerprints: of our sheets with the versions of what they build on, and of the rules made of them."""
    sources = hashlib.sha256()
    for path in [*sorted((HERE / "scss").glob("*.scss")), HERE / "package-lock.json"]:
        sources.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    made = hashlib.sha256(rules.encode())
    return f"/* npm run css, in assets. Sources {sources.hexdigest()[:16]}, rules {made.hexdigest()[:16]}. */\n"


def is_current() -> bool:
    first, end, rules = BUILT.read_text().partition("\n")
    return first + end == head(rules)


if __name__ == "__main__":
    if "--check" not in sys.argv:
        rules = BUILT.read_text()
        BUILT.write_text(head(rules) + rules)
    elif not is_current():
        sys.exit("static/css/topcities.css is not what assets/scss gives: npm ci && npm run css, in assets.")
