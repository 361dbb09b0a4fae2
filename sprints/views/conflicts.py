"""What a person is told when an act on the sprint was not done. Nothing they typed is lost (HTTP 409)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from agreements.refusals import NotNow, NotReady, Stale
from partners.models import Partnership

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Partnership, P], HttpResponse]


def answers_conflicts(view: View) -> View:
    """Turn a refusal of an act into a page that says what happened, what was kept and what to do next."""

    @wraps(view)
    def page(request: HttpRequest, partnership: Partnership, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, partnership, *args, **kwargs)
        except (NotNow, NotReady, Stale) as refusal:
            return conflict(request, partnership, refusal)

    return page


def conflict(request: HttpRequest, partnership: Partnership, refusal: Exception) -> HttpResponse:
    stale = _("This has changed since you opened the page. Nothing was done. Look at how it stands now.")
    context = {
        "page": "sprint",
        "partnership": partnership,
        "says": str(refusal) if isinstance(refusal, NotNow) else stale if isinstance(refusal, Stale) else "",
        "blockers": refusal.blockers if isinstance(refusal, NotReady) else [],
        "typed": [value for name, value in request.POST.items() if name in KEPT and value.strip()],
    }
    return render(request, "sprints/conflict.html", context, status=409)


# What a person may have typed: it comes back to them, to be copied.
KEPT = ("outcome", "reason", "words", "title", "link")
KEPT += (
    "notes",
    "agenda",
    "governance",
    "hosting",
    "cost",
    "money",
    "when_it_ends",
    "summary",
    "description",
    "features",
)
KEPT += ("gaps", "place", "steward", "refusal", "questions", "people", "compensation", "consent", "keeping")
KEPT += ("analysis", "changes")
KEPT += ("question", "options", "choice", "why", "affected", "voice")
