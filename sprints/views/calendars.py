"""A person's own calendar address: made and taken back on a page of ours, read by a program that has no session."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agreements.views.editions import download
from mail.outbox import absolute
from partners import rules
from partners.access import declare
from partners.requests import PersonRequest
from sprints import actions
from sprints.models import Sprint
from sprints.rules import feed_of
from sprints.views.pages import done, draw, sprint_act

CONTENT_TYPE = "text/calendar; charset=utf-8"


@sprint_act(rules.takes_part, on="meetings")
def calendar_make(request: PersonRequest, sprint: Sprint) -> HttpResponse:
    """The address is on this page and nowhere else: it is not kept, so it cannot be shown again."""
    token = actions.make_calendar_feed(by=request.user, sprint=sprint, now=timezone.now())
    address = absolute(reverse("calendar_feed", args=[token]))
    context = {"address": address, "webcal": f"webcal:{address.partition(':')[2]}"}
    return draw(request, sprint, "sprints/calendars/calendar.html", context, place="meetings")


@sprint_act(rules.takes_part, on="meetings", closes=False)
def calendar_revoke(request: PersonRequest, sprint: Sprint) -> HttpResponse:
    actions.revoke_calendar_feed(by=request.user, sprint=sprint, now=timezone.now())
    return done(request, _("The address answers no more."), sprint, "meetings")


@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The sprint for whoever holds the token, in the language of the person it was made for."""
    feed = feed_of(token)
    if feed is None:
        raise Http404
    from sprints.domain import calendars

    with translation.override(feed.person.language):
        return download(calendars.feed(feed.sprint, feed.person, now=timezone.now()), CONTENT_TYPE, "sprint.ics")


declare(calendar_feed, feed_of)
