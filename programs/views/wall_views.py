"""Views of the wall that staff keep under a name: each has an address of its own."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from partners.access import runs_program, staff_of_program
from partners.forms.attempt import attempt
from partners.models import Program
from partners.only_sent import only_sent
from partners.requests import PersonRequest
from programs import actions
from programs.domain.wall_query import WallQuery
from programs.forms.wall_views import NameForm, WallViewForm
from programs.models import WallView


@require_http_methods(["GET", "HEAD"])
@staff_of_program
def wall_view(request: PersonRequest, found: Program, pk: int) -> HttpResponse:
    """It leads to the wall as it was kept."""
    return redirect(_wall(found, _view(request, found, pk).query))


@require_http_methods(["GET", "HEAD", "POST"])
@runs_program
def wall_view_save(request: PersonRequest, found: Program) -> HttpResponse:
    """The page of a name for what the wall shows now."""
    said = QueryDict(request.POST.get("query", "")) if request.method == "POST" else request.GET
    query, now = WallQuery.of(said.dict()), timezone.now()
    form = WallViewForm(request.POST or None, initial={"query": query.address})

    def save(*, name: str, for_all: bool, **_typed: str) -> WallView:
        by = request.user
        return actions.save_wall_view(by=by, program=found, query=query, name=name, for_all=for_all, now=now)

    if made := attempt(form, save):
        messages.success(request, _("The view “%(name)s” is kept.") % {"name": made.name})
        return redirect(_wall(found, made.query))
    context = {"program": found, "page": "wall", "form": form, "back": _wall(found, query.address)}
    return render(request, "programs/wall/view_save.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@runs_program
def wall_view_change(request: PersonRequest, found: Program, pk: int) -> HttpResponse:
    """Rename it, or delete it."""
    view = _view(request, found, pk)
    form = NameForm(request.POST or None, initial={"name": view.name})
    if attempt(form, actions.rename_wall_view, by=request.user, view=view):
        messages.success(request, _("The view is called “%(name)s” now.") % {"name": view.name})
        return redirect(_wall(found, view.query))
    context = {"program": found, "page": "wall", "form": form, "view": view, "back": _wall(found, view.query)}
    return render(request, "programs/wall/view_change.html", context, status=422 if form.errors else 200)


@runs_program
@only_sent()
def wall_view_delete(request: PersonRequest, found: Program, pk: int) -> HttpResponse:
    view = _view(request, found, pk)
    actions.delete_wall_view(by=request.user, view=view)
    messages.success(request, _("The view “%(name)s” is deleted. No partnership has changed.") % {"name": view.name})
    return redirect(_wall(found, ""))


def _view(request: PersonRequest, program: Program, pk: int) -> WallView:
    return get_object_or_404(WallView.objects.seen_by(request.user, program).select_related("program"), pk=pk)


def _wall(program: Program, query: str) -> str:
    address = reverse("program", args=[program.slug])
    return f"{address}?{query}" if query else address
