"""What search engines may read: the pages that everybody may see, and nothing else."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from mail.outbox import absolute
from partners.access import public

# What begins so is for everybody. All else asks who somebody is, and is worth nobody's search.
OPEN = ("/$", "/p/", "/programs/*/promises/", "/verify/$", "/static/", "/sitemap.xml$")


@public
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Allow: {path}" for path in OPEN), "Disallow: /", ""]
    lines.append(f"Sitemap: {absolute(reverse('sitemap'))}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
