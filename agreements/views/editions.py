"""An edition: its page, its sealed PDF, and its record."""

from __future__ import annotations

import json

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from agreements.domain import editions
from agreements.models import Edition, SealFile
from agreements.states import SIGNED
from partners import rules
from partners.access import partnership_page
from partners.models import Partnership
from partners.requests import PersonRequest


def signed_edition(partnership: Partnership, number: int) -> Edition:
    return get_object_or_404(Edition, agreement__partnership=partnership, number=number, state__in=SIGNED)


@require_safe
@partnership_page(rules.sees_partnership)
def edition(request: PersonRequest, partnership: Partnership, number: int) -> HttpResponse:
    """A signed edition as a page: the document of record that people read."""
    found = signed_edition(partnership, number)
    context = {
        "page": "agreement",
        "partnership": partnership,
        "edition": found,
        "content": editions.content(found),
        "signatures": {one.party: one for one in found.signatures.select_related("paper").defer("paper__scan")},
        "seal": getattr(found, "seal", None),
    }
    return render(request, "agreements/editions/edition.html", context)


@require_safe
@partnership_page(rules.sees_partnership)
def signed_pdf(request: PersonRequest, partnership: Partnership, number: int) -> HttpResponse:
    """The sealed file. It does not exist (404) until it was sealed and verified by reading it back."""
    found = signed_edition(partnership, number)
    file = SealFile.objects.filter(seal__edition=found).order_by("-made_at").first()
    if file is None:
        raise Http404
    return download(bytes(file.pdf), "application/pdf", f"{partnership.slug}-edition-{number}.pdf")


@require_safe
@partnership_page(rules.sees_partnership)
def record(request: PersonRequest, partnership: Partnership, number: int) -> HttpResponse:
    """The record of signing as JSON, with the exact content it is about."""
    found = signed_edition(partnership, number)
    body = {"agreement": editions.content(found), "record": editions.record_of(found)}
    data = json.dumps(body, ensure_ascii=False, indent=2, sort_keys=True).encode()
    return download(data, "application/json", f"{partnership.slug}-edition-{number}.json")


def download(data: bytes, content_type: str, name: str) -> HttpResponse:
    """Bytes to keep, never shown inside our own pages."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(data, content_type=content_type, headers=headers)
