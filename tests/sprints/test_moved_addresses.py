"""Addresses of earlier versions, which stand in mails and bookmarks: each leads to where the page is now."""

from __future__ import annotations

import pytest
from pytest_django.asserts import assertRedirects

from partners.parties import Party
from tests.factories.people import client_of
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
    assertRedirects(client.get(old), page, status_code=301, target_status_code=200)
    assert client.post(old).status_code == 405, "an act sent to it is refused, not lost on the way"
