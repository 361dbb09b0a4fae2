"""What staff take out of a program: archives of signed agreements, made in the background, and facts as tables."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from partners.access import runs_program, staff_of_program
from partners.forms.attempt import attempt
from partners.models import Partnership, Program
from partners.only_sent import only_sent
from partners.requests import PersonRequest
from partners.rules import runs
from programs.actions import ask_export
from programs.domain.facts import TABLES, lines
from programs.forms.exports import ExportForm
from programs.models import Export


@require_safe
@staff_of_program
def program_exports(request: PersonRequest, found: Program) -> HttpResponse:
    return _page(request, found, ExportForm(program=found, search=request.GET.get("search", "").replace("\0", "")))


@runs_program
@only_sent()
def program_export_new(request: PersonRequest, found: Program) -> HttpResponse:
    """Of all, or of those that are ticked: each has its button."""
    form = ExportForm(request.POST, program=found)
    if attempt(form, partial(_ask, request, found)):
        says = _("The archive is being made. You can leave this page: you get a mail when it is ready.")
        messages.success(request, says)
        return redirect(f"{reverse('program_exports', args=[found.slug])}#made")
    return _page(request, found, form, status=422)


def _ask(request: PersonRequest, found: Program, *, partnerships: Iterable[Partnership]) -> Export:
    chosen = list(partnerships) if "chosen" in request.POST else None
    return ask_export(by=request.user, program=found, partnerships=chosen, now=timezone.now())


def _page(request: PersonRequest, found: Program, form: ExportForm, *, status: int = 200) -> HttpResponse:
    now = timezone.now()
    context = {
        "program": found,
        "form": form,
        "page": "exports",
        "count": found.partnerships.count(),
        "exports": Export.objects.asked_by(request.user, now).filter(program=found),
        "tables": TABLES,
        "may_take": runs(request.user, found.pk),
        "zone": request.user.zone(found.zone),
    }
    return render(request, "programs/exports/exports.html", context, status=status)


@require_safe
@runs_program
def program_export_file(request: PersonRequest, found: Program, pk: UUID) -> HttpResponseBase:
    """For who asked, and for nobody else who may open this page; as long as it is kept."""
    own = Export.objects.asked_by(request.user, timezone.now()).filter(program=found, made_at__isnull=False)
    return archive_of(get_object_or_404(own, pk=pk), name=f"{found.slug}-signed-agreements.zip")


def archive_of(export: Export, *, name: str) -> FileResponse:
    """The bytes as they are kept, a piece at a time. 404 where they are not there: a back-up holds none of them."""
    try:
        file = default_storage.open(export.stored_as)
    except FileNotFoundError:
        raise Http404 from None
    answer = FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
    answer["Content-Length"] = str(export.size)
    answer["Content-Encoding"] = "identity"  # what is packed is not packed again on its way
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_safe
@runs_program
def program_facts(request: PersonRequest, found: Program, table: str) -> StreamingHttpResponse:
    """One table, as a file for spreadsheets."""
    if table not in TABLES:
        raise Http404
    answer = StreamingHttpResponse(lines(found, TABLES[table], timezone.now()), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{found.slug}-{table}.csv"'
    return answer
