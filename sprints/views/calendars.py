"""A person's own calendar address: made and taken back on a page of ours, read by a program that has no session."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mail.outbox import absolute
from partners import rules
from partners.access import declare, partnership_page
from partners.models import Partnership
from partners.requests import PersonRequest
from sprints import actions
from sprints.rules import feed_of
from sprints.views.conflicts import answers_conflicts
from sprints.views.meetings import calendar_answer
from sprints.views.overview import sprint_or_404


@require_POST
@partnership_page(rules.reads)
@answers_conflicts
def calendar_make(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    """The address is on this page and nowhere else: it is not kept, so it cannot be shown again."""
    token = actions.make_calendar_feed(by=request.user, sprint=sprint_or_404(partnership), now=timezone.now())
    address = absolute(reverse("calendar_feed", args=[token]))
    context = {"page": "sprint", "place": "meetings", "partnership": partnership, "address": address}
    context["webcal"] = f"webcal:{address.partition(':')[2]}"
    return render(request, "sprints/calendars/calendar.html", context)


@require_POST
@partnership_page(rules.reads)
@answers_conflicts
def calendar_revoke(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    actions.revoke_calendar_feed(by=request.user, sprint=sprint_or_404(partnership), now=timezone.now())
    messages.success(request, _("The address answers no more."))
    return redirect("meetings", partnership.slug)


@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The sprint for whoever holds the token, in the language of the person it was made for."""
    feed = feed_of(token)
    if feed is None:
        raise Http404
    from sprints.domain import calendars

    with translation.override(feed.person.language):
        return calendar_answer(calendars.feed(feed.sprint, feed.person), "sprint.ics")


declare(calendar_feed, feed_of)
