"""`manage.py backup` and `restore`: whole or not there, of one moment, and nothing is overwritten unasked."""

from __future__ import annotations

import fcntl
import json
import os
import pwd
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from io import StringIO
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import psycopg2
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection

from agreements.models import Edition
from ledger import append_only
from ledger.verify import verify_ledger
from mail.models import Heartbeat
from partners.models import Person
from sprints.models import BuyIn, Evidence
from tests.factories.kept_files import LETTER, SCAN, sha256, sprint_with_files
from tests.factories.people import NOW, make_person
from tests.migrated import copy_to
from tests.running import bucket, kept_aside, process
from tests.running.process import A_KEY, manage
from tests.running.site import DATABASE
from topcities.backups import backup, facts, folder, keys, lock, postgresql
from topcities.backups.folder import BackupProblem, check, new_folder
from topcities.backups.restore import UNCHECKED, wrong_account
from topcities.file_storage import storage

QUIET = {"capture_output": True, "text": True, "timeout": 60}

# --- The folder -------------------------------------------------------------------------------------


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    with new_folder(tmp_path / "whole") as new:
        new.add("about.json", [b"{", b"}"])
        new.add("files/evidence/1/a", [b"what residents said"])
    return tmp_path / "whole"


def test_a_folder_is_whole_by_the_tools_of_any_machine_and_for_its_owner_alone(whole: Path) -> None:
    assert check(whole).keys() == {"about.json", "files/evidence/1/a"}
    assert (whole / "SHA256SUMS").read_text().splitlines()[0] == f"{sha256(b'{}')}  about.json"
    modes = {path.stat().st_mode & 0o777 for path in (whole, *whole.rglob("*"))}
    assert modes == {0o700, 0o600}


@pytest.mark.parametrize("name", ["about.json", "files/evidence/1/a"])
@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (Path.unlink, "is missing"),
        (lambda file: file.write_bytes(file.read_bytes()[:-1]), "is changed"),
        (lambda file: file.write_bytes(b"X" + file.read_bytes()[1:]), "is changed"),
    ],
    ids=["lost", "cut off", "changed"],
)
def test_what_is_not_as_it_was_made_is_named(whole: Path, name: str, harm: object, says: str) -> None:
    harm(whole / name)
    with pytest.raises(BackupProblem, match=f"{name} {says}"):
        check(whole)


def test_without_its_fingerprints_it_is_no_back_up(whole: Path) -> None:
    (whole / "SHA256SUMS").unlink()
    with pytest.raises(BackupProblem, match="no whole back-up"):
        check(whole)


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "files/../../x", "", "a\x07b"])
def test_no_name_leads_out_of_the_folder(whole: Path, name: str) -> None:
    (whole / "SHA256SUMS").write_text(f"{'0' * 64}  {name}\n")
    with pytest.raises(BackupProblem, match="is no name of a file in a back-up"):
        check(whole)


def test_what_breaks_half_way_leaves_no_folder(tmp_path: Path) -> None:
    def breaks() -> Iterator[bytes]:
        yield b"half"
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"), new_folder(tmp_path / "new") as new:
        new.add("about.json", [b"{}"])
        new.add("database.dump", breaks())
    assert list(tmp_path.iterdir()) == []


def test_a_kill_leaves_nothing_under_the_name_of_a_whole_one(tmp_path: Path) -> None:
    """As it stands on the disk at any moment before the end."""
    with new_folder(tmp_path / "new") as new:
        new.add("about.json", [b"{}"])
        assert [path.name for path in tmp_path.iterdir()] == ["new.unfinished"]
        shutil.copytree(tmp_path / "new.unfinished", tmp_path / "other.unfinished")
    with pytest.raises(BackupProblem, match="no whole back-up"):
        check(tmp_path / "other.unfinished")
    for name, says in {"new": "is there already", "other": "cut short"}.items():
        with pytest.raises(BackupProblem, match=says), new_folder(tmp_path / name):
            pass


def test_a_disk_that_is_too_small_is_said_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda place: SimpleNamespace(free=10 * 2**20))
    folder.need_space(tmp_path, 9 * 2**20)
    with pytest.raises(BackupProblem, match="needs about 10 MB, and 10 MB are free"):
        folder.need_space(tmp_path, 10 * 2**20)


# --- PostgreSQL's tools -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("server", "tools", "says"),
    [
        (170002, ["pg_dump", "pg_restore", "psql"], "of PostgreSQL 15, and the server of 17, which it cannot read"),
        (150020, ["pg_dump"], "pg_restore and psql cannot be found here. Install with apt: postgresql-client"),
        (150020, ["pg_dump", "pg_restore", "psql"], ""),
        (140002, ["pg_dump", "pg_restore", "psql"], ""),
    ],
)
def test_tools_that_do_not_fit_the_server_are_named(
    monkeypatch: pytest.MonkeyPatch, server: int, tools: list[str], says: str
) -> None:
    monkeypatch.setattr(postgresql, "server_version", lambda: server)
    monkeypatch.setattr(postgresql, "_tool_version", lambda: 15)
    monkeypatch.setattr(shutil, "which", lambda name: name if name in tools else None)
    assert says in postgresql.problem() and bool(says) == bool(postgresql.problem())


# --- The commands -----------------------------------------------------------------------------------


def run(*command: str, **options: object) -> tuple[int, str]:
    """Exit status, and what was said."""
    out = StringIO()
    try:
        call_command(*command, stdout=out, **options)
    except SystemExit as end:
        return end.code, out.getvalue()
    except CommandError as error:
        return error.returncode, str(error)
    return 0, out.getvalue()


def sum_again(place: Path, name: str) -> None:
    """As whoever changed it could."""
    lines = [line for line in (place / "SHA256SUMS").read_text().splitlines() if not line.endswith(f"  {name}")]
    (place / "SHA256SUMS").write_text("\n".join([*lines, f"{folder.sum_of(place / name)}  {name}"]))


def beside(act: object) -> None:
    """In a connection of its own, as another process would."""

    def in_thread() -> None:
        try:
            act()
        finally:
            connection.close()

    thread = Thread(target=in_thread)
    thread.start()
    thread.join()


@pytest.mark.django_db(transaction=True)
def test_it_is_of_one_moment_while_people_write_and_comes_back_only_as_it_was(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_person("Ana")

    def say(words: str) -> None:
        if words == "Copying the database.":  # after the rows were counted
            beside(lambda: make_person("Ben"))

    made = backup.back_up(tmp_path / "new", now=NOW, say=say)
    assert Person.objects.count() == 2 and made.facts.rows["partners_person"] == 1
    beat = Heartbeat.objects.get(name="backup")
    assert (beat.at, beat.place.endswith(f": {tmp_path}/new")) == (NOW, True)

    other = shutil.copytree(tmp_path / "new", tmp_path / "other")
    told = json.loads((other / "about.json").read_bytes())
    told["rows"]["partners_person"] = 7
    (other / "about.json").write_text(json.dumps(told))
    assert "about.json is changed" in run("restore", str(other), replace=True)[1]
    sum_again(other, "about.json")
    status, says = run("restore", str(other), replace=True)
    assert status == 1 and "partners_person hold another number of rows" in says
    assert Person.objects.count() == 2, "the database is as it was before"
    if connection.vendor == "postgresql":
        with monkeypatch.context() as patched:
            patched.setattr(postgresql, "_moves", lambda here, there: [])
            status, says = run("restore", str(tmp_path / "new"), replace=True)
        assert status == 1 and "already exists" in says and says.endswith("The database is as it was before.")
        dump = other / "database.dump"
        dump.write_bytes(dump.read_bytes()[:-400])  # in the rows of a table, where its list of contents shows nothing
        sum_again(other, dump.name)
        status, says = run("restore", str(other), replace=True)
        assert status == 1 and "end of file" in says and says.endswith("The database is as it was before.")
        with pytest.raises(BackupProblem, match="could not open"):
            postgresql._restore_in_one_step(tmp_path / "none", ["CREATE TABLE half_way (id int)"])
        assert "half_way" not in connection.introspection.table_names()
        assert Person.objects.count() == 2 and kept_aside.schemas() == []

    assert run("restore", str(tmp_path / "new"), check=True)[0] == 0
    assert Person.objects.count() == 2, "it was only looked at"
    assert run("restore", str(tmp_path / "new"), replace=True)[0] == 0
    assert [person.name for person in Person.objects.all()] == ["Ana"]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_restored_below_the_feet_of_a_site(data: Path, tmp_path: Path) -> None:
    assert run("backup", str(tmp_path / "new"))[0] == 0
    refused = "The site is running: .* Stop pages, worker and clock"
    with lock.held(alone=False) as ours:
        assert ours
        status, says = run("restore", str(tmp_path / "new"), replace=True)
        assert status == 1 and f"it holds {data}" in says
    with closing(another_connection()) as other:
        other.cursor().execute("SELECT count(*) FROM partners_person")
        with pytest.raises(CommandError, match=refused):
            call_command("restore", str(tmp_path / "new"), replace=True, stdout=StringIO())
    assert run("restore", str(tmp_path / "new"))[0] == 0, "nothing but what a start fills was there"


def another_connection() -> sqlite3.Connection | psycopg2.extensions.connection:
    if connection.vendor == "sqlite":
        return sqlite3.connect(connection.settings_dict["NAME"])
    where = connection.settings_dict
    who = {"user": where["USER"], "host": where["HOST"], "port": where["PORT"], "password": where["PASSWORD"]}
    return psycopg2.connect(dbname=where["NAME"], **who)


def test_a_start_waits_while_a_back_up_is_put_back(tmp_path: Path) -> None:
    """Both parts of a start: what makes ready, and what runs."""
    with (tmp_path / lock.NAME).open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        for script in ("script/ready.py", "script/run_all.py"):
            refused = process.run(script, data=tmp_path, PORT="0" if "run" in script else "8765", DEMO="0")
            assert refused.returncode == 1
            assert refused.stderr.strip() == "A back-up is being put back here. Start again when that is done."


def test_no_packages_are_taken_from_a_running_site(tmp_path: Path) -> None:
    """A command of a new version, called while the site still runs with those of the version before."""
    shutil.copytree(process.ROOT / "script", tmp_path / "script")
    (tmp_path / "requirements.txt").write_text("# another lock\n")
    (tmp_path / "var").mkdir()
    with (tmp_path / "var" / lock.NAME).open("a") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        told = subprocess.run(["script/manage", "backup"], cwd=tmp_path, env={"PATH": os.environ["PATH"]}, **QUIET)
    assert told.returncode == 1 and told.stderr.startswith("The site runs with the packages of another version")
    assert not (tmp_path / ".venv").exists()


@pytest.mark.any_database
@pytest.mark.django_db(transaction=True)
def test_files_go_to_a_bucket_and_come_back_and_what_was_wrong_is_named(
    data: Path, tmp_path: Path, settings: object
) -> None:
    with bucket.running() as server:
        settings.STORAGES = {**settings.STORAGES, "default": storage(bucket.address_of(server))}
        sprint_with_files()
        evidence, letter = Evidence.objects.get(), BuyIn.objects.get()
        assert run("backup", str(tmp_path / "new"))[0] == 0
        assert (tmp_path / "new" / "files" / evidence.file.name).read_bytes() == SCAN
        bucket.Bucket.kept.clear()
        default_storage.save(letter.file.name, ContentFile(b"another"))
        status, says = run("restore", str(tmp_path / "new"), replace=True)
        assert (status, "2 files were put back" in says) == (0, True)
        kept = {name.removeprefix("/evidence-bucket/"): data for name, data in bucket.Bucket.kept.items()}
        (aside,) = set(kept) - {evidence.file.name, letter.file.name}
        assert aside.startswith("before-restore-") and aside.endswith(letter.file.name)
        assert kept == {evidence.file.name: SCAN, letter.file.name: LETTER, aside: b"another"}

        default_storage.delete(letter.file.name)
        default_storage.delete(evidence.file.name)
        default_storage.save(evidence.file.name, ContentFile(b"changed by somebody"))
        status, says = run("backup", str(tmp_path / "later"))
        assert status == 2
        assert "changed: " in says and "lost: " in says and "evidence “The residents' survey”" in says
        default_storage.delete(evidence.file.name)
        default_storage.save(evidence.file.name, ContentFile(SCAN))
        assert run("restore", str(tmp_path / "later"), replace=True)[0] == 0
        assert evidence.file.open().read() == SCAN, "what was mended meanwhile stays"

        bucket.close(server)
        status, says = run("backup", str(tmp_path / "away"))
        assert status == 1 and "The files cannot be read" in says and not (tmp_path / "away").exists()


@pytest.mark.any_database
@pytest.mark.django_db(transaction=True)
def test_what_came_back_is_compared_before_it_takes_the_place_of_anything(data: Path, tmp_path: Path) -> None:
    """Whoever changes a back-up and its fingerprints, too, leaves as many rows as there were."""
    sprint_with_files()
    assert run("backup", str(tmp_path / "new"))[0] == 0
    trigger = append_only.SQLITE["ledger_event_no_update"]
    again = append_only._sqlite("ledger_event_no_update", *trigger)
    forged = "UPDATE ledger_event SET kind = 'forged' WHERE sequence = 1"
    for says, statements in {
        "the ledger could be changed: ledger_event_no_update": ["DROP TRIGGER ledger_event_no_update"],
        "the ledger is {'chains': 1": ["DROP TRIGGER ledger_event_no_update", forged, again],
        "changed: ": ["UPDATE sprints_buyin SET file_sha256 = replace(file_sha256, 'a', 'b')"],
        "this version cannot read it": ["ALTER TABLE sprints_evidence DROP COLUMN title"],
    }.items():
        other = shutil.copytree(tmp_path / "new", tmp_path / "other")
        with closing(sqlite3.connect(other / "database.sqlite3")) as opened:
            for statement in statements:
                opened.execute(statement)
            opened.commit()
        sum_again(other, "database.sqlite3")
        status, said = run("restore", str(other), replace=True)
        assert status == 1 and says in said and said.endswith("The database is as it was before."), said
        shutil.rmtree(other)
    assert verify_ledger().intact and append_only.missing() == [] and kept_aside.files() == []
    assert not (data / UNCHECKED).exists()


@pytest.mark.any_database
@pytest.mark.django_db(transaction=True)
def test_a_file_in_the_database_that_was_changed_before_is_said_and_comes_back_so(data: Path, tmp_path: Path) -> None:
    """A back-up that said nothing could never be restored: what came back would not be what it should be."""
    sprint_with_files()
    Edition.objects.update(canonical=b"another")
    status, says = run("backup", str(tmp_path / "new"))
    assert status == 2 and "the text of edition 1" in says
    assert run("restore", str(tmp_path / "new"), replace=True)[0] == 0


@pytest.mark.any_database
@pytest.mark.django_db(transaction=True)
def test_a_key_that_cannot_be_put_back_is_said_and_what_stands(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (data / "seal").mkdir(exist_ok=True)
    (data / "seal" / "local.p12").write_bytes(b"a key")
    assert run("backup", str(tmp_path / "new"))[0] == 0

    def full(*_given: object) -> bool:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keys, "put", full)
    status, says = run("restore", str(tmp_path / "new"), replace=True)
    assert status == 1 and "as it was before" not in says
    assert "Database and files are those of the back-up" in says and "No space left on device" in says


@pytest.mark.django_db(transaction=True)
def test_what_cannot_be_read_back_gets_no_name(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "sum_of", lambda _file: "0" * 64)
    status, says = run("backup", str(tmp_path / "new"))
    assert status == 1 and "is not as it was made" in says
    assert list(tmp_path.glob("new*")) == []


@pytest.mark.any_database
@pytest.mark.django_db(transaction=True)
def test_versions_that_differ_are_said_and_only_go_on_as_asked(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("backup", str(tmp_path / "new"))[0] == 0
    known = facts.known()
    monkeypatch.setattr(facts, "known", lambda: [*known, "sprints.9999_next"])
    status, says = run("backup", str(tmp_path / "other"))
    assert status == 1 and "lacks sprints.9999_next. Back up with the version that ran last" in says
    status, says = run("restore", str(tmp_path / "new"))
    assert status == 1 and "newer by sprints.9999_next" in says and "--migrate" in says
    assert run("restore", str(tmp_path / "new"), migrate=True)[0] == 0


@pytest.mark.any_database
@pytest.mark.django_db(transaction=True)
def test_another_kind_of_database_and_another_key_are_said(data: Path, tmp_path: Path, settings: object) -> None:
    assert run("backup", str(tmp_path / "new"))[0] == 0
    settings.SECRET_KEY = A_KEY
    status, says = run("restore", str(tmp_path / "new"))
    assert (status, "SECRET_KEY is another one" in says) == (0, True)
    with new_folder(tmp_path / "other") as new:
        new.add("about.json", [(tmp_path / "new" / "about.json").read_bytes().replace(b"sqlite", b"postgresql")])
        new.add("database.dump", [b"PGDMP"])
    status, says = run("restore", str(tmp_path / "other"))
    assert status == 1 and "This back-up is of postgresql, and DATABASE_URL names sqlite" in says


def test_root_leaves_nothing_that_the_site_cannot_write_to() -> None:
    nobody = pwd.getpwnam("nobody")
    assert "sudo -u nobody" in wrong_account(0, nobody.pw_uid)
    assert "sudo -u #4242424" in wrong_account(0, 4242424)
    assert [wrong_account(*pair) for pair in [(0, 0), (1000, 1000), (1000, 0)]] == ["", "", ""]


def test_on_a_new_machine_it_brings_database_keys_and_files(tmp_path: Path) -> None:
    """From one DATA_DIR to another that is not there yet, in processes of their own, as at a terminal."""
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    copy_to(here / DATABASE)
    made = manage("backup", str(tmp_path / "new"), data=here)
    assert made.returncode == 0, made.stderr
    restored = manage("restore", str(tmp_path / "new"), data=there)
    assert restored.returncode == 0, restored.stderr
    assert "SECRET_KEY" not in restored.stdout
    assert (there / "secret_key").read_bytes() == (here / "secret_key").read_bytes()
    assert list(there.glob("*before-restore-*")) == [], "what was there held nothing, and its key was a moment old"
