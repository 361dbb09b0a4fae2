"""What a sprint is now, and what is closed in it: the one answer, for to-do lists, mails, calendars, pages and gates.

Reads only. An agreement that is in force stays so until it ends, so that a sprint that has begun needs no look at its
editions.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from agreements.models import Agreement
from agreements.states import AgreementState
from partners.dates import day_words
from partners.models import Partnership
from sprints.domain.milestones import today_of
from sprints.models import Sprint
from sprints.states import CLOSED, SprintState, day_state
from sprints.timeline import Pause

MORNING = time(8)


def closed_state(partnership: Partnership, sprint: Sprint | None) -> SprintState | None:
    """The state that closes it whatever the day; None where people can work in it."""
    agreement: Agreement = partnership.agreement
    if agreement.ended_at:
        return SprintState.ENDED
    if sprint and sprint.first_day:
        return None
    return SprintState.UNBEGUN if agreement.state == AgreementState.IN_FORCE else SprintState.UNSIGNED


def state_of(sprint: Sprint, now: datetime) -> SprintState:
    """Asks for the agreement where it was not asked for with the partnership, and for the pauses."""
    return closed_state(sprint.partnership, sprint) or day_state(sprint.timeline, today_of(sprint, now))


def closed(partnership: Partnership, sprint: Sprint | None) -> str:
    """Why nobody can write in it, in words; empty where people can."""
    state = closed_state(partnership, sprint)
    return str(CLOSED[state]) if state else ""


def start_closed(partnership: Partnership, sprint: Sprint | None) -> str:
    """Why no first day can be proposed, in words; empty where one can."""
    if sprint and sprint.first_day and not partnership.agreement.ended_at:
        return _("The sprint has begun already. You can pause it, or move what lies ahead.")
    state = closed_state(partnership, sprint)
    return "" if state == SprintState.UNBEGUN else str(CLOSED[state or SprintState.ENDED])


def answer_closed(partnership: Partnership, sprint: Sprint) -> str:
    """Why no proposal can be answered, in words; empty where one can. The one of a first day is, before it begins."""
    state = closed_state(partnership, sprint)
    return str(CLOSED[state]) if state and state != SprintState.UNBEGUN else ""


def week_closed(sprint: Sprint, now: datetime) -> str:
    """Why nobody can check in, in words; empty where they can."""
    return "" if state_of(sprint, now) == SprintState.RUNNING else state_words(sprint, now)


def pause_closed(sprint: Sprint, now: datetime) -> str:
    """Why no pause can be proposed, in words; empty where one can."""
    return state_words(sprint, now) if state_of(sprint, now) in {SprintState.OVER, SprintState.ENDED} else ""


def mails_from(sprint: Sprint, now: datetime) -> datetime:
    """When its mails leave: in a pause on the morning after it, else now."""
    if state_of(sprint, now) != SprintState.PAUSED:
        return now
    goes_on = pause_on(sprint, today_of(sprint, now)).last + timedelta(days=1)
    return datetime.combine(goes_on, MORNING, sprint.partnership.program.zone)


def pause_on(sprint: Sprint, day: date) -> Pause:
    """The one that holds this day. Raises StopIteration where none does."""
    return next(pause for pause in sprint.timeline.pauses if pause.holds(day))


def day_closed(sprint: Sprint, day: date) -> str:
    """Why nobody meets on this day, in words; empty where they can."""
    if not sprint.timeline.is_paused(day):
        return ""
    says = _("The sprint rests on this day, until %(day)s. Choose another one.")
    return says % {"day": day_words(pause_on(sprint, day).last)}


def notice(sprint: Sprint, now: datetime) -> str:
    """What its page says of that, below a heading that names the week, or that all of them are over."""
    is_over = state_of(sprint, now) == SprintState.OVER
    return _("What is still open can be finished.") if is_over else state_words(sprint, now)


def state_words(sprint: Sprint, now: datetime) -> str:
    """What a sprint that has begun says of itself where it is not in one of its weeks; empty where it is."""
    state, timeline, today = state_of(sprint, now), sprint.timeline, today_of(sprint, now)
    if state == SprintState.AHEAD:
        return _("The sprint starts on %(day)s.") % {"day": day_words(timeline.first_day)}
    if state == SprintState.PAUSED:
        says = _("The sprint rests until %(day)s. Nothing is asked for until then.")
        return says % {"day": day_words(pause_on(sprint, today).last)}
    if state == SprintState.OVER:
        says = _("All %(weeks)s weeks are over. What is still open can be finished.")
        return says % {"weeks": timeline.weeks}
    return str(CLOSED.get(state, ""))
