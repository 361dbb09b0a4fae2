"""What happened in this room, in words. A test compares the table with what the actions write."""

from __future__ import annotations

from django.utils.functional import Promise

# With the payload's own values in it. `who` begins the sentence on the page.
WORDS: dict[str, Promise] = {}
