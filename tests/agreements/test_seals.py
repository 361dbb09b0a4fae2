"""A signed edition is sealed by the worker: once, read back, retried, and never shown as sealed before it is."""

from __future__ import annotations

import hashlib
import json
import socket
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.db import OperationalError

from agreements.actions import seals
from agreements.models import Edition, Seal, SealFile
from agreements.pdf import draw
from agreements.pdf.sandbox import SandboxFailed
from agreements.seal import certificates, seal, timestamps
from agreements.seal.verdict import Kind
from ledger.models import Event
from mail.models import OutboxMail
from partners.parties import Party
from tests.agreements.authority import answer
from tests.agreements.pdf_tools import attachments
from tests.factories.agreements import make_agreement, open_for_signing, sign_both
from tests.factories.people import NOW, lead_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings: object, tmp_path: object) -> None:
    settings.DATA_DIR = tmp_path
    settings.SEAL_PKCS12 = ""
    settings.TSA_URL = ""


@pytest.fixture
def signed() -> Edition:
    return sign_both(open_for_signing(make_agreement()))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sealing again and again needs no new drawing."""
    kept: dict[object, bytes] = {}
    monkeypatch.setattr(
        seals, "draw_edition", lambda edition, real=seals.draw_edition: kept.setdefault(edition.pk, real(edition))
    )


def at(moment: datetime = NOW) -> Callable[[], datetime]:
    return lambda: moment


def events(edition: Edition, kind: str = "edition.sealed") -> list[Event]:
    return list(Event.objects.filter(chain=edition.agreement.partnership_id, kind=kind).select_related("content"))


@pytest.mark.parametrize("order", [list(Party), list(Party)[::-1]], ids=["one way", "other way"])
def test_a_signed_edition_is_sealed_and_both_leads_are_told(order: list[Party]) -> None:
    edition = sign_both(open_for_signing(make_agreement()), *order)
    assert not edition.seal.sealed_at
    assert seals.seal_waiting(clock=at()) == 1
    file = SealFile.objects.get(seal__edition=edition)
    verdict = seal.check(bytes(file.pdf), known=True, now=NOW)
    assert verdict.kind == Kind.VALID
    assert verdict.contents.digest == edition.digest
    assert json.loads(attachments(bytes(file.pdf))["record.json"][0])["ledger"]["head"] == edition.head
    assert file.sha256 == hashlib.sha256(bytes(file.pdf)).hexdigest()
    (event,) = events(edition)
    assert event.content.payload["file"] == file.sha256
    told = OutboxMail.objects.filter(kind="sealed copy ready")
    assert {queued.to for queued in told} == {lead_of(edition.agreement.partnership, party).email for party in Party}


def test_nothing_is_sealed_before_the_second_signature() -> None:
    open_for_signing(make_agreement())
    assert seals.seal_waiting(clock=at()) == 0
    assert not SealFile.objects.exists()


def test_a_second_sweep_makes_no_second_seal(signed: Edition) -> None:
    seals.seal_waiting(clock=at())
    assert seals.seal_waiting(clock=at(NOW + timedelta(hours=1))) == 0
    assert SealFile.objects.count() == 1
    assert len(events(signed)) == 1


def test_two_workers_at_once_make_one_seal(signed: Edition, quick: None) -> None:
    claimed = seals.claim(now=NOW)
    assert seals.claim(now=NOW) is None
    seals._make(claimed, at())
    assert seals._make(claimed, at()) is False
    assert SealFile.objects.count() == 1
    assert len(events(signed)) == 1


def test_the_seal_of_a_worker_that_died_is_made_within_a_minute(signed: Edition, quick: None, settings: object) -> None:
    tick = timedelta(seconds=settings.CELERY_BEAT_SCHEDULE["seal what is signed"]["schedule"])
    seals.claim(now=NOW)
    assert seals.seal_waiting(clock=at(NOW + tick)) == 0, "it may yet live"
    assert seals.seal_waiting(clock=at(NOW + timedelta(minutes=1) - tick)) == 1


def test_a_worker_that_was_slow_to_fail_does_not_undo_what_another_has_begun(signed: Edition, quick: None) -> None:
    slow = seals.claim(now=NOW)
    later = NOW + seals.LEASE + timedelta(seconds=1)
    quicker = seals.claim(now=later)
    seals._try_later(slow, SandboxFailed("the work took too long"), now=later)
    waiting = Seal.objects.get(edition=signed)
    assert waiting.leased_until == quicker.leased_until and not waiting.problem
    assert seals._make(quicker, at(later)) and not seals._make(slow, at(later))
    assert SealFile.objects.count() == 1 and len(events(signed)) == 1


BREAKAGES = {
    "drawing": SandboxFailed("the work took too long"),
    "disk": OSError(28, "No space left on device"),
    "unknown": RuntimeError("a text with a name in it"),
}


@pytest.mark.parametrize("broken", BREAKAGES, ids=list(BREAKAGES))
def test_a_seal_that_fails_waits_says_why_and_is_tried_again(
    signed: Edition, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    def fails(*_args: object, **_more: object) -> bytes:
        raise BREAKAGES[broken]

    with monkeypatch.context() as patched:
        patched.setattr(draw, "render", fails)
        assert seals.seal_waiting(clock=at()) == 0
    waiting = Seal.objects.get(edition=signed)
    assert waiting.sealed_at is None
    assert waiting.problem and "a name in it" not in waiting.problem
    assert NOW < waiting.due_at <= NOW + seals.LONGEST_WAIT
    assert not SealFile.objects.exists() and not events(signed)
    assert not OutboxMail.objects.filter(kind="sealed copy ready").exists()
    assert seals.seal_waiting(clock=at(waiting.due_at)) == 1
    assert Seal.objects.get(edition=signed).problem == ""


def test_the_waits_between_tries_grow_and_end(signed: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_args: object, **_more: object) -> bytes:
        raise SandboxFailed("gone")

    monkeypatch.setattr(draw, "render", fails)
    now, waits = NOW, []
    for _try in range(9):
        seals.seal_waiting(clock=at(now))
        due = Seal.objects.get(edition=signed).due_at
        waits.append(due - now)
        now = due
    assert waits == sorted(waits)
    assert waits[0] == seals.FIRST_WAIT and waits[-1] == seals.LONGEST_WAIT


def test_a_disk_that_is_full_at_the_last_moment_leaves_no_half_file(
    signed: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_more: object) -> Event:
        raise OperationalError("database or disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(seals, "append_event", full)
        seals.seal_waiting(clock=at())
    assert not SealFile.objects.exists()
    waiting = Seal.objects.get(edition=signed)
    assert waiting.sealed_at is None and "disk" in waiting.problem


def test_where_not_even_the_problem_can_be_written_the_seal_still_waits(
    signed: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    class FullTable:
        def filter(self, **_fields: object) -> FullTable:
            return self

        def update(self, **_fields: object) -> int:
            raise OperationalError("database or disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(seals.Seal, "objects", FullTable())
        seals._try_later(Seal(pk=1, attempts=1), OSError(28, "No space left"), now=NOW)
    assert seals.seal_waiting(clock=at()) == 1


def test_a_file_that_reads_back_wrong_is_not_kept(signed: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    real = seal.seal
    monkeypatch.setattr(
        seal, "seal", lambda *args, **more: real(*args, **more).replace(b"WeasyPrint", b"WeasyPrinT", 1)
    )
    seals.seal_waiting(clock=at())
    assert not SealFile.objects.exists()
    assert "read back" in Seal.objects.get(edition=signed).problem


def test_a_file_of_another_edition_is_not_kept(signed: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.agreements import samples

    of = samples.content()
    monkeypatch.setattr(seals, "draw_edition", lambda _edition: draw.render(of, samples.record(of)))
    seals.seal_waiting(clock=at())
    assert not SealFile.objects.exists()


def test_an_expired_certificate_seals_nothing_and_says_so(signed: Edition, quick: None) -> None:
    certificates.identity(demo=False)
    far = NOW + timedelta(days=366 * certificates.YEARS)
    assert seals.seal_waiting(clock=at(far)) == 0
    assert "expired" in Seal.objects.get(edition=signed).problem


def test_a_demonstration_is_sealed_with_another_key_and_says_so_on_each_page(signed: Edition) -> None:
    program = signed.agreement.partnership.program
    program.is_demo = True
    program.save()
    seals.seal_waiting(clock=at())
    file = SealFile.objects.get(seal__edition=signed)
    assert file.sealer == certificates.identity(demo=True).fingerprint
    assert file.sealer != certificates.identity(demo=False).fingerprint
    assert seal.check(bytes(file.pdf), known=True, now=NOW).contents.demonstration


# --- A timestamp from outside --------------------------------------------------------------------------------


@pytest.fixture
def authority(monkeypatch: pytest.MonkeyPatch, settings: object) -> None:
    """A timestamp authority of the test's own, in place of the network."""

    settings.TSA_URL = "http://127.0.0.1:9/tsa"
    monkeypatch.setattr(timestamps, "ask", answer)


def test_with_a_timestamp_server_the_first_file_has_its_timestamp(signed: Edition, authority: None) -> None:
    seals.seal_waiting(clock=at())
    file = SealFile.objects.get()
    assert file.level == SealFile.Level.LONG_TERM
    assert seal.check(bytes(file.pdf), known=True, now=NOW).timestamped_at
    assert events(signed)[0].content.payload["timestamp"] == "outside"


@pytest.fixture
def silent_server() -> Iterator[str]:
    """A server that takes a request and answers drop by drop, for ever."""
    over = threading.Event()

    class Trickle(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            try:
                self.send_response(200)
                self.end_headers()
                while not over.wait(0.05):
                    self.wfile.write(b"\0")
            except OSError:
                return

        def log_message(self, *_args: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Trickle)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    over.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def paid_server() -> Iterator[str]:
    """A timestamp server that answers its customers alone. Yields its address without their name."""

    class Paid(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            is_known = self.headers["Authorization"] == f"Basic {b64encode(b'city:p@ss word').decode()}"
            stamped = answer(asked) if is_known else b""
            self.send_response(200 if is_known else 401)
            self.send_header("Content-Length", str(len(stamped)))
            self.end_headers()
            self.wfile.write(stamped)

        def log_message(self, *_args: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Paid)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_a_timestamp_server_is_told_who_asks(signed: Edition, paid_server: str, settings: object) -> None:
    settings.TSA_URL = f"http://city:p%40ss%20word@{paid_server}"
    seals.seal_waiting(clock=at())
    assert SealFile.objects.get().level == SealFile.Level.LONG_TERM


@pytest.mark.parametrize("address", ["http://{}", "http://city:wrong@{}"])
def test_and_whoever_it_does_not_know_is_sealed_without(
    signed: Edition, paid_server: str, settings: object, address: str
) -> None:
    settings.TSA_URL = address.format(paid_server)
    seals.seal_waiting(clock=at())
    assert SealFile.objects.get().level == SealFile.Level.BASIC


def test_a_password_for_timestamps_travels_no_open_road(settings: object) -> None:
    settings.TSA_URL = "http://city:secret@tsa.example.org/"
    with pytest.raises(seal.TimestampFailed, match="https") as refused:
        timestamps.ask(b"")
    assert "secret" not in str(refused.value)


def test_a_timestamp_server_that_speaks_no_http_is_none_that_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(9)

        def babble() -> None:
            connection, _from = server.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(b"220 mail.example.org ready\r\n")

        speaker = threading.Thread(target=babble)
        speaker.start()
        answer: list[bytes] = []
        timestamps._post(f"http://127.0.0.1:{server.getsockname()[1]}/", b"", answer)
        speaker.join()
    assert answer == []


def test_a_timestamp_server_that_hangs_holds_nothing_up(
    signed: Edition, silent_server: str, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TSA_URL = silent_server
    monkeypatch.setattr(timestamps, "SECONDS", 0.3)
    start = time.monotonic()
    seals.seal_waiting(clock=at())
    assert time.monotonic() - start < 15
    assert SealFile.objects.get().level == SealFile.Level.BASIC
    assert events(signed)[0].content.payload["timestamp"] == "waits"


def test_the_timestamp_follows_as_a_second_file_and_the_first_stays_known(
    signed: Edition, authority: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(_request: bytes) -> bytes:
        raise seal.TimestampFailed("no answer in time")

    with monkeypatch.context() as patched:
        patched.setattr(timestamps, "ask", down)
        seals.seal_waiting(clock=at())
        seals.seal_waiting(clock=at(NOW + timedelta(minutes=1)))
    waiting = Seal.objects.get(edition=signed)
    assert "timestamp" in waiting.problem and waiting.sealed_at
    assert seals.seal_waiting(clock=at(NOW + timedelta(hours=1))) == 1
    basic, stamped = SealFile.objects.order_by("made_at")
    assert (basic.level, stamped.level) == (SealFile.Level.BASIC, SealFile.Level.LONG_TERM)
    assert bytes(stamped.pdf).startswith(bytes(basic.pdf))
    assert (
        seal.check(bytes(basic.pdf), known=True, now=NOW).kind
        == seal.check(bytes(stamped.pdf), known=True, now=NOW).kind
        == Kind.VALID
    )
    assert len(events(signed, "edition.timestamped")) == 1
    assert OutboxMail.objects.filter(kind="sealed copy ready").count() == 2
    assert seals.seal_waiting(clock=at(NOW + timedelta(hours=2))) == 0
