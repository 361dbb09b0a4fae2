"""The city's catalog: hand in its file, see how far it is read, search it and choose from it."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners import rules
from partners.access import partnership_page
from partners.forms.attempt import attempt
from partners.models import Partnership
from partners.requests import PersonRequest
from sprints import actions
from sprints.catalog.dcat import Missing
from sprints.domain.datasets import found_entries, refresh_in_words
from sprints.forms.catalog import CatalogForm, SearchForm
from sprints.models import Catalog, CatalogEntry, Dataset, Sprint
from sprints.views.conflicts import answers_conflicts
from sprints.views.datasets import PLACE
from sprints.views.form_page import form_page
from sprints.views.overview import sprint_or_404

A_PAGE = 25


@require_http_methods(["GET", "HEAD", "POST"])
@partnership_page(rules.reads)
@answers_conflicts
def catalog_add(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    form = CatalogForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        act = {"by": request.user, "sprint": sprint_or_404(partnership), "now": timezone.now()}
        form.cleaned_data = {"chunks": file.chunks(), "file_name": file.name, "source": form.cleaned_data["source"]}
        if attempt(form, actions.hand_in_catalog, **act):
            messages.success(request, _("The file is here. It is being read now."))
            return redirect("catalog", partnership.slug)
    sprint_or_404(partnership)
    title = _("Choose from the city's catalog")
    lead = _("Cities list their open data in a file called data.json. Hand it in, search it, and choose what you need.")
    return form_page(request, partnership, form, title=title, lead=lead, back="datasets", place=PLACE)


@require_safe
@partnership_page(rules.reads)
def catalog(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    """While it is read, how far; then its entries, or those that are skipped."""
    sprint = sprint_or_404(partnership)
    found = get_object_or_404(Catalog.objects.select_related("added_by"), sprint=sprint)
    context = {"page": "sprint", "place": PLACE, "partnership": partnership, "catalog": found}
    return render(request, "sprints/catalog/catalog.html", context | _entries(request, sprint, found))


def _entries(request: PersonRequest, sprint: Sprint, found: Catalog) -> dict[str, object]:
    form, skipped = SearchForm(request.GET), "skipped" in request.GET
    words = form.cleaned_data["q"] if form.is_valid() else ""
    entries = CatalogEntry.objects.filter(catalog=found).defer("found_by")
    entries = entries.exclude(problem="") if skipped else found_entries(entries.filter(problem=""), words)
    shown = Paginator(entries, A_PAGE).get_page(request.GET.get("page"))
    there = set(Dataset.objects.filter(sprint=sprint, dropped_at=None).values_list("identifier", "title"))
    labels = {one.value: str(one.label) for one in Missing}
    for entry in shown:
        vars(entry).update(
            is_there=(entry.identifier, entry.title) in there,
            says_not=[labels[name] for name in entry.missing if name in labels],
            facts=[fact for fact in (entry.steward, entry.formats, refresh_in_words(entry.refresh)) if fact],
        )
    usable = found.read - found.skipped
    return {"shown": shown, "words": words, "skipped": skipped, "search": form, "usable": usable}


@require_POST
@partnership_page(rules.reads)
@answers_conflicts
def catalog_choose(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    numbers = [int(one) for one in request.POST.getlist("entry") if one.isascii() and one.isdigit() and len(one) < 9]
    sprint = sprint_or_404(partnership)
    chosen = actions.choose_entries(by=request.user, sprint=sprint, numbers=numbers, now=timezone.now())
    if not chosen.made:
        nothing = _("Nothing was added: what you chose is on your list already.") if chosen.known else ""
        messages.info(request, nothing or _("Nothing was added. Tick the datasets that you need first."))
        return redirect("catalog", partnership.slug)
    says = ngettext("%(count)s dataset is on your list now.", "%(count)s datasets are on your list now.", chosen.made)
    messages.success(request, says % {"count": chosen.made})
    return redirect("datasets", partnership.slug)


@require_POST
@partnership_page(rules.reads)
@answers_conflicts
def catalog_put_away(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    actions.put_away_catalog(by=request.user, sprint=sprint_or_404(partnership), now=timezone.now())
    messages.success(request, _("The file is put away. What you chose from it stays."))
    return redirect("datasets", partnership.slug)
