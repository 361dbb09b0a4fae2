"""Meetings: the list, one meeting with its notes and what people took on, and each as a calendar file."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners import rules
from partners.access import partnership_page
from partners.forms.attempt import attempt
from partners.models import Partnership
from partners.requests import PersonRequest
from sprints import actions
from sprints.domain.meetings import item_rows, meeting_digest, meeting_rows, record_digest
from sprints.forms.meetings import ActionItemForm, MeetingChangeForm, MeetingForm, RecordForm
from sprints.models import ActionItem, CalendarFeed, Meeting
from sprints.views.conflicts import answers_conflicts
from sprints.views.form_page import form_page
from sprints.views.overview import sprint_or_404

PLACE = "meetings"


@require_safe
@partnership_page(rules.reads)
def meetings(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    sprint, now = sprint_or_404(partnership), timezone.now()
    rows = meeting_rows(sprint, now)
    context = {
        "page": "sprint",
        "place": PLACE,
        "partnership": partnership,
        "ahead": [row for row in rows if not row.is_over],
        "past": [row for row in reversed(rows) if row.is_over],
        "items": item_rows(sprint, None, now),
        "feed": CalendarFeed.objects.filter(sprint=sprint, person=request.user, revoked_at=None).first(),
        "may_schedule": rules.proposes(request.user, partnership),
    }
    return render(request, "sprints/meetings/meetings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@partnership_page(rules.proposes)
@answers_conflicts
def meeting_add(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    sprint = sprint_or_404(partnership)
    form = MeetingForm(request.POST or None, zone=partnership.program.time_zone)
    act = {"by": request.user, "sprint": sprint, "now": timezone.now()}
    if found := attempt(form, actions.schedule_meeting, **act):
        messages.success(request, _("The meeting is set. It shows in everybody's calendar."))
        return redirect("meeting", partnership.slug, found.number)
    return form_page(request, partnership, form, title=_("Set a meeting"), back="meetings", place=PLACE)


@require_http_methods(["GET", "HEAD", "POST"])
@partnership_page(rules.proposes)
@answers_conflicts
def meeting_change(request: PersonRequest, partnership: Partnership, number: int) -> HttpResponse:
    found = _found(partnership, number)
    form = MeetingChangeForm(request.POST or None, zone=partnership.program.time_zone, initial=_initial(found))
    if request.method == "POST":
        attempt(form, actions.change_meeting, by=request.user, meeting=found, now=timezone.now())
        if not form.errors:
            messages.success(request, _("The meeting is changed. People's calendars follow."))
            return redirect("meeting", partnership.slug, number)
    return form_page(request, partnership, form, title=_("Change this meeting"), back="meetings", place=PLACE)


def _initial(found: Meeting) -> dict[str, Any]:
    there = found.starts_at.astimezone(ZoneInfo(found.time_zone))
    typed = {"title": found.title, "minutes": found.minutes, "place": found.place, "agenda": found.agenda}
    return typed | {"day": there.date(), "at": there.time(), "shown": meeting_digest(found)}


@require_safe
@partnership_page(rules.reads)
def meeting(request: PersonRequest, partnership: Partnership, number: int) -> HttpResponse:
    return _page(request, partnership, _found(partnership, number))


def _page(
    request: PersonRequest, partnership: Partnership, found: Meeting, *, status: int = 200, **forms: object
) -> HttpResponse:
    present = list(found.present.order_by("name"))
    initial = {"present": present, "guests": found.guests, "notes": found.notes, "shown": record_digest(found)}
    context = {
        "page": "sprint",
        "place": PLACE,
        "partnership": partnership,
        "meeting": found,
        "zone": ZoneInfo(found.time_zone),
        "present": present,
        "items": item_rows(found.sprint, found, timezone.now()),
        "may_write": found.cancelled_at is None,
        "may_schedule": rules.proposes(request.user, partnership),
        "record_form": RecordForm(initial=initial, partnership=partnership, auto_id="record_%s"),
        "item_form": ActionItemForm(partnership=partnership, auto_id="item_%s"),
    }
    return render(request, "sprints/meetings/meeting.html", context | forms, status=status)


def _found(partnership: Partnership, number: int) -> Meeting:
    sprint = sprint_or_404(partnership)
    found = get_object_or_404(Meeting.objects.select_related("scheduled_by"), sprint=sprint, number=number)
    found.sprint = sprint
    return found


@require_POST
@partnership_page(rules.reads)
@answers_conflicts
def meeting_record(request: PersonRequest, partnership: Partnership, number: int) -> HttpResponse:
    found = _found(partnership, number)
    initial = {"present": list(found.present.all())}
    form = RecordForm(request.POST, partnership=partnership, auto_id="record_%s", initial=initial)
    attempt(form, actions.record_meeting, by=request.user, meeting=found, now=timezone.now())
    if form.errors:
        return _page(request, partnership, found, record_form=form, status=422)
    messages.success(request, _("Saved. Both sides see it."))
    return redirect("meeting", partnership.slug, number)


@require_POST
@partnership_page(rules.proposes)
@answers_conflicts
def meeting_cancel(request: PersonRequest, partnership: Partnership, number: int) -> HttpResponse:
    actions.cancel_meeting(by=request.user, meeting=_found(partnership, number), now=timezone.now())
    messages.success(request, _("The meeting is cancelled. People's calendars say so."))
    return redirect("meetings", partnership.slug)


@require_POST
@partnership_page(rules.reads)
@answers_conflicts
def action_item_add(request: PersonRequest, partnership: Partnership, number: int) -> HttpResponse:
    found = _found(partnership, number)
    form = ActionItemForm(request.POST, partnership=partnership, auto_id="item_%s")
    if not attempt(form, actions.add_action_item, by=request.user, meeting=found, now=timezone.now()):
        return _page(request, partnership, found, item_form=form, status=422)
    messages.success(request, _("It is written down."))
    return redirect("meeting", partnership.slug, number)


@require_POST
@partnership_page(rules.reads)
@answers_conflicts
def action_item_say(request: PersonRequest, partnership: Partnership, pk: UUID) -> HttpResponse:
    items = ActionItem.objects.select_related("meeting__sprint")
    item = get_object_or_404(items, pk=pk, meeting__sprint__partnership=partnership)
    done = "done" in request.POST
    actions.say_action_item(by=request.user, item=item, done=done, now=timezone.now())
    messages.success(request, _("It is done.") if done else _("It is open again."))
    return redirect("meeting", partnership.slug, item.meeting.number)


@require_safe
@partnership_page(rules.reads)
def meeting_file(request: PersonRequest, partnership: Partnership, number: int) -> HttpResponse:
    """The meeting for one's own calendar."""
    from sprints.domain import calendars

    found = _found(partnership, number)
    return calendar_answer(calendars.one_meeting(found.sprint, found), f"meeting-{number}.ics")


def calendar_answer(body: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
