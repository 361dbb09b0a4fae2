"""One form on a page of its own: drawn the same way for every small thing that people write down."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from partners.models import Partnership
from partners.requests import PersonRequest


def form_page(
    request: PersonRequest,
    partnership: Partnership,
    form: forms.Form,
    *,
    title: str,
    back: str,
    place: str,
    lead: str = "",
) -> HttpResponse:
    """`back` names the page of the sprint that it belongs to."""
    context = {
        "page": "sprint",
        "place": place,
        "partnership": partnership,
        "form": form,
        "title": title,
        "lead": lead,
        "back": reverse(back, args=[partnership.slug]),
    }
    return render(request, "sprints/forms/form_page.html", context, status=422 if form.errors else 200)
