"""The city's catalog: hand in its file, see how far it is read, search it and choose from it."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners import rules
from partners.requests import PersonRequest
from sprints import actions
from sprints.catalog.dcat import Missing
from sprints.domain.catalog import found_entries, refresh_in_words
from sprints.forms.catalog import CatalogForm, SearchForm
from sprints.models import Catalog, CatalogEntry, Dataset, Sprint
from sprints.views.datasets import PLACE
from sprints.views.pages import carry_out, done, draw, form_page, one_of, sprint_act, sprint_form, sprint_page

A_PAGE = 25


@sprint_form(rules.takes_part)
def catalog_add(request: PersonRequest, sprint: Sprint) -> HttpResponse:
    form = CatalogForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        form.cleaned_data = {"chunks": file.chunks(), "file_name": file.name, "source": form.cleaned_data["source"]}
        if carry_out(request, form, actions.hand_in_catalog, sprint=sprint):
            return done(request, _("The file is here. It is being read now."), sprint, "catalog")
    title = _("Choose from the city's catalog")
    lead = _("Cities list their open data in a file called data.json. Hand it in, search it, and choose what you need.")
    return form_page(request, sprint, form, place=PLACE, title=title, lead=lead)


@sprint_page(rules.reads)
def catalog(request: PersonRequest, sprint: Sprint) -> HttpResponse:
    """While it is read, how far; then its entries, or those that are skipped."""
    found = one_of(Catalog.objects.select_related("added_by"), sprint)
    context = {"catalog": found, **_entries(request, found)}
    return draw(request, sprint, "sprints/catalog/catalog.html", context, place=PLACE)


def _entries(request: HttpRequest, found: Catalog) -> dict[str, object]:
    form, skipped = SearchForm(request.GET), "skipped" in request.GET
    words = form.cleaned_data["q"] if form.is_valid() else ""
    entries = CatalogEntry.objects.filter(catalog=found).defer("found_by")
    entries = entries.exclude(problem="") if skipped else found_entries(entries.filter(problem=""), words)
    shown = Paginator(entries, A_PAGE).get_page(request.GET.get("page"))
    there = set(Dataset.objects.filter(sprint=found.sprint, dropped_at=None).values_list("identifier", "title"))
    labels = {one.value: str(one.label) for one in Missing}
    for entry in shown:
        vars(entry).update(
            is_there=(entry.identifier, entry.title) in there,
            says_not=[labels[name] for name in entry.missing if name in labels],
            facts=[fact for fact in (entry.steward, entry.formats, refresh_in_words(entry.refresh)) if fact],
        )
    usable = found.read - found.skipped
    return {"shown": shown, "words": words, "skipped": skipped, "search": form, "usable": usable}


@sprint_act(rules.takes_part)
def catalog_choose(request: PersonRequest, sprint: Sprint) -> HttpResponse:
    numbers = [int(one) for one in request.POST.getlist("entry") if one.isascii() and one.isdigit() and len(one) < 9]
    chosen = actions.choose_entries(by=request.user, sprint=sprint, numbers=numbers, now=timezone.now())
    if not chosen.made:
        nothing = _("Nothing was added: what you chose is on your list already.") if chosen.known else ""
        messages.info(request, nothing or _("Nothing was added. Tick the datasets that you need first."))
        return redirect("catalog", sprint.partnership.slug)
    says = ngettext("%(count)s dataset is on your list now.", "%(count)s datasets are on your list now.", chosen.made)
    return done(request, says % {"count": chosen.made}, sprint, "datasets")


@sprint_act(rules.takes_part)
def catalog_put_away(request: PersonRequest, sprint: Sprint) -> HttpResponse:
    actions.put_away_catalog(by=request.user, sprint=sprint, now=timezone.now())
    return done(request, _("The file is put away. What you chose from it stays."), sprint, "datasets")
