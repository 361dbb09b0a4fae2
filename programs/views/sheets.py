"""Add partnerships: hand in a table, correct it on the page, and make what can be made."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from partners.access import runs_program
from partners.forms.attempt import attempt
from partners.models import Program
from partners.requests import PersonRequest
from programs.actions import ask_for_lines, correct_sheet, hand_in_sheet, make_asked
from programs.domain.sheet_columns import headings
from programs.domain.sheets import SheetFacts, partnerships_shown, progress_of, sheets_of
from programs.forms.sheets import CheckedLine, CorrectionForm, LineCheck, SheetForm, corrections_in, shown_digest
from programs.models import Sheet
from text.spreadsheets import write_csv

# A cohort is there when the page comes back; of a longer table, the worker makes the rest.
AT_ONCE, SECONDS = 25, 4.0
# Of a table of thousands, this many lines of a kind are drawn.
SHOWN = 50


@runs_program
@require_http_methods(["GET", "HEAD", "POST"])
def sheet_new(request: PersonRequest, program: Program) -> HttpResponse:
    """Hand in a file or a paste. Those of before stand below: one that was left is taken up there."""
    by, now = request.user, timezone.now()
    typed = (request.POST, request.FILES) if request.method == "POST" else ()
    form = SheetForm(*typed, person=by, held_for=request.path, now=now)

    def keep(*, facts: SheetFacts) -> Sheet:
        return hand_in_sheet(by=by, program=program, facts=facts, now=now)

    if made := attempt(form, keep):
        return redirect("sheet", program.slug, made.pk)
    context = {"page": "partnerships", "program": program, "form": form, "headings": headings().values()}
    context |= {"sheets": sheets_of(program, now)}
    return render(request, "programs/sheets/sheet_new.html", context, status=422 if form.errors else 200)


@require_safe
@runs_program
def sheet_columns(request: PersonRequest, program: Program) -> StreamingHttpResponse:
    """An empty sheet with the columns."""
    response = StreamingHttpResponse(write_csv(list(headings().values()), []), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="partnerships.csv"'
    return response


@runs_program
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: PersonRequest, program: Program, pk: UUID) -> HttpResponse:
    """What was read, wrong lines first; its one button corrects what was typed, or makes what can be made."""
    found = get_object_or_404(Sheet.objects.kept(timezone.now()), program=program, pk=pk)
    if request.method == "POST":
        _act(request, found)
        return redirect("sheet", program.slug, found.pk)
    return render(request, "programs/sheets/sheet.html", _context(program, found))


def _act(request: PersonRequest, found: Sheet) -> None:
    by, now = request.user, timezone.now()
    if correct_sheet(by=by, sheet=found, typed=corrections_in(request.POST), now=now):
        says = _("What you changed was checked. Nothing has been made yet: look once more, then press the button.")
        messages.info(request, says)
        return
    checked = LineCheck(found.program).check(found.lines.all())
    if request.POST.get("shown") != shown_digest(checked):
        messages.info(request, _("Something changed since this page was drawn. Nothing has been made: look once more."))
        return
    good = [one.line.number for one in checked if one.can_be_made]
    ask_for_lines(by=by, sheet=found, numbers=good, now=now)
    made = make_asked(clock=timezone.now, sheet=found, seconds=SECONDS, most=AT_ONCE)
    if made == len(good):
        says = ngettext(
            "%(n)s partnership was made, and both leads are invited.",
            "%(n)s partnerships were made, and their leads are invited.",
            made,
        )
        messages.success(request, says % {"n": made})


def _context(program: Program, found: Sheet) -> dict[str, Any]:
    check = LineCheck(program)
    lines = check.check(found.lines.all())
    wrong = [one for one in lines if one.wrong]
    good = [one for one in lines if one.can_be_made]
    made = [one for one in lines if one.line.made_at]
    here = [one for one in lines if (one.is_here or one.same_as) and not one.line.made_at]
    kinds: dict[str, list[CheckedLine]] = {"wrong": wrong, "good": good, "made": made, "here": here}
    return {
        "page": "partnerships",
        "program": program,
        "sheet": found,
        "read": len(lines),
        "counts": {kind: len(those) for kind, those in kinds.items()},
        "more": {kind: max(0, len(those) - SHOWN) for kind, those in kinds.items()},
        "fixes": [CorrectionForm(one, check.fields) for one in wrong[:SHOWN]],
        "good": good[:SHOWN],
        "here": partnerships_shown([(one, one.stands) for one in here[:SHOWN]]),
        "made": partnerships_shown([(one, one.stands) for one in made[:SHOWN]]),
        "progress": progress_of(found),
        "leads": 2 * len(good),
        "shown": shown_digest(lines),
    }
