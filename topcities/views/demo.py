"""The demonstration's pages: become one of its people, and read the mail that was "sent" to them."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from agreements.domain.todo import summaries
from partners.access import public
from partners.authentication_proof import keep_proof
from partners.models import Partnership, Person, Seat, UnsentForm
from partners.only_sent import only_sent
from topcities.demo.mailbox import letters_to


def only_in_demo() -> None:
    if not settings.DEMO:
        raise Http404


@require_safe
@public
@never_cache
def demo(request: HttpRequest) -> HttpResponse:
    """The made-up partnerships and their people, each with a button."""
    only_in_demo()
    partnerships = list(
        Partnership.objects.filter(program__is_demo=True)
        .select_related("program")
        .prefetch_related("organizations", "seats__person")
        .order_by("created_at")
    )
    found = summaries(partnerships)
    context = {
        "groups": [(partnership, found.get(partnership.id), personas(partnership)) for partnership in partnerships],
        "staff": Person.objects.filter(is_demo=True, programs__isnull=False).distinct(),
    }
    return render(request, "topcities/demo/demo.html", context)


def personas(partnership: Partnership) -> list[Seat]:
    """Seats in the order of this partnership's screens, leads first."""
    order: list[str | None] = [*partnership.parties_on_screen(), None]
    seats = [seat for seat in partnership.seats.all() if seat.ended_at is None and seat.person.is_demo]
    return sorted(seats, key=lambda seat: (order.index(seat.party), seat.role))


@public
@only_sent()
def demo_become(request: HttpRequest, pk: str) -> HttpResponse:
    """Sign in as a made-up person. A real one can never be entered here."""
    only_in_demo()
    person = get_object_or_404(Person, pk=pk, is_demo=True)
    logout(request)
    login(request, person, backend="allauth.account.auth_backends.AuthenticationBackend")
    keep_proof(request, person, method="demo")
    messages.success(request, _("You are %(name)s now.") % {"name": person.name})
    seats = list(person.seats.filter(ended_at=None).select_related("partnership")[:2])
    response = redirect("partnership", seats[0].partnership.slug) if len(seats) == 1 else redirect("home")
    if UnsentForm.objects.waiting(person, timezone.now()).exists():
        response = redirect("unsent")
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, person.language, samesite="Lax", secure=settings.HTTPS)
    return response


@require_safe
@public
@never_cache
def demo_mail(request: HttpRequest) -> HttpResponse:
    """The mail to made-up people. It never left this machine."""
    only_in_demo()
    letters = letters_to(settings.DEMO_DOMAIN, folder=settings.MAIL_DIR, most=40)
    return render(request, "topcities/demo/mail.html", {"letters": letters, "now": timezone.now()})
