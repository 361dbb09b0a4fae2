"""The three answers of the weekly mail: each opens one page for one person's one week, and one more tap sends it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from ledger.models import Event
from partners.models import Person
from partners.parties import Party
from sprints.domain.check_in_links import CheckInLink, links_of
from sprints.domain.check_ins import check_in_digest, check_in_of
from sprints.models import CheckIn, Sprint
from tests.factories.decisions import say_week
from tests.factories.people import member_of
from tests.factories.sprints import at, lead_in, started_sprint
from tests.pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def sprint() -> Sprint:
    return started_sprint()


@pytest.fixture
def now(sprint: Sprint) -> datetime:
    return at(sprint, week=3, day=4)


def addresses(sprint: Sprint, party: Party, week: int = 3) -> dict[str, str]:
    found = links_of(CheckInLink(lead_in(sprint, party), sprint, week, party))
    return {str(rating.value): re.sub(r"^https?://[^/]+", "", page) for rating, page in found}


def send(address: str, **said: str) -> object:
    page, sends = address.split("?")[0], {"words": "", "shown": check_in_digest(3, None)} | said
    return Client().post(page, sends)


def test_two_taps_without_signing_in(sprint: Sprint, party: Party, now: datetime) -> None:
    with time_machine.travel(now, tick=False):
        page = Client().get(addresses(sprint, party)["stuck"])
        assert page.context["form"]["rating"].value() == "stuck"
        assert not CheckIn.objects.exists(), "a link scanner opens it, too"
        done = send(addresses(sprint, party)["on track"], rating="on track")
        assert done.status_code == 302
        assert "It is sent." in text_of(Client().get(done.url))
    said = check_in_of(sprint, 3, party)
    assert (said.rating, said.by) == ("on track", lead_in(sprint, party))
    assert check_in_of(sprint, 3, party.other) is None
    event = Event.objects.get(kind="check_in.said")
    assert event.content.payload["from_mail"] is True


def test_it_is_changed_until_the_week_is_over(sprint: Sprint, party: Party, now: datetime) -> None:
    first = say_week(sprint, party, now=now)
    address = addresses(sprint, party)["at risk"]
    with time_machine.travel(now + timedelta(hours=1), tick=False):
        assert text_of(Client().get(address.split("?")[0])).count("It is sent.") == 1
        said = {"rating": "at risk", "words": "The keys are late.", "shown": check_in_digest(3, first)}
        assert send(address, **said).status_code == 302
    with time_machine.travel(at(sprint, week=4), tick=False):
        assert "Week 3 is over" in text_of(Client().get(address))
        assert send(address, **said).status_code == 409
    assert check_in_of(sprint, 3, party).words == "The keys are late."
    assert check_in_of(sprint, 4, party) is None


def test_it_shows_nothing_that_others_said(sprint: Sprint, party: Party, now: datetime) -> None:
    say_week(sprint, party, by=member_of(sprint.partnership, party), now=now, words="Of a colleague.")
    say_week(sprint, party.other, now=now, rating="stuck", words="Of the other side.")
    with time_machine.travel(now, tick=False):
        page = text_of(Client().get(addresses(sprint, party)["on track"]))
    assert "has checked in for your side. What you send takes its place." in page
    assert f"{sprint.partnership.names_on_screen()[party.other]} has checked in." in page
    for words in ("Of a colleague.", "Of the other side."):
        assert words not in page


def test_a_second_press_and_a_second_tab(sprint: Sprint, party: Party, now: datetime) -> None:
    """The same sent twice counts once, and nobody is told of a colleague who was none."""
    address = addresses(sprint, party)["on track"]
    with time_machine.travel(now, tick=False):
        assert [send(address, rating="on track").status_code for _press in range(2)] == [302, 302]
        assert CheckIn.objects.count() == 1
        answer = send(address, rating="stuck", words="Seen from the other tab.")
    assert answer.status_code == 409
    assert "You have sent another answer since you opened this page." in text_of(answer)
    assert check_in_of(sprint, 3, party).rating == "on track"


def test_who_was_slower_than_a_colleague_is_asked_again(sprint: Sprint, party: Party, now: datetime) -> None:
    say_week(sprint, party, by=member_of(sprint.partnership, party), now=now)
    with time_machine.travel(now, tick=False):
        answer = send(addresses(sprint, party)["stuck"], rating="stuck", words="Nobody answers.")
        assert answer.status_code == 409
        assert answer.context["form"]["words"].value() == "Nobody answers."
        again = answer.context["form"]["shown"].value()
        assert (
            send(addresses(sprint, party)["stuck"], rating="stuck", words="Nobody answers.", shown=again).status_code
            == 302
        )
    assert check_in_of(sprint, 3, party).words == "Nobody answers."


def test_it_says_why_where_the_week_is_not_on_track(sprint: Sprint, party: Party, now: datetime) -> None:
    with time_machine.travel(now, tick=False):
        answer = send(addresses(sprint, party)["stuck"], rating="stuck")
    assert answer.status_code == 422
    assert "Say why in one sentence" in text_of(answer)
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize("change", ["left", "other address", "not active", "another link"])
def test_it_holds_for_this_person_alone(sprint: Sprint, party: Party, now: datetime, change: str) -> None:
    person, address = lead_in(sprint, party), addresses(sprint, party)["on track"]
    if change == "left":
        sprint.partnership.seats.filter(person=person).update(ended_at=now, ended_by=person)
    elif change == "other address":
        Person.objects.filter(pk=person.pk).update(email="other@example.org")
    elif change == "not active":
        Person.objects.filter(pk=person.pk).update(is_active=False)
    else:
        address = address.replace("/check-in/", "/check-in/x")
    with time_machine.travel(now, tick=False):
        assert send(address, rating="on track").status_code == (409 if change == "left" else 404)
    assert not CheckIn.objects.exists()


def test_it_speaks_its_readers_language(sprint: Sprint, party: Party, now: datetime) -> None:
    address = addresses(sprint, party)["on track"]
    Person.objects.filter(pk=lead_in(sprint, party).pk).update(language="es")
    with time_machine.travel(now, tick=False):
        assert 'lang="es"' in Client().get(address).content.decode()


def test_it_opens_nothing_else(sprint: Sprint, party: Party, now: datetime) -> None:
    browser = Client()
    with time_machine.travel(now, tick=False):
        browser.get(addresses(sprint, party)["on track"])
        page = browser.get(f"/partnerships/{sprint.partnership.slug}/sprint/check-ins/")
    assert page.status_code == 302, "to sign in"
