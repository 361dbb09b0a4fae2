"""The sustainability plan: read it, write it, sign it off together; and publiccode.yml made from it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agreements.refusals import NotReady
from ledger.canonical import digest
from partners import rules
from partners.access import partnership_page
from partners.forms.attempt import attempt
from partners.models import Partnership
from partners.requests import PersonRequest
from sprints import actions
from sprints.domain.milestones import today_of
from sprints.domain.product import owner_rows, product_of
from sprints.domain.sustainability import (
    PlanSubject,
    plan_content,
    plan_of,
    plan_rows,
    publiccode_gaps,
    review_is_near,
)
from sprints.forms.sustainability import SustainabilityForm
from sprints.publiccode import publiccode
from sprints.views.conflicts import answers_conflicts
from sprints.views.form_page import form_page
from sprints.views.overview import sprint_or_404
from sprints.views.sign_offs import sign_off_section

PLACE = "sustainability"


@require_safe
@partnership_page(rules.reads)
def sustainability(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    return plan_page(request, partnership)


def plan_page(request: PersonRequest, partnership: Partnership, *, status: int = 200, **forms: object) -> HttpResponse:
    sprint = sprint_or_404(partnership)
    subject = PlanSubject.find(sprint)
    plan, product = subject.row, subject.product
    context = sign_off_section(request, subject) | {
        "page": "sprint",
        "place": PLACE,
        "partnership": partnership,
        "plan": plan,
        "rows": plan_rows(plan, product),
        "review_is_near": review_is_near(plan, today_of(sprint, timezone.now())),
        "may_write": rules.proposes(request.user, partnership),
        "blockers": subject.blockers,
        "file_gaps": publiccode_gaps(plan, product),
    }
    return render(request, "sprints/sustainability/sustainability.html", context | forms, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@partnership_page(rules.proposes)
@answers_conflicts
def sustainability_change(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    sprint = sprint_or_404(partnership)
    plan = plan_of(sprint)
    content = plan_content(plan, product_of(sprint))
    initial = content | {"until": plan.until, "review_on": plan.review_on, "shown": digest(content)}
    form = SustainabilityForm(request.POST or None, initial=initial)
    act = {"by": request.user, "sprint": sprint, "now": timezone.now()}
    if attempt(form, actions.write_plan, **act):
        messages.success(request, _("Saved. Both sides see it."))
        return redirect("sustainability", partnership.slug)
    title = _("Write the sustainability plan")
    lead = _("Write down what is decided; the plan says what is still open. A change asks both sides again.")
    return form_page(request, partnership, form, title=title, lead=lead, back="sustainability", place=PLACE)


@require_safe
@partnership_page(rules.reads)
@answers_conflicts
def publiccode_file(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    """publiccode.yml, to put into the repository; or what it still lacks."""
    sprint = sprint_or_404(partnership)
    plan, product, names = plan_of(sprint), product_of(sprint), partnership.names_on_screen()
    if gaps := publiccode_gaps(plan, product):
        raise NotReady(gaps)
    owners = [row.said.owner for row in owner_rows(sprint, product, names) if row.said and row.holds]
    body = publiccode(
        name=product.name,
        repository=product.repository,
        address=product.address,
        categories=product.categories,
        status=product.development_status,
        language=partnership.agreement.language,
        summary=product.summary,
        description=product.description,
        features=product.features,
        languages=product.languages,
        licence=plan.licence,
        owners=" and ".join(owners or names.values()),
        maintenance=plan.maintenance,
        contact=plan.code_contact,
        supporter=plan.code_support,
        until=plan.until.isoformat() if plan.until else "",
        used_by=list(names.values()),
    )
    answer = HttpResponse(body, content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="publiccode.yml"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
