"""What is only sent: a button, or a form that stands on another page. Whoever opens its address is led to that page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.views.decorators.http import require_http_methods

P = ParamSpec("P")
Request = TypeVar("Request", bound=HttpRequest)
View = Callable[Concatenate[Request, P], HttpResponseBase]
SAFE = ("GET", "HEAD")


def only_sent(*, on: str = "") -> Callable[[View[Request, P]], View[Request, P]]:
    """A view that acts. A browser opens its address too: after a change of language, from a restored tab, or where
    somebody presses Enter in the address bar. Then it leads to the page `on`, by its name; else to the one above it.
    """

    def decorate(view: View[Request, P]) -> View[Request, P]:
        @wraps(view)
        def act(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            return redirect(page_of(request, on)) if request.method in SAFE else view(request, *args, **kwargs)

        vars(act)["is_only_sent"] = True
        return require_http_methods([*SAFE, "POST"])(act)

    return decorate


def is_only_sent(view: Callable[..., Any]) -> bool:
    return bool(vars(view).get("is_only_sent"))


def page_of(request: HttpRequest, on: str = "") -> str:
    """The address of the page on which the form of this address stands."""
    match = request.resolver_match
    if on and match is not None:
        return reverse(on, kwargs={name: value for name, value in match.kwargs.items() if name == "slug"})
    return page_above(request.path_info)


def page_above(address: str) -> str:
    """The nearest page whose address this one begins with: "/a/b/3/evidence/" stands on "/a/b/3/"."""
    while address := address.rstrip("/").rpartition("/")[0] + "/":
        try:
            if not is_only_sent(resolve(address).func):
                return address
        except Resolver404:
            continue
    return "/"
