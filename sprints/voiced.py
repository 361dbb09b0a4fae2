"""What waits for a side of decisions, reports, check-ins, learning and executive buy-in. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.waiting import Task
from partners.parties import Party
from sprints.asked_for import asks_for_report
from sprints.checked_in import check_in_of, week_now
from sprints.decided import decision_rows, rows_of
from sprints.learned import learning_of, stage_now
from sprints.models import Decision, Occasion, Sprint
from sprints.standing import today_of
from sprints.supported import OccasionRow, has_sponsor, occasion_rows, wins_executives


def voiced(sprint: Sprint, party: Party, now: datetime) -> list[Task]:
    """In a sprint that has begun, most urgent first. What is asked for week by week rests while the sprint does."""
    if sprint.first_day is None:
        return []
    found = [*_decisions(sprint, party), *_report(sprint, party, now)]
    if not sprint.timeline.is_paused(today_of(sprint, now)):
        found += [*_buy_in(sprint, party, now), *_learning(sprint, party, now), *_check_in(sprint, party, now)]
    return found


def deciders(sprints: Iterable[Sprint]) -> dict[int, set[Party]]:
    """Whom decisions wait for, by the sprint's id, in a constant number of queries."""
    found: dict[int, set[Party]] = {}
    decisions = Decision.objects.filter(sprint__in=list(sprints)).prefetch_related("reversed_by")
    for row in rows_of(decisions):
        found.setdefault(row.decision.sprint_id, set()).update(row.waits_for)
    return found


def _decisions(sprint: Sprint, party: Party) -> Iterator[Task]:
    asked, missing = _("Your sign-off is asked for: %(title)s"), _("Changes are asked for: %(title)s")
    for row in decision_rows(sprint):
        if party in row.waits_for:
            says = missing if row.answered.voices.any_asks_for_changes else asked
            url = reverse("decision", args=[sprint.partnership.slug, row.decision.number])
            yield Task(says % {"title": row.decision.question}, url, _("Read the decision"))


def _report(sprint: Sprint, party: Party, now: datetime) -> Iterator[Task]:
    if asks_for_report(sprint, party, now):
        url = reverse("promises", args=[sprint.partnership.slug])
        yield Task(_("The other side asks for a sealed report on the promises."), url, _("Read the promises"))


def _check_in(sprint: Sprint, party: Party, now: datetime) -> Iterator[Task]:
    week = week_now(sprint, now)
    if week and check_in_of(sprint, week, party) is None:
        url = reverse("check_ins", args=[sprint.partnership.slug])
        yield Task(_("Say in a minute how week %(week)s goes.") % {"week": week}, url, _("Check in"))


def _learning(sprint: Sprint, party: Party, now: datetime) -> Iterator[Task]:
    stage = stage_now(sprint, now)
    if stage and learning_of(sprint, stage, party) is None:
        url = reverse("learning", args=[sprint.partnership.slug])
        yield Task(_("Note what your people can do now, so that it shows what grows."), url, _("Note it"))


def _buy_in(sprint: Sprint, party: Party, now: datetime) -> Iterator[Task]:
    """It waits for whoever promised to win it, while the sprint lasts; the sponsor has a page of their own."""
    if wins_executives(sprint.partnership) != party or week_now(sprint, now) is None:
        return
    url = reverse("buy_in", args=[sprint.partnership.slug])
    for row in occasion_rows(sprint, now):
        if row.buy_in is None and not row.is_ahead:
            yield Task(_says(row), url, _("Open executive buy-in"))
    if not has_sponsor(sprint.partnership):
        url = reverse("people", args=[sprint.partnership.slug])
        yield Task(_("Nobody has the executive sponsor's seat yet."), url, _("Invite them"))


def _says(row: OccasionRow) -> str:
    if not row.days_late:
        if row.occasion == Occasion.START:
            return _("The executive sponsor's support is asked for in the first week.")
        return _("The executive sponsor's support of the concept is asked for this week.")
    if row.occasion == Occasion.START:
        says = ngettext(
            "The executive sponsor's support is %(days)s day late.",
            "The executive sponsor's support is %(days)s days late.",
            row.days_late,
        )
    else:
        says = ngettext(
            "The executive sponsor's support of the concept is %(days)s day late.",
            "The executive sponsor's support of the concept is %(days)s days late.",
            row.days_late,
        )
    return says % {"days": row.days_late}
