"""One content has one spelling."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.canonical import LARGEST, MOST_NESTING, canonical_bytes, digest

NUMBERS = st.integers(min_value=-LARGEST, max_value=LARGEST)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
KEYS = st.text(st.characters(max_codepoint=127), max_size=8)
CONTENT = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def nested(levels: int) -> list:
    value: list = []
    for _level in range(levels - 1):
        value = [value]
    return value


def test_the_spelling_of_an_example() -> None:
    content = {"b": [1, True, None], "a": {"z": "Zoë\n\u2028", "Z": "</script>", "_": ""}, "B": ("x",)}
    spelled = '{"B":["x"],"a":{"Z":"</script>","_":"","z":"Zoë\\n\u2028"},"b":[1,true,null]}'
    assert canonical_bytes(content) == spelled.encode("utf-8")
    assert digest(content) == hashlib.sha256(spelled.encode("utf-8")).hexdigest()


@given(CONTENT)
def test_any_content_is_read_back_as_it_was_and_spelled_the_same_again(content: object) -> None:
    spelled = canonical_bytes(content)
    assert json.loads(spelled) == content
    assert canonical_bytes(json.loads(spelled)) == spelled


@given(st.dictionaries(KEYS, NUMBERS, min_size=2), st.randoms())
def test_the_order_in_which_it_was_put_together_does_not_matter(content: dict, order: object) -> None:
    keys = list(content)
    order.shuffle(keys)
    assert canonical_bytes({key: content[key] for key in keys}) == canonical_bytes(content)


WITHOUT = {
    "a float": (1.0, TypeError),
    "not a number": (float("nan"), TypeError),
    "a decimal": (Decimal("1"), TypeError),
    "bytes": (b"bytes", TypeError),
    "a set": ({"a", "b"}, TypeError),
    "a time": (datetime(2027, 3, 2, tzinfo=UTC), TypeError),
    "a key that is a number": ({1: "x"}, TypeError),
    "a key that is not ASCII": ({"é": "x"}, TypeError),
    "too large": (LARGEST + 1, ValueError),
    "too small": (-LARGEST - 1, ValueError),
    "half a character": ("\ud800", ValueError),
    "too deep": (nested(MOST_NESTING + 1), ValueError),
    "far too deep": (nested(10_000), ValueError),
}


@pytest.mark.parametrize("name", WITHOUT)
@pytest.mark.parametrize("where", [lambda value: value, lambda value: {"deep": [value]}], ids=["bare", "inside"])
def test_what_could_be_read_in_two_ways_has_no_spelling(name: str, where: Callable[[object], object]) -> None:
    content, error = WITHOUT[name]
    with pytest.raises(error):
        canonical_bytes(where(content))


def test_the_limits_themselves_are_within() -> None:
    assert canonical_bytes([LARGEST, -LARGEST]) == b"[9007199254740991,-9007199254740991]"
    assert canonical_bytes(nested(MOST_NESTING)) == b"[" * MOST_NESTING + b"]" * MOST_NESTING
