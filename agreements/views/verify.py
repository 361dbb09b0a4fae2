"""The public page "Verify a document". Anyone may use it; it changes nothing and keeps no file."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from agreements.seal import verify as verifying
from agreements.seal.verdict import LARGEST, CannotCheckNow, unreadable
from agreements.seal.verify import VerifyAnswer
from partners.access import public
from partners.allauth_internals import consume
from text.fields import LineField

# What a form adds around the file; and how much of a far too large one is read, so that its sender sees the answer.
AROUND = 64 * 1024
LONGEST_CODE = 20
READ_AWAY = 256 * 1024 * 1024


class FileForm(forms.Form):
    pdf = forms.FileField(
        label=_("The sealed PDF"),
        help_text=_("The whole file, as you downloaded or received it. It is checked and not kept."),
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
        error_messages={"required": _("Choose a PDF file."), "empty": _("This file is empty.")},
    )


class CodeForm(forms.Form):
    code = LineField(
        label=_("Code"),
        limit=LONGEST_CODE,
        help_text=_(
            "It stands at the bottom of each page, like K7QF-3M9T. It tells the edition and its state, no names."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": _("Type the code from the print.")},
    )


@public
@csrf_exempt  # nothing is changed, and a file that is too large must be refused before a form is read
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Asks for a file or a code, and says what the file is."""
    if request.method != "POST":
        return _ask(request)
    if _length(request) > LARGEST + AROUND:
        _read_away(request)
        return _show(request, VerifyAnswer(unreadable("too large")), status=413)
    if "code" in request.POST:
        return _to_code(request)
    if _too_many(request, "verify_file"):
        return _ask(request, too_many=True, status=429)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _ask(request, file_form=form, status=422)
    try:
        return _show(request, verifying.answer(form.cleaned_data["pdf"].read(LARGEST + 1), now=timezone.now()))
    except CannotCheckNow:
        return _ask(request, cannot_now=True, status=503)


def _to_code(request: HttpRequest) -> HttpResponse:
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _ask(request, code_form=form, status=422)
    return redirect("verify_code", form.cleaned_data["code"].replace("/", " ").strip() or "-")


def _ask(request: HttpRequest, *, status: int = 200, **given: object) -> HttpResponse:
    context = {"file_form": FileForm(), "code_form": CodeForm(), **given}
    return render(request, "agreements/verify/verify.html", context, status=status)


@public
@require_safe
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """Which edition a printed code stands for, and its state. No names: those only the PDF itself may tell."""
    if _too_many(request, "verify_code"):
        return _ask(request, too_many=True, status=429)
    edition = verifying.edition_of_code(code)
    context: dict[str, object] = {"code": code, "edition": edition, "file_form": FileForm(), "code_form": CodeForm()}
    if edition:
        context |= {"since": verifying.state_day(edition), "zone": edition.agreement.partnership.program.zone}
    return render(request, "agreements/verify/verify_code.html", context, status=200 if edition else 404)


def _show(request: HttpRequest, answer: VerifyAnswer, *, status: int = 200) -> HttpResponse:
    edition = answer.edition
    context: dict[str, object] = {"answer": answer, "edition": edition, "zone": answer.zone}
    if edition:
        context["since"] = verifying.state_day(edition)
    return render(request, "agreements/verify/verify_result.html", context, status=status)


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _read_away(request: HttpRequest) -> None:
    """Read a file that is too large without keeping it: a browser shows an answer only when it has sent everything."""
    left = min(_length(request), READ_AWAY)
    while left > 0 and (piece := request.read(min(left, 1024 * 1024))):
        left -= len(piece)


def _too_many(request: HttpRequest, action: str) -> bool:
    """Whether this address asked too often in the last minute. Light: reading a PDF costs some work."""
    return not consume(request, app="allauth.account", action=action, limit_get=True)
