"""The starting package: anybody takes it from a public page, and a program's staff begin with one."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from agreements.views.editions import download
from partners.access import runs_program
from partners.models import Program
from partners.requests import PersonRequest
from programs import actions
from programs.domain.packages import package
from programs.domain.publications import holders_of
from programs.forms.packages import PackageForm
from programs.package.archive import LARGEST_FILE, Unreadable, content_of
from programs.package.reading import package_of
from programs.views.public import for_everybody, shown_page


@for_everybody
def public_package(request: HttpRequest, slug: str) -> HttpResponse:
    """The zip, of what is public now."""
    page = shown_page(slug)
    if not page.shows_package:
        raise Http404
    data = package(page, holders_of(page.partnership), now=timezone.now())
    return download(data, "application/zip", f"{slug[:60]}-starting-package.zip")


@runs_program
@require_http_methods(["GET", "HEAD", "POST"])
def package_import(request: PersonRequest, program: Program) -> HttpResponse:
    """Says where it came from, what the program's copies begin with, and what could not be used."""
    form = PackageForm(request.POST or None, request.FILES or None)
    context: dict[str, object] = {"program": program, "page": "templates", "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            found = package_of(content_of(form.cleaned_data["package"].read(LARGEST_FILE + 1)))
            now = timezone.now()
            context["imported"] = actions.import_package(by=request.user, program=program, package=found, now=now)
        except Unreadable as refusal:
            form.add_error("package", str(refusal))
    status = 422 if form.errors else 200
    return render(request, "programs/packages/package_import.html", context, status=status)
