"""What everybody sees of a partnership and of a program, without an account, a session or a cookie.

Whether it may be seen is asked at each request, and no copy is kept by anybody on the way: what a side takes back is
gone at the next one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from agreements.pdf.layout import qr
from mail.outbox import absolute
from partners.access import View, public
from partners.models import Partnership, Program
from programs.domain.public_card import card_key, card_of
from programs.domain.public_list import public_list, public_rows
from programs.domain.public_page import PublicPage, public_page
from programs.domain.publications import holders_of, public_by_code, public_partnerships

P = ParamSpec("P")
PublicView = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
IMAGE = "img/card.png"
CARD_KEPT = 24 * 3600  # seconds


def for_everybody(view: PublicView[P]) -> View:
    """A page that anyone reads and nobody keeps. `language`, where the address names one, is the page's."""

    @wraps(view)
    def page(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        language = str(kwargs.pop("language", "")) or translation.get_language() or settings.LANGUAGE_CODE
        with translation.override(language):
            response = view(request, *args, **kwargs)
        response["Content-Language"] = language
        response["Cache-Control"] = "no-store"
        return response

    return public(require_safe(page))


def shown_page(slug: str) -> PublicPage:
    """The page of this partnership as everybody may see it now, or 404: as for one that never was."""
    rows = public_partnerships().select_related("program", "agreement")
    return page_of(get_object_or_404(rows, slug=slug))


def page_of(partnership: Partnership) -> PublicPage:
    found = public_page(partnership, holders_of(partnership), now=timezone.now())
    if found is None:
        raise Http404
    return found


@for_everybody
def public_partnership(request: HttpRequest, slug: str) -> HttpResponse:
    """By its own address, or by the short one of the poster: the code of its agreement."""
    if named := public_by_code(slug):
        return redirect("public", named)
    return render(request, "programs/public/public_page.html", context_of(shown_page(slug)))


@for_everybody
def public_poster(request: HttpRequest, slug: str) -> HttpResponse:
    """White paper by day and by lamplight, in both languages; the reader's comes first."""
    page = shown_page(slug)
    short = page.sealed.code if page.sealed else slug
    path = reverse("public", args=[short])
    address = absolute(path)
    own = language_now()
    context = context_of(page) | {
        "poster_languages": [own, *(code for code, _name in settings.LANGUAGES if code != own)],
        "host": settings.SITE_URL.partition("://")[2],
        "path": path.rstrip("/"),
        "square": qr(address, address),
    }
    return render(request, "programs/public/poster.html", context)


def preview_page(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Not open to everybody yet: the page in each language has an address of the preview's own."""
    asked, known = request.GET.get("language", ""), [code for code, _name in settings.LANGUAGES]
    with translation.override(asked if asked in known else language_now()):
        addresses = {code: f"{request.path}?language={code}" for code in known}
        context = context_of(page_of(partnership)) | {
            "is_preview": True,
            "addresses": addresses,
            "image": absolute(static(IMAGE)),
        }
        return render(request, "programs/public/public_page.html", context)


@for_everybody
def public_card(request: HttpRequest, slug: str) -> HttpResponse:
    """The picture of the page, drawn once for what it says. Who took it away takes what was kept of it along: it is
    looked for only while the page is public."""
    if not (card := card_of(shown_page(slug))):
        raise Http404
    from programs.card_picture import drawn  # this page alone needs what draws

    data = cache.get_or_set(f"card:{card_key(card)}", lambda: drawn(card), CARD_KEPT)
    return HttpResponse(data, content_type="image/png")


def image_of(page: PublicPage, language: str) -> str:
    """The address of the page's picture; another one when it says something else, since others keep what they saw."""
    if not (card := card_of(page)):
        return absolute(static(IMAGE))
    return f"{absolute(reverse('public_card', args=[page.partnership.slug, language]))}?{card_key(card)[:12]}"


def context_of(page: PublicPage) -> dict[str, object]:
    """`addresses`: the page in each language, by code; `address` goes by the language that the reader prefers."""
    slug, language = page.partnership.slug, translation.get_language() or settings.LANGUAGE_CODE
    addresses = {code: reverse("public_in", args=[slug, code]) for code, _name in settings.LANGUAGES}
    return {
        "page": page,
        "partnership": page.partnership,
        "zone": page.partnership.program.zone,
        "address": absolute(reverse("public", args=[slug])),
        "addresses": addresses,
        "canonical": addresses.get(language) or reverse("public", args=[slug]),
        "site": settings.SITE_URL,
        "image": image_of(page, language),
    }


@for_everybody
def public_program(request: HttpRequest, slug: str) -> HttpResponse:
    """The public partnerships of a program; 404 where there is none."""
    program = get_object_or_404(Program, slug=slug)
    shown = public_list(program, request.GET.get("page"))
    rows = public_rows(shown, now=timezone.now())
    if not rows:
        raise Http404
    addresses = {code: reverse("public_program_in", args=[slug, code]) for code, _name in settings.LANGUAGES}
    canonical = addresses.get(language_now()) or reverse("public_program", args=[slug])
    context = {"program": program, "shown": shown, "rows": rows, "addresses": addresses, "canonical": canonical}
    context["site"] = settings.SITE_URL
    return render(request, "programs/public/public_program.html", context)


def language_now() -> str:
    return translation.get_language() or settings.LANGUAGE_CODE
