"""The staff's pages on the mail of their program: every mail with its state, read it, send it again."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mail.models import MailState
from partners import actions
from partners.access import staff_of_program
from partners.models import Program
from partners.only_sent import only_sent
from partners.requests import PersonRequest
from programs.domain.mail import counts_of, mails_of, preview, row_of

PER_PAGE = 50
ONLY = {
    "waiting": [MailState.WAITING, MailState.SENDING],
    "sent": [MailState.SENT],
    "given-up": [MailState.GIVEN_UP],
}


@require_safe
@staff_of_program
def program_mail(request: PersonRequest, found: Program) -> HttpResponse:
    now, only = timezone.now(), request.GET.get("only", "")
    mails = mails_of(found).filter(state__in=ONLY[only]) if only in ONLY else mails_of(found)
    shown = Paginator(mails, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": "mail",
        "program": found,
        "only": only,
        "shown": shown,
        "rows": [row_of(queued, now) for queued in shown.object_list],
        "counts": counts_of(found, now),
    }
    return render(request, "programs/mail/mail.html", context)


@require_safe
@staff_of_program
def program_mail_one(request: PersonRequest, found: Program, pk: int) -> HttpResponse:
    """What a mail says, as far as staff may read it."""
    row = row_of(get_object_or_404(mails_of(found), pk=pk), timezone.now())
    if not row.readable:
        raise Http404
    return render(
        request,
        "programs/mail/mail_one.html",
        {"program": found, "page": "mail", "row": row, "preview": preview(row.queued)},
    )


@staff_of_program
@only_sent(on="program_mail")
def program_mail_again(request: PersonRequest, found: Program, pk: int) -> HttpResponse:
    now = timezone.now()
    row = row_of(get_object_or_404(mails_of(found), pk=pk), now)
    if row.again and actions.send_mail_again(by=request.user, program=found, queued=row.queued, now=now):
        messages.success(request, _("The mail is on its way again."))
    else:
        messages.warning(request, _("This mail waits already, or it is over: nothing was changed."))
    return redirect("program_mail", slug=found.slug)
