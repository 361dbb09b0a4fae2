"""What goes along with the address of a public page: both names, the issue, how the promises stand. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Card:
    """What it says. `names` by party, in the order of the screens; `looks`: how each promise stands, kept, late, held
    or open."""

    names: dict[str, str]
    issue: str
    says: str
    more: str
    looks: list[str]
