"""`manage.py doctor` on what is kept: the files, the back-ups, and the timestamps that seals wait for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from agreements.models import Seal
from mail.models import Heartbeat
from partners.models import Program
from sprints.models import BuyIn, Evidence
from tests.factories.kept_files import sprint_with_files
from tests.factories.people import NOW, make_partnership
from tests.running import bucket
from topcities import doctor, reach, upkeep
from topcities.backups import postgresql, restore
from topcities.backups.folder import BackupProblem
from topcities.check_results import LOOK, OK, WRONG, CheckResult, Look, examine
from topcities.figures import Figures
from topcities.file_storage import storage

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def found(look: Look, *, now: datetime = NOW) -> list[CheckResult]:
    results = examine([look], Figures(now))
    assert [one for one in results if one.level != OK and not one.do] == []
    return results


# --- Files ------------------------------------------------------------------------------------------


def test_some_files_are_compared_each_time_and_a_wrong_one_is_named(settings: object) -> None:
    place, sample = found(upkeep.files)
    assert (place.level, place.says) == (OK, f"kept in {settings.MEDIA_ROOT}")
    assert (sample.level, sample.says) == (OK, "0 taken by chance are as they were")
    sprint_with_files()
    assert found(upkeep.files)[1].says == "5 taken by chance are as they were"
    default_storage.delete(BuyIn.objects.get().file.name)
    lost = found(upkeep.files)[1]
    assert lost.level == WRONG and lost.says.startswith("1 of 5 that were compared are not as they were. lost: ")
    assert "verify_files" in lost.do and "backup.md" in lost.do


def test_a_sample_stays_small_however_much_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    sprint_with_files()
    monkeypatch.setattr(upkeep, "LARGEST", 1)
    assert found(upkeep.files)[1].says == "1 taken by chance are as they were"
    monkeypatch.setattr(upkeep, "LARGEST", 10**9)
    monkeypatch.setattr(upkeep, "SECONDS", 0)
    assert found(upkeep.files)[1].says == "1 taken by chance are as they were"
    monkeypatch.setattr(upkeep, "SECONDS", 5)
    monkeypatch.setattr(upkeep, "SAMPLE", 0)
    assert found(upkeep.files)[1].says == "0 taken by chance are as they were"


def test_a_folder_in_which_nothing_can_be_kept(settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    Path(settings.MEDIA_ROOT).mkdir()
    monkeypatch.setattr(upkeep.os, "access", lambda path, mode: False)
    (place,) = found(upkeep.files)
    assert (place.level, place.says) == (
        WRONG,
        f"{settings.MEDIA_ROOT} cannot be written to, so nothing can be handed in",
    )


def test_a_bucket_is_asked_and_what_is_wrong_with_it_said_without_its_secret(settings: object) -> None:
    with bucket.running() as server:
        settings.STORAGES = {**settings.STORAGES, "default": storage(bucket.address_of(server))}
        sprint_with_files()
        place, sample = found(upkeep.files)
        assert (place.level, sample.says) == (OK, "5 taken by chance are as they were")
        assert place.says == f"kept in the bucket evidence-bucket at http://127.0.0.1:{server.server_port}"
        default_storage.delete(Evidence.objects.get().file.name)
        default_storage.save(Evidence.objects.get().file.name, ContentFile(b"another"))
        assert found(upkeep.files)[1].level == WRONG
        for status, says in {403: "refuses the key in FILES_URL", 404: "is not there", 501: "answers with 501"}.items():
            bucket.Bucket.refuses = status
            (place,) = found(upkeep.files)
            assert place.level == WRONG and says in place.says and "secret" not in place.says + place.do
        bucket.close(server)
        (place,) = found(upkeep.files)
        assert place.level == WRONG and "does not answer (EndpointConnectionError)" in place.says


# --- Back-ups ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("production", [False, True])
def test_the_age_of_the_last_back_up_is_said(settings: object, production: bool) -> None:
    settings.PRODUCTION = production
    assert [(one.level, one.says) for one in found(upkeep.backups)] == [
        (OK, "nobody has begun anything yet that would be lost")
    ]
    make_partnership()
    (never,) = found(upkeep.backups)
    assert (never.level, never.says) == (WRONG if production else LOOK, "none was made yet")
    Heartbeat.objects.create(name="backup", at=NOW)
    ages = {1: OK, 3: LOOK, 9: WRONG if production else LOOK}
    assert {days: found(upkeep.backups, now=NOW + timedelta(days=days))[0].level for days in ages} == ages
    made = f"the last was made on {NOW:%Y-%m-%d %H:%M} UTC"
    assert found(upkeep.backups, now=NOW + timedelta(days=3))[0].says == f"{made}, 3 days ago"
    Heartbeat.objects.update(place="host: /backups/monday")
    assert found(upkeep.backups)[0].says == f"{made}, as host: /backups/monday"
    Heartbeat.objects.all().delete()
    Program.objects.update(is_demo=True)
    assert [one.level for one in found(upkeep.backups)] == [OK], "the demonstration can be made again"


def test_a_back_up_that_was_put_back_and_never_looked_at_is_said(data: Path) -> None:
    """A kill, or a server that went away, between the two. What went wrong by itself, or well, leaves no such note."""
    assert found(upkeep.restored) == []
    for ended, stays in ((None, False), (BackupProblem("other rows"), False), (OperationalError("gone"), True)):
        with suppress(BackupProblem, OperationalError), restore._unchecked(data / "back-up"):
            (finding,) = found(upkeep.restored)
            assert finding.level == WRONG and f"{data}/back-up was being put back" in finding.says
            if ended:
                raise ended
        assert bool(found(upkeep.restored)) is stays


def test_tools_that_could_not_make_one_are_named_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep.facts, "engine", lambda: postgresql)
    monkeypatch.setattr(postgresql, "problem", lambda: "pg_dump cannot be found here.")
    tools, _age = found(upkeep.backups)
    assert (tools.level, tools.says) == (LOOK, "none can be made. pg_dump cannot be found here.")


# --- Timestamps -------------------------------------------------------------------------------------


class StampServer(BaseHTTPRequestHandler):
    """It takes questions by POST alone, as such servers do."""

    asked: list[str]
    status: int

    def do_HEAD(self) -> None:
        self.asked.append(self.path)
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_about: object) -> None:
        """Quiet."""


@pytest.fixture
def stamp_server(settings: object) -> Iterator[ThreadingHTTPServer]:
    StampServer.asked, StampServer.status = [], 405
    server = ThreadingHTTPServer(("127.0.0.1", 0), StampServer)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    settings.TSA_URL = f"http://someone:hidden@127.0.0.1:{server.server_port}/stamp"
    yield server
    bucket.close(server)


def test_without_a_timestamp_server_nothing_is_asked(settings: object) -> None:
    settings.TSA_URL = ""
    (none,) = found(upkeep.timestamps)
    assert none.level == OK and "none asked for" in none.says


def test_a_timestamp_server_is_looked_for_and_no_timestamp_spent(stamp_server: ThreadingHTTPServer) -> None:
    (there,) = found(reach.timestamp_server)
    assert (there.level, there.says, StampServer.asked) == (OK, "127.0.0.1 can be reached", ["/stamp"])
    StampServer.status = 503
    assert [(one.level, one.says) for one in found(reach.timestamp_server)] == [
        (LOOK, "127.0.0.1 cannot be reached: it answers with 503")
    ]
    bucket.close(stamp_server)
    (away,) = found(reach.timestamp_server)
    assert away.level == LOOK and "Connection refused" in away.says and "hidden" not in away.says


def test_seals_that_wait_long_for_their_timestamp_are_counted(settings: object) -> None:
    settings.TSA_URL = "http://127.0.0.1:1/stamp"
    sprint_with_files()
    Seal.objects.update(sealed_at=NOW)
    assert [one.level for one in found(upkeep.timestamps, now=NOW + timedelta(hours=23))] == [OK]
    (waiting,) = found(upkeep.timestamps, now=NOW + timedelta(hours=25))
    assert (waiting.level, waiting.says.split()[0]) == (WRONG, "1")
    Program.objects.update(is_demo=True)
    (demo,) = found(upkeep.timestamps, now=NOW + timedelta(hours=25))
    assert demo.level == OK, "the demonstration's is asked for none"


# --- Versions, and the disk of the files ------------------------------------------------------------


def test_a_database_of_a_newer_version_is_said() -> None:
    assert [one.level for one in found(doctor.migrations)] == [OK]
    MigrationRecorder(connection).record_applied("sprints", "9999_next")
    newer = found(doctor.migrations)[0]
    assert (newer.level, "1 applied that this one does not know" in newer.says) == (LOOK, True)


def test_files_on_another_disk_have_a_line_of_their_own(settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DATA_DIR, settings.MEDIA_ROOT = "/dev/shm", "/proc"  # two file systems that every Linux has
    monkeypatch.setattr(doctor.os, "access", lambda path, mode: True)
    data, files = found(doctor.disk)
    assert data.says.endswith("free in /dev/shm") and files.says.endswith("free in /proc")
    settings.MEDIA_ROOT = "/dev/shm"
    assert len(found(doctor.disk)) == 1
