"""The way back from an upgrade that failed, as docs/operations/upgrading.md says it: with data, to the letter."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from agreements.seal.certificates import identity
from ledger import append_only
from ledger.models import Event
from ledger.verify import verify_ledger
from mail.models import Heartbeat, OutboxMail
from partners.parties import Party
from sprints.models import BuyIn, Evidence
from tests.factories.kept_files import SCAN, add_file, sprint_with_files
from tests.factories.people import client_of
from tests.factories.sprints import lead_in
from tests.mail.worker_process import address_of
from tests.pages import sprint_url, text_of
from tests.running import kept_aside
from tests.running.process import manage
from topcities.backups import facts

NEXT = {"DJANGO_SETTINGS_MODULE": "tests.running.next_version.settings"}


def run(*command: str, **options: object) -> str:
    out = StringIO()
    call_command(*command, stdout=out, **options)
    return out.getvalue()


def keys_of_a_start(data: Path) -> None:
    (data / "secret_key").write_text(settings.SECRET_KEY)
    identity(demo=False)


@pytest.mark.django_db(transaction=True)
def test_back_from_an_upgrade_that_failed(data: Path, tmp_path: Path) -> None:
    sprint, backup = sprint_with_files(), tmp_path / "before-the-upgrade"
    keys_of_a_start(data)
    assert "is whole" in run("backup", str(backup))
    before, key = facts.gather(now=timezone.now()), (data / "secret_key").read_bytes()
    added_after = add_file(sprint, "Handed in after the back-up", SCAN)

    upgraded = manage("migrate", data=data, DATABASE_URL=address_of(connection.settings_dict["NAME"]), **NEXT)
    assert upgraded.returncode != 0 and "goes wrong half-way" in upgraded.stderr
    with pytest.raises(DatabaseError), transaction.atomic():
        Evidence.objects.get(pk=added_after.pk)
    assert append_only.missing() and not OutboxMail.objects.exists()
    lost, changed = BuyIn.objects.get().file.name, added_after.file.name.replace(str(added_after.pk), "")
    changed += next(path for path in default_storage.listdir(changed)[1] if path != str(added_after.pk))
    default_storage.delete(lost)
    default_storage.delete(changed)
    default_storage.save(changed, ContentFile(b"another"))
    (data / "secret_key").write_text("another")

    with pytest.raises(CommandError, match=r"holds data\. Nothing was changed\. With --replace"):
        run("restore", str(backup))
    assert not OutboxMail.objects.exists()
    said = run("restore", str(backup), replace=True)
    assert "is back" in said and "2 files were put back" in said and "is another one" not in said

    after = facts.gather(now=timezone.now())
    beat = {"ledger_heartbeat": 1}
    assert after.rows == before.rows | beat and after.migrations == before.migrations
    assert verify_ledger().intact and append_only.missing() == []
    with pytest.raises(DatabaseError, match="can only grow"), transaction.atomic():
        Event.objects.update(kind="forged")
    assert "all are as they were" in run("verify_files")
    page = text_of(client_of(lead_in(sprint, Party.CITY)).get(sprint_url(sprint)))
    assert "half-way" not in page and not Evidence.objects.filter(pk=added_after.pk).exists()
    assert (data / "secret_key").read_bytes() == key
    assert {file.stat().st_mode & 0o777 for file in (data / "secret_key", data / "seal" / "local.p12")} == {0o600}
    assert Heartbeat.objects.get(name="backup").at.isoformat() == facts.read(backup).made_at
    assert kept_aside.rows_of("next_version_note") == 1
    assert [path.read_text() for path in data.glob("before-restore-*/keys/secret_key")] == ["another"]
    kept = Path(settings.MEDIA_ROOT).glob("before-restore-*/evidence/*/*")
    assert [path.read_bytes() for path in kept] == [b"another"]
