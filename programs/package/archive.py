"""A package as a zip: the same content is the same bytes, and of a stranger's file no more is read than is allowed."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

FORMAT, SCHEMA = "topcities-package", 1
CONTENT = "package.json"
LARGEST_FILE = 5 * 1024 * 1024  # bytes of the zip
LARGEST_CONTENT = 2 * 1024 * 1024  # bytes of its content, unpacked
MOST_MEMBERS = 50
DEEPEST = 12
# The first day that a zip can tell. Another one would make other bytes of the same content.
NO_DAY = (1980, 1, 1, 0, 0, 0)


class Unreadable(ValueError):
    """A file that is no package, or one that we do not read. Its text says why, in a plain sentence."""


def packed(files: Mapping[str, bytes]) -> bytes:
    """In the order of their names, without a day."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, NO_DAY)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, files[name], compresslevel=9)
    return whole.getvalue()


def written(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def content_of(data: bytes) -> dict[str, Any]:
    """What a package says: an object of a schema that we know. Raises Unreadable."""
    if len(data) > LARGEST_FILE:
        raise Unreadable(_("This file is larger than any package: more than 5 MB."))
    content = _parsed(_unpacked(data))
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise Unreadable(_("This is no starting package: its content does not say that it is one."))
    schema = content.get("schema")
    if type(schema) is not int or schema < 1:
        raise Unreadable(_("This package does not say in which version it is written."))
    if schema > SCHEMA:
        says = _(
            "This package is written in version %(theirs)s. This site reads up to version %(ours)s: update it first."
        )
        raise Unreadable(says % {"theirs": schema, "ours": SCHEMA})
    if _depth(content) > DEEPEST:
        raise Unreadable(_("This package is built in a way that no package is."))
    return content


def _unpacked(data: bytes) -> bytes:
    """The content's bytes. What a zip says of its own sizes is not believed."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if len(names) > MOST_MEMBERS or names.count(CONTENT) != 1:
                raise Unreadable(_("This zip holds no starting package."))
            with archive.open(CONTENT) as member:
                content = member.read(LARGEST_CONTENT + 1)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(_("This is no zip that we can open.")) from error
    except Exception as error:  # zlib.error, lzma's own: whatever a broken file does to them
        raise Unreadable(_("This is no zip that we can open.")) from error
    if len(content) > LARGEST_CONTENT:
        raise Unreadable(_("What is in this package is larger than any package: more than 2 MB unpacked."))
    return content


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise Unreadable(_("The content of this package is damaged, and cannot be read.")) from error


def _depth(value: object, level: int = 1) -> int:
    if level > DEEPEST or not isinstance(value, dict | list):
        return level
    inside = value.values() if isinstance(value, dict) else value
    return max((_depth(each, level + 1) for each in inside), default=level)
