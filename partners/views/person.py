"""A person's own page: their name, title and language."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from partners import actions
from partners.access import signed_in
from partners.forms.attempt import attempt
from partners.forms.person import PersonForm
from partners.models import Partnership, Program
from partners.requests import PersonRequest


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: PersonRequest) -> HttpResponse:
    own = request.user
    form = PersonForm(request.POST or None, initial={"name": own.name, "title": own.title, "language": own.language})
    if attempt(form, actions.change_person, by=own):
        return _saved(request, form.cleaned_data["language"])
    mine = Partnership.objects.for_user(own).values("program")
    context = {"form": form, "programs": Program.objects.filter(pk__in=mine).order_by("name")}
    return render(request, "partners/person/person.html", context, status=422 if form.errors else 200)


def _saved(request: PersonRequest, language: str) -> HttpResponse:
    with translation.override(language):
        messages.success(request, _("Saved."))
    response = redirect("person")
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=settings.SESSION_COOKIE_AGE, samesite="Lax")
    return response
