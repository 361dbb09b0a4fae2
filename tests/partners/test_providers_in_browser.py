"""Signing in through a real OpenID Connect provider (oidc-provider, on Node), in Chromium and past our own CSP."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.chromium import axe, complaints_of, needs_chromium
from tests.factories.people import make_person

FOLDER = Path(__file__).parents[1] / "oidc"
DOMAIN = "ashford.example.org"
CLIENT, SECRET = "topcities", "a-long-secret-of-the-tests"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database,
    needs_chromium,
    pytest.mark.skipif(
        not shutil.which("node") or not (FOLDER / "node_modules").exists(),
        reason="needs Node 20, and `npm ci` in tests/oidc",
    ),
]


@pytest.fixture
def provider(live_server: LiveServer, settings: object) -> Iterator[None]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings.SITE_URL, issuer = live_server.url, f"http://127.0.0.1:{port}"
    named = {"domain": DOMAIN, "name": "City of Ashford", "issuer": issuer, "client": CLIENT, "secret": SECRET}
    settings.SIGN_IN_PROVIDERS = {DOMAIN: named}
    back = f"{live_server.url}/accounts/login/through/{DOMAIN}/back/"
    command = ["node", "provider.mjs", str(port), back, CLIENT, SECRET]
    with subprocess.Popen(command, cwd=FOLDER, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert any("listening" in line for line in process.stdout)
        yield
        process.kill()


def go_through(page: Page, live_server: LiveServer, address: str) -> None:
    """To the provider, past its two pages, and back."""
    page.goto(f"{live_server.url}/accounts/login/code/?next=/accounts/you/")
    page.get_by_role("button", name="Sign in through City of Ashford").click()
    page.wait_for_url("**/interaction/**")
    page.fill("input[name=login]", address)
    page.fill("input[name=password]", "any")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(f"{live_server.url}/**")


def test_a_city_signs_in_as_it_does_and_an_address_that_was_not_verified_is_told_what_to_do(
    browser: Browser, live_server: LiveServer, provider: None
) -> None:
    for address in (f"maria@{DOMAIN}", f"unverified@{DOMAIN}"):
        make_person(email=address)
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    said = complaints_of(page)
    go_through(page, live_server, f"maria@{DOMAIN}")
    expect(page).to_have_url(f"{live_server.url}/accounts/you/")
    expect(page.get_by_text(f"maria@{DOMAIN}")).to_be_visible()
    page.context.clear_cookies()
    go_through(page, live_server, f"unverified@{DOMAIN}")
    expect(page.get_by_role("heading", name="You are not signed in")).to_be_visible()
    # The provider's own pages ask for letters of elsewhere, which a test machine cannot reach.
    assert axe(page) == [] and [one for one in said if "ERR_NAME_NOT_RESOLVED" not in one] == []
    page.context.close()
