"""What each kind of mail of this room is about. A test compares the table with the messages that are built."""

from __future__ import annotations

from django.utils.functional import Promise

NAMES: dict[str, Promise] = {}
