"""What the pages of a sprint that has begun share: who may open them, how they are drawn, how an act ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django import forms
from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from rules.predicates import Predicate

from agreements.refusals import NotNow
from partners.access import PartnershipView, View, partnership_page
from partners.forms.attempt import Check, attempt
from partners.models import Partnership
from partners.only_sent import only_sent
from partners.requests import PersonRequest
from partners.rules import takes_part
from sprints.domain.states import closed
from sprints.models import Sprint
from sprints.views.conflicts import answers_conflicts

P = ParamSpec("P")
T = TypeVar("T")
Row = TypeVar("Row", bound=Model)
SprintView = Callable[Concatenate[PersonRequest, Sprint, P], HttpResponseBase]


def sprint_page(rule: Predicate) -> Callable[[SprintView[P]], View]:
    """A page to read, for whom the rule lets in. The view is given the sprint in the place of its partnership."""
    return _opened(rule, "GET", "HEAD")


def sprint_form(rule: Predicate) -> Callable[[SprintView[P]], View]:
    """A form on a page of its own, which is sent to the same address."""
    return _opened(rule, "GET", "HEAD", "POST", closes=True)


def sprint_act(rule: Predicate, *, on: str = "", closes: bool = True) -> Callable[[SprintView[P]], View]:
    """What a button does. Who opens its address is led to the page `on`, else to the one above. `closes`: not where the
    sprint is closed; what is one's own is taken back at any time."""

    def decorate(view: SprintView[P]) -> View:
        return partnership_page(rule)(only_sent(on=on)(answers_conflicts(_of_sprint(view, closes=closes))))

    return decorate


def _opened(rule: Predicate, *methods: str, closes: bool = False) -> Callable[[SprintView[P]], View]:
    def decorate(view: SprintView[P]) -> View:
        page = answers_conflicts(_of_sprint(view, closes=closes))
        return require_http_methods(list(methods))(partnership_page(rule)(page))

    return decorate


def _of_sprint(view: SprintView[P], *, closes: bool) -> PartnershipView[P]:
    @wraps(view)
    def page(
        request: PersonRequest, partnership: Partnership, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        begun = Sprint.objects.filter(first_day__isnull=False).select_related("partnership__agreement")
        sprint = get_object_or_404(begun, partnership=partnership)
        sprint.partnership.agreement.partnership = partnership
        sprint.partnership = partnership
        if why := closed(partnership, sprint):
            if closes:
                raise NotNow(why)
            request.takes_part = False
        return view(request, sprint, *args, **kwargs)

    return page


def may(rule: Predicate, request: PersonRequest, sprint: Sprint) -> bool:
    """Whether this person may do now what the rule guards. Nobody may where the sprint is closed."""
    return bool(rule(request.user, sprint.partnership)) and not closed(sprint.partnership, sprint)


def one_of(rows: type[Row] | QuerySet[Row], sprint: Sprint, **which: object) -> Row:
    """A row of this sprint, or 404."""
    found: Any = get_object_or_404(rows, sprint=sprint, **which)
    found.sprint = sprint
    row: Row = found
    return row


def draw(
    request: PersonRequest,
    sprint: Sprint,
    template: str,
    context: Mapping[str, object],
    *,
    place: str = "sprint",
    status: int = 200,
) -> HttpResponse:
    """`place` is the part of the sprint that the page belongs to: it is marked among its neighbours."""
    around: dict[str, object] = {"page": "sprint", "place": place, "partnership": sprint.partnership}
    around |= {"closed": closed(sprint.partnership, sprint), "takes_back": takes_part(request.user, sprint.partnership)}
    return render(request, template, {**around, **context}, status=status)


def form_page(
    request: PersonRequest, sprint: Sprint, form: forms.Form, *, place: str, title: str, lead: str = ""
) -> HttpResponse:
    """One form, drawn the same way for every small thing that people write down. `place` names the page to go back to,
    too."""
    back = reverse(place, args=[sprint.partnership.slug])
    context = {"form": form, "title": title, "lead": lead, "back": back}
    status = 422 if form.errors else 200
    return draw(request, sprint, "sprints/forms/form_page.html", context, place=place, status=status)


def carry_out(
    request: PersonRequest, form: forms.Form, act: Callable[..., T], *, check: Check | None = None, **more: object
) -> T | None:
    """`attempt` by the person whose page this is, now."""
    return attempt(form, act, check=check, by=request.user, now=timezone.now(), **more)


def done(request: PersonRequest, says: str, sprint: Sprint, page: str, *place: object) -> HttpResponse:
    """Say so, and go to a page of the partnership."""
    messages.success(request, says)
    return redirect(page, sprint.partnership.slug, *place)
