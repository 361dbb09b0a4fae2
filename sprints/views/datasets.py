"""Datasets: which the sprint needs, what is known of them, and how far each is."""

from __future__ import annotations

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
from sprints.domain.datasets import DAYS, TEXTS, dataset_digest, dataset_row, dataset_rows
from sprints.domain.milestones import today_of
from sprints.forms.datasets import DatasetForm
from sprints.models import Catalog, Dataset
from sprints.views.conflicts import answers_conflicts
from sprints.views.form_page import form_page
from sprints.views.overview import sprint_or_404

PLACE = "datasets"


@require_safe
@partnership_page(rules.reads)
def datasets(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    sprint = sprint_or_404(partnership)
    context = {
        "page": "sprint",
        "place": PLACE,
        "partnership": partnership,
        "rows": dataset_rows(sprint, today_of(sprint, timezone.now())),
        "catalog": Catalog.objects.filter(sprint=sprint).first(),
    }
    return render(request, "sprints/datasets/datasets.html", context)


@require_safe
@partnership_page(rules.reads)
def dataset(request: PersonRequest, partnership: Partnership, number: int) -> HttpResponse:
    found = _found(partnership, number)
    row = dataset_row(found, today_of(found.sprint, timezone.now()))
    context = {
        "page": "sprint",
        "place": PLACE,
        "partnership": partnership,
        "row": row,
        "dataset": found,
        "findings": found.findings.filter(withdrawn_at=None),
        "may_drop": rules.proposes(request.user, partnership),
        "shown": dataset_digest(found),
    }
    return render(request, "sprints/datasets/dataset.html", context)


def _found(partnership: Partnership, number: int) -> Dataset:
    sprint = sprint_or_404(partnership)
    found = get_object_or_404(Dataset.objects.select_related("added_by", "changed_by"), sprint=sprint, number=number)
    found.sprint = sprint
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@partnership_page(rules.reads)
@answers_conflicts
def dataset_add(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    return _form(request, partnership, None)


@require_http_methods(["GET", "HEAD", "POST"])
@partnership_page(rules.reads)
@answers_conflicts
def dataset_change(request: PersonRequest, partnership: Partnership, number: int) -> HttpResponse:
    return _form(request, partnership, _found(partnership, number))


def _form(request: PersonRequest, partnership: Partnership, found: Dataset | None) -> HttpResponse:
    sprint = sprint_or_404(partnership)
    initial = {name: getattr(found, name) for name in (*TEXTS, *DAYS)} if found else {}
    initial |= {"shown": dataset_digest(found)} if found else {}
    form = DatasetForm(request.POST or None, initial=initial)
    act = {"by": request.user, "sprint": sprint, "dataset": found, "now": timezone.now()}
    if made := attempt(form, actions.set_dataset, **act):
        messages.success(request, _("Saved. Both sides see it."))
        return redirect("dataset", partnership.slug, made.number)
    title = _("Change what is known of it") if found else _("Ask for a dataset")
    lead = _("Write down what is known; the rest can come later. It says nothing of single residents.")
    return form_page(request, partnership, form, title=title, lead=lead, back="datasets", place=PLACE)


@require_POST
@partnership_page(rules.reads)
@answers_conflicts
def dataset_mark(request: PersonRequest, partnership: Partnership, number: int) -> HttpResponse:
    found, step = _found(partnership, number), "in_use" if "in_use" in request.POST else "accessible"
    shown = request.POST.get("shown", "")
    actions.mark_dataset(by=request.user, dataset=found, step=step, shown=shown, now=timezone.now())
    messages.success(request, _("Saved. Both sides see it."))
    return redirect("dataset", partnership.slug, number)


@require_POST
@partnership_page(rules.proposes)
@answers_conflicts
def dataset_drop(request: PersonRequest, partnership: Partnership, number: int) -> HttpResponse:
    actions.drop_dataset(by=request.user, dataset=_found(partnership, number), now=timezone.now())
    messages.success(request, _("It is taken off the list. The history keeps it."))
    return redirect("datasets", partnership.slug)
