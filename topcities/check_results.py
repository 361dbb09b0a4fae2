"""What a check of this installation found. A look gives findings and raises nothing: one that breaks is a finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from topcities.figures import Figures


class Level(StrEnum):
    OK = "ok"
    LOOK = "look"
    WRONG = "wrong"


OK, LOOK, WRONG = Level


@dataclass(frozen=True)
class CheckResult:
    """One line of the doctor. `do` is what to do about it; empty when all is well."""

    topic: str
    level: Level
    says: str
    do: str = ""


Look = Callable[["Figures"], Iterable[CheckResult]]


def examine(looks: Iterable[Look], figures: Figures) -> list[CheckResult]:
    """The findings of all these looks, in order. One that breaks is reported by its name and the kind of error."""
    found: list[CheckResult] = []
    for look in looks:
        try:
            found += look(figures)
        except Exception as error:  # one look that fails must not hide what the others find
            why = {"error": f"{type(error).__name__}: {error}"}
            says, do = _("this could not be checked: %(error)s") % why, _("Mend what the error names, then ask again.")
            found.append(CheckResult(look.__name__, WRONG, says, do))
    return found
