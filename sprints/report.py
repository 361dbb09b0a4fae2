"""The page on promises kept as a document on paper: tagged HTML for agreements.pdf, with the same facts attached."""

from __future__ import annotations

import json
from datetime import datetime

from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agreements.glyphs import missing_glyphs
from agreements.layout import MARKS, MARKS_SAY, Page
from ledger.canonical import digest
from partners.dates import moment_words
from partners.models import Partnership
from sprints.promises import as_data, grouped, kept_promises
from sprints.standing import SprintStanding
from sprints.waiting import week_of


def report(partnership: Partnership, standing: SprintStanding | None, *, names: dict[str, str], now: datetime) -> Page:
    """In the language of the page that asks for it. The promises stand in the agreement's own."""
    facts = as_data(partnership, standing, now=now)
    fingerprint = digest(facts)
    mark = "demonstration" if partnership.program.is_demo else ""
    zone = partnership.program.zone
    context = {
        "language": get_language() or "en",
        "text_language": partnership.agreement.language,
        "title": _("Promises kept: %(names)s") % {"names": _(" and ").join(names.values())},
        "names": names,
        "groups": grouped(kept_promises(partnership, standing, now=now)),
        "week": week_of(standing.sprint, now) if standing else _("The sprint has not begun."),
        "moment": now.isoformat(),
        "says_when": moment_words(now, zone, now.astimezone(zone).date()),
        "program": partnership.program,
        "mark": _(MARKS[mark]) if mark else "",
        "mark_says": _(MARKS_SAY[mark]) if mark else "",
        "foot": _("Promises kept · fingerprint %(start)s…") % {"start": fingerprint[:16]},
        "fingerprint": fingerprint,
    }
    html = _drawable(render_to_string("sprints/pdf/promises.html", context))
    attached = ("promises.json", _("The same facts as data"), json.dumps(facts, ensure_ascii=False, indent=1).encode())
    return Page(html, [attached], now.isoformat(), f"{fingerprint} promises")


def _drawable(html: str) -> str:
    """What people type can hold a character that no font here has: it stands as its number, "[U+1F600]"."""
    return html.translate({ord(letter): f"[U+{ord(letter):04X}]" for letter in missing_glyphs(html)})
