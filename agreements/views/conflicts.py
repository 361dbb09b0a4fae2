"""What a person is told when their page is no longer how things stand. Nothing they typed is lost (HTTP 409)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from rules.predicates import Predicate

from agreements.domain.conflicts import Difference
from agreements.domain.readiness import grouped
from agreements.refusals import NotNow, NotReady, Stale
from partners.access import View as AnyView
from partners.access import partnership_page
from partners.models import Partnership
from partners.only_sent import only_sent
from partners.requests import PersonRequest

# What a person may have typed: it comes back to them, to be copied.
TYPED = ("text", "reason", "comment", "name", "title", "organization", "signatory")
P = ParamSpec("P")
View = Callable[Concatenate[PersonRequest, Partnership, P], HttpResponseBase]
Refusal = NotNow | NotReady | Stale


def answering(page: Callable[[PersonRequest, Partnership, Refusal], HttpResponse]) -> Callable[[View[P]], View[P]]:
    """Turn a refusal of an act into a page that says what happened, what was kept and what to do next."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def act(
            request: PersonRequest, partnership: Partnership, /, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            try:
                return view(request, partnership, *args, **kwargs)
            except (NotNow, NotReady, Stale) as refusal:
                return page(request, partnership, refusal)

        return act

    return decorate


def conflict_page(
    request: PersonRequest,
    partnership: Partnership,
    refusal: Refusal,
    *,
    template: str,
    says: str,
    typed: Collection[str],
    **more: object,
) -> HttpResponse:
    """The one page of this kind, of whatever room. `typed` are the names of the fields that people write in."""
    context = {
        "partnership": partnership,
        "says": str(refusal) if isinstance(refusal, NotNow) and not says else says,
        "blockers": grouped(refusal.blockers) if isinstance(refusal, NotReady) else [],
        "typed": [value for name, value in request.POST.items() if name in typed and str(value).strip()],
        **more,
    }
    return render(request, template, context, status=409)


def conflict(
    request: PersonRequest,
    partnership: Partnership,
    refusal: Refusal,
    *,
    says: str = "",
    differences: list[Difference] | None = None,
) -> HttpResponse:
    return conflict_page(
        request,
        partnership,
        refusal,
        template="agreements/conflicts/conflict.html",
        says=says or ("" if isinstance(refusal, NotNow) else says_stale()),
        typed=TYPED,
        page="agreement",
        differences=differences or [],
    )


answers_conflicts = answering(conflict)


def agreement_form(rule: Predicate) -> Callable[[View[P]], AnyView]:
    """A page of the agreement with a form, for whom the rule lets in; where its act is refused, a page says why."""

    def decorate(view: View[P]) -> AnyView:
        return require_http_methods(["GET", "HEAD", "POST"])(partnership_page(rule)(answers_conflicts(view)))

    return decorate


def agreement_button(rule: Predicate) -> Callable[[View[P]], AnyView]:
    """As `agreement_form`, for what is only sent: a button of another page."""

    def decorate(view: View[P]) -> AnyView:
        return partnership_page(rule)(only_sent()(answers_conflicts(view)))

    return decorate


def says_stale() -> str:
    return _("The agreement has changed since you opened the page. Nothing was done, and nothing is lost.")
