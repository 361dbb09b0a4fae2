"""The addresses that everybody may read, for search engines: public pages and public lists, in each language."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language

from partners.models import Partnership, Program
from programs.domain.publications import public_partnerships
from programs.views.public import for_everybody

SCHEME, _apart, HOST = str(settings.SITE_URL).partition("://")


class PublicSitemap(Sitemap):  # type: ignore[type-arg]  # generic for type checkers alone
    """By slug. The addresses begin with the site's own, whichever name was asked for."""

    i18n = alternates = True
    route = ""

    def get_protocol(self, protocol: str | None = None) -> str:
        return SCHEME

    def get_domain(self, site: object = None) -> str:
        return HOST

    def location(self, item: str) -> str:
        return reverse(self.route, args=[item, get_language()])


class PartnershipSitemap(PublicSitemap):
    route = "public_in"

    def items(self) -> QuerySet[Partnership, str]:
        return _found().order_by("slug").values_list("slug", flat=True)


class ProgramSitemap(PublicSitemap):
    route = "public_program_in"

    def items(self) -> QuerySet[Program, str]:
        programs = Program.objects.filter(pk__in=_found().values("program"))
        return programs.order_by("slug").values_list("slug", flat=True)


def _found() -> QuerySet[Partnership]:
    """What was made up for a demonstration is for nobody's search."""
    return public_partnerships().filter(program__is_demo=False)


SITEMAPS: dict[str, type[Sitemap[Any]] | Sitemap[Any]] = {
    "partnerships": PartnershipSitemap,
    "programs": ProgramSitemap,
}


@for_everybody
def public_sitemap(request: HttpRequest) -> HttpResponseBase:
    return sitemap(request, SITEMAPS)
