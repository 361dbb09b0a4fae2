"""The records of a program and of its partnerships, for those who run the site: how long they are kept, what is due,
and what is taken out for a records request."""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from partners.access import runs_site
from partners.domain.names import both_names
from partners.forms.attempt import attempt
from partners.models import Partnership, Program
from partners.only_sent import only_sent
from partners.requests import PersonRequest
from programs import actions
from programs.domain.audit import as_json_lines
from programs.domain.retention import deletion_rows, due_records, end_of, terms_after, terms_of
from programs.forms.exports import found_by_name
from programs.forms.records import AuditForm, RecordsForm, RetentionForm
from programs.models import Deletion, Export, ExportContents, LegalHold
from programs.views.exports import archive_of

PER_PAGE = 50
MOST_DUE = 100
LATEST = 20


@require_safe
@runs_site
def records(request: PersonRequest) -> HttpResponse:
    return _site_page(request, AuditForm())


@runs_site
@only_sent(on="records")
def audit(request: PersonRequest) -> HttpResponseBase:
    """Every event from a moment on, a line of JSON each, as they are read. It is sent, since a ledger tells of it."""
    form = AuditForm(request.POST)
    events = attempt(form, actions.take_audit, by=request.user, now=timezone.now())
    if events is None:
        return _site_page(request, form, status=422)
    answer = StreamingHttpResponse(as_json_lines(events), content_type="application/x-ndjson; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="events.jsonl"'
    return answer


def _site_page(request: PersonRequest, form: AuditForm, *, status: int = 200) -> HttpResponse:
    """What waits and what is kept on this site, and its programs."""
    deletions = Deletion.objects.select_related("asked_by", "confirmed_by", "taken_back_by")
    open_ones = deletions.filter(done_at=None, taken_back_at=None)
    holds = LegalHold.objects.filter(lifted_at=None).select_related("placed_by", "partnership__program")
    context = {
        "page": "records",
        "form": form,
        "zone": request.user.zone(ZoneInfo("UTC")),
        "waiting": deletion_rows(open_ones),
        "earlier": deletion_rows(deletions.exclude(pk__in=open_ones.values("pk")).order_by("-asked_at")[:LATEST]),
        "holds": [(one, both_names(one.partnership)) for one in holds.prefetch_related("partnership__organizations")],
        "programs": [(one, terms_of(one)) for one in Program.objects.order_by("name")],
    }
    return render(request, "programs/records/site.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@runs_site
def program_records(request: PersonRequest, slug: str) -> HttpResponse:
    found, now = get_object_or_404(Program, slug=slug), timezone.now()
    terms = terms_of(found)
    form = RetentionForm(request.POST if request.method == "POST" else None, terms=terms)
    if attempt(form, partial(_keep, request, form, found)):
        messages.success(request, _("Saved."))
        return redirect("program_records", found.slug)
    due = list(islice(due_records(found, now), MOST_DUE + 1))
    context = {
        "program": found,
        "form": form,
        "due": [(one, both_names(one.partnership)) for one in due[:MOST_DUE]],
        "has_more": len(due) > MOST_DUE,
        **_partnerships(request, found),
    }
    return render(request, "programs/records/program.html", context, status=422 if form.errors else 200)


def _keep(request: PersonRequest, form: RetentionForm, program: Program, **_typed: object) -> bool:
    """What was changed, and nothing else: the ledger tells of each."""
    for kind, years in form.changed().items():
        actions.set_retention(by=request.user, program=program, kind=kind, years=years, now=timezone.now())
    return True


def _partnerships(request: PersonRequest, found: Program) -> dict[str, Any]:
    """A page of them, or of those that a search finds; which are held, and of which a deletion waits."""
    search = request.GET.get("search", "").replace("\0", "")
    waiting = Deletion.objects.filter(chain=OuterRef("pk"), done_at=None, taken_back_at=None)
    rows = found.partnerships.order_by("slug").annotate(
        is_held=Exists(LegalHold.objects.filter(partnership=OuterRef("pk"), lifted_at=None)), is_asked=Exists(waiting)
    )
    pages = Paginator(found_by_name(rows, search).prefetch_related("organizations"), PER_PAGE)
    shown = pages.get_page(request.GET.get("page"))
    return {"shown": shown, "search": search, "rows": [(one, both_names(one)) for one in shown]}


# --- One partnership ------------------------------------------------------------------------------------------------


def partnership_in(slug: str, name: str) -> Partnership:
    """The partnership of this name in this program, or 404."""
    rows = Partnership.objects.select_related("program", "agreement").prefetch_related("organizations")
    return get_object_or_404(rows, program__slug=slug, slug=name)


def page_of(partnership: Partnership) -> str:
    return reverse("partnership_records", args=[partnership.program.slug, partnership.slug])


@require_safe
@runs_site
def partnership_records(request: PersonRequest, slug: str, name: str) -> HttpResponse:
    found, now = partnership_in(slug, name), timezone.now()
    holds = list(found.legal_holds.select_related("placed_by", "lifted_by"))
    deletions = list(
        Deletion.objects.filter(chain=found.pk).select_related("asked_by", "confirmed_by", "taken_back_by")
    )
    context = {
        "partnership": found,
        "program": found.program,
        "names": both_names(found),
        "ended": (ended := end_of(found, now)),
        "terms": terms_after(ended, terms_of(found.program)),
        "hold": next((one for one in holds if one.lifted_at is None), None),
        "earlier_holds": [one for one in holds if one.lifted_at],
        "deletion": next((one for one in deletions if not one.done_at and not one.taken_back_at), None),
        "earlier": [one for one in deletions if one.done_at or one.taken_back_at],
        "form": RecordsForm(),
        "exports": _own(request).filter(partnerships=found),
    }
    return render(request, "programs/records/partnership.html", context)


def _own(request: PersonRequest) -> Any:
    """A person's own archives of records, as long as they last."""
    return Export.objects.asked_by(request.user, timezone.now()).exclude(contents=ExportContents.SIGNED)


@runs_site
@only_sent()
def records_ask(request: PersonRequest, slug: str, name: str) -> HttpResponse:
    found, form = partnership_in(slug, name), RecordsForm(request.POST)
    if attempt(form, actions.ask_records, by=request.user, partnership=found, now=timezone.now()):
        says = _("The archive is being made. You can leave this page: you get a mail when it is ready.")
        messages.success(request, says)
    for error in form.non_field_errors():
        messages.error(request, str(error))
    return redirect(page_of(found))


@require_safe
@runs_site
def records_file(request: PersonRequest, slug: str, name: str, pk: UUID) -> HttpResponseBase:
    """For who asked, and for nobody else who may open this page; as long as it is kept."""
    own = _own(request).filter(partnerships=partnership_in(slug, name), made_at__isnull=False)
    export = get_object_or_404(own, pk=pk)
    return archive_of(export, name=f"{name}-{export.contents}.zip")
