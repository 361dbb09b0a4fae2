"""The days of a whole program, as a page and as a calendar of one's own."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agreements.views.editions import download
from mail.outbox import absolute
from partners.access import declare, runs_program, staff_of_program
from partners.models import Program
from partners.only_sent import only_sent
from partners.requests import PersonRequest
from partners.rules import came_by_link
from programs import actions
from programs.domain.days import cohort_days, days_ahead, meetings_of, program_feed_of, statuses_of
from programs.models import ProgramFeed
from sprints.views.calendars import CONTENT_TYPE


@require_safe
@staff_of_program
def program_days(request: PersonRequest, found: Program) -> HttpResponse:
    context = {
        "program": found,
        "page": "wall",
        "days": days_ahead(found, timezone.now()),
        "feed": ProgramFeed.objects.filter(program=found, person=request.user, revoked_at=None).first(),
        "may_subscribe": not came_by_link(request.user),
    }
    return render(request, "programs/days/days.html", context)


@runs_program
@only_sent(on="program_days")
def program_feed_make(request: PersonRequest, found: Program) -> HttpResponse:
    """The address is on this page and nowhere else: it is not kept, so it cannot be shown again."""
    token = actions.make_program_feed(by=request.user, program=found, now=timezone.now())
    address = absolute(reverse("program_feed", args=[token]))
    context = {"program": found, "page": "wall", "address": address, "webcal": f"webcal:{address.partition(':')[2]}"}
    return render(request, "programs/days/address.html", context)


@runs_program
@only_sent(on="program_days")
def program_feed_revoke(request: PersonRequest, found: Program) -> HttpResponse:
    actions.revoke_program_feed(by=request.user, program=found, now=timezone.now())
    messages.success(request, _("The address answers no more."))
    return redirect("program_days", found.slug)


@require_safe
def program_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The program's days for whoever holds the token, in the language of the person it was made for."""
    feed = program_feed_of(token)
    if feed is None:
        raise Http404
    from sprints.domain import calendars

    with translation.override(feed.person.language):
        statuses = statuses_of(feed.program, timezone.now())
        page = reverse("program_days", args=[feed.program.slug])
        meetings, days = meetings_of(statuses), cohort_days([feed.program_id])[feed.program_id]
        body = calendars.program_feed(feed.program, statuses, meetings, days, page=page)
    return download(body, CONTENT_TYPE, "program.ics")


declare(program_feed, program_feed_of)
