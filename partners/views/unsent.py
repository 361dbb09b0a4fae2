"""What a person sent when they were signed out: they send it with one button, change it first, or throw it away."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from partners import actions
from partners.access import require_more_than_link, signed_in
from partners.actions.uploads import uploads_named
from partners.middleware import is_public
from partners.models import UnsentForm, Upload
from partners.only_sent import only_sent
from partners.requests import PersonRequest
from partners.rules import came_by_link
from partners.unsent import held_in, keep, typed, words_of


@signed_in
@require_safe
def unsent(request: PersonRequest) -> HttpResponse:
    """An operator who came in with a link is not the person."""
    waiting = UnsentForm.objects.waiting(request.user, timezone.now())
    rows = [] if came_by_link(request.user) else [(row, typed(row.words), _files(row)) for row in waiting]
    return render(request, "partners/unsent/unsent.html", {"rows": rows})


def _files(row: UnsentForm) -> list[Upload]:
    return uploads_named(row.person, held_in(row.words))


@signed_in
@only_sent()
def unsent_change(request: PersonRequest, pk: int) -> HttpResponse:
    """Back into its form. It is kept until that is sent: the form may stand there no more."""
    require_more_than_link(request)
    now = timezone.now()
    row = get_object_or_404(UnsentForm.objects.waiting(request.user, now), pk=pk)
    address = row.address.partition("?")[0]
    keep(request, address, row.words, now, row=row.pk)
    return redirect(address)


@signed_in
@only_sent()
def unsent_drop(request: PersonRequest, pk: int) -> HttpResponse:
    require_more_than_link(request)
    actions.drop_unsent(by=request.user, pk=str(pk), with_files=True)
    return redirect("unsent")


def form_is_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django asks for this where a form does not carry the token of its session: mostly, somebody signed in again since
    it was drawn. What comes from a page of ours is shown, with a button that sends it; what does not, is not."""
    ours = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    words = words_of(request.POST) if ours else {}
    context = {
        "typed": typed(words),
        "words": words,
        "address": request.get_full_path(),
        "files": request.FILES,
        # Where nobody is signed in, it is not known whose words these are: signing in does not make them the person's.
        "may_send": request.user.is_authenticated or is_public(request),
    }
    return render(request, "403_csrf.html", context, status=403)
