"""What each kind of mail of this room is about. A test compares the table with the messages that are built."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PLAN_OVER = "plan over"
NAMES: dict[str, Promise] = {
    "nudge": _("A reminder from the other side, or from staff"),
    PLAN_OVER: _("The sustainability plan is certain no longer"),
    "sprint.changes": _("Changes of the sprint wait"),
}
