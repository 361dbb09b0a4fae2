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
from sprints import actions
from sprints.domain.check_in_links import CheckInLink, link_closed, link_of, own_answer, token_of
from sprints.domain.check_ins import check_in_digest, check_in_of
from sprints.forms.check_ins import CheckInForm
from sprints.models import Rating


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check_in_link(request: HttpRequest, token: str) -> HttpResponse:
    link = link_of(token)
    if link is None:
        raise Http404
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        translation.activate(link.person.language)  # the mail's own
    answer = _sent if request.method == "POST" else _opened
    response = answer(request, link)
    response["Referrer-Policy"] = "strict-origin"  # the address is the answer's own
    return response


def _opened(request: HttpRequest, link: CheckInLink) -> HttpResponse:
    """With what this person said of the week already, and with the rating that they chose in the mail."""
    if why := link_closed(link, timezone.now()):
        return _draw(request, link, closed=why)
    own, said = own_answer(link), check_in_of(link.sprint, link.week, link.party)
    initial = {name: getattr(own, name) for name in ("rating", "words", "together")} if own else {}
    if (chosen := request.GET.get("rating")) in Rating.values:
        initial["rating"] = chosen
    return _draw(request, link, form=CheckInForm(initial=initial | {"shown": check_in_digest(link.week, said)}))


def _sent(request: HttpRequest, link: CheckInLink) -> HttpResponse:
    now, form = timezone.now(), CheckInForm(request.POST)
    if why := link_closed(link, now):
        return _draw(request, link, closed=why, status=409)
    try:
        if attempt(form, actions.check_in, by=link.person, sprint=link.sprint, now=now, from_mail=True):
            return redirect("check_in_link", token_of(link))
    except Stale:
        return _draw(request, link, form=_again(request, link), status=409)
    except NotNow as refusal:
        return _draw(request, link, closed=str(refusal), status=409)
    return _draw(request, link, form=form, status=422)


def _again(request: HttpRequest, link: CheckInLink) -> CheckInForm:
    """What was typed, upon what this side has said meanwhile."""
    typed = request.POST.copy()
    typed["shown"] = check_in_digest(link.week, check_in_of(link.sprint, link.week, link.party))
    form = CheckInForm(typed)
    form.full_clean()
    says = _("A colleague of yours was quicker. If you send this, it takes the place of theirs.")
    if own_answer(link):
        says = _("You have sent another answer since you opened this page. If you send this, it takes its place.")
    form.add_error(None, says)
    return form


def _draw(
    request: HttpRequest, link: CheckInLink, *, form: CheckInForm | None = None, closed: str = "", status: int = 200
) -> HttpResponse:
    """The form, or why there is none."""
    names = link.sprint.partnership.names_on_screen()
    context = {
        "link": link,
        "token": token_of(link),
        "partnership": link.sprint.partnership,
        "names": names,
        "form": form,
        "closed": closed,
        "is_mine": own_answer(link) is not None,
        "said": check_in_of(link.sprint, link.week, link.party),
        "other": names[link.party.other],
        "other_spoke": check_in_of(link.sprint, link.week, link.party.other) is not None,
        "takes_part": rules.takes_part(link.person, link.sprint.partnership),
        "last_day": link.sprint.timeline.ends(link.week),
    }
    return render(request, "sprints/check_in_links/check_in_link.html", context, status=status)
