"""`manage.py doctor`: each of its lines, and that it says what to do."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import connection
from django.utils import timezone

from ledger import append_only
from mail.models import Heartbeat, MailState, OutboxMail
from tests.agreements.authority import authority_file
from tests.running.process import A_KEY, manage
from topcities import doctor
from topcities.check_results import CheckResult, Level, Look, examine
from topcities.doctor import EVERYTHING
from topcities.figures import Figures
from topcities.mail_provider import provider_settings

NOW = datetime(2027, 3, 2, 18, 30, tzinfo=UTC)


def levels(look: Look) -> set[Level]:
    return {finding.level for finding in examine([look], Figures(NOW))}


@pytest.mark.django_db
def test_every_finding_that_is_not_well_says_what_to_do() -> None:
    found = examine(EVERYTHING, Figures(timezone.now()))
    assert {finding.topic for finding in found} >= {
        *("settings", "database", "queue", "worker", "migrations", "triggers", "static files", "certificate"),
        *("fonts", "mail", "seals", "clock", "disk"),
    }
    assert [finding for finding in found if finding.level != Level.OK and not finding.do] == []


def test_a_look_that_breaks_is_a_finding_and_ends_nothing() -> None:
    def broken(figures: Figures) -> Iterable[CheckResult]:
        raise RuntimeError("out of order")

    def well(figures: Figures) -> Iterable[CheckResult]:
        return [CheckResult("well", Level.OK, "yes")]

    found = examine([broken, well], Figures(NOW))
    assert [(finding.topic, finding.level) for finding in found] == [("broken", Level.WRONG), ("well", Level.OK)]


@pytest.mark.django_db(transaction=True)
def test_a_ledger_that_could_be_changed_is_wrong() -> None:
    assert levels(doctor.triggers) == {Level.OK}
    with connection.cursor() as cursor:
        cursor.execute(append_only.remove_sql(connection.vendor)[0])
    try:
        assert levels(doctor.triggers) == {Level.WRONG}
    finally:
        with connection.cursor() as cursor:
            for statement in append_only.remove_sql(connection.vendor) + append_only.install_sql(connection.vendor):
                cursor.execute(statement)
    assert levels(doctor.triggers) == {Level.OK}


def test_before_the_first_start_it_names_what_is_missing(tmp_path: Path) -> None:
    result = manage("doctor", data=tmp_path)
    assert result.returncode == 1
    assert "manage.py migrate" in result.stdout
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("days", "says"),
    [
        (None, "cannot be read"),
        ((), "cannot be opened"),
        ((-20, -1), "expired on"),
        ((1, 20), "is not valid before"),
    ],
    ids=["missing", "no certificate", "expired", "not yet valid"],
)
def test_a_certificate_that_cannot_seal_is_wrong_before_anyone_signs(
    tmp_path: Path, days: tuple[int, ...] | None, says: str
) -> None:
    path = tmp_path / "seal.p12"
    if days:
        start, end = (datetime.now(UTC) + timedelta(days=day) for day in days)
        authority_file(path, start=start, end=end)
    elif days is not None:
        path.write_bytes(b"not a certificate")
    result = manage("doctor", data=tmp_path, SEAL_PKCS12=str(path), SECRET_KEY=A_KEY)
    line = next(line for line in result.stdout.splitlines() if line[7:].startswith("certificate"))
    assert (result.returncode, line.startswith("wrong")) == (1, True)
    assert says in line


@pytest.mark.django_db
def test_a_certificate_made_here_is_said_to_prove_little(settings: object, tmp_path: Path) -> None:
    settings.SEAL_PKCS12, settings.DATA_DIR = "", tmp_path
    facts, finding = examine([doctor.certificate], Figures(timezone.now()))
    assert (facts.level, "Seal made on this machine" in facts.says) == (Level.OK, True)
    assert finding.level == Level.LOOK
    assert "unknown signer" in finding.says


def test_a_key_that_could_be_guessed_is_wrong_on_this_machine_too(settings: object) -> None:
    settings.SECRET_KEY = "x"
    assert Level.WRONG in levels(doctor.configuration)
    settings.SECRET_KEY = A_KEY
    assert Level.WRONG not in levels(doctor.configuration)


@pytest.mark.parametrize(("proxies", "named"), [(0, True), (1, False)])
def test_https_without_a_proxy_that_is_trusted_deserves_a_look(settings: object, proxies: int, named: bool) -> None:
    settings.HTTPS, settings.ALLAUTH_TRUSTED_PROXY_COUNT = True, proxies
    found = [finding.says for finding in examine([doctor.configuration], Figures(timezone.now()))]
    assert any("TRUSTED_PROXIES" in says for says in found) is named


@pytest.mark.parametrize(
    ("free", "level"), [(50 * 2**20, Level.WRONG), (500 * 2**20, Level.LOOK), (50 * 2**30, Level.OK)]
)
def test_little_space_is_said_in_time(monkeypatch: pytest.MonkeyPatch, free: int, level: Level) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=free))
    assert levels(doctor.disk) == {level}


@pytest.mark.django_db
def test_a_clock_that_was_set_back() -> None:
    Heartbeat.objects.create(name="worker", at=NOW + timedelta(minutes=3))
    assert levels(doctor.clock) == {Level.WRONG}
    assert {finding.level for finding in examine([doctor.clock], Figures(NOW + timedelta(minutes=3)))} == {Level.OK}


@pytest.mark.django_db
def test_mail_that_waits_and_mail_given_up() -> None:
    for number, state in enumerate([MailState.WAITING, MailState.GIVEN_UP, MailState.SENT]):
        OutboxMail.objects.create(
            key=str(number),
            kind="x",
            to="a@example.org",
            language="en",
            state=state,
            created_at=NOW - timedelta(hours=1),
            due_at=NOW - timedelta(hours=1),
            message_id=f"<{number}@example.org>",
        )
    says = " ".join(finding.says for finding in examine([doctor.mail], Figures(NOW)))
    assert "1 waiting for over ten minutes" in says
    assert "1 could not be delivered" in says


@pytest.mark.django_db
def test_a_mail_server_that_is_not_there(settings: object) -> None:
    settings.EMAIL_URL = "smtp://someone:secret@127.0.0.1:1"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    (finding,) = examine([doctor.mail_server], Figures(NOW))
    assert finding.level == Level.WRONG
    assert "secret" not in finding.says


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("url", "secret", "level", "says"),
    [
        ("anymail+postmark://?server_token=hidden", "reports:hidden", Level.OK, "leaves through postmark"),
        ("anymail+postmark://?server_token=hidden", "", Level.LOOK, "nobody learns of what comes back"),
        ("anymail+postmark://", "reports:hidden", Level.WRONG, "POSTMARK_SERVER_TOKEN"),
    ],
)
def test_a_provider_of_mail(settings: object, url: str, secret: str, level: Level, says: str) -> None:
    settings.EMAIL_URL = url
    for name, value in provider_settings(url, secret=secret, timeout=1).items():
        setattr(settings, name, value)
    (finding,) = examine([doctor.mail], Figures(NOW))
    assert (finding.level, says in finding.says) == (level, True)
    assert "hidden" not in finding.says + finding.do


def test_a_library_that_is_missing_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "find_library", lambda name: None if name == "harfbuzz-subset" else name)
    (finding,) = examine([doctor.fonts], Figures(NOW))
    assert finding.level == Level.WRONG
    assert finding.do.endswith("libharfbuzz-subset0")
