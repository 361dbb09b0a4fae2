"""Drawing and checking open no address and no file, whatever stands in a text or in a file that somebody hands in."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agreements import actions
from agreements.actions import seals
from agreements.models import SealFile
from agreements.pdf import draw
from agreements.seal import seal
from agreements.seal.certificates import Identity
from agreements.seal.verdict import Kind
from partners.models import Partnership
from partners.parties import Party
from tests.agreements import samples
from tests.agreements.pdf_tools import attachments, text_of
from tests.crawl import addresses_in, write_everywhere
from tests.factories.agreements import agree, lead, make_agreement, open_for_signing, propose, sign
from tests.factories.demonstration import demonstration
from tests.factories.people import client_of, lead_of, make_partnership, make_person, make_program

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


class Waiting:
    """A server on this machine that notes who asks for what."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        asked = self.asked

        class Note(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_response(404)
                self.end_headers()

            do_POST = do_HEAD = do_GET  # noqa: N815

            def log_message(self, *_args: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Note)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def waiting() -> Iterator[Waiting]:
    waiting = Waiting()
    yield waiting
    waiting.server.shutdown()
    waiting.server.server_close()


@pytest.fixture(autouse=True)
def own_folder(settings: object, tmp_path: Path) -> None:
    settings.DATA_DIR, settings.SEAL_PKCS12, settings.TSA_URL = tmp_path, "", ""


def ways_to_ask(url: str, file: str) -> list[str]:
    """Every way that we know in which a text can ask for something from elsewhere."""
    return [
        f'<img src="{url}/1">',
        f'<link rel=stylesheet href="{url}/2">',
        f"<style>@import '{url}/3'</style>",
        f'<p style="background:url({url}/4)">',
        f'<a rel=attachment href="file://{file}">x',
        f'<img src="file://{file}">',
        f'<object data="{url}/5">',
        f'<svg><image href="{url}/6"/></svg>',
        f'<img srcset="{url}/7 1x">',
        f'<base href="{url}/8/">',
        f"]]><!DOCTYPE x [<!ENTITY y SYSTEM '{url}/9'>]>&y;",
        f"![x]({url}/10)",
        '<img src="data:image/svg+xml,<svg/>">',
        "<img src=bundled:../pdf.py>",
    ]


def test_no_text_that_anybody_may_write_makes_the_drawing_ask_for_anything(
    waiting: Waiting, tmp_path: Path, party: Party
) -> None:
    """Names, the issue, each clause, titles, the program's own words: one way to ask in each."""
    secret = tmp_path / "s"
    secret.write_text("what stands in a file of the server")
    # What stands in square brackets has to be filled in before anyone signs.
    ways = [way for way in ways_to_ask(waiting.url, str(secret)) if "[" not in way]
    assert max(len(way) for way in ways) <= 120
    program = make_program(name=ways[0], staff=make_person(), signing_notice=" ".join(ways))
    without_address = ways[-2:]  # a name that holds a web address is refused
    organizations = dict(zip(Party, without_address, strict=True))
    partnership = make_partnership(program=program, organizations=organizations)
    agreement = make_agreement(partnership, issue=ways[3])
    keys = [on_clause.clause.key for on_clause in _clauses(agreement)]
    for number, key in enumerate(keys):
        text = f"{ways[number % len(ways)]} in {key}"
        wording = propose(agreement, key, text, by=lead(agreement, party))
        agree(agreement, key, wording, by=lead(agreement, party.other))
    actions.add_clause(
        by=lead(agreement, party), agreement=agreement, kind="optional", owner="", text="\n\n".join(ways),
        reason=ways[2], now=timezone.now(),
    )  # fmt: skip
    names = dict(zip(Party, reversed(without_address), strict=True))
    for side in Party:
        organization = organizations[side]
        person = lead(agreement, side)
        act = {"organization": organization, "signatory": names[side], "now": timezone.now()}
        actions.correct_names(by=person, agreement=agreement, **act)
    draft = client_of(lead(agreement, party)).get(reverse("draft_pdf", args=[partnership.slug]))
    edition = open_for_signing(agreement)
    for side in Party:
        sign(edition, side, name=names[side], title=ways[9])
    assert seals.seal_waiting(clock=lambda: edition.opened_at) == 1
    sealed = bytes(SealFile.objects.get().pdf)
    for drawn in (draft.content, sealed):
        text = "".join(text_of(drawn).split())
        written = [*ways, *names.values()] if drawn is sealed else ways
        assert not [way for way in written if "".join(way.split()) not in text], "each stands there as it was typed"
        assert "whatstandsinafile" not in text
        allowed = {"agreement.json", "record.json"} if drawn is sealed else set()
        assert set(attachments(drawn)) == allowed
    assert not waiting.asked


def _clauses(agreement: object) -> list:
    from agreements.domain.clause_status import agreement_status

    return [on for on in agreement_status(agreement).clauses if on.clause.key not in {"issue", "vision"}]


@pytest.mark.parametrize("turn", [0, 4])
def test_every_drawing_of_the_product_keeps_to_itself(waiting: Waiting, tmp_path: Path, turn: int) -> None:
    """The draft, what is signed, the report of promises and whatever else is drawn: two ways to ask in each text."""
    secret = tmp_path / "s"
    secret.write_text("what stands in a file of the server")
    demonstration()
    ways = ways_to_ask(waiting.url, str(secret))
    pairs = [" ".join(ways[number::7]) for number in range(7)]
    assert write_everywhere(*pairs[turn:], *pairs[:turn]) > 300
    typed = {"".join(pair.split()) for pair in pairs}
    stands_in: dict[str, set[str]] = {}
    for partnership in Partnership.objects.all():
        client = client_of(lead_of(partnership, Party.CITY))
        for name, address in addresses_in(partnership.slug):
            if address.endswith(".pdf") and (answer := client.get(address)).status_code == 200:
                text = "".join(text_of(answer.content).split())
                stands_in[f"{partnership} {name}"] = {pair for pair in typed if pair in text}
                assert "whatstandsinafile" not in text
    assert len(stands_in) >= 4 and all(stands_in.values())
    assert set.union(*stands_in.values()) == typed, "each way was drawn"
    assert not waiting.asked


# --- Files that are handed in -------------------------------------------------------------------------------


def asking_identity(url: str) -> Identity:
    """A stranger's certificate that names addresses for everything that a verifier may want to ask for."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Stranger")])
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Authority of the stranger")])
    authority = ec.generate_private_key(ec.SECP256R1())
    builder = x509.CertificateBuilder(issuer, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=9))
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    places = {
        AuthorityInformationAccessOID.OCSP: f"{url}/ocsp",
        AuthorityInformationAccessOID.CA_ISSUERS: f"{url}/issuer.crt",
    }
    access = [x509.AccessDescription(oid, x509.UniformResourceIdentifier(place)) for oid, place in places.items()]
    lists = x509.DistributionPoint([x509.UniformResourceIdentifier(f"{url}/list.crl")], None, None, None)
    builder = builder.add_extension(usage, critical=True)
    builder = builder.add_extension(x509.AuthorityInformationAccess(access), critical=False)
    builder = builder.add_extension(x509.CRLDistributionPoints([lists]), critical=False)
    return Identity(key, builder.sign(authority, hashes.SHA256()))


def test_checking_a_file_asks_nobody_whatever_addresses_its_certificate_names(waiting: Waiting) -> None:
    of = samples.content()
    identity = asking_identity(waiting.url)
    file = seal.seal(draw.render(of, samples.record(of)), identity)
    assert waiting.url.encode() in identity.certificate.public_bytes(Encoding.DER)
    answer = Client().post(reverse("verify"), {"pdf": SimpleUploadedFile("a.pdf", file)})
    assert answer.status_code == 200 and "not confirmed" in answer.content.decode()
    assert (
        seal.check(
            file, trust=[identity.certificate.public_bytes(Encoding.DER)], now=datetime(2027, 4, 1, tzinfo=UTC)
        ).kind
        == Kind.VALID
    )
    assert not waiting.asked


def test_a_pdf_that_points_elsewhere_is_read_and_not_followed(waiting: Waiting) -> None:
    points = f"/OpenAction << /S /URI /URI ({waiting.url}/uri) >> /F << /FS /URL /F ({waiting.url}/file) >>"
    body = f"%PDF-1.7\n1 0 obj\n<< /Type /Catalog {points} /Pages 2 0 R >>\nendobj\n".encode()
    body += b"2 0 obj\n<< /Type /Pages /Count 0 /Kids [] >>\nendobj\n"
    table = len(body)
    places = [body.index(b"1 0 obj"), body.index(b"2 0 obj")]
    body += b"xref\n0 3\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    body += b"trailer\n<< /Size 3 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % table
    answer = Client().post(reverse("verify"), {"pdf": SimpleUploadedFile("a.pdf", body)})
    assert "has no seal" in answer.content.decode()
    assert not waiting.asked
