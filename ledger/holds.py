"""What must be kept. A room above knows why nothing of a chain may go; whatever erases or deletes asks here first."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

# Why, in words; empty where nothing keeps it.
Reason = Callable[[UUID], str]
_reasons: list[Reason] = []


def keeps(find: Reason) -> Reason:
    """Name the function that says why what a chain tells of must be kept."""
    _reasons.append(find)
    return find


def why_kept(chain: UUID) -> str:
    """The first reason that there is. Ask under a lock that whoever sets one waits for: of the chain, or of its row."""
    return next((why for find in _reasons if (why := find(chain))), "")
