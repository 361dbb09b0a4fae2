"""What a person is told when an act on the sprint was not done. Nothing they typed is lost (HTTP 409)."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _

from agreements.refusals import Stale
from agreements.views.conflicts import Refusal, answering, conflict_page
from partners.models import Partnership
from partners.requests import PersonRequest

# What a person may have typed: it comes back to them, to be copied.
TYPED: tuple[str, ...] = ("outcome", "reason", "words", "title", "link", "notes", "agenda", "governance", "hosting")
TYPED += ("cost", "money", "when_it_ends", "summary", "description", "features", "gaps", "place", "steward", "refusal")
TYPED += ("questions", "people", "compensation", "consent", "keeping", "analysis", "changes")
TYPED += ("question", "options", "choice", "why", "affected", "voice")


def conflict(request: PersonRequest, partnership: Partnership, refusal: Refusal) -> HttpResponse:
    stale = _("This has changed since you opened the page. Nothing was done. Look at how it stands now.")
    says = stale if isinstance(refusal, Stale) else ""
    template = "sprints/conflicts/conflict.html"
    return conflict_page(request, partnership, refusal, template=template, says=says, typed=TYPED, page="sprint")


answers_conflicts = answering(conflict)
