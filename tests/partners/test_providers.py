"""Signing in through a city's own provider: by the address that it vouches for, and by nothing else that it says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth import SESSION_KEY
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from joserfc import jwk

from partners import openid
from partners.models import Person, PersonSession
from tests.factories.people import client_of, make_person
from tests.partners.lying_provider import CLIENT, SECRET, LyingProvider, running
from topcities.settings import LOOPBACK
from topcities.sign_in_providers import providers

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
DOMAIN, ADDRESS = "ashford.example.org", "maria@ashford.example.org"
GO, BACK = f"/accounts/login/through/{DOMAIN}/", f"/accounts/login/through/{DOMAIN}/back/"


@pytest.fixture(scope="module")
def one() -> Iterator[LyingProvider]:
    with running() as found:
        yield found


@pytest.fixture
def provider(one: LyingProvider, settings: object) -> LyingProvider:
    """One that says the truth, until a test lets it lie."""
    one.claims, one.metadata, one.signs_with = {"email": ADDRESS, "email_verified": True}, {}, one.key
    one.userinfo = {"sub": "1", "email": None}
    one.hangs.clear()
    named = {"domain": DOMAIN, "name": "City of Ashford", "issuer": one.issuer, "client": CLIENT, "secret": SECRET}
    settings.SIGN_IN_PROVIDERS = {DOMAIN: named}
    return one


def go(client: Client, target: str = "") -> str:
    """The provider's address, to which the page leads on."""
    return str(client.post(GO, {"next": target}).context["there"])


def sign_in(client: Client, provider: LyingProvider, target: str = "", **answer: str) -> HttpResponse:
    return client.get(BACK, provider.authorize(go(client, target), **answer))


def test_somebody_signs_in_through_their_city_and_comes_to_the_page_they_wanted(
    provider: LyingProvider, client: Client
) -> None:
    person = make_person(email=ADDRESS)
    page = client.get("/accounts/login/code/?next=/accounts/you/").content.decode()
    assert "Sign in through City of Ashford" in page
    going = client.post(GO, {"next": "/accounts/you/"})
    assert going["Refresh"].startswith(f"0; url={provider.issuer}/authorize?")
    back = client.get(BACK, provider.authorize(going.context["there"]))
    assert back.url == "/accounts/you/" and client.session[SESSION_KEY] == str(person.pk)
    asked = provider.asked
    assert (asked["code_challenge_method"], asked["response_type"], asked["scope"]) == ("S256", "code", "openid email")
    assert asked["redirect_uri"].endswith(BACK) and SECRET not in str(asked)
    assert "Signed in through your organization" in client.get(reverse("sessions")).content.decode()
    assert PersonSession.objects.get().method == "provider"


def test_it_lets_in_and_is_no_proof_to_sign_with(provider: LyingProvider, client: Client) -> None:
    """The provider may have asked who it is hours ago."""
    make_person(email=ADDRESS)
    sign_in(client, provider)
    assert client.post("/accounts/you/address/", {"email": "a@example.org"}).url.startswith("/accounts/confirm/")


def test_rights_never_come_from_the_token(provider: LyingProvider, client: Client) -> None:
    person = make_person(email=ADDRESS)
    provider.claims |= {"groups": ["admin"], "roles": ["staff"], "is_superuser": True, "name": "Somebody Else"}
    sign_in(client, provider)
    found = Person.objects.get(pk=person.pk)
    assert (found.name, found.is_staff, found.is_superuser) == (person.name, False, False)
    assert client.get("/admin/").status_code == 302


LIES: dict[str, dict[str, Any]] = {
    "unverified address": {"email_verified": False},
    "nothing said of verifying": {"email_verified": None},
    "no address": {"email": None},
    "a list for an address": {"email": [ADDRESS]},
    "wrong issuer": {"iss": "https://evil.example"},
    "no issuer": {"iss": None},
    "for another site": {"aud": "another-site"},
    "for nobody": {"aud": None},
    "another nonce": {"nonce": "replayed"},
    "no nonce": {"nonce": None},
    "too old": {"exp": 1_600_000_000},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_token_that_does_not_say_who_this_is_lets_nobody_in(
    provider: LyingProvider, client: Client, lie: dict[str, Any]
) -> None:
    make_person(email=ADDRESS)
    provider.claims |= lie
    page = sign_in(client, provider)
    assert page.status_code == 403 and "Sign in with a code" in page.content.decode()
    assert SESSION_KEY not in client.session
    provider.claims = {"email": ADDRESS, "email_verified": True}
    assert sign_in(client, provider).status_code == 302


@pytest.mark.parametrize("told", [{"sub": "1"}, {"sub": "2"}, {}], ids=["of them", "of somebody else", "of nobody"])
def test_an_address_that_the_token_leaves_out_is_asked_for_and_must_be_of_the_same_person(
    provider: LyingProvider, client: Client, told: dict[str, str]
) -> None:
    make_person(email=ADDRESS)
    provider.claims, provider.userinfo = {}, {"email": ADDRESS, "email_verified": True, **told}
    assert sign_in(client, provider).status_code == (302 if told == {"sub": "1"} else 403)


def test_a_token_of_another_key_lets_nobody_in(provider: LyingProvider, client: Client) -> None:
    make_person(email=ADDRESS)
    provider.signs_with = jwk.RSAKey.generate_key(2048, {"kid": "one"})
    assert sign_in(client, provider).status_code == 403 and SESSION_KEY not in client.session


@pytest.mark.parametrize(
    "address", ["lead@elmstreet.example.org", "maria@sub.ashford.example.org", "maria@evilashford.example.org"]
)
def test_an_address_of_another_domain_is_not_for_this_provider_to_vouch_for(
    provider: LyingProvider, client: Client, address: str
) -> None:
    """Else a city could sign in as its partner."""
    make_person(email=address)
    provider.claims |= {"email": address}
    assert sign_in(client, provider).status_code == 403 and SESSION_KEY not in client.session


def test_the_address_says_who_it_is_whoever_was_signed_in_here_before(provider: LyingProvider) -> None:
    colleague, person = make_person(email=f"colleague@{DOMAIN}"), make_person(email=ADDRESS)
    client = client_of(colleague)
    provider.claims |= {"email": ADDRESS.upper()}
    sign_in(client, provider)
    assert client.session[SESSION_KEY] == str(person.pk)
    assert client.post("/accounts/you/address/", {"email": "a@example.org"}).url.startswith("/accounts/confirm/")


def test_an_address_that_nobody_has_or_that_may_not_sign_in_is_told_what_to_do(
    provider: LyingProvider, client: Client
) -> None:
    for _who in range(2):
        page = sign_in(client, provider)
        assert page.status_code == 403 and "Nobody was invited at this address" in page.content.decode()
        make_person(email=ADDRESS, is_active=False) if not Person.objects.filter(email=ADDRESS).exists() else None
    assert SESSION_KEY not in client.session and Person.objects.filter(email=ADDRESS).count() == 1


def test_an_answer_counts_once_and_only_in_the_session_that_asked(provider: LyingProvider, client: Client) -> None:
    make_person(email=ADDRESS)
    answer = provider.authorize(go(client))
    other = Client()
    go(other)
    assert other.get(BACK, answer).status_code == 403 and SESSION_KEY not in other.session
    assert Client().get(BACK, answer).status_code == 403
    assert client.get(BACK, answer).status_code == 302
    client.post("/accounts/logout/")
    assert client.get(BACK, answer).status_code == 403 and SESSION_KEY not in client.session


@pytest.mark.parametrize("answer", [{"state": "made-up"}, {"error": "access_denied"}, {"iss": "https://evil.example"}])
def test_another_state_or_issuer_or_a_refusal_lets_nobody_in(
    provider: LyingProvider, client: Client, answer: dict[str, str]
) -> None:
    make_person(email=ADDRESS)
    assert sign_in(client, provider, **answer).status_code == 403 and SESSION_KEY not in client.session


def test_a_provider_that_calls_itself_otherwise_is_not_asked(provider: LyingProvider, client: Client) -> None:
    provider.metadata = {"issuer": "https://evil.example"}
    assert client.post(GO).status_code == 502


@pytest.mark.parametrize("where", ["/.well-known/openid-configuration", "/token", "/jwks"])
def test_a_provider_that_hangs_is_waited_for_shortly_and_the_page_says_what_to_do(
    provider: LyingProvider, client: Client, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_person(email=ADDRESS)
    answer = provider.authorize(go(client))
    monkeypatch.setattr(openid, "PATIENCE", (1, 0.3))
    provider.hangs.add(where)
    page = client.post(GO) if where.startswith("/.") else client.get(BACK, answer)
    assert page.status_code == 502
    assert "did not answer" in page.content.decode() and "Sign in with a code" in page.content.decode()
    assert SESSION_KEY not in client.session


def test_a_domain_without_a_provider_has_no_such_page(provider: LyingProvider, client: Client) -> None:
    assert client.post("/accounts/login/through/other.example.org/").status_code == 404
    assert client.get(GO).url == "/accounts/login/code/"


def test_the_setting_names_each_provider_with_its_domain() -> None:
    url = "https://client:a%2Fsecret@login.ashford.example.org/realm?domain=Ashford.example.org&name=City+of+Ashford"
    assert providers(url, loopback=LOOPBACK) == {
        "ashford.example.org": {
            "domain": "ashford.example.org",
            "name": "City of Ashford",
            "issuer": "https://login.ashford.example.org/realm",
            "client": "client",
            "secret": "a/secret",
        }
    }


@pytest.mark.parametrize(
    "given",
    [
        "https://login.example.org/?domain=example.org",
        "https://client:secret@login.example.org/",
        "http://client:secret@login.example.org/?domain=example.org",
        " ".join(2 * ["https://client:secret@login.example.org/?domain=example.org"]),
    ],
)
def test_a_setting_that_could_let_somebody_else_in_stops_the_start_and_keeps_its_secret(given: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        providers(given, loopback=LOOPBACK)
    assert "secret@" not in str(refused.value)
