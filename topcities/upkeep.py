"""What `manage.py doctor` asks of what is kept: the files, the back-ups, and the timestamps that seals wait for."""

from __future__ import annotations

import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages

from agreements.models import Seal, SealFile
from mail.models import Heartbeat
from partners.models import Partnership
from topcities.backups import facts
from topcities.backups.backup import HEARTBEAT
from topcities.backups.restore import UNCHECKED
from topcities.check_results import LOOK, OK, WRONG, CheckResult, Look
from topcities.kept_files import Comparison, FileState, all_files, compare_all

# A sample is for every hour: of each kind so many files, in so many seconds and bytes.
SAMPLE, SECONDS, LARGEST = 10, 5, 50 * 1024 * 1024
OLD, TOO_OLD = timedelta(days=2), timedelta(days=8)
WAITS_LONG = timedelta(days=1)


def files(now: datetime) -> Iterator[CheckResult]:
    """Can they be read and kept, and are some of them, taken by chance, what was handed in?"""
    place = _where()
    yield place
    if place.level == OK:
        yield _compared(compare_all(all_files(sample=SAMPLE), seconds=SECONDS, largest=LARGEST))


def _where() -> CheckResult:
    kept = storages["default"]
    if not isinstance(kept, FileSystemStorage):
        return _bucket(kept)
    folder = Path(kept.location)
    if folder.exists() and not os.access(folder, os.W_OK | os.X_OK):
        says = f"{folder} cannot be written to, so nothing can be handed in"
        return CheckResult("files", WRONG, says, "Give it to the account that runs this.")
    return CheckResult("files", OK, f"kept in {folder}")


def _bucket(kept: object) -> CheckResult:
    """Its client is asked: to look for a file says the same of a file that is missing and of a bucket that is."""
    from botocore.exceptions import BotoCoreError, ClientError  # only who keeps files in a bucket has it

    named = f"the bucket {kept.bucket_name} at {kept.endpoint_url}"  # type: ignore[attr-defined]
    try:
        kept.bucket.meta.client.head_bucket(Bucket=kept.bucket_name)  # type: ignore[attr-defined]
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        why = {403: "refuses the key in FILES_URL", 404: "is not there"}.get(status, f"answers with {status}")
        return CheckResult("files", WRONG, f"{named} {why}, so files cannot be kept or read", _MEND_BUCKET)
    except BotoCoreError as error:
        why = f"does not answer ({type(error).__name__}), so files cannot be kept or read"
        return CheckResult("files", WRONG, f"{named} {why}", _MEND_BUCKET)
    return CheckResult("files", OK, f"kept in {named}")


_MEND_BUCKET = "Check FILES_URL, and what its key may do: list, read and write (docs/operations/docker.md)."


def _compared(report: Comparison) -> CheckResult:
    lost = [one for one in report.problems if one.state in (FileState.CHANGED, FileState.LOST)]
    if lost:
        says = f"{len(lost)} of {report.checked} that were compared are not as they were. {lost[0]}"
        do = "Run manage.py verify_files, which names all, and bring them back (docs/operations/backup.md)."
        return CheckResult("files", WRONG, says, do)
    if report.problems:
        says = f"{len(report.problems)} of {report.checked} could not be read. {report.problems[0]}"
        return CheckResult("files", WRONG, says, "Mend what the error names, then run manage.py verify_files.")
    return CheckResult("files", OK, f"{report.checked} taken by chance are as they were")


def restored(now: datetime) -> Iterator[CheckResult]:
    """Nothing is said where nothing was put back by half."""
    note = Path(settings.DATA_DIR) / UNCHECKED
    if note.exists():
        says = f"{note.read_text()} was being put back when that was interrupted, so nobody knows whether it is whole"
        do = "Stop the site, and run manage.py restore again, with --replace."
        yield CheckResult("back-up", WRONG, says, do)


def backups(now: datetime) -> Iterator[CheckResult]:
    """Could one be made, and how old is the last? It may be on another machine: the database says when it was made."""
    if why := facts.engine().problem():
        yield CheckResult("back-up", WRONG if settings.PRODUCTION else LOOK, f"none can be made. {why}", _BACK_UP)
    made = Heartbeat.objects.filter(name=HEARTBEAT).values_list("at", flat=True).first()
    if made is None and not Partnership.objects.filter(program__is_demo=False).exists():
        yield CheckResult("back-up", OK, "nobody has begun anything yet that would be lost")
    elif made is None:
        yield CheckResult("back-up", WRONG if settings.PRODUCTION else LOOK, "none was made yet", _BACK_UP)
    else:
        yield _age(now - made, f"the last was made on {made:%Y-%m-%d %H:%M} UTC")


def _age(age: timedelta, says: str) -> CheckResult:
    if age < OLD:
        return CheckResult("back-up", OK, says)
    level = WRONG if settings.PRODUCTION and age > TOO_OLD else LOOK
    return CheckResult("back-up", level, f"{says}, {age.days} days ago", _BACK_UP)


_BACK_UP = "Let the machine run manage.py backup every night, and tell you when it fails (docs/operations/backup.md)."


def timestamps(now: datetime) -> Iterator[CheckResult]:
    """Is the server there, and do seals wait for it? It is not asked for a timestamp: some are paid for one by one."""
    if not settings.TSA_URL:
        says = "none asked for: a seal proves that nothing has changed, and not when it was made"
        yield CheckResult("timestamps", OK, says)
        return
    host = urlsplit(settings.TSA_URL).hostname
    do = "Check TSA_URL and this machine's way out. Nothing is lost: seals are made without, and theirs follow."
    if why := _unreachable(settings.TSA_URL):
        yield CheckResult("timestamps", LOOK, f"{host} cannot be reached: {why}", do)
    else:
        yield CheckResult("timestamps", OK, f"{host} can be reached")
    if waiting := _without_timestamp(now):
        says = f"{waiting} sealed agreements have waited for theirs for more than a day"
        yield CheckResult("timestamps", WRONG, says, do)


def _unreachable(address: str) -> str:
    """Why nobody answers there; empty where somebody does, whatever the answer to a question that is none."""
    parts = urlsplit(address)
    without_password = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    asked = urllib.request.Request(without_password, method="HEAD")  # noqa: S310
    try:
        urllib.request.urlopen(asked, timeout=SECONDS).close()  # noqa: S310
    except urllib.error.HTTPError as error:
        error.close()
        return f"it answers with {error.code}" if error.code >= 500 else ""
    except (OSError, ValueError) as error:
        return str(getattr(error, "reason", error)) or type(error).__name__
    return ""


def _without_timestamp(now: datetime) -> int:
    stamped = SealFile.objects.filter(level=SealFile.Level.LONG_TERM).values("seal")
    real = Seal.objects.filter(edition__agreement__partnership__program__is_demo=False)
    return real.filter(sealed_at__lt=now - WAITS_LONG).exclude(pk__in=stamped).count()


UPKEEP: tuple[Look, ...] = (files, restored, backups, timestamps)
