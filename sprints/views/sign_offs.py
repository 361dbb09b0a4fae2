"""Sign off, or ask for changes, of whatever is signed off: the two acts, and what their section on a page shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from partners import rules
from partners.requests import PersonRequest
from sprints import actions
from sprints.domain.sign_offs import Subject
from sprints.domain.states import closed
from sprints.domain.subjects import SUBJECTS
from sprints.forms.sign_offs import ChangesForm
from sprints.models import SignOffAnswer, Sprint
from sprints.views.pages import sprint_act


def sign_off_section(request: PersonRequest, subject: Subject[Any]) -> dict[str, object]:
    """What sprints/sign_offs/sign_off.html draws."""
    partnership, shown = subject.sprint.partnership, subject.digest
    party, names = rules.party_of(request.user, partnership), partnership.names_on_screen()
    speaks = party in subject.asked and rules.assents(request.user, partnership)
    speaks = speaks and not closed(partnership, subject.sprint)
    closed_to_yes = not speaks or bool(subject.closed_to(SignOffAnswer.YES, shown))
    done = closed_to_yes or (party is not None and subject.answers.says_yes(party)) or subject.is_done
    may_ask = speaks and not subject.closed_to(SignOffAnswer.CHANGES, shown)
    return {
        "subject": subject,
        "sign_offs": subject.rows(names),
        "speaks": speaks,
        "blockers": [] if done else subject.blockers,
        "may_sign": not done,
        "may_ask": may_ask,
        "shown": shown,
        "sign_url": reverse(f"{subject.kind}_sign_off", kwargs=subject.place),
        "changes_url": reverse(f"{subject.kind}_ask_for_changes", kwargs=subject.place) if may_ask else "",
        "changes_form": ChangesForm(initial={"shown": shown}, label=subject.reason_label),
    }


@sprint_act(rules.assents)
def sign_off(request: PersonRequest, sprint: Sprint, kind: str, number: int | None = None) -> HttpResponse:
    return _sign_off(request, sprint, kind, number)


@sprint_act(rules.assents, on="promises")
def report_sign_off(request: PersonRequest, sprint: Sprint) -> HttpResponse:
    return _sign_off(request, sprint, "report")


def _sign_off(request: PersonRequest, sprint: Sprint, kind: str, number: int | None = None) -> HttpResponse:
    subject, now = _found(sprint, kind, number), timezone.now()
    actions.sign_off(by=request.user, subject=subject, shown=request.POST.get("shown", ""), now=now)
    subject = _found(sprint, kind, number)
    messages.success(request, str(subject.thanks))
    return redirect(subject.url + subject.anchor)


@sprint_act(rules.assents)
def ask_for_changes(
    request: PersonRequest, sprint: Sprint, /, kind: str, page: Callable[..., HttpResponse], **place: int
) -> HttpResponse:
    """`page` draws the subject's page again, with what is wrong in the form."""
    subject = _found(sprint, kind, **place)
    form = ChangesForm(request.POST, label=subject.reason_label)
    if not form.is_valid():
        return page(request, sprint, **place, changes_form=form, status=422)
    actions.ask_for_changes(by=request.user, subject=subject, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Both sides read what is missing."))
    return redirect(subject.url)


def _found(sprint: Sprint, kind: str, number: int | None = None) -> Subject[Any]:
    try:
        return SUBJECTS[kind].find(sprint, number, now=timezone.now())
    except ObjectDoesNotExist as missing:
        raise Http404 from missing
