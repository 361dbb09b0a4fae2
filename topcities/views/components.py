"""One page that shows every component, so that they are seen and tested together."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.wording.compare import redline
from partners.access import public
from partners.parties import Party
from topcities.forms import SampleForm

ZONE = ZoneInfo("America/Los_Angeles")


@public
def components(request: HttpRequest) -> HttpResponse:
    """A form sent here comes back with its errors and changes nothing."""
    form = SampleForm(request.POST or None, request.FILES or None)
    return render(request, "topcities/components/components.html", {"form": form, **_samples(timezone.now())})


def _samples(now: datetime) -> dict[str, object]:
    first, second = Party
    return {
        "zone": ZONE,
        "soon": now + timedelta(days=3),
        "past": now - timedelta(hours=2),
        "first": SimpleNamespace(party=first, name=_("City of Ashford, Office of Data")),
        "second": SimpleNamespace(party=second, name=_("Elm Street Neighbors")),
        "states": ["agreed", "yours", "theirs", "contested", "drafting", "signing", "in force", "sealed", "ended"],
        "pieces": redline(
            _("Select and provide access to key datasets."),
            _("Select and provide access to key datasets by week 4."),
        ),
        "blockers": [
            SimpleNamespace(text=_("Goal 2 waits for Elm Street Neighbors."), url="#clauses"),
            SimpleNamespace(text=_("A name is missing in the signature block."), url="#forms"),
        ],
        "steps": [
            SimpleNamespace(label=_("Read the text"), state="done", note=""),
            SimpleNamespace(label=_("Say that you mean it"), state="now", note=_("About two minutes")),
            SimpleNamespace(label=_("Sign"), state="next", note=""),
        ],
    }
