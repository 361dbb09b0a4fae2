"""Why an act was not done. A view turns each into a page that says what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agreements.domain.readiness import Blocker


class Stale(Exception):
    """What the person saw is no longer what stands. Nothing was changed (HTTP 409)."""


class NotNow(Exception):
    """The agreement is in a state in which this act is not possible. The sentence says which (HTTP 409)."""


class NotReady(Exception):
    """Something stands in the way of signing; `blockers` is the list that the page shows."""

    def __init__(self, blockers: list[Blocker]) -> None:
        super().__init__("not ready")
        self.blockers = blockers
