"""Eighteen weeks in two browsers, week by week: from the first day that both agree to, to promises kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings as django_settings
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from agreements.models import Agreement
from partners.models import Person
from partners.parties import Party, Role
from sprints.models import Milestone
from sprints.rules import leads_milestone
from tests.factories.agreements import lead
from tests.factories.people import client_of, make_seat
from tests.factories.sprints import signed_agreement
from tests.journeys.conftest import Site
from tests.journeys.people import Somebody

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FIRST_DAY = date(2027, 3, 3)


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    """The time of the site, which the test moves. The browser's own stays what it is."""
    with time_machine.travel(datetime(2027, 2, 22, 17, tzinfo=UTC), tick=True) as moved:
        yield moved


def somebody(browser: Browser, site: Site, person: Person, **options: object) -> Somebody:
    found = Somebody(browser, site, person.email, **options)
    found.person = person
    return found


def signed_in(who: Somebody) -> None:
    """A session of today: one of a month ago would have ended."""
    session = client_of(who.person).cookies[django_settings.SESSION_COOKIE_NAME].value
    who.context.add_cookies([{"name": django_settings.SESSION_COOKIE_NAME, "value": session, "url": who.site.url}])


def seats_beside(agreement: Agreement) -> dict[str, Person]:
    partnership = agreement.partnership
    roles = (Role.TECHNOLOGY_PARTNER, Role.PRODUCT_ADVISOR, Role.EXECUTIVE_SPONSOR)
    return {role: make_seat(partnership, role).person for role in roles}


def test_from_a_first_day_to_promises_kept(
    browser: Browser, live_server: LiveServer, clock: time_machine.Coordinates, tmp_path: Path
) -> None:
    agreement = signed_agreement()
    site = Site(live_server.url, tmp_path, {})
    widths = {Party.CITY: 1280, Party.COMMUNITY: 390}
    people = {party: somebody(browser, site, lead(agreement, party), width=widths[party]) for party in Party}
    people |= {role: somebody(browser, site, person) for role, person in seats_beside(agreement).items()}
    city, community = people[Party.CITY], people[Party.COMMUNITY]
    page = f"/partnerships/{agreement.partnership.slug}/sprint/"

    # One side proposes a first day; the plan is there when the other agrees to it.
    signed_in(community)
    community.open(page)
    community.page.locator('[name="first_day_month"]').select_option(str(FIRST_DAY.month))
    community.fill("first_day_day", str(FIRST_DAY.day))
    community.fill("first_day_year", str(FIRST_DAY.year))
    community.press("Send to the other side")
    signed_in(city)
    city.open(page)
    city.follow("Read the proposal")
    city.press("Agree to this proposal")
    assert "Starts soon" in city.text()

    # Week by week, whoever leads a milestone shows what came of it; four of them take both sides' yes.
    for week in range(19):
        clock.move_to(noon_of(week))
        for who in people.values():
            signed_in(who)
        city.open(page)
        assert (f"Week {week} of 18" if week else "Starts soon") in city.text()
        for milestone in Milestone.objects.filter(sprint__partnership=agreement.partnership, last_week=week):
            live(milestone, page, people)
        if week == 1:
            begin(page, people)
        if week == 5:
            decide(page, city, community)
        if week == 18:
            note(page, community, level=5)

    # Two voices stand side by side; what grew is drawn, and what one side alone said decided nothing.
    community.open(f"{page}check-ins/")
    assert "You see it differently" in community.text()
    city.open(f"{page}learning/")
    assert city.page.locator(".learning-chart use").count() == (2 + 1) * 3
    city.open(f"{page}buy-in/")
    assert "Recorded by" in city.text() and "Late by" in city.text()

    # After the last day, each promise has all its milestones done, and both sides read the same.
    clock.move_to(noon_of(19))
    for who in (city, community):
        signed_in(who)
        who.open(f"{page}promises/")
        assert who.text().count("All of it done") == 16
        assert "Nothing in the plan serves" not in who.text()
        assert "The executive sponsor recorded support: at the start." in who.text()
    assert [who.problems for who in people.values()] == [[]] * len(people)


def noon_of(week: int) -> datetime:
    """Some day of the week, at noon in New York."""
    day = FIRST_DAY + timedelta(days=7 * (week - 1) + 2)
    return datetime(day.year, day.month, day.day, 16, 30, tzinfo=UTC)


def live(milestone: Milestone, page: str, people: dict[str, Somebody]) -> None:
    leader = next(who for who in people.values() if leads_milestone(who.person, milestone))
    here = f"{page}milestones/{milestone.number}/"
    leader.open(here)
    leader.fill("outcome", f"We did it: {milestone.title}.")
    leader.press("Save")
    leader.page.locator("#evidence summary").click()
    leader.page.locator('#evidence [name="title"]').fill("Our notes")
    leader.page.locator('#evidence [name="words"]').fill("What we saw and heard.")
    leader.press("Add evidence")
    assert "Our notes" in leader.text()
    if not milestone.joint:
        leader.press("It is done")
        return
    for party in Party:
        people[party].open(here)
        people[party].press("Sign off")
    assert "Done" in people[party].page.locator(".page-head__state").inner_text()


def begin(page: str, people: dict[str, Somebody]) -> None:
    """The first week: the sponsor's word, what each side's people can do, and how each sees the week."""
    sponsor = people[Role.EXECUTIVE_SPONSOR]
    sponsor.open(f"{page}buy-in/")
    sponsor.fill("words", "I stand behind it, and two of our people have a day a week for it.")
    sponsor.press("Record my support")
    for party, level, rating in ((Party.CITY, 2, "on track"), (Party.COMMUNITY, 1, "at risk")):
        note(page, people[party], level=level)
        people[party].open(f"{page}check-ins/")
        choose(people[party], "rating", rating)
        people[party].fill("words", "What we make of this week.")
        choose(people[party], "together", "yes")
        people[party].press("Check in")


def note(page: str, who: Somebody, *, level: int) -> None:
    who.open(f"{page}learning/note/")
    for skill in ("open_data", "design", "private_partners"):
        choose(who, skill, str(level))
    who.fill("voice", "They are asked first now.")
    who.press("Save")


def choose(who: Somebody, field: str, value: str) -> None:
    who.page.locator(f'[name="{field}"][value="{value}"] + label').click()


def decide(page: str, asks: Somebody, answers: Somebody) -> None:
    """One writes it down and signs it off; it is decided when the other does, too."""
    asks.open(f"{page}decisions/add/")
    asks.fill("question", "Do people need an account?")
    asks.fill("options", "Yes\nNo")
    asks.fill("choice", "No.")
    asks.fill("why", "Nobody we asked would open one.")
    asks.press("Save")
    asks.press("Sign off")
    assert "Waits for sign-off" in asks.page.locator(".page-head__state").inner_text()
    answers.open(f"{page}decisions/1/")
    answers.press("Sign off")
    assert "Decided together" in answers.page.locator(".page-head__state").inner_text()
