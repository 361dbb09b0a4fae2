"""Whatever host or address a request names: links lead to the configured place, and no record holds what was forged."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from agreements.domain.editions import record_of
from agreements.models import Signature
from ledger.models import Event
from partners.parties import Party
from tests.factories.agreements import make_agreement, open_for_signing
from tests.factories.people import client_of, lead_of, make_partnership
from tests.mail.mailbox import to

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
FORGED = "evil.example.net"
PLACE = "https://agreements.example.org"
ADDRESS = "203.0.113.9"


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


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded"])
def test_no_address_of_a_machine_is_in_the_record(party: Party, header: str) -> None:
    edition = open_for_signing(make_agreement())
    person, partnership = lead_of(edition.agreement.partnership, party), edition.agreement.partnership
    form = {"shown": edition.digest, "name": person.name, "title": "", "consents": "on", "intends": "on"}
    signed = client_of(person).post(reverse("sign", args=[partnership.slug]), form, headers={header: f"for={ADDRESS}"})
    assert signed.status_code == 302
    refused = client_of(person).post(
        reverse("people_invite_lead", args=[partnership.slug, party]), headers={header: ADDRESS}
    )
    assert refused.status_code == 403
    told = list(Event.objects.filter(chain=partnership.pk).values_list("kind", "content__payload"))
    assert {"edition.signed", "refused"} <= {kind for kind, _payload in told}
    kept = f"{told} {record_of(edition)} {Signature.objects.values().get()}"
    assert ADDRESS not in kept and "127.0.0.1" not in kept.replace(f"{PLACE}/", "")
