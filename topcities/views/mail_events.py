"""The one address at which the mail provider reports what became of mails."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern
from django.views.decorators.csrf import csrf_exempt

from partners.access import provider_of_mail


@csrf_exempt
@provider_of_mail
def mail_events(request: HttpRequest) -> HttpResponse:
    """Read by django-anymail, which first compares the secret; a wrong one is a bad request."""
    from anymail import urls

    from topcities import mail_events as returned_mail  # noqa: F401  listens; only who has a provider pays for these imports

    names = {f"{settings.EMAIL_PROVIDER}_tracking_webhook", f"{settings.EMAIL_PROVIDER}_webhook"}
    found = [one for one in urls.urlpatterns if isinstance(one, URLPattern) and one.name in names]
    if not found:
        raise Http404
    answer: HttpResponse = found[-1].callback(request)
    return answer
