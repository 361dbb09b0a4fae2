"""The sustainability plan: read it, write it, sign it off together; and publiccode.yml made from it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements.refusals import NotReady
from ledger.canonical import digest
from partners import rules
from partners.access import partnership_page
from partners.forms.attempt import attempt
from partners.models import Partnership
from partners.requests import PersonRequest
from sprints import actions
from sprints.domain import blockers
from sprints.domain.milestones import today_of
from sprints.domain.names import names_of
from sprints.domain.product import owner_rows, product_of
from sprints.domain.sign_offs import voice_rows
from sprints.domain.sustainability import plan_content, plan_labels, plan_of, plan_rows, plan_standing, review_is_near
from sprints.forms.sign_offs import ChangesForm
from sprints.forms.sustainability import SustainabilityForm
from sprints.publiccode import publiccode
from sprints.views.conflicts import answers_conflicts
from sprints.views.form_page import form_page
from sprints.views.overview import sprint_or_404

PLACE = "sustainability"


@require_safe
@partnership_page(rules.reads)
def sustainability(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    return _page(request, partnership)


def _page(request: PersonRequest, partnership: Partnership, *, status: int = 200, **forms: object) -> HttpResponse:
    sprint = sprint_or_404(partnership)
    plan, product = plan_of(sprint), product_of(sprint)
    standing, party = plan_standing(plan, product), rules.party_of(request.user, partnership)
    shown = standing.voices.digest
    context = {
        "page": "sprint",
        "place": PLACE,
        "partnership": partnership,
        "plan": plan,
        "rows": plan_rows(plan, product),
        "review_is_near": review_is_near(plan, today_of(sprint, timezone.now())),
        "voices": voice_rows(standing, names_of(partnership), plan_labels()),
        "done": standing.voices.both,
        "said_yes": party is not None and standing.voices.says_yes(party),
        "is_lead": rules.assents(request.user, partnership),
        "may_ask": plan.changed_at is not None,
        "may_write": rules.proposes(request.user, partnership),
        "blockers": blockers.plan_gaps(plan, product),
        "file_gaps": blockers.publiccode_gaps(plan, product),
        "shown": shown,
        "changes_form": ChangesForm(initial={"shown": shown}, auto_id="changes_%s"),
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


@require_POST
@partnership_page(rules.assents)
@answers_conflicts
def sustainability_sign_off(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    shown, sprint = request.POST.get("shown", ""), sprint_or_404(partnership)
    actions.sign_off_plan(by=request.user, sprint=sprint, shown=shown, now=timezone.now())
    messages.success(request, _("You have signed it off for your side."))
    return redirect("sustainability", partnership.slug)


@require_POST
@partnership_page(rules.assents)
@answers_conflicts
def sustainability_ask_for_changes(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    form = ChangesForm(request.POST, auto_id="changes_%s")
    if not form.is_valid():
        return _page(request, partnership, changes_form=form, status=422)
    by, sprint = request.user, sprint_or_404(partnership)
    actions.ask_for_plan_changes(by=by, sprint=sprint, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Both sides read what is missing."))
    return redirect("sustainability", partnership.slug)


@require_safe
@partnership_page(rules.reads)
@answers_conflicts
def publiccode_file(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    """publiccode.yml, to put into the repository; or what it still lacks."""
    sprint = sprint_or_404(partnership)
    plan, product, names = plan_of(sprint), product_of(sprint), names_of(partnership)
    if gaps := blockers.publiccode_gaps(plan, product):
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
