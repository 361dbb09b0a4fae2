"""In whatever state a sprint is: what is drawn can be done, what cannot be done is refused by the words that the page
says, and nothing waits, nor is mailed, where nothing is asked.

The demonstration's sprint has something of everything: of each kind a row that could still be acted upon.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from agreements.actions import end
from mail.models import MailState, OutboxMail
from mail.outbox import send_waiting
from partners.models import Person
from partners.parties import Party, Role
from sprints import actions
from sprints.domain.states import state_of
from sprints.models import Sprint
from sprints.states import CLOSED, SprintState
from tests.crawl import addresses_in, walk
from tests.factories.demonstration import demonstration
from tests.factories.people import client_of, lead_of, proved
from tests.factories.sprints import agree_to
from topcities.todo import partnership_overviews
from topcities.weekly.schedule import queue_weekly_mail

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
FORM = re.compile(r'<form\b([^>]*\bmethod="post"[^>]*)>(.*?)</form>', re.DOTALL)
FIELD = re.compile(r"<input\b[^>]*>")
BUTTON = re.compile(r"<button\b[^>]*>")
REFUSED = {403, 404, 405, 409}
# What is one's own, or a resident's, is taken back at any time.
ALWAYS = {"calendar_revoke", "consent_withdraw", "catalog_put_away"}
MOVED: set[str] = set()
EVERYWHERE = {"set_language", "account_logout"}


def begun_sprint(state: SprintState) -> Sprint:
    """In its seventh week; over, with all signed off, where this is asked for."""
    demonstration()
    begun = Sprint.objects.select_related("partnership__program", "partnership__agreement").order_by("-first_day")
    return begun[state == SprintState.OVER]


def as_it_is(sprint: Sprint) -> datetime:
    return timezone.now()


def paused(sprint: Sprint) -> datetime:
    """From tomorrow on, for two weeks; it is the day after."""
    now = timezone.now()
    first = (now + timedelta(days=1)).astimezone(sprint.partnership.program.zone).date()
    act = {"by": lead_of(sprint.partnership, Party.CITY), "sprint": sprint, "reason": "Holidays.", "now": now}
    agree_to(actions.propose_pause(first=first, last=first + timedelta(days=13), **act), now=now)
    send_waiting(now + timedelta(hours=1))
    return now + timedelta(days=2)


def ended(sprint: Sprint) -> datetime:
    agreement, now = sprint.partnership.agreement, timezone.now()
    end(by=lead_of(sprint.partnership, Party.CITY), agreement=agreement, reason="We part as friends.", **proved(now))
    return now + timedelta(hours=1)


STATES: dict[SprintState, Callable[[Sprint], datetime]] = {
    SprintState.RUNNING: as_it_is,
    SprintState.PAUSED: paused,
    SprintState.OVER: as_it_is,
    SprintState.ENDED: ended,
}


def everybody_at(sprint: Sprint) -> dict[str, Person]:
    """One person a seat, and staff."""
    seats = sprint.partnership.seats.filter(ended_at=None).select_related("person")
    people = {f"{seat.party or ''} {seat.role}".strip(): seat.person for seat in seats}
    return people | {"staff": sprint.partnership.program.staff.first().person}


def those_who_walk(sprint: Sprint, state: SprintState) -> dict[str, Person]:
    """A lead, a member of the other side, and staff; which side is which goes by turns. Everybody walks a sprint that
    runs in tests/ui/test_every_page.py."""
    people = everybody_at(sprint)
    one = list(Party)[list(STATES).index(state) % 2]
    return {who: people[who] for who in (f"{one} {Role.LEAD}", f"{one.other} {Role.MEMBER}", "staff") if who in people}


def forms_in(page: str, address: str) -> Iterator[tuple[str, dict[str, str]]]:
    """(address, what is sent by pressing its button without typing) of each form that is drawn."""
    for attributes, inside in FORM.findall(page):
        action = attribute("action", attributes) or address
        sent: dict[str, str] = {}
        if not BUTTON.search(inside):
            continue
        for tag in [*FIELD.findall(inside), *BUTTON.findall(inside)[:1]]:
            if name := attribute("name", tag):
                sent[name] = attribute("value", tag)
        yield action, sent


def attribute(name: str, tag: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return html.unescape(found.group(1)) if found else ""


def press(client: Client, action: str, sent: dict[str, str]) -> HttpResponse:
    """And undo what it did."""
    with transaction.atomic():
        answer = client.post(action, sent)
        transaction.set_rollback(True)
    return answer


def refused_of_drawn(client: Client, pages: dict[str, HttpResponse]) -> list[str]:
    """The forms and links on these pages that lead this person to a refusal."""
    found = [f"{page}: 409" for page, answer in pages.items() if answer.status_code == 409]
    seen = set()
    for page, answer in pages.items():
        text = "" if answer.streaming else answer.content.decode(errors="replace")
        for action, sent in forms_in(text, page):
            name = resolve(action.partition("?")[0]).url_name
            if name not in seen | EVERYWHERE:
                seen.add(name)
                answered = press(client, action, sent)
                if answered.status_code in REFUSED:
                    found.append(f"{name} on {page}: {answered.status_code}")
    return found


@pytest.mark.parametrize("state", STATES)
def test_each_link_and_button_that_is_drawn_can_be_followed(state: SprintState) -> None:
    sprint = begun_sprint(state)
    now, found = STATES[state](sprint), {}
    sprint = begun_sprint(state)
    assert state_of(sprint, now) == state
    with time_machine.travel(now, tick=False):
        for who, person in those_who_walk(sprint, state).items():
            client = client_of(person)
            found[who] = refused_of_drawn(client, walk(client, f"/partnerships/{sprint.partnership.slug}/"))
    assert len(found) >= 2
    assert {who: refused for who, refused in found.items() if refused} == {}


def test_once_it_has_ended_each_page_says_so_and_each_address_refuses_in_the_same_words() -> None:
    sprint = begun_sprint(SprintState.ENDED)
    now, says = ended(sprint), str(CLOSED[SprintState.ENDED])
    slug = sprint.partnership.slug
    start = f"/partnerships/{slug}/sprint/"
    with time_machine.travel(now, tick=False):
        client = client_of(lead_of(sprint.partnership, Party.COMMUNITY))
        pages = walk(client, start)
        silent = [page for page, answer in pages.items() if not is_file(answer) and says not in answer.content.decode()]
        assert len(pages) > 20
        assert silent == []
        answers = {
            name: press(client, address, {}) for name, address in addresses_in(slug) if address.startswith(start)
        }
    refused = {name for name, answer in answers.items() if answer.status_code == 409}
    assert len(refused) > 50
    assert [name for name in refused if says not in answers[name].content.decode()] == []
    # Pages take no POST; who it is not for, is told so first.
    assert {name for name, answer in answers.items() if answer.status_code not in {403, 405, 409}} == ALWAYS | MOVED


def is_file(answer: HttpResponse) -> bool:
    return answer.streaming or not answer["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("state", [SprintState.PAUSED, SprintState.ENDED])
def test_where_nothing_is_asked_nothing_waits_and_the_clock_mails_nothing(state: SprintState) -> None:
    sprint = begun_sprint(state)
    people = everybody_at(sprint)
    before = {who: todo_of(person, sprint, timezone.now()) for who, person in people.items()}
    assert sum(bool(tasks) for tasks in before.values()) > 2
    now = STATES[state](sprint)
    sprint = begun_sprint(state)
    assert {who: tasks for who, person in people.items() if (tasks := todo_of(person, sprint, now))} == {}
    earlier = list(OutboxMail.objects.filter(state=MailState.SENT).values_list("pk", flat=True))
    for hours in range(0, 10 * 24, 6):
        queue_weekly_mail(now + timedelta(hours=hours))
        send_waiting(now + timedelta(hours=hours))
    sent = OutboxMail.objects.filter(person__in=people.values(), state=MailState.SENT).exclude(pk__in=earlier)
    kinds = {one.kind for one in sent if one.person != people["staff"]}
    assert kinds == ({"ended"} if state == SprintState.ENDED else set())


def todo_of(person: Person, sprint: Sprint, now: datetime) -> list[str]:
    overview = partnership_overviews([sprint.partnership], readers=[person], now=now)[sprint.partnership_id]
    seat = sprint.partnership.seats.filter(person=person, ended_at=None).first()
    return [task.text for task in overview.todo(person, seat)]
