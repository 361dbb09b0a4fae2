"""Facts that come in pairs: who did something and when are both there, or neither."""

from __future__ import annotations

from django.db.models import CheckConstraint, Q


def who_and_when(act: str, *, name: str) -> CheckConstraint:
    """For the columns `{act}_at` and `{act}_by`."""
    at, by = f"{act}_at", f"{act}_by"
    neither, both = Q(**{at: None, by: None}), Q(**{f"{at}__isnull": False, f"{by}__isnull": False})
    return CheckConstraint(condition=neither | both, name=name)
