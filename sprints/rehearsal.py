"""What to see to before Demo Day. Pure: no database."""

from __future__ import annotations

from django.utils.translation import gettext_noop

CHECKLIST: tuple[str, ...] = (
    gettext_noop("Everyone who presents has said their part aloud, with a clock"),
    gettext_noop("The product was shown from the machine and the room of the day"),
    gettext_noop("Screenshots or a recording are at hand if the network fails"),
    gettext_noop("Consent stands for each resident's story that is told"),
    gettext_noop("Interpreters, captions and seats for people with disabilities are arranged"),
    gettext_noop("Residents who come are paid for their time, and know when"),
    gettext_noop("Both partners open and close the day together"),
    gettext_noop("Guests of both sides are invited, the executive sponsor among them"),
    gettext_noop("The address of code, data and lessons stands on the last slide"),
)
