"""Remind all who are late: first who would get what, then one press."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from partners.access import runs_program
from partners.forms.attempt import attempt
from partners.models import Program
from partners.requests import PersonRequest
from programs import actions
from programs.actions.reminders import Reminded
from programs.domain.reminders import MOST_AT_ONCE, late_sides
from programs.forms.reminders import RemindAllForm


@require_http_methods(["GET", "HEAD", "POST"])
@runs_program
def program_remind(request: PersonRequest, found: Program) -> HttpResponse:
    form, now = RemindAllForm(request.POST or None), timezone.now()
    shown = set(request.POST.getlist("shown"))
    if done := attempt(form, actions.remind_all, by=request.user, program=found, shown=shown, now=now):
        _say(request, done)
        return redirect("program_remind", found.slug)
    sides = late_sides(found, now)
    free = [side for side in sides if not side.why]
    context = {
        "program": found,
        "page": "wall",
        "form": form,
        "free": free[:MOST_AT_ONCE],
        "more": len(free[MOST_AT_ONCE:]),
        "left_out": [side for side in sides if side.why],
    }
    return render(request, "programs/reminders/remind.html", context, status=422 if form.errors else 200)


def _say(request: PersonRequest, done: Reminded) -> None:
    """How many are on their way, and who was left out since the list was drawn."""
    sent = len(done.sent)
    if sent:
        says = ngettext("%(n)s reminder is on its way.", "%(n)s reminders are on their way.", sent)
        messages.success(request, says % {"n": sent})
    else:
        messages.warning(request, _("No reminder was sent."))
    for side, why in done.left_out:
        says = _("Not reminded: %(organization)s (%(title)s). %(why)s")
        messages.warning(request, says % {"organization": side.organization, "title": side.title, "why": why})
