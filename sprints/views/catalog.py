"""The city's catalog: hand in its file, see how far it is read, search it and choose from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.files import File
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ledger.holds import why_kept
from partners import rules
from partners.requests import PersonRequest
from sprints import actions
from sprints.catalog.contents import NO_CATALOG, entry_name
from sprints.catalog.dcat import Missing
from sprints.catalog.portals import WHERE_TO_LOOK
from sprints.catalog.refresh import refresh_in_words
from sprints.domain.catalog import Listed, found_entries, listed, not_read
from sprints.domain.datasets import dataset_digest
from sprints.forms.catalog import CatalogForm, SearchForm
from sprints.models import Catalog, CatalogEntry, Sprint
from sprints.views.datasets import PLACE
from sprints.views.pages import carry_out, done, draw, form_page, one_of, sprint_act, sprint_form, sprint_page

A_PAGE = 25


@sprint_form(rules.takes_part)
def catalog_add(request: PersonRequest, sprint: Sprint) -> HttpResponse:
    typed = (request.POST, request.FILES) if request.method == "POST" else ()
    form = CatalogForm(*typed, person=request.user, held_for=request.path, now=timezone.now())

    def hand_in(*, file: File[Any], **more: Any) -> Catalog:
        return actions.hand_in_catalog(chunks=file.chunks(), file_name=file.name or "", **more)

    if carry_out(request, form, hand_in, sprint=sprint):
        return done(request, _("The file is here. It is being read now."), sprint, "catalog")
    title = _("Choose from the city's catalog")
    lead = _("Cities list their open data in a catalog file. Hand it in, search it, and choose what you need.")
    return form_page(request, sprint, form, place=PLACE, title=title, lead=lead)


@sprint_page(rules.reads)
def catalog(request: PersonRequest, sprint: Sprint) -> HttpResponse:
    """While it is read, how far; then its entries, or those that are skipped."""
    found = one_of(Catalog.objects.select_related("added_by"), sprint)
    context = {"catalog": found, "not_read": not_read(found), **_entries(request, found)}
    context["kept"] = why_kept(sprint.partnership_id)
    if found.problem in NO_CATALOG:
        context["where_to_look"] = WHERE_TO_LOOK
    return draw(request, sprint, "sprints/catalog/catalog.html", context, place=PLACE)


def _entries(request: HttpRequest, found: Catalog) -> dict[str, object]:
    form, skipped = SearchForm(request.GET), "skipped" in request.GET
    words = form.cleaned_data["q"] if form.is_valid() else ""
    entries = CatalogEntry.objects.filter(catalog=found).defer("found_by")
    entries = entries.exclude(problem="") if skipped else found_entries(entries.filter(problem=""), words)
    shown = Paginator(entries, A_PAGE).get_page(request.GET.get("page"))
    if skipped:
        for entry in shown:
            vars(entry).update(name=entry_name(entry.title, entry.identifier, entry.number))
    else:
        _add_facts(found, list(shown))
    usable = found.read - found.skipped
    has_changes = any(getattr(entry, "changes", ()) for entry in shown)
    page = {"shown": shown, "words": words, "search": form, "has_changes": has_changes}
    return page | {"skipped": skipped, "usable": usable}


def _add_facts(found: Catalog, shown: list[CatalogEntry]) -> None:
    labels, there = {one.value: str(one.label) for one in Missing}, listed(found, shown)
    for entry in shown:
        vars(entry).update(
            there=(known := there.get(entry.number)),
            changes=_in_words(known) if known else [],
            shown=dataset_digest(known.dataset) if known else "",
            says_not=[labels[name] for name in entry.missing if name in labels],
            facts=[fact for fact in (entry.steward, entry.formats, refresh_in_words(entry.refresh)) if fact],
        )


def _in_words(known: Listed) -> list[tuple[str, str, str]]:
    """What it is, what the list says, and what the catalog says now."""
    labels = {
        "title": _("What it is called"),
        "description": _("Description"),
        "steward": _("Steward"),
        "licence": _("Licence"),
        "formats": _("Format"),
        "refresh": _("Refresh"),
        "address": _("Address"),
    }
    return [(labels[name], getattr(known.dataset, name), now) for name, now in known.changes.items()]


@sprint_act(rules.takes_part)
def catalog_choose(request: PersonRequest, sprint: Sprint) -> HttpResponse:
    updates = {number: request.POST.get(f"shown-{number}", "") for number in _numbers(request, "update")}
    numbers = _numbers(request, "entry")
    chosen = actions.choose_entries(
        by=request.user, sprint=sprint, numbers=numbers, updates=updates, now=timezone.now()
    )
    if not chosen.made and not chosen.updated:
        nothing = _("Nothing was added: what you chose is on your list already.") if chosen.known else ""
        messages.info(request, nothing or _("Nothing was added. Tick the datasets that you need first."))
        return redirect("catalog", sprint.partnership.slug)
    return done(request, " ".join(_said(chosen.made, chosen.updated)), sprint, "datasets")


def _said(made: int, updated: int) -> Iterator[str]:
    if made:
        says = ngettext("%(count)s dataset is on your list now.", "%(count)s datasets are on your list now.", made)
        yield says % {"count": made}
    if updated:
        says = ngettext("%(count)s dataset is up to date now.", "%(count)s datasets are up to date now.", updated)
        yield says % {"count": updated}


def _numbers(request: HttpRequest, name: str) -> list[int]:
    return [int(one) for one in request.POST.getlist(name) if one.isascii() and one.isdigit() and len(one) < 9]


@sprint_act(rules.takes_part, closes=False)
def catalog_put_away(request: PersonRequest, sprint: Sprint) -> HttpResponse:
    actions.put_away_catalog(by=request.user, sprint=sprint, now=timezone.now())
    return done(request, _("The file is put away. What you chose from it stays."), sprint, "datasets")
