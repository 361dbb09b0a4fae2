"""The product: what it is, what residents' tests showed, and who owns it."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements.refusals import NotNow, Stale
from ledger.models import Event
from partners.parties import Party, Role
from partners.rules import Refused
from sprints import actions
from sprints.domain.product import asked, product_digest, product_of, standing_tests
from sprints.models import Ownership, ProductTest, Sprint
from tests.factories.people import NOW, TODAY, client_of, everybody, member_of
from tests.factories.sprints import lead_in, started_sprint
from tests.factories.sustainability import PRODUCT, REPOSITORY, describe, own

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def sprint() -> Sprint:
    return started_sprint()


def url(sprint: Sprint, rest: str = "") -> str:
    return f"/partnerships/{sprint.partnership.slug}/sprint/product/{rest}"


def text_of(response: object) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())))


def add_test(sprint: Sprint, party: Party = Party.COMMUNITY, **changed: object) -> ProductTest:
    verdicts = {"usable": "yes", "meets_need": "partly", "accessible": "no"}
    said = {"held_on": date(2027, 3, 1), "people": 7, "how": "On their own phones", "showed": "The map was too small."}
    return actions.add_product_test(by=lead_in(sprint, party), sprint=sprint, now=NOW, **(said | verdicts | changed))


def test_what_one_side_writes_the_other_reads(sprint: Sprint, party: Party) -> None:
    said = PRODUCT | {"shown": product_digest(product_of(sprint))}
    answer = client_of(member_of(sprint.partnership, party)).post(url(sprint, "change/"), said)
    assert answer.status_code == 302
    page = client_of(lead_in(sprint, party.other)).get(url(sprint))
    assert "Finds the rental assistance that a household can ask for." in text_of(page)
    assert f'href="{REPOSITORY}"' in page.content.decode()


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "ftp://x.example", "https://", "//x.example"]
)
@pytest.mark.parametrize("name", ["address", "repository"])
def test_only_web_addresses_become_links(sprint: Sprint, name: str, link: str) -> None:
    said = PRODUCT | {"shown": product_digest(product_of(sprint)), name: link}
    answer = client_of(lead_in(sprint, Party.CITY)).post(url(sprint, "change/"), said)
    assert answer.status_code == 422
    assert "Give a web address that starts with" in text_of(answer)
    assert product_of(sprint).changed_at is None


def test_a_change_on_top_of_another_one_is_refused(sprint: Sprint) -> None:
    before = product_digest(product_of(sprint))
    describe(sprint)
    with pytest.raises(Stale):
        act = {"by": lead_in(sprint, Party.CITY), "sprint": sprint, "shown": before, "now": NOW}
        actions.describe_product(**act, **(PRODUCT | {"name": "Another name"}))
    assert product_of(sprint).name == "Rent Help"


def test_a_language_is_named_by_its_tag(sprint: Sprint) -> None:
    assert describe(sprint, languages="en, es-MX;vi en").languages == ["en", "es-MX", "vi"]
    with pytest.raises(ValidationError, match="no language tag"):
        describe(sprint, languages="English")


def test_tests_are_counted_by_people_and_never_averaged(sprint: Sprint, party: Party) -> None:
    add_test(sprint, party)
    add_test(sprint, party.other, people=3, usable="no", accessible="unasked")
    counts = asked(standing_tests(sprint), {"usable": "Could they use it?"})[0].counts
    assert {str(verdict): people for verdict, people in counts} == {"yes": 7, "partly": 0, "no": 3, "unasked": 0}
    page = text_of(client_of(lead_in(sprint, party)).get(url(sprint)))
    assert "10 people took part." in page
    assert "The map was too small." in page


def test_a_test_is_written_down_in_the_browser(sprint: Sprint) -> None:
    day = {"held_on_month": "3", "held_on_day": "1", "held_on_year": "2020", "people": "4", "how": "At the library"}
    verdicts = {
        "usable": "yes",
        "meets_need": "yes",
        "accessible": "partly",
        "showed": "It works with a screen reader.",
    }
    client = client_of(lead_in(sprint, Party.COMMUNITY))
    assert client.post(url(sprint, "tests/add/"), day | verdicts | {"people": "0"}).status_code == 422
    assert client.post(url(sprint, "tests/add/"), day | verdicts).status_code == 302
    assert [test.people for test in standing_tests(sprint)] == [4]


def test_a_test_is_not_written_down_before_it_was_held(sprint: Sprint) -> None:
    with pytest.raises(ValidationError, match="after it was held"):
        add_test(sprint, held_on=TODAY + timedelta(days=1))


def test_its_author_takes_a_test_back_and_nobody_else(sprint: Sprint, party: Party) -> None:
    test = add_test(sprint, party)
    other = client_of(lead_in(sprint, party.other))
    assert other.post(url(sprint, f"tests/{test.pk}/withdraw/")).status_code == 403
    assert standing_tests(sprint) == [test]
    client_of(lead_in(sprint, party)).post(url(sprint, f"tests/{test.pk}/withdraw/"))
    assert standing_tests(sprint) == []


def test_each_lead_says_it_for_their_own_side(sprint: Sprint, party: Party) -> None:
    describe(sprint)
    said = {"owner": "Office of Data", "administrator": "@ashford-data", "shown": REPOSITORY, "party": party.other}
    client_of(lead_in(sprint, party)).post(url(sprint, "own/"), said)
    assert [one.party for one in Ownership.objects.filter(replaced_at=None)] == [party]
    page = text_of(client_of(lead_in(sprint, party.other)).get(url(sprint)))
    assert "Administrator: @ashford-data" in page
    assert "Not named yet" in page


def test_another_repository_asks_both_again(sprint: Sprint, party: Party) -> None:
    describe(sprint)
    own(sprint)
    describe(sprint, party, repository="https://code.example.org/elsewhere")
    page = text_of(client_of(lead_in(sprint, party)).get(url(sprint)))
    assert page.count("Asked again: the repository is another one now") == 2
    with pytest.raises(Stale):
        said = {"owner": "An office", "administrator": "@somebody", "shown": REPOSITORY, "now": NOW}
        actions.say_ownership(by=lead_in(sprint, party), sprint=sprint, **said)
    own(sprint, party)
    assert Ownership.objects.filter(replaced_at=None).count() == 2
    assert Ownership.objects.count() == 3


def test_nobody_administers_a_repository_that_nobody_named(sprint: Sprint) -> None:
    with pytest.raises(NotNow):
        own(sprint, Party.CITY)


def test_who_may(sprint: Sprint) -> None:
    describe(sprint)
    people = everybody(sprint.partnership)
    said = {"owner": "An office", "administrator": "@somebody", "shown": REPOSITORY}
    assert client_of(people["outsider"]).get(url(sprint)).status_code == 404
    assert client_of(people["outsider"]).post(url(sprint, "own/"), said).status_code == 404
    for name in (f"{Party.CITY} member", f"{Party.COMMUNITY} member", Role.TECHNOLOGY_PARTNER, "staff"):
        assert client_of(people[name]).post(url(sprint, "own/"), said).status_code == 403
    with pytest.raises(Refused):
        actions.say_ownership(by=people[Role.TECHNOLOGY_PARTNER], sprint=sprint, now=NOW, **said)
    assert not Event.objects.filter(kind="product.owned").exists()


def test_the_number_of_queries_does_not_grow(sprint: Sprint) -> None:
    describe(sprint)
    own(sprint)
    client, counts = client_of(lead_in(sprint, Party.CITY)), []
    for number in range(10):
        add_test(sprint)
        if number in {0, 9}:
            client.get(url(sprint))
            with CaptureQueriesContext(connection) as counted:
                client.get(url(sprint))
            counts.append(len(counted))
    assert counts[0] == counts[1]
