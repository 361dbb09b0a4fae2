"""What waits for a side of decisions, reports, check-ins, learning and executive buy-in. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.domain.todo import Task
from partners.parties import Party
from sprints.domain.buy_in import OccasionRow
from sprints.domain.check_ins import week_now
from sprints.domain.decisions import rows_of_decisions
from sprints.domain.learning import stage_now
from sprints.domain.overview import SprintOverview
from sprints.domain.report_requests import report_waits_for
from sprints.models import Decision, Occasion, Sprint
from sprints.plan import BUY_IN_CLAUSE


def decisions_todo(outlook: SprintOverview, party: Party, *, speaks: bool) -> list[Task]:
    """In a sprint that has begun, most urgent first. What is asked for week by week rests while the sprint does."""
    if outlook.standing is None:
        return []
    found = [*_decisions(outlook, party, speaks=speaks), *_report(outlook, party)]
    if not outlook.standing.is_paused:
        found += [*_buy_in(outlook, party), *_learning(outlook, party), *_check_in(outlook, party)]
    return found


def deciders(sprints: Iterable[Sprint]) -> dict[int, set[Party]]:
    """Whom decisions wait for, by the sprint's id, in a constant number of queries."""
    found: dict[int, set[Party]] = {}
    decisions = Decision.objects.filter(sprint__in=list(sprints)).prefetch_related("reversed_by")
    for row in rows_of_decisions(decisions):
        found.setdefault(row.decision.sprint_id, set()).update(row.waits_for)
    return found


def sign_off_asked(*, speaks: bool) -> str:
    """In words with a place for the title; for members, whose sign-off it is."""
    return _("Your sign-off is asked for: %(title)s") if speaks else _("Your lead's sign-off is asked for: %(title)s")


def _decisions(outlook: SprintOverview, party: Party, *, speaks: bool) -> Iterator[Task]:
    asked, missing = sign_off_asked(speaks=speaks), _("Changes are asked for: %(title)s")
    for row in outlook.decisions:
        if party in row.waits_for:
            says = missing if row.answered.voices.any_asks_for_changes else asked
            url = reverse("decision", args=[outlook.sprint.partnership.slug, row.decision.number])
            yield Task(says % {"title": row.decision.question}, url, _("Read the decision"))


def _report(outlook: SprintOverview, party: Party) -> Iterator[Task]:
    if report_waits_for(outlook.report, party):
        url = reverse("promises", args=[outlook.sprint.partnership.slug])
        yield Task(_("The other side asks for a sealed report on the promises."), url, _("Read the promises"))


def _check_in(outlook: SprintOverview, party: Party) -> Iterator[Task]:
    week = week_now(outlook.sprint, outlook.now)
    if week and (week, party) not in outlook.checked_in:
        url = reverse("check_ins", args=[outlook.sprint.partnership.slug])
        yield Task(_("Say in a minute how week %(week)s goes.") % {"week": week}, url, _("Check in"))


def _learning(outlook: SprintOverview, party: Party) -> Iterator[Task]:
    stage = stage_now(outlook.sprint, outlook.now)
    if stage and (stage, party) not in outlook.noted:
        url = reverse("learning", args=[outlook.sprint.partnership.slug])
        yield Task(_("Note what your people can do now, so that it shows what grows."), url, _("Note it"))


def _buy_in(outlook: SprintOverview, party: Party) -> Iterator[Task]:
    """It waits for whoever promised to win it, while the sprint lasts; the sponsor has a page of their own."""
    if outlook.holders.get(BUY_IN_CLAUSE) != party or week_now(outlook.sprint, outlook.now) is None:
        return
    slug = outlook.sprint.partnership.slug
    for row in outlook.occasions:
        if row.buy_in is None and not row.is_ahead:
            yield Task(_says(row), reverse("buy_in", args=[slug]), _("Open executive buy-in"))
    if not outlook.has_sponsor:
        url = reverse("people", args=[slug])
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
