"""What a person chooses for their mail, and the page that a link of the weekly mail leads to."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from partners import actions
from partners.access import public, signed_in
from partners.forms.attempt import attempt
from partners.forms.person import MailForm
from partners.models import WeeklyMail
from partners.requests import PersonRequest
from partners.tokens import person_of_stop_token


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def mail(request: PersonRequest) -> HttpResponse:
    form = MailForm(request.POST or None, person=request.user)
    if attempt(form, actions.change_mail, by=request.user):
        messages.success(request, _("Saved."))
        return redirect("mail")
    return render(request, "partners/mail/mail.html", {"form": form}, status=422 if form.errors else 200)


@csrf_exempt  # a mail program sends this for its reader, without a page of ours before: RFC 8058
@public
@require_http_methods(["GET", "HEAD", "POST"])
def mail_stop(request: HttpRequest, token: str) -> HttpResponse:
    """End the weekly mail. Opening the link changes nothing; the button, or the mail program's own, does."""
    person = person_of_stop_token(token)
    if person is None:
        raise Http404
    if request.method == "POST":
        actions.stop_weekly_mail(person=person)
    stopped = request.method == "POST" or person.weekly_mail == WeeklyMail.NEVER
    response = render(request, "partners/mail/mail_stop.html", {"stopped": stopped})
    response["Referrer-Policy"] = "strict-origin"
    return response
