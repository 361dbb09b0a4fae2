"""What each kind of mail of this room is about. A test compares the table with the messages that are built."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NAMES: dict[str, Promise] = {
    "sign-in code": _("Code to sign in"),
    "new address code": _("Code for a new address"),
    "address in use": _("An address was asked for that is in use"),
    "address changed": _("An address was changed"),
    "address of another": _("Somebody writes from another address"),
    "passkey added": _("A passkey was added"),
    "passkey removed": _("A passkey was removed"),
    "invitation": _("Invitation"),
    "invitation accepted": _("An invitation was accepted"),
    "invitation declined": _("An invitation was declined"),
    "seat ended": _("A seat was ended"),
    "sharing asked": _("A side says yes that staff may see more"),
    "sharing began": _("Staff may see more"),
    "sharing ended": _("A side took back its yes that staff may see more"),
    "lead offered": _("Somebody is asked to take over the lead"),
    "lead declined": _("Taking over the lead was declined"),
    "lead offer taken back": _("Nobody is asked to take over the lead any more"),
    "lead changed": _("A side has a new lead"),
    "lead claimed": _("Somebody asks for the lead of a side"),
    "lead claim ended": _("Nobody asks for the lead of a side any more"),
}
# Those that staff may read: they tell nothing but states, dates and names.
OPEN = frozenset({"invitation", "invitation accepted", "seat ended", "lead changed"})
