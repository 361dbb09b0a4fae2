"""The sprint's first page: where we are, what waits for whom, and the plan as a picture and as a table."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from agreements.models import Agreement
from partners import rules
from partners.access import partnership_page
from partners.models import Partnership
from partners.requests import PersonRequest
from sprints.domain.overview import overview_of
from sprints.domain.picture import drawn
from sprints.domain.plan import plan_entries, plan_warnings, week_of
from sprints.domain.prior_work import prior_work
from sprints.domain.proposals import agree_closed, declined_before
from sprints.domain.states import closed, notice, pause_closed, start_closed
from sprints.domain.todo import sprint_of, sprint_todo, taken_on
from sprints.forms.proposals import StartForm
from sprints.models import ProposalKind
from sprints.views.pages import may


@require_safe
@partnership_page(rules.sees_partnership)
def sprint(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    now, found, party = timezone.now(), sprint_of(partnership), rules.party_of(request.user, partnership)
    agreement = Agreement.objects.prefetch_related("editions").get(partnership=partnership)
    agreement.partnership, outlook = partnership, overview_of(found, now)
    speaks = rules.assents(request.user, partnership)
    context = {
        "page": "sprint",
        "partnership": partnership,
        "sprint": found,
        "names": partnership.names_on_screen(),
        "agreement": agreement,
        "start_closed": start_closed(partnership, found),
        "party": party,
        "is_lead": speaks,
        "todo": [*sprint_todo(agreement, outlook, party, speaks=speaks), *taken_on(outlook, request.user)],
        "open_proposals": [one for one in outlook.proposals if not agree_closed(one, now)] if outlook else [],
    }
    standing = outlook.standing if outlook else None
    if found is None or standing is None:
        context["form"] = StartForm(initial={"weeks": partnership.program.sprint_weeks})
        context["declined"] = declined_before(found, ProposalKind.START)
        return render(request, "sprints/overview/before.html", context)
    entries = plan_entries(standing, now)
    context |= {"standing": standing, "week": week_of(found, now), "entries": entries}
    names = partnership.names_on_screen()
    context["late"] = [(one, one.waits_in_words(names)) for one in outlook.delays] if outlook else []
    context |= {"closed": closed(partnership, found), "notice": notice(found, now)}
    context |= {"may_change": may(rules.assents, request, found)}
    context |= {"may_pause": may(rules.assents, request, found) and not pause_closed(found, now)}
    is_said = any(one.kind == ProposalKind.PRIOR_WORK for one in context["open_proposals"])
    context["prior"] = len(prior_work(standing)) if context["may_change"] and not is_said else 0
    context["picture"] = drawn(standing, entries)
    context["warnings"] = plan_warnings(found, agreement)
    return render(request, "sprints/overview/sprint.html", context)
