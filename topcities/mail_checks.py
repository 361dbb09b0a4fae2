"""What `manage.py doctor` asks of mail: where it leaves, what waits, and what came back."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import get_connection
from django.utils.translation import gettext as _

from topcities.check_results import LOOK, OK, WRONG, CheckResult
from topcities.figures import Figures


def mail(figures: Figures) -> Iterator[CheckResult]:
    """Where it leaves, without asking there, and how it stands."""
    if not settings.EMAIL_URL:
        says = _("no mail leaves this machine: it is written to %(folder)s") % {"folder": settings.MAIL_DIR}
        level = WRONG if settings.PRODUCTION else LOOK
        yield CheckResult("mail", level, says, _("Set EMAIL_URL (docs/operations/mail.md)."))
    elif settings.EMAIL_PROVIDER:
        yield _provider()
    else:
        yield CheckResult("mail", OK, _("leaves through %(server)s") % {"server": settings.EMAIL_HOST})
    yield from _waiting(figures)


def mail_server(figures: Figures) -> Iterator[CheckResult]:
    """A provider is not asked: none has a way to be asked that means the same everywhere."""
    if not settings.EMAIL_URL or settings.EMAIL_PROVIDER:
        return
    try:
        with get_connection(fail_silently=False):
            yield CheckResult("mail", OK, _("%(server)s takes mail") % {"server": settings.EMAIL_HOST})
    except OSError as error:
        why = {"server": urlsplit(settings.EMAIL_URL).hostname, "error": f"{type(error).__name__}: {error}"}
        do = _("Check EMAIL_URL. Nothing is lost meanwhile: mail waits.")
        yield CheckResult("mail", WRONG, _("%(server)s cannot be reached: %(error)s") % why, do)


def _provider() -> CheckResult:
    try:
        get_connection(fail_silently=False)
    except ImproperlyConfigured as error:
        return CheckResult("mail", WRONG, str(error), _("Write it into EMAIL_URL (docs/operations/mail.md)."))
    says = _("leaves through %(server)s") % {"server": settings.EMAIL_PROVIDER}
    if settings.ANYMAIL["WEBHOOK_SECRET"]:
        return CheckResult("mail", OK, says)
    says = _("leaves through %(server)s, and nobody learns of what comes back") % {"server": settings.EMAIL_PROVIDER}
    do = _("Set EMAIL_WEBHOOK_SECRET, and name the address to the provider (docs/operations/mail.md).")
    return CheckResult("mail", LOOK, says, do)


def _waiting(figures: Figures) -> Iterator[CheckResult]:
    work = figures.work["mail"]
    if work.late:
        says = _("%(count)s waiting for over ten minutes") % {"count": work.late}
        yield CheckResult("mail", LOOK, says, _("Is the worker running?"))
    do = _("The program's page names the people. Correct the address there and send again.")
    if never_left := work.failed - work.returned:
        says = _("%(count)s could not be delivered and were given up") % {"count": never_left}
        yield CheckResult("mail", LOOK, says, do)
    if work.returned:
        says = _("mails that came back after they had left: %(count)s") % {"count": work.returned}
        yield CheckResult("mail", LOOK, says, do)
