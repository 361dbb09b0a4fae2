"""The sustainability plan: read it, write it, sign it off together; and publiccode.yml made from it."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.domain.readiness import Blocker
from agreements.refusals import NotReady
from agreements.views.editions import download
from ledger.canonical import digest
from partners import rules
from partners.requests import PersonRequest
from sprints import actions
from sprints.actions.sustainability import refused_plan
from sprints.domain.milestones import today_of
from sprints.domain.product import product_of
from sprints.domain.publiccode import publiccode, publiccode_gaps
from sprints.domain.states import closed
from sprints.domain.sustainability import PlanSubject, plan_content, plan_of, plan_rows, review_is_near
from sprints.forms.sustainability import SustainabilityForm
from sprints.models import Sprint
from sprints.views.pages import carry_out, done, draw, form_page, may, sprint_form, sprint_page
from sprints.views.sign_offs import sign_off_section

PLACE = "sustainability"


@sprint_page(rules.reads)
def sustainability(request: PersonRequest, sprint: Sprint) -> HttpResponse:
    return plan_page(request, sprint)


def plan_page(request: PersonRequest, sprint: Sprint, *, status: int = 200, **forms: object) -> HttpResponse:
    now = timezone.now()
    subject = PlanSubject.find(sprint, now=now)
    plan, product, may_write = subject.row, subject.product, may(rules.proposes, request, sprint)
    open_points = [] if closed(sprint.partnership, sprint) else subject.blockers
    context = {
        **sign_off_section(request, subject),
        "plan": plan,
        "rows": plan_rows(plan, product),
        "review_is_near": review_is_near(plan, today_of(sprint, now)),
        "may_write": may_write,
        "blockers": leads_on(sprint, open_points, may_write=may_write),
        "file_gaps": leads_on(sprint, publiccode_gaps(plan, product, now), may_write=may_write),
        **forms,
    }
    return draw(request, sprint, "sprints/sustainability/sustainability.html", context, place=PLACE, status=status)


def leads_on(sprint: Sprint, gaps: list[Blocker], *, may_write: bool) -> list[Blocker]:
    """Without the way to the form, for whoever may not write the plan."""
    form = reverse("sustainability_change", args=[sprint.partnership.slug])
    return [gap if may_write or not gap.url.startswith(form) else replace(gap, url="") for gap in gaps]


@sprint_form(rules.proposes)
def sustainability_change(request: PersonRequest, sprint: Sprint) -> HttpResponse:
    plan = plan_of(sprint)
    content = plan_content(plan, product_of(sprint))
    initial = content | {"until": plan.until, "review_on": plan.review_on, "shown": digest(content)}
    form = SustainabilityForm(request.POST or None, initial=initial)
    if carry_out(request, form, actions.write_plan, check=refused_plan, sprint=sprint):
        return done(request, _("Saved. Both sides see it."), sprint, "sustainability")
    lead = _("Write down what is decided; the plan says what is still open. A change asks both sides again.")
    return form_page(request, sprint, form, place=PLACE, title=_("Write the sustainability plan"), lead=lead)


@sprint_page(rules.reads)
def publiccode_file(request: PersonRequest, sprint: Sprint) -> HttpResponse:
    """publiccode.yml, to put into the repository; or what it still lacks."""
    plan, product = plan_of(sprint), product_of(sprint)
    if gaps := publiccode_gaps(plan, product, timezone.now()):
        raise NotReady(gaps)
    return download(publiccode(plan, product).encode(), "application/yaml; charset=utf-8", "publiccode.yml")
