"""Meetings: the list, one meeting with its notes and what people took on, and each as a calendar file."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.forms import model_to_dict
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.views.editions import download
from partners import rules
from partners.requests import PersonRequest
from sprints import actions
from sprints.actions.meetings import refused_meeting
from sprints.domain.action_items import item_rows
from sprints.domain.cohort_days import cohort_days_ahead
from sprints.domain.meetings import meeting_digest, meeting_rows, record_digest
from sprints.domain.states import closed
from sprints.forms.action_items import ActionItemForm
from sprints.forms.meetings import MeetingChangeForm, MeetingForm, RecordForm
from sprints.models import CalendarFeed, Meeting, Sprint
from sprints.views.calendars import CONTENT_TYPE
from sprints.views.pages import carry_out, done, draw, form_page, may, one_of, sprint_act, sprint_form, sprint_page

PLACE = "meetings"


@sprint_page(rules.reads)
def meetings(request: PersonRequest, sprint: Sprint) -> HttpResponse:
    now = timezone.now()
    rows = meeting_rows(sprint, now)
    context = {
        "ahead": [row for row in rows if not row.is_over],
        "cohort_days": [] if closed(sprint.partnership, sprint) else cohort_days_ahead(sprint.partnership, now),
        "past": [row for row in reversed(rows) if row.is_over],
        "items": item_rows(sprint, None, now),
        "names": sprint.partnership.names_on_screen(),
        "feed": CalendarFeed.objects.filter(sprint=sprint, person=request.user, revoked_at=None).first(),
        "may_schedule": may(rules.proposes, request, sprint),
    }
    return draw(request, sprint, "sprints/meetings/meetings.html", context, place=PLACE)


@sprint_form(rules.proposes)
def meeting_add(request: PersonRequest, sprint: Sprint) -> HttpResponse:
    form = MeetingForm(request.POST or None, zone=sprint.partnership.program.time_zone)
    check = partial(refused_meeting, sprint=sprint, now=timezone.now())
    if made := carry_out(request, form, actions.schedule_meeting, check=check, sprint=sprint):
        says = _("The meeting is set. It shows in everybody's calendar.")
        return done(request, says, sprint, "meeting", made.number)
    return form_page(request, sprint, form, place=PLACE, title=_("Set a meeting"))


@sprint_form(rules.proposes)
def meeting_change(request: PersonRequest, sprint: Sprint, number: int) -> HttpResponse:
    found = one_of(Meeting, sprint, number=number)
    zone = sprint.partnership.program.time_zone
    form = MeetingChangeForm(request.POST or None, zone=zone, initial=_initial(found))
    check = partial(refused_meeting, sprint=sprint, now=timezone.now())
    if carry_out(request, form, actions.change_meeting, check=check, meeting=found):
        return done(request, _("The meeting is changed. People's calendars follow."), sprint, "meeting", number)
    return form_page(request, sprint, form, place=PLACE, title=_("Change this meeting"))


def _initial(found: Meeting) -> dict[str, Any]:
    there = found.starts_at.astimezone(found.zone)
    typed = model_to_dict(found, ["title", "minutes", "place", "agenda"])
    return typed | {"day": there.date(), "at": there.time(), "shown": meeting_digest(found)}


@sprint_page(rules.reads)
def meeting(request: PersonRequest, sprint: Sprint, number: int) -> HttpResponse:
    return meeting_page(request, sprint, number)


def meeting_page(
    request: PersonRequest, sprint: Sprint, number: int, *, status: int = 200, **forms: object
) -> HttpResponse:
    found = one_of(Meeting.objects.select_related("scheduled_by"), sprint, number=number)
    present = list(found.present.order_by("name"))
    initial = {"present": present, "guests": found.guests, "notes": found.notes, "shown": record_digest(found)}
    context = {
        "meeting": found,
        "present": present,
        "is_ahead": found.ends_at > timezone.now(),
        "items": item_rows(sprint, found, timezone.now()),
        "names": sprint.partnership.names_on_screen(),
        "may_write": request.takes_part and found.cancelled_at is None,
        "may_schedule": may(rules.proposes, request, sprint),
        "record_form": RecordForm(initial=initial, partnership=sprint.partnership, auto_id="record_%s"),
        "item_form": ActionItemForm(partnership=sprint.partnership, auto_id="item_%s"),
        **forms,
    }
    return draw(request, sprint, "sprints/meetings/meeting.html", context, place=PLACE, status=status)


@sprint_act(rules.takes_part)
def meeting_record(request: PersonRequest, sprint: Sprint, number: int) -> HttpResponse:
    found = one_of(Meeting, sprint, number=number)
    initial = {"present": list(found.present.all())}
    form = RecordForm(request.POST, partnership=sprint.partnership, auto_id="record_%s", initial=initial)
    if not carry_out(request, form, actions.record_meeting, meeting=found):
        return meeting_page(request, sprint, number, record_form=form, status=422)
    return done(request, _("Saved. Both sides see it."), sprint, "meeting", number)


@sprint_act(rules.proposes)
def meeting_cancel(request: PersonRequest, sprint: Sprint, number: int) -> HttpResponse:
    actions.cancel_meeting(by=request.user, meeting=one_of(Meeting, sprint, number=number), now=timezone.now())
    return done(request, _("The meeting is cancelled. People's calendars say so."), sprint, "meetings")


@sprint_page(rules.reads)
def meeting_file(request: PersonRequest, sprint: Sprint, number: int) -> HttpResponse:
    """The meeting for one's own calendar."""
    from sprints.domain import calendars

    body = calendars.meetings_file(sprint, [one_of(Meeting, sprint, number=number)])
    return download(body, CONTENT_TYPE, f"meeting-{number}.ics")
