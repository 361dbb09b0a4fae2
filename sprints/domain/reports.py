"""The page on promises kept as a document on paper: tagged HTML, with the same facts attached."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agreements.pdf.glyphs import missing_glyphs
from agreements.pdf.layout import MARKS, MARKS_SAY, Page
from ledger.canonical import digest
from partners.dates import moment_words
from partners.models import Partnership
from sprints.domain.milestones import SprintStatus
from sprints.domain.promises import as_data, grouped, kept_promises
from sprints.domain.todo import week_of
from sprints.models import SealedReport, SignOff


def report(
    partnership: Partnership, standing: SprintStatus | None, *, now: datetime, asked: Iterable[SignOff] = ()
) -> Page:
    """In the language of the page that asks for it. The promises stand in the agreement's own. `asked` are those who
    asked for a sealed one."""
    names = partnership.names_on_screen()
    facts = as_data(partnership, standing, now=now)
    facts |= {"asked_for_by": [{"party": one.party, "by": one.by.name, "at": one.at.isoformat()} for one in asked]}
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
        "asked": asked,
    }
    html = _drawable(render_to_string("sprints/pdf/promises.html", context))
    return _page(html, json.dumps(facts, ensure_ascii=False, indent=1), now, fingerprint)


def kept_page(kept: SealedReport) -> Page:
    """What both sides asked for, to be drawn as it was then."""
    return _page(kept.html, kept.facts, kept.asked_at, kept.digest)


def _page(html: str, facts: str, moment: datetime, fingerprint: str) -> Page:
    attached = ("promises.json", _("The same facts as data"), facts.encode())
    return Page(html, [attached], moment.isoformat(), f"{fingerprint} promises")


def what_it_is(sha256: str) -> str:
    """For whoever verifies a sealed report, in words; nothing where no sealed report has this SHA-256."""
    sealed = SealedReport.objects.filter(sealed_at__isnull=False, sha256=sha256).defer("pdf", "html", "facts")
    found = sealed.select_related("sprint__partnership__program").first()
    if found is None:
        return ""
    partnership = found.sprint.partnership
    day = date_format(found.asked_at.astimezone(partnership.program.zone))
    names = _(" and ").join(partnership.names_on_screen().values())
    says = _("This is a report on promises kept, as of %(day)s. Both sides asked for it: %(names)s.")
    return says % {"day": day, "names": names}


def _drawable(html: str) -> str:
    """What people type can hold a character that no font here has: it stands as its number, "[U+1F600]"."""
    return html.translate({ord(letter): f"[U+{ord(letter):04X}]" for letter in missing_glyphs(html)})
