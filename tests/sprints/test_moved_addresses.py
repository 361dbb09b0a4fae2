"""Addresses of earlier versions, which stand in mails, bookmarks and open pages: each leads to where it is now."""

from __future__ import annotations

import pytest
from pytest_django.asserts import assertRedirects

from partners.parties import Party
from sprints.models import RunningOrderItem
from tests.factories.people import client_of, make_person
from tests.factories.sprints import lead_in, started_sprint
from tests.pages import sprint_url

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("../remind/", "../reminders/"),
        ("pause/", "proposals/pause/"),
        ("demo-day/", "showcase/"),
        ("demo-day/program/?lang=es", "showcase/program/?lang=es"),
    ],
)
def test_an_address_of_before_leads_to_the_page(before: str, after: str) -> None:
    sprint = started_sprint()
    page = sprint_url(sprint, after).replace("sprint/../", "")
    client = client_of(lead_in(sprint, Party.CITY))
    old = sprint_url(sprint, before).replace("sprint/../", "")
    assertRedirects(client.get(old), page, status_code=308, target_status_code=200)


def test_what_was_typed_into_a_page_from_before_goes_along(party: Party) -> None:
    """Somebody has the form open while the site is upgraded, and sends it."""
    sprint = started_sprint()
    lead = client_of(lead_in(sprint, party))
    typed = {"title": "Thank the librarians", "minutes": "5"}
    answer = lead.post(sprint_url(sprint, "demo-day/items/add/"), typed, follow=True)
    assert answer.status_code == 200
    assert RunningOrderItem.objects.get().title == "Thank the librarians"
    refused = lead.post(sprint_url(sprint, "pause/"), {"reason": "Everybody rests."}, follow=True)
    assert refused.status_code == 422 and "Everybody rests." in refused.content.decode()


@pytest.mark.parametrize("before", ["start/", "calendar/make/", "calendar/revoke/", "promises/ask/"])
def test_buttons_of_before_lead_to_what_they_did(before: str) -> None:
    sprint = started_sprint()
    answer = client_of(lead_in(sprint, Party.CITY)).post(sprint_url(sprint, before), follow=True)
    assert answer.redirect_chain[0][1] == 308
    assert answer.status_code not in {404, 405}


def test_who_may_not_is_refused_there(party: Party) -> None:
    sprint = started_sprint()
    outsider = client_of(make_person("Olga Outsider"))
    assert outsider.post(sprint_url(sprint, "demo-day/items/add/"), {"title": "Mine"}, follow=True).status_code == 404
    assert not RunningOrderItem.objects.exists()
