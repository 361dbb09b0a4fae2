"""The page on promises kept as a document on paper: tagged HTML, with the same facts attached."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar, Self

from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from agreements.pdf.glyphs import missing_glyphs
from agreements.pdf.layout import MARKS, MARKS_SAY, Page
from ledger.canonical import digest
from partners.dates import date_words, moment_words
from partners.models import Partnership
from partners.parties import Party
from sprints.domain.milestones import SprintStatus, sprint_status
from sprints.domain.plan import week_of
from sprints.domain.promises import as_data, grouped, kept_promises, lasting
from sprints.domain.sign_offs import SprintSubject
from sprints.models import SealedReport, SignOff, SignOffAnswer, Sprint
from sprints.states import AnswerState


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
        "says_when": moment_words(now, zone),
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
    day = date_words(found.asked_at.astimezone(partnership.program.zone))
    names = _(" and ").join(partnership.names_on_screen().values())
    says = _("This is a report on promises kept, as of %(day)s. Both sides asked for it: %(names)s.")
    return says % {"day": day, "names": names}


def _drawable(html: str) -> str:
    """What people type can hold a character that no font here has: it stands as its number, "[U+1F600]"."""
    return html.translate({ord(letter): f"[U+{ord(letter):04X}]" for letter in missing_glyphs(html)})


class ReportSubject(SprintSubject[Sprint]):
    """A sealed report on the promises of a sprint: both sides ask for the same facts. New facts ask again."""

    kind, key = "report", "report_of"
    model, page = Sprint, "promises"
    signed_event = "report.asked"
    anchor = "#sealed"
    says: ClassVar = SprintSubject.says | {
        AnswerState.YES: gettext_lazy("Asked for by %(who)s"),
        AnswerState.YES_BEFORE: gettext_lazy("Asked for an earlier one: there are new facts since"),
        AnswerState.NONE: gettext_lazy("Has not asked for it"),
    }
    open_look = ""
    open_label = gettext_lazy("Read the promises")
    asks_you = asks_your_lead = gettext_lazy("The other side asks for a sealed report on the promises.")
    yes_label = gettext_lazy("Ask for a sealed report")
    yes_note = says_who = ""

    @classmethod
    def find(cls, sprint: Sprint, number: int | None = None, *, now: datetime | None = None) -> Self:
        return cls(sprint, now=now)

    @classmethod
    def of_mail(cls, about: Mapping[str, Any]) -> Self:
        """One that was queued long ago names its sprint as such."""
        pk = about.get("report_of") or about["sprint"]
        return cls(Sprint.objects.select_related("partnership__program").get(pk=pk))

    @property
    def sprint(self) -> Sprint:
        return self.row

    @cached_property
    def content(self) -> dict[str, Any]:
        """The facts as they are now, without what the calendar alone changes."""
        if self.now is None:
            raise ValueError("the facts of a report are those of a moment")
        status = sprint_status(self.row, now=self.now)
        return lasting(as_data(self.row.partnership, status, now=self.now))

    @property
    def waits_for(self) -> list[Party]:
        """The other side asked last, and this one has not asked for the same. Facts that are new since take nothing
        back: who asks now asks for them, and then it is the other side's turn."""
        return [party for party in Party if self._asked_last(self.given.get(party.other), self.given.get(party))]

    def _asked_last(self, asked: SignOff | None, own: SignOff | None) -> bool:
        return asked is not None and (own is None or (own.digest != asked.digest and own.pk < asked.pk))

    def closed_to(self, answer: SignOffAnswer, shown: str) -> str:
        if answer == SignOffAnswer.YES:
            return ""
        return _("A report says what there is. Change that where it stands, and ask for a report of it.")

    @property
    def thanks(self) -> str:
        if self.answers.both:
            return _("Both sides asked for it. It is being sealed, and both leads get a mail when it is ready.")
        return _("You have asked for it. It is sealed when the other side asks too.")

    def mail_subject(self, party: Party) -> str:
        return _("Your yes is asked for: sealed report on the promises")

    def mail_says(self, party: Party) -> list[Promise | str]:
        says = _("%(name)s asks for a sealed report on the promises. It is made when you ask for the same one.")
        return [says] if party in self.waits_for else []
