"""Datasets: what is known of them, and their state from asked for to in use."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements.models import Clause
from agreements.refusals import NotNow, Stale
from ledger.models import Event
from partners.parties import Party, Role
from sprints import actions
from sprints.domain.datasets import dataset_digest, dataset_state, missing_of
from sprints.domain.overview import overview_of
from sprints.domain.todo import sprint_todo
from sprints.models import Dataset, Sprint
from sprints.plan import DATASETS_CLAUSE
from tests.factories.people import NOW, TODAY, client_of, everybody, member_of
from tests.factories.research import ask_for
from tests.factories.sprints import lead_in, started_sprint

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def sprint() -> Sprint:
    return started_sprint()


def url(sprint: Sprint, rest: str = "") -> str:
    return f"/partnerships/{sprint.partnership.slug}/sprint/datasets/{rest}"


def text_of(response: object) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())))


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({}, "asked"),
        ({"promised_for": TODAY}, "promised"),
        ({"promised_for": TODAY - DAY}, "late"),
        ({"accessible_since": TODAY + DAY}, "promised"),
        ({"accessible_since": TODAY, "promised_for": TODAY - DAY}, "accessible"),
        ({"refused_on": TODAY, "refusal": "The law."}, "refused"),
        ({"refused_on": TODAY, "refusal": "The law.", "accessible_since": TODAY}, "accessible"),
        ({"accessible_since": TODAY, "in_use_since": TODAY}, "in use"),
    ],
)
def test_the_state_follows_from_the_days(facts: dict, state: str) -> None:
    assert dataset_state(Dataset(asked_on=TODAY - 9 * DAY, **facts), TODAY) == state


def test_the_state_is_in_no_column() -> None:
    assert not {"state", "status"} & {field.name for field in Dataset._meta.get_fields()}


def test_one_side_asks_in_the_browser_and_the_other_reads(sprint: Sprint, party: Party) -> None:
    client = client_of(member_of(sprint.partnership, party))
    said = {"title": "Rental inspections", "steward": "Housing Department", "gaps": "Nothing before 2015."}
    day = {"promised_for_month": "4", "promised_for_day": "1", "promised_for_year": "2999"}
    assert client.post(url(sprint, "add/"), said | {"personal_data": "unknown"}).status_code == 302
    page = client_of(lead_in(sprint, party.other)).get(url(sprint, "1/"))
    assert "Nothing before 2015." in text_of(page)
    assert "Nobody has looked yet whether it holds personal data of residents." in text_of(page)
    shown = dataset_digest(Dataset.objects.get())
    answer = client.post(url(sprint, "1/change/"), said | day | {"personal_data": "yes", "shown": shown})
    assert answer.status_code == 302
    page = text_of(client.get(url(sprint, "1/")))
    assert "It holds personal data of residents." in page
    assert "Promised" in page


def test_the_list_says_what_nobody_knows_yet(sprint: Sprint) -> None:
    found = ask_for(sprint, licence="CC-BY-4.0", place="The permits system")
    assert missing_of(found) == ["its steward", "its format", "how often it is refreshed", "its gaps"]
    assert "its steward, its format" in text_of(client_of(lead_in(sprint, Party.CITY)).get(url(sprint)))


def test_from_asked_for_to_in_use(sprint: Sprint, party: Party) -> None:
    found = ask_for(sprint)
    client = client_of(member_of(sprint.partnership, party))
    client.post(url(sprint, "1/mark/"), {"accessible": "yes", "shown": dataset_digest(found)})
    found.refresh_from_db()
    assert found.accessible_since and found.in_use_since is None
    client.post(url(sprint, "1/mark/"), {"in_use": "yes", "shown": dataset_digest(found)})
    assert Dataset.objects.get().in_use_since
    kinds = Event.objects.filter(chain=sprint.partnership_id).order_by("sequence").values_list("kind", flat=True)
    assert list(kinds)[-3:] == ["dataset.asked", "dataset.accessible", "dataset.in_use"]


def test_a_change_on_top_of_another_one_is_refused_and_comes_back(sprint: Sprint, party: Party) -> None:
    found = ask_for(sprint)
    before = dataset_digest(found)
    act = {"by": lead_in(sprint, party), "sprint": sprint, "dataset": found, "shown": before, "now": NOW}
    actions.set_dataset(title="Rental inspections", steward="Housing", **act)
    with pytest.raises(Stale):
        actions.set_dataset(title="Rental inspections", steward="Somebody else", **act)
    said = {"title": "Rental inspections", "gaps": "No mobile homes.", "shown": before, "personal_data": "no"}
    answer = client_of(lead_in(sprint, party.other)).post(url(sprint, "1/change/"), said)
    assert answer.status_code == 409
    assert "No mobile homes." in text_of(answer)
    assert Dataset.objects.get().steward == "Housing"


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "ftp://x.example", "https://", "//x"])
def test_only_web_addresses_become_links(sprint: Sprint, link: str) -> None:
    answer = client_of(lead_in(sprint, Party.CITY)).post(
        url(sprint, "add/"), {"title": "Trees", "address": link, "personal_data": "no"}
    )
    assert answer.status_code == 422
    assert not Dataset.objects.exists()


@pytest.mark.parametrize("name", ["asked_on", "in_use_since", "refused_on"])
def test_what_has_not_happened_yet_is_not_written_down(sprint: Sprint, name: str) -> None:
    with pytest.raises(ValidationError, match="lies ahead"):
        ask_for(sprint, refusal="No.", **{name: TODAY + DAY})


@pytest.mark.parametrize("said", [{"refused_on": TODAY}, {"refusal": "The law."}])
def test_a_refusal_has_its_day_and_its_reason(sprint: Sprint, said: dict) -> None:
    with pytest.raises(ValidationError, match="Give both"):
        ask_for(sprint, **said)


def test_what_is_late_waits_for_whoever_promised_the_datasets(sprint: Sprint, party: Party) -> None:
    """It is the clause's owner: swap the owners, and it waits for the other side."""
    agreement = sprint.partnership.agreement
    Clause.objects.filter(agreement=agreement, key=DATASETS_CLAUSE).update(owner=party)
    ask_for(sprint, promised_for=TODAY - 3 * DAY)
    ask_for(sprint, title="In time", promised_for=TODAY + DAY)
    tasks = {one: [task.text for task in sprint_todo(agreement, overview_of(sprint, NOW), one)] for one in Party}
    late = "A dataset is later than promised: Rental inspections"
    assert late in tasks[party] and late not in tasks[party.other]
    assert not any("In time" in text for texts in tasks.values() for text in texts)


def test_what_is_taken_off_the_list_stays_in_the_history(sprint: Sprint, party: Party) -> None:
    found = ask_for(sprint)
    client_of(lead_in(sprint, party)).post(url(sprint, "1/drop/"))
    assert "Rental inspections" not in text_of(client_of(lead_in(sprint, party)).get(url(sprint)))
    history = client_of(lead_in(sprint, party.other)).get(f"/partnerships/{sprint.partnership.slug}/history/")
    assert "took this dataset off the list: Rental inspections" in text_of(history)
    with pytest.raises(NotNow):
        actions.drop_dataset(by=lead_in(sprint, party), dataset=found, now=NOW)


def test_who_may(sprint: Sprint) -> None:
    found = ask_for(sprint)
    people = everybody(sprint.partnership)
    for name in ("outsider", "superuser"):
        for rest in ("", "1/", "1/change/", "add/"):
            assert client_of(people[name]).get(url(sprint, rest)).status_code == 404
        assert client_of(people[name]).post(url(sprint, "1/drop/")).status_code == 404
    shown = {"accessible": "yes", "shown": dataset_digest(found)}
    assert client_of(people["staff"]).post(url(sprint, "1/mark/"), shown).status_code == 403
    assert client_of(people[Role.TECHNOLOGY_PARTNER]).post(url(sprint, "1/drop/")).status_code == 403
    found.refresh_from_db()
    assert (found.accessible_since, found.dropped_at) == (None, None)
    assert client_of(people[Role.TECHNOLOGY_PARTNER]).post(url(sprint, "1/mark/"), shown).status_code == 302


def test_another_partnerships_dataset_is_not_found(sprint: Sprint, party: Party) -> None:
    ask_for(sprint)
    other = started_sprint()
    assert client_of(lead_in(other, party)).get(url(other, "1/")).status_code == 404


def test_the_list_costs_the_same_with_one_and_with_many(sprint: Sprint) -> None:
    client, counts = client_of(member_of(sprint.partnership, Party.CITY)), []
    for _turn in range(2):
        for number in range(1 if not counts else 60):
            ask_for(sprint, title=f"Table {number}")
        client.get(url(sprint))
        with CaptureQueriesContext(connection) as counted:
            client.get(url(sprint))
        counts.append(len(counted))
    assert counts[0] == counts[1]
