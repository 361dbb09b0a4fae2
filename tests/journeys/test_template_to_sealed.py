"""From an invitation to a sealed PDF that a stranger verifies: two people, two browsers, one text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.conftest import Site, until
from tests.journeys.people import Somebody

pytestmark = pytest.mark.browser
WAYS = {
    "with JavaScript": {"javascript": True},
    "without JavaScript": {"javascript": False},
    "in Spanish on a phone": {"javascript": True, "width": 375, "locale": "es-ES"},
}


def start_partnership(browser: Browser, site: Site, tag: str, *, language: str) -> dict[str, str]:
    """Staff are invited by an operator, make a program and a partnership; the leads' addresses."""
    staff = Somebody(browser, site, f"sam.{tag}@staff.test")
    site.manage("invite_staff", staff.email, "--name", "Sam Staff")
    staff.accept_invitation("invited")
    staff.open("/programs/new/")
    staff.fill("own_name", "Sam Staff")
    staff.fill("name", f"Spring cohort {tag}")
    staff.press("Make the program")
    staff.follow("Or begin a single partnership by hand")
    leads = {"city": f"dana.{tag}@city.test", "community": f"rosa.{tag}@clinic.test"}
    names = {"city": ("City of Port Alder", "Dana Whitlock"), "community": ("Harborview Clinic", "Rosa Núñez Medrano")}
    for party, (organization, name) in names.items():
        staff.fill(f"{party}_organization", organization)
        staff.fill(f"{party}_name", name)
        staff.fill(f"{party}_email", leads[party])
        staff.page.locator(f'[name="{party}_language"]').select_option(language)
    staff.fill("issue", "Extreme heat and health.")
    staff.press("Start the partnership")
    assert staff.problems == []
    return leads


@pytest.mark.parametrize("way", WAYS)
def test_from_invitation_to_verified_pdf(browser: Browser, site: Site, tmp_path: Path, way: str) -> None:
    options = WAYS[way]
    language = "es" if "locale" in options else "en"
    tag = re.sub(r"\W+", "-", way.lower())
    addresses = start_partnership(browser, site, tag, language=language)
    city = Somebody(browser, site, addresses["city"], **options)
    community = Somebody(browser, site, addresses["community"], **options)
    for person in (city, community):
        person.accept_invitation("invited|invita")

    # The city's lead agrees to all of it; the clinic's lead wants one promise changed.
    city.follow("Agreement", "Acuerdo")
    assert city.page.locator("html").get_attribute("lang") == language
    agreement = city.page.url
    assert "facing issues related to extreme heat and health." in city.text()
    city.press("Agree to all 20 remaining clauses", "Aceptar las 20")
    community.open(agreement + "clauses/community-4/")
    typed = community.page.locator('[name="text"]').input_value() + ". Residents are paid for their time"
    community.fill("text", typed)
    community.fill("reason", "People's time has a price.")
    community.press("Send to the other side", "Enviar a la otra parte")
    community.open(agreement)
    community.press("Agree to all 19 remaining clauses", "Aceptar las 19")

    # The change waits for the city, marked; nothing can be signed before.
    city.open(agreement)
    assert "Residents are paid for their time" in city.text()
    assert city.page.get_by_role("button", name=re.compile("Open for signing|Abrir para firma")).count() == 0
    city.press("Agree to this wording", "Aceptar esta redacción")
    city.open(agreement)
    city.press("Open for signing", "Abrir para firma")

    # Both read the same frozen text and sign it.
    fingerprints = set()
    for person, name in ((city, "Dana Whitlock"), (community, "Rosa Núñez Medrano")):
        person.open(agreement + "sign/")
        fingerprints.add(person.page.locator(".fingerprint code").inner_text())
        person.tick("consents")
        person.fill("name", name)
        person.fill("title", "Director")
        person.tick("intends")
        person.press("Sign agreement", "Firmar el acuerdo")
    assert len(fingerprints) == 1

    # Sealed within seconds; both get a mail with a link; the file is what a stranger verifies.
    for person in (city, community):
        site.letter(person.email, "sealed|sellad")
    pdf = tmp_path / "signed.pdf"
    community.open(agreement)
    link = until(lambda: signed_link(community, agreement), "the sealed PDF")
    answer = community.context.request.get(link)
    pdf.write_bytes(answer.body())
    assert pdf.read_bytes().startswith(b"%PDF-")

    stranger = Somebody(browser, site, "", **options)
    stranger.open("/verify/")
    stranger.page.locator('input[type="file"]').set_input_files(pdf)
    stranger.press("Verify", "Verificar")
    said = stranger.text()
    assert "Dana Whitlock" in said and "Rosa Núñez Medrano" in said and "Director" in said

    changed = bytearray(pdf.read_bytes())
    changed[len(changed) // 2] ^= 1
    pdf.write_bytes(changed)
    stranger.open("/verify/")
    stranger.page.locator('input[type="file"]').set_input_files(pdf)
    stranger.press("Verify", "Verificar")
    assert "Dana Whitlock" not in stranger.text()

    for person in (city, community, stranger):
        assert person.problems == []


def signed_link(person: Somebody, agreement: str) -> str:
    person.page.goto(agreement)
    links = person.page.locator('a[href$="signed.pdf"]')
    return person.site.url + links.first.get_attribute("href") if links.count() else ""
