"""What people are told of signing, reopening and sealing: on the pages, in the file and its record, by mail."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from agreements import actions
from agreements.actions import seals
from agreements.models import Agreement, Seal, SealFile, Signature
from agreements.pdf import draw
from agreements.pdf.sandbox import SandboxFailed
from partners.domain.names import both_names
from partners.parties import Party
from tests.agreements.authority import authority_file
from tests.agreements.pdf_tools import text_of as text_of_pdf
from tests.factories.agreements import lead, make_agreement, open_for_signing, sign, sign_both
from tests.factories.people import NOW, client_of, make_partnership, make_program, staff_of
from tests.mail.mailbox import deliver, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture(autouse=True)
def own_folder(settings: object, tmp_path: Path) -> None:
    settings.DATA_DIR, settings.SEAL_PKCS12, settings.TSA_URL = tmp_path, "", ""


def at(agreement: Agreement, name: str, *more: object) -> str:
    return reverse(name, args=[agreement.partnership.slug, *more])


def words(response: HttpResponse) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


# --- The time of the act ------------------------------------------------------------------------------------

# The night in which clocks in the program's zone go forward: one second before, and half a minute after.
FIRST, SECOND = datetime(2027, 3, 14, 9, 59, 59, tzinfo=UTC), datetime(2027, 3, 14, 10, 0, 30, tzinfo=UTC)
SEALED = SECOND + timedelta(hours=7)


def test_the_time_of_a_signature_is_the_same_on_page_file_and_record_and_its_zone_is_named(party: Party) -> None:
    agreement = make_agreement(make_partnership(program=make_program(time_zone="America/Los_Angeles")))
    edition = open_for_signing(agreement, now=FIRST - timedelta(days=2))
    sign(edition, party, now=FIRST)
    sign(edition, party.other, now=SECOND)
    assert seals.seal_waiting(clock=lambda: SEALED) == 1
    client = client_of(lead(agreement, party))
    page = client.get(at(agreement, "edition", 1))
    for moment, said in ((FIRST, "1:59 AM PST"), (SECOND, "3:00 AM PDT")):
        assert f'datetime="{moment.isoformat()}">Sunday, March 14' in page.content.decode()
        assert f"March 14, 2027, {said}" in words(page) or f"March 14, {said}" in words(page)
    drawn = " ".join(text_of_pdf(bytes(SealFile.objects.get().pdf)).split())
    assert "March 14, 2027, 1:59:59 AM PST (2027-03-14 09:59:59 UTC)" in drawn
    assert "March 14, 2027, 3:00:30 AM PDT (2027-03-14 10:00:30 UTC)" in drawn
    record = json.loads(client.get(at(agreement, "edition_record", 1)).content)["record"]
    assert [each["signed_at"] for each in record["signatures"]] == ["2027-03-14T09:59:59Z", "2027-03-14T10:00:30Z"]
    assert record["edition"]["in_force_at"] == "2027-03-14T10:00:30Z" and "America/Los_Angeles" in str(record)
    history = client.get(at(agreement, "history")).content.decode()
    assert f'datetime="{FIRST.isoformat()}"' in history and f'datetime="{SECOND.isoformat()}"' in history
    for where in (words(page), drawn.split("Record of signing")[0]):
        assert "10:00 AM" not in where and "10:00:30 AM" not in where, "the time of the seal is not that of the act"


# --- Reopened after the first signature ---------------------------------------------------------------------


def test_a_signature_on_a_text_that_is_reopened_is_void_its_signer_is_told_and_history_keeps_it(party: Party) -> None:
    agreement = make_agreement()
    edition = open_for_signing(agreement)
    sign(edition, party)
    other = lead(agreement, party.other)
    actions.reopen(by=other, edition=edition, reason="The year is wrong.", now=NOW + timedelta(hours=1))
    (told,) = [m for m in deliver(NOW + timedelta(hours=2)) if m.to == [lead(agreement, party).email]]
    names = both_names(agreement.partnership)
    assert told.subject == f"Your agreement is open for changes again · {names}", "people take part in several"
    assert other.name in text_of(told) and "The year is wrong." in text_of(told)
    assert "What was signed on this text is void." in text_of(told)
    client = client_of(lead(agreement, party))
    history = words(client.get(at(agreement, "history")))
    assert "signed edition 1" in history and "reopened edition 1" in history and "The year is wrong." in history
    assert Signature.objects.get().name == lead(agreement, party).name
    again = actions.open_for_signing(by=other, agreement=agreement, now=NOW + timedelta(hours=3))
    page = words(client.get(at(agreement, "sign")))
    assert "Sign agreement" in page and "Signed" not in page.split("Your signature")[1]
    sign(again, party.other)
    again.refresh_from_db()
    assert again.state == "signing", "the void signature does not count"
    assert not Seal.objects.exists()


# --- A seal that fails --------------------------------------------------------------------------------------


@pytest.fixture
def failing() -> Iterator[Callable[[], None]]:
    """Until called, no PDF can be drawn."""
    patch = pytest.MonkeyPatch()

    def fails(*_given: object, **_more: object) -> bytes:
        raise SandboxFailed("the work took too long")

    patch.setattr(draw, "render", fails)
    yield patch.undo
    patch.undo()


def pages_about(agreement: Agreement, party: Party) -> str:
    client = client_of(lead(agreement, party))
    slug = agreement.partnership.slug
    pages = [client.get(reverse(name, args=[slug])) for name in ("partnership", "agreement", "history")]
    pages += [client.get(at(agreement, "edition", 1)), client.get("/")]
    pages.append(Client().get(reverse("verify_code", args=[agreement.editions.get().code])))
    return " ".join(words(page) for page in pages)


def test_a_seal_that_fails_is_never_shown_as_made_staff_see_it_wait_and_it_is_tried_again(
    failing: Callable[[], None], party: Party
) -> None:
    agreement = make_agreement()
    sign_both(open_for_signing(agreement))
    staff = client_of(staff_of(agreement.partnership.program))
    program = reverse("program_partnerships", args=[agreement.partnership.program.slug])
    for hours in range(3):
        seals.seal_waiting(clock=lambda hours=hours: NOW + timedelta(hours=hours))
        said = pages_about(agreement, party)
        assert "Download signed PDF" not in said and "was sealed" not in said and "is sealed" not in said
        assert "We are making the sealed PDF" in said
        for person in (lead(agreement, party), staff_of(agreement.partnership.program)):
            assert client_of(person).get(at(agreement, "signed_pdf", 1)).status_code == 404
        waiting = words(staff.get(program))
        assert "A seal waits to be made." in waiting and "The PDF could not be drawn" in waiting
        assert "It is tried again by itself." in waiting
    assert Seal.objects.get().attempts == 3
    assert not [m for m in deliver(NOW + timedelta(hours=4)) if "sealed copy" in m.subject]
    failing()
    assert seals.seal_waiting(clock=lambda: NOW + timedelta(hours=5)) == 1
    assert "Download signed PDF" in pages_about(agreement, party)
    assert client_of(lead(agreement, party)).get(at(agreement, "signed_pdf", 1)).status_code == 200
    assert "A seal waits" not in words(staff.get(program))
    told = [m for m in deliver(NOW + timedelta(hours=6)) if "sealed copy" in m.subject]
    assert {m.to[0] for m in told} == {lead(agreement, each).email for each in Party} and len(told) == 2


# --- The certificate, before anyone signs -------------------------------------------------------------------

CERTIFICATES = {
    "missing": "cannot be read",
    "no certificate": "cannot be opened",
    "expired": "expired on",
    "not yet valid": "is not valid before",
}


@pytest.mark.parametrize("state", CERTIFICATES)
def test_a_certificate_that_cannot_seal_is_said_to_staff_before_anyone_signs(
    state: str, settings: object, tmp_path: Path
) -> None:
    path = tmp_path / "seal.p12"
    settings.SEAL_PKCS12, settings.SEAL_PKCS12_PASSWORD = str(path), ""
    now = datetime.now(UTC)
    if state == "no certificate":
        path.write_bytes(b"something else")
    elif state != "missing":
        days = {"expired": (-20, -1), "not yet valid": (1, 20)}[state]
        start, end = (now + timedelta(days=day) for day in days)
        authority_file(path, start=start, end=end)
    agreement = make_agreement()
    staff = client_of(staff_of(agreement.partnership.program))
    at_program = [agreement.partnership.program.slug]
    for name in ("program", "program_settings"):
        page = words(staff.get(reverse(name, args=at_program)))
        assert "Nothing can be sealed now" in page and CERTIFICATES[state] in page
    sign_both(open_for_signing(agreement, now=now), now=now)
    assert seals.seal_waiting(clock=lambda: now) == 0
    waiting = words(staff.get(reverse("program_partnerships", args=at_program)))
    assert "A seal waits to be made." in waiting and CERTIFICATES[state] in waiting
    settings.SEAL_PKCS12 = ""
    assert seals.seal_waiting(clock=lambda: now + timedelta(hours=1)) == 1
    for name in ("program", "program_settings"):
        assert "Nothing can be sealed" not in words(staff.get(reverse(name, args=at_program)))
