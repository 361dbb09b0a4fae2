"""Check in from the weekly mail, without signing in: one person's answer for one week. To open it changes nothing."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from agreements.refusals import NotNow, Stale
from partners import rules
from partners.access import public
from partners.forms.attempt import attempt
from partners.parties import Party
from sprints import actions
from sprints.domain.check_in_links import CheckInLink, link_closed, link_of
from sprints.domain.check_ins import check_in_digest, check_in_of
from sprints.forms.check_ins import CheckInForm
from sprints.models import Rating


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check_in_by_link(request: HttpRequest, token: str) -> HttpResponse:
    link, now = link_of(token), timezone.now()
    if link is None:
        raise Http404
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        translation.activate(link.person.language)  # the mail's own
    if why := link_closed(link, now):
        return _draw(request, link, {"token": token, "closed": why}, status=409 if request.method == "POST" else 200)
    if request.method != "POST":
        return _draw(request, link, {"token": token, "form": _form(request, link)})
    form = CheckInForm(request.POST)
    try:
        if attempt(form, actions.check_in, by=link.person, sprint=link.sprint, now=now, from_mail=True):
            return redirect("check_in_by_link", token)
    except Stale:
        return _draw(request, link, {"token": token, "form": _again(request, link)}, status=409)
    except NotNow as refusal:
        return _draw(request, link, {"token": token, "closed": str(refusal)}, status=409)
    return _draw(request, link, {"token": token, "form": form}, status=422)


def _form(request: HttpRequest, link: CheckInLink) -> CheckInForm:
    """With what this person said of the week already, and with the rating that they chose in the mail."""
    said = check_in_of(link.sprint, link.week, link.party)
    own = said if said and said.by_id == link.person.pk else None
    initial = {name: getattr(own, name) for name in ("rating", "words", "together")} if own else {}
    if (chosen := request.GET.get("rating")) in Rating.values:
        initial["rating"] = chosen
    return CheckInForm(initial=initial | {"shown": check_in_digest(link.week, said)})


def _again(request: HttpRequest, link: CheckInLink) -> CheckInForm:
    """What was typed, upon what a colleague has said meanwhile."""
    typed = request.POST.copy()
    typed["shown"] = check_in_digest(link.week, check_in_of(link.sprint, link.week, link.party))
    form = CheckInForm(typed)
    form.full_clean()
    form.add_error(None, _("A colleague of yours was quicker. If you send this, it takes the place of theirs."))
    return form


def _draw(request: HttpRequest, link: CheckInLink, context: dict[str, object], *, status: int = 200) -> HttpResponse:
    partnership = link.sprint.partnership
    names = partnership.names_on_screen()
    said = {party: check_in_of(link.sprint, link.week, party) for party in Party} if "form" in context else {}
    own = said.get(link.party)
    around: dict[str, object] = {
        "link": link,
        "partnership": partnership,
        "names": names,
        "own": own,
        "is_mine": own is not None and own.by_id == link.person.pk,
        "other": names[link.party.other],
        "other_spoke": said.get(link.party.other) is not None,
        "takes_part": rules.takes_part(link.person, partnership),
        "last_day": link.sprint.timeline.ends(link.week),
    }
    response = render(request, "sprints/check_in_links/check_in_link.html", {**around, **context}, status=status)
    response["Referrer-Policy"] = "strict-origin"  # the address is the answer's own
    return response
