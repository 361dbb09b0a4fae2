"""Content to canonical JSON bytes to a fingerprint. Pure: no database. docs/edition-format.md is the format.

Both parties say yes to the same bytes: so one content has one spelling, on every machine and in every version.
"""

from __future__ import annotations

import hashlib
import json

# Beyond it, JSON readers that keep numbers as floats would read another number.
LARGEST = 2**53 - 1
MOST_NESTING = 64


def canonical_bytes(value: object) -> bytes:
    """UTF-8 JSON with sorted ASCII keys, no white space and no floats. Raises TypeError or ValueError for the rest."""
    _check(value, MOST_NESTING)
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8")


def digest(value: object) -> str:
    """SHA-256 of the canonical bytes, as 64 hex digits."""
    return digest_of_bytes(canonical_bytes(value))


def digest_of_bytes(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _check(value: object, levels: int) -> None:
    if value is None or isinstance(value, str | bool):
        return
    if levels == 0:
        raise ValueError(f"nested more than {MOST_NESTING} levels deep")
    if isinstance(value, int):
        if abs(value) > LARGEST:
            raise ValueError(f"a number beyond {LARGEST} has no safe form: {value}")
    elif isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise TypeError(f"a key must be ASCII text: {key!r}")
            _check(inner, levels - 1)
    elif isinstance(value, list | tuple):
        for inner in value:
            _check(inner, levels - 1)
    else:
        raise TypeError(f"no canonical form: {type(value).__name__}")
