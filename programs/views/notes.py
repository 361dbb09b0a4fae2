"""Staff write to both sides of a partnership at once."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from partners import rules
from partners.access import partnership_page
from partners.forms.attempt import attempt
from partners.models import Partnership
from partners.only_sent import only_sent
from partners.requests import PersonRequest
from programs import actions
from programs.forms.notes import NoteForm
from programs.models import Note


@require_http_methods(["GET", "HEAD", "POST"])
@partnership_page(rules.helps)
def note_write(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    form = NoteForm(request.POST or None)
    if attempt(form, actions.write_note, by=request.user, partnership=partnership, now=timezone.now()):
        messages.success(request, _("Your note stands on their home. It comes with their next weekly mail, too."))
        return redirect("partnership", partnership.slug)
    context = {"page": "home", "partnership": partnership, "form": form}
    return render(request, "programs/notes/note_write.html", context, status=422 if form.errors else 200)


@partnership_page(rules.helps)
@only_sent(on="partnership")
def note_take_back(request: PersonRequest, partnership: Partnership, pk: int) -> HttpResponse:
    note = get_object_or_404(Note.objects.select_related("partnership"), partnership=partnership, pk=pk)
    actions.take_back_note(by=request.user, note=note, now=timezone.now())
    messages.success(request, _("The note is taken back. The history keeps it."))
    return redirect("partnership", partnership.slug)
