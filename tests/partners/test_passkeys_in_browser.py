"""A passkey in a real Chromium, with its virtual authenticator: added, used to sign in, and to sign an agreement."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from agreements.models import Signature
from partners.models import Passkey
from partners.parties import Party
from tests.chromium import axe, complaints_of, needs_chromium, page_of
from tests.factories.agreements import make_agreement, open_for_signing
from tests.factories.people import lead_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), needs_chromium, pytest.mark.any_database]


def plug_in(page: Page) -> None:
    """A phone that is unlocked whenever it is asked."""
    debugger = page.context.new_cdp_session(page)
    debugger.send("WebAuthn.enable")
    own = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    debugger.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {**own, "isUserVerified": True, "automaticPresenceSimulation": True}},
    )


def test_a_lead_adds_a_passkey_signs_in_and_signs_with_it(
    browser: Browser, live_server: LiveServer, settings: object
) -> None:
    agreement = make_agreement()
    open_for_signing(agreement)
    partnership, lead = agreement.partnership, lead_of(agreement.partnership, Party.COMMUNITY)
    page = page_of(browser, live_server, partnership, Party.COMMUNITY, 1280)
    said = complaints_of(page)
    plug_in(page)
    page.goto(f"{live_server.url}/accounts/you/passkeys/")
    assert axe(page) == []
    page.fill("input[name=name]", "My phone")
    page.click("form[data-passkey] button")
    expect(page.get_by_text("The passkey was added")).to_be_visible()
    page.context.clear_cookies()
    page.goto(f"{live_server.url}/accounts/login/code/?next=/partnerships/{partnership.slug}/agreement/sign/")
    assert axe(page) == []
    page.click("form[data-passkey] button")
    page.wait_for_url(f"**/partnerships/{partnership.slug}/agreement/sign/")
    sign(page, lead.name)
    expect(page.get_by_text("You signed", exact=False).first).to_be_visible()
    signature = Signature.objects.get()
    assert (signature.signed_by, signature.proof_method) == (lead, "passkey")
    assert Passkey.objects.get().used_at is not None and said == []
    page.context.close()


def sign(page: Page, name: str) -> None:
    for box in ("consents", "intends"):
        page.check(f"input[name={box}]", force=True)
    page.fill("input[name=name]", name)
    page.fill("input[name=title]", "Director")
    page.get_by_role("button", name="Sign agreement").click()
    page.wait_for_load_state()
