"""What a person is told when their page is no longer how things stand. Nothing they typed is lost (HTTP 409)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from agreements.difference import Difference
from agreements.refusals import NeedsFreshCode, NotNow, NotReady, Stale
from partners.models import Partnership

# What a person may have typed: it comes back to them, to be copied.
TYPED = ("text", "reason", "name", "title", "organization", "signatory")
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Partnership, P], HttpResponse]


def answers_conflicts(view: View) -> View:
    """Turn a refusal of an act into a page that says what happened, what was kept and what to do next."""

    @wraps(view)
    def page(request: HttpRequest, partnership: Partnership, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, partnership, *args, **kwargs)
        except NeedsFreshCode:
            return to_fresh_code(request)
        except (NotNow, NotReady, Stale) as refusal:
            return conflict(request, partnership, refusal)

    return page


def conflict(
    request: HttpRequest,
    partnership: Partnership,
    refusal: Exception,
    *,
    says: str = "",
    differences: list[Difference] | None = None,
) -> HttpResponse:
    context = {
        "page": "agreement",
        "partnership": partnership,
        "says": says or (str(refusal) if isinstance(refusal, NotNow) else says_stale()),
        "blockers": refusal.blockers if isinstance(refusal, NotReady) else [],
        "differences": differences or [],
        "typed": [value for name, value in request.POST.items() if name in TYPED and value.strip()],
    }
    return render(request, "agreements/conflict.html", context, status=409)


def says_stale() -> str:
    return _("The agreement has changed since you opened the page. Nothing was done, and nothing is lost.")


def to_fresh_code(request: HttpRequest) -> HttpResponse:
    """Ask for a code, then come back to the page on which the person acted."""
    back = request.path if request.method in {"GET", "HEAD"} else request.POST.get("back") or request.path
    return redirect(f"{reverse('confirm_identity')}?{urlencode({'next': back})}")
