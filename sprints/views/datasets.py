"""Datasets: which the sprint needs, what is known of them, and how far each is."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from partners import rules
from partners.requests import PersonRequest
from sprints import actions
from sprints.actions.datasets import refused_dataset
from sprints.domain.datasets import DAYS, TEXTS, dataset_digest, dataset_row, dataset_rows
from sprints.domain.milestones import today_of
from sprints.forms.datasets import DatasetForm
from sprints.models import Catalog, Dataset, Sprint
from sprints.views.pages import carry_out, done, draw, form_page, may, one_of, sprint_act, sprint_form, sprint_page

PLACE = "datasets"


@sprint_page(rules.reads)
def datasets(request: PersonRequest, sprint: Sprint) -> HttpResponse:
    context = {
        "rows": dataset_rows(sprint, today_of(sprint, timezone.now())),
        "catalog": Catalog.objects.filter(sprint=sprint).first(),
    }
    return draw(request, sprint, "sprints/datasets/datasets.html", context, place=PLACE)


@sprint_page(rules.reads)
def dataset(request: PersonRequest, sprint: Sprint, number: int) -> HttpResponse:
    found = one_of(Dataset.objects.select_related("added_by", "changed_by"), sprint, number=number)
    context = {
        "row": dataset_row(found, today_of(sprint, timezone.now())),
        "dataset": found,
        "findings": found.findings.filter(withdrawn_at=None),
        "may_drop": may(rules.proposes, request, sprint),
        "shown": dataset_digest(found),
    }
    return draw(request, sprint, "sprints/datasets/dataset.html", context, place=PLACE)


@sprint_form(rules.takes_part)
def dataset_form(request: PersonRequest, sprint: Sprint, number: int | None = None) -> HttpResponse:
    """Ask for one, or change what is known of it."""
    found = one_of(Dataset, sprint, number=number) if number is not None else None
    initial = {name: getattr(found, name) for name in (*TEXTS, *DAYS)} if found else {}
    initial |= {"shown": dataset_digest(found)} if found else {}
    form = DatasetForm(request.POST or None, initial=initial)
    check = partial(refused_dataset, today=today_of(sprint, timezone.now()))
    if made := carry_out(request, form, actions.set_dataset, check=check, sprint=sprint, dataset=found):
        return done(request, _("Saved. Both sides see it."), sprint, "dataset", made.number)
    title = _("Change what is known of it") if found else _("Ask for a dataset")
    lead = _("Write down what is known; the rest can come later. It says nothing of single residents.")
    return form_page(request, sprint, form, place=PLACE, title=title, lead=lead)


@sprint_act(rules.takes_part)
def dataset_mark(request: PersonRequest, sprint: Sprint, number: int) -> HttpResponse:
    found, step = one_of(Dataset, sprint, number=number), "in_use" if "in_use" in request.POST else "accessible"
    shown = request.POST.get("shown", "")
    actions.mark_dataset(by=request.user, dataset=found, step=step, shown=shown, now=timezone.now())
    return done(request, _("Saved. Both sides see it."), sprint, "dataset", number)


@sprint_act(rules.proposes)
def dataset_drop(request: PersonRequest, sprint: Sprint, number: int) -> HttpResponse:
    actions.drop_dataset(by=request.user, dataset=one_of(Dataset, sprint, number=number), now=timezone.now())
    return done(request, _("It is taken off the list. The history keeps it."), sprint, "datasets")
