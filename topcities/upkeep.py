"""What `manage.py doctor` asks of what is kept: the files, the back-ups, and the timestamps that seals wait for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.models import Partnership
from topcities.backups import facts
from topcities.backups.backup import HEARTBEAT
from topcities.backups.restore import UNCHECKED
from topcities.check_results import LOOK, OK, WRONG, CheckResult
from topcities.figures import Figures
from topcities.kept_files import Comparison, FileState, all_files, compare_all

# A sample is for every hour: of each kind so many files, in so many seconds and bytes.
SAMPLE, SECONDS, LARGEST = 10, 5, 50 * 1024 * 1024
OLD, TOO_OLD = timedelta(days=2), timedelta(days=8)


def files(figures: Figures) -> Iterator[CheckResult]:
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
        says = _("%(folder)s cannot be written to, so nothing can be handed in") % {"folder": folder}
        return CheckResult("files", WRONG, says, _("Give it to the account that runs this."))
    return CheckResult("files", OK, _("kept in %(place)s") % {"place": folder})


def _bucket(kept: object) -> CheckResult:
    """Its client is asked: to look for a file says the same of a file that is missing and of a bucket that is."""
    from botocore.exceptions import BotoCoreError, ClientError  # only who keeps files in a bucket has it

    where = {"bucket": kept.bucket_name, "address": kept.endpoint_url}  # type: ignore[attr-defined]
    named = _("the bucket %(bucket)s at %(address)s") % where
    try:
        kept.bucket.meta.client.head_bucket(Bucket=kept.bucket_name)  # type: ignore[attr-defined]
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        known = {403: _("refuses the key in FILES_URL"), 404: _("is not there")}
        why = known.get(status, _("answers with %(status)s") % {"status": status})
    except BotoCoreError as error:
        why = _("does not answer (%(error)s)") % {"error": type(error).__name__}
    else:
        return CheckResult("files", OK, _("kept in %(place)s") % {"place": named})
    says = _("%(bucket)s %(why)s, so files cannot be kept or read") % {"bucket": named, "why": why}
    do = _("Check FILES_URL, and what its key may do: list, read and write (docs/operations/docker.md).")
    return CheckResult("files", WRONG, says, do)


def _compared(report: Comparison) -> CheckResult:
    lost = [one for one in report.problems if one.state in (FileState.CHANGED, FileState.LOST)]
    if lost:
        says = _("%(count)s of %(all)s that were compared are not as they were. %(first)s")
        do = _("Run manage.py verify_files, which names all, and bring them back (docs/operations/backup.md).")
        return CheckResult("files", WRONG, says % {"count": len(lost), "all": report.checked, "first": lost[0]}, do)
    if report.problems:
        words = {"count": len(report.problems), "all": report.checked, "first": report.problems[0]}
        says = _("%(count)s of %(all)s could not be read. %(first)s") % words
        return CheckResult("files", WRONG, says, _("Mend what the error names, then run manage.py verify_files."))
    return CheckResult("files", OK, _("%(all)s taken by chance are as they were") % {"all": report.checked})


def restored(figures: Figures) -> Iterator[CheckResult]:
    """Nothing is said where nothing was put back by half."""
    note = Path(settings.DATA_DIR) / UNCHECKED
    if note.exists():
        says = _("%(backup)s was being put back when that was interrupted, so nobody knows whether it is whole")
        do = _("Stop the site, and run manage.py restore again, with --replace.")
        yield CheckResult("back-up", WRONG, says % {"backup": note.read_text()}, do)


def backups(figures: Figures) -> Iterator[CheckResult]:
    """Could one be made, and how old is the last? It may be on another machine: the database says when it was made."""
    if why := facts.engine().problem():
        level = WRONG if settings.PRODUCTION else LOOK
        yield CheckResult("back-up", level, _("none can be made. %(why)s") % {"why": why}, str(_BACK_UP))
    made = figures.beats.get(HEARTBEAT)
    if made is None and not Partnership.objects.filter(program__is_demo=False).exists():
        yield CheckResult("back-up", OK, _("nobody has begun anything yet that would be lost"))
    elif made is None:
        yield CheckResult("back-up", WRONG if settings.PRODUCTION else LOOK, _("none was made yet"), str(_BACK_UP))
    else:
        yield _age(figures.now - made.at, _when(made.at, made.place))


def _when(at: datetime, place: str) -> str:
    when = {"when": f"{at:%Y-%m-%d %H:%M}", "place": place}
    if place:
        return _("the last was made on %(when)s UTC, as %(place)s") % when
    return _("the last was made on %(when)s UTC") % when


def _age(age: timedelta, says: str) -> CheckResult:
    if age < OLD:
        return CheckResult("back-up", OK, says)
    level = WRONG if settings.PRODUCTION and age > TOO_OLD else LOOK
    says = _("%(made)s, %(days)s days ago") % {"made": says, "days": age.days}
    return CheckResult("back-up", level, says, str(_BACK_UP))


_BACK_UP = gettext_lazy(
    "Let the machine run manage.py backup every night, and tell you when it fails (docs/operations/backup.md)."
)


def timestamps(figures: Figures) -> Iterator[CheckResult]:
    """Do seals wait for theirs?"""
    if not settings.TSA_URL:
        says = _("none asked for: a seal proves that nothing has changed, and not when it was made")
        yield CheckResult("timestamps", OK, says)
    elif waiting := figures.work["timestamps"].late:
        says = _("%(count)s sealed agreements have waited for theirs for more than a day") % {"count": waiting}
        do = _("Check TSA_URL and this machine's way out. Nothing is lost: seals are made without, and theirs follow.")
        yield CheckResult("timestamps", WRONG, says, do)
    else:
        yield CheckResult("timestamps", OK, _("no seal has waited for its timestamp for more than a day"))
