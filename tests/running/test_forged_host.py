"""Whatever host a request names, links lead to the configured address."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.factories import client_of, lead_of, make_partnership
from tests.partners.mailbox import to

pytestmark = pytest.mark.django_db
FORGED = "evil.example.net"
PLACE = "https://agreements.example.org"


@pytest.fixture(autouse=True)
def address(settings: object) -> None:
    settings.SITE_URL = PLACE
    settings.ALLOWED_HOSTS = ["agreements.example.org", "testserver"]


@pytest.mark.parametrize("path", ["/", "/verify/", "/accounts/login/code/", "/demo/"])
def test_a_host_that_is_not_ours_is_refused(client: Client, path: str) -> None:
    assert client.get(path).status_code == 200
    refused = client.get(path, headers={"host": FORGED})
    assert refused.status_code == 400
    assert FORGED not in refused.content.decode()


@pytest.mark.parametrize("header", ["X-Forwarded-Host", "X-Host", "Forwarded", "X-Original-Host"])
def test_a_mail_names_the_configured_address(party: object, header: str) -> None:
    partnership = make_partnership()
    lead = lead_of(partnership, party)
    form = {"role": "member", "name": "Ines Invited", "email": "ines@example.org", "language": "en"}
    sent = client_of(lead).post(f"/partnerships/{partnership.slug}/people/invite/", form, headers={header: FORGED})
    assert sent.status_code == 302, sent.content.decode()
    assert FORGED not in sent.url
    (mail,) = to("ines@example.org")
    whole = mail.message().as_string()
    assert f"{PLACE}/invitations/" in mail.body
    assert FORGED not in whole
    assert "testserver" not in whole, "the host of the request, ours or not, is in no mail"
