"""What things are called inside an archive. Pure.

Windows, macOS and `unzip` must all be able to lay it out: ASCII letters that are lower case, digits, dots and hyphens;
none of the names that Windows keeps for devices (the number before each takes care of it); short, and each once.
"""

from __future__ import annotations

import re

LONGEST = 40  # characters of a slug; with the rest, far below the 260 of a whole path on Windows
AGREEMENTS = "agreements"


def folder_name(number: int, slug: str) -> str:
    """ "0007-elm-street-neighbors": the number makes it unique, whatever was cut off."""
    plain = re.sub(r"[^a-z0-9]+", "-", slug.lower())[:LONGEST].strip("-")
    return f"{number:04}-{plain}".strip("-")


def file_names(number: int) -> dict[str, str]:
    """Of one edition: what each file is, to its name."""
    return {"pdf": f"agreement-{number}.pdf", "text": f"agreement-{number}.json", "record": f"record-{number}.json"}
