"""Is this installation well? What /readyz asks in a moment, and what `manage.py doctor` asks in full."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from ctypes.util import find_library
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from celery import current_app
from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import get_connection
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Max

from agreements.models import Seal
from agreements.pdf.glyphs import FONTS, missing_glyphs
from ledger import append_only, frozen_rows
from ledger.models import Event
from mail.models import Heartbeat, MailState, OutboxMail
from sprints.models import SealedReport
from topcities import __version__
from topcities.check_results import LOOK, OK, WRONG, CheckResult, Look
from topcities.upkeep import UPKEEP

# The worker beats every 15 seconds, and one drawing may keep it for a minute.
LATE = timedelta(minutes=2)
OVERDUE = timedelta(minutes=10)
MEGABYTE = 1024 * 1024
LITTLE_SPACE, TOO_LITTLE_SPACE = 1024 * MEGABYTE, 200 * MEGABYTE
LIBRARIES = {
    "pango-1.0": "libpango-1.0-0",
    "pangoft2-1.0": "libpangoft2-1.0-0",
    "harfbuzz-subset": "libharfbuzz-subset0",
}
# One letter each of scripts that our own fonts lack and people's names may need.
OTHER_SCRIPTS = {
    "Arabic": "\u0627",
    "Devanagari": "\u0905",
    "Armenian": "\u0531",
    "Ethiopic": "\u1200",
    "Thai": "\u0e01",
}


# --- What /readyz asks ------------------------------------------------------------------------------


def database(now: datetime) -> Iterator[CheckResult]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        if connection.vendor != "sqlite":
            yield CheckResult("database", OK, f"{connection.vendor} answers")
            return
        journal, synchronous = (
            cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")
        )
    if (journal, synchronous) == ("wal", 2):
        yield CheckResult("database", OK, "SQLite answers, with WAL and synchronous=FULL")
    else:
        says = f"SQLite runs with journal_mode={journal} and synchronous={synchronous}, so a power cut could lose data"
        do = "Put DATA_DIR on a local disk: WAL does not work on a network drive."
        yield CheckResult("database", WRONG, says, do)


def queue(now: datetime) -> Iterator[CheckResult]:
    if settings.REDIS_URL:
        import redis  # only who has one pays for this import

        with redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as client:
            client.ping()
        yield CheckResult("queue", OK, "Redis answers")
        return
    folder = Path(current_app.conf.broker_transport_options["data_folder_in"])
    with tempfile.TemporaryFile(dir=folder):
        yield CheckResult("queue", OK, f"messages can be left in {folder}")


def worker(now: datetime) -> Iterator[CheckResult]:
    beat = Heartbeat.objects.filter(name="worker").first()
    do = "Start it: script/server runs one beside the pages; on other machines, see docs/operations/README.md."
    if beat is None:
        yield CheckResult("worker", WRONG, "no worker has run yet, so no mail leaves and nothing is sealed", do)
    elif now - beat.at > LATE:
        minutes = int((now - beat.at).total_seconds() // 60)
        yield CheckResult("worker", WRONG, f"last seen {minutes} minutes ago: no mail leaves, nothing is sealed", do)
    else:
        yield CheckResult("worker", OK, f"seen {max(0, int((now - beat.at).total_seconds()))} seconds ago")


READY: tuple[Look, ...] = (database, queue, worker)


# --- What the doctor asks besides -------------------------------------------------------------------


def configuration(now: datetime) -> Iterator[CheckResult]:
    """What kind of start this is, and what Django itself would warn of."""
    kind = "production" if settings.PRODUCTION else "a start on this machine only"
    yield CheckResult("settings", OK, f"{kind}, at {settings.SITE_URL}, data in {settings.DATA_DIR}")
    if settings.PRODUCTION and not settings.HTTPS:
        do = "Put TLS in front and let SITE_URL begin with https:// (docs/operations/tls.md)."
        yield CheckResult("settings", WRONG, "SITE_URL is not https, so sign-in codes and sessions travel readable", do)
    if len(settings.SECRET_KEY) < settings.SHORTEST_KEY:
        says = f"SECRET_KEY has {len(settings.SECRET_KEY)} characters: sessions and links could be forged"
        yield CheckResult("settings", WRONG, says, "Set 50 or more random characters, or none on this machine alone.")
    if settings.HTTPS and not settings.ALLAUTH_TRUSTED_PROXY_COUNT:
        says = "TRUSTED_PROXIES is 0, so plain requests are not sent to HTTPS, and all visitors share one limit"
        yield CheckResult("settings", LOOK, says, "Set it to the number of your proxies (docs/operations/tls.md).")
    for warning in checks.run_checks():
        if warning.level >= checks.WARNING:
            level = WRONG if warning.level >= checks.ERROR else LOOK
            yield CheckResult("settings", level, f"{warning.id}: {warning.msg}", warning.hint or "")


def migrations(now: datetime) -> Iterator[CheckResult]:
    executor = MigrationExecutor(connection)
    newer = executor.loader.applied_migrations.keys() - executor.loader.disk_migrations.keys()
    if newer:
        says = f"the database is of a newer version: {len(newer)} applied that this one does not know"
        do = "Take that version again, or see “Back again” in docs/operations/upgrading.md."
        yield CheckResult("migrations", LOOK, says, do)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        names = ", ".join(f"{migration.app_label} {migration.name}" for migration, _backwards in plan[:4])
        do = "Back up, then run manage.py migrate."
        yield CheckResult("migrations", WRONG, f"{len(plan)} not applied yet: {names}", do)
    else:
        yield CheckResult("migrations", OK, "all applied")


def triggers(now: datetime) -> Iterator[CheckResult]:
    """The database itself refuses to change the ledger. SQLite loses triggers where a migration rebuilds a table."""
    if missing := append_only.missing():
        do = "Run manage.py migrate ledger 0001, then manage.py migrate, then manage.py verify_ledger."
        yield CheckResult("triggers", WRONG, f"the ledger could be changed: {', '.join(missing)} not there", do)
    else:
        yield CheckResult("triggers", OK, "the ledger can only grow")
    for table in frozen_rows.not_frozen():
        do = "Take the database from a back-up, or ask who keeps it to run the migration that freezes this table again."
        yield CheckResult("triggers", WRONG, f"what is published could be changed: {table} has lost its triggers", do)


def static_files(now: datetime) -> Iterator[CheckResult]:
    if (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        yield CheckResult("static files", OK, "collected")
    else:
        yield CheckResult("static files", WRONG, "not collected, so pages break", "Run manage.py collectstatic.")


def certificate(now: datetime) -> Iterator[CheckResult]:
    """Said before anyone signs: a seal that could not be made, soon could not, or that proves little."""
    from agreements.seal.certificates import blocks_sealing, certificate_problems  # reads keys; /readyz does without

    blocking = blocks_sealing(now)
    for problem in certificate_problems(now):
        if problem in blocking:
            do = "Give a valid certificate with its key (docs/operations/seal.md). What is signed meanwhile waits."
            yield CheckResult("certificate", WRONG, problem, do)
        else:
            yield CheckResult("certificate", LOOK, problem, "docs/operations/seal.md tells how to get one.")
    if not certificate_problems(now):
        yield CheckResult("certificate", OK, "valid, and from a certificate authority")
    if (settings.SEAL_PKCS11 or settings.SEAL_CSC) and not blocking:
        yield _key_elsewhere()


def _key_elsewhere() -> CheckResult:
    """The token or the service is opened as for a seal, and nothing is signed."""
    from agreements.seal.certificates import identity
    from agreements.seal.signers import reach

    try:
        reach(identity(demo=False))
    except Exception as error:  # whatever a maker's module or a network raises
        do = "See docs/operations/seal.md. What is signed meanwhile waits, and is sealed when the key is there again."
        why = f"{type(error).__name__} {error}".strip()
        return CheckResult("certificate", WRONG, f"the key that seals cannot be reached: {why}", do)
    return CheckResult("certificate", OK, "its key can be reached")


def fonts(now: datetime) -> Iterator[CheckResult]:
    absent = [package for library, package in LIBRARIES.items() if find_library(library) is None]
    if absent:
        do = f"Install with apt: {' '.join(absent)}"
        yield CheckResult("fonts", WRONG, "libraries that draw the PDF are missing", do)
    elif not list(FONTS.glob("*.ttf")):
        yield CheckResult("fonts", WRONG, f"our own fonts are missing from {FONTS}", "Install the product anew.")
    elif lacking := [name for name, letter in OTHER_SCRIPTS.items() if missing_glyphs(letter)]:
        says = f"names in these scripts cannot be printed: {', '.join(lacking)}. Signing says so before it starts"
        yield CheckResult("fonts", LOOK, says, "Install with apt: fonts-noto-core (and fonts-noto-cjk), fontconfig.")
    else:
        yield CheckResult("fonts", OK, "the PDF can be drawn, in many scripts")


def mail(now: datetime) -> Iterator[CheckResult]:
    if not settings.EMAIL_URL:
        do = "Set EMAIL_URL (docs/operations/mail.md)."
        level = WRONG if settings.PRODUCTION else LOOK
        yield CheckResult("mail", level, f"no mail leaves this machine: it is written to {settings.MAIL_DIR}", do)
    elif settings.EMAIL_PROVIDER:
        yield _mail_provider()
    else:
        try:
            with get_connection(fail_silently=False):
                yield CheckResult("mail", OK, f"{settings.EMAIL_HOST} takes mail")
        except OSError as error:
            where = urlsplit(settings.EMAIL_URL).hostname
            do = "Check EMAIL_URL. Nothing is lost meanwhile: mail waits."
            yield CheckResult("mail", WRONG, f"{where} cannot be reached: {type(error).__name__}: {error}", do)
    yield from _mail_that_waits(now)


def _mail_provider() -> CheckResult:
    """It is not asked: none has a way to be asked that means the same everywhere."""
    try:
        get_connection(fail_silently=False)
    except ImproperlyConfigured as error:
        return CheckResult("mail", WRONG, str(error), "Write it into EMAIL_URL (docs/operations/mail.md).")
    says = f"leaves through {settings.EMAIL_PROVIDER}"
    if settings.ANYMAIL["WEBHOOK_SECRET"]:
        return CheckResult("mail", OK, says)
    do = "Set EMAIL_WEBHOOK_SECRET, and name the address to the provider (docs/operations/mail.md)."
    return CheckResult("mail", LOOK, f"{says}, and nobody learns of what comes back", do)


def _mail_that_waits(now: datetime) -> Iterator[CheckResult]:
    given_up = OutboxMail.objects.filter(state=MailState.GIVEN_UP).count()
    overdue = OutboxMail.objects.filter(state=MailState.WAITING, created_at__lt=now - OVERDUE, due_at__lt=now).count()
    if overdue:
        yield CheckResult("mail", LOOK, f"{overdue} waiting for over ten minutes", "Is the worker running?")
    if given_up:
        do = "The program's page names the people. Correct the address there and send again."
        yield CheckResult("mail", LOOK, f"{given_up} could not be delivered and were given up", do)


def seals(now: datetime) -> Iterator[CheckResult]:
    """Of agreements that both signed, and of reports that both asked for."""
    overdue = [kind.objects.filter(sealed_at=None, asked_at__lt=now - OVERDUE) for kind in (Seal, SealedReport)]
    waiting = [problem for found in overdue for problem in found.values_list("problem", flat=True)]
    if waiting:
        why = next((problem for problem in waiting if problem), "no worker has tried")
        do = "Mend what it names. Each is tried again by itself."
        yield CheckResult("seals", WRONG, f"{len(waiting)} wait to be sealed: {why}", do)
    else:
        yield CheckResult("seals", OK, "none is waiting for long")


def clock(now: datetime) -> Iterator[CheckResult]:
    """Nothing on record can lie in the future: if it does, the clock was set back, or was ahead."""
    newest = [Event.objects.aggregate(at=Max("at"))["at"], Heartbeat.objects.aggregate(at=Max("at"))["at"]]
    ahead = max((at - now for at in newest if at), default=timedelta(0))
    if ahead > timedelta(seconds=5):
        says = f"this machine's clock is {int(ahead.total_seconds())} seconds behind what is already on record"
        yield CheckResult("clock", WRONG, says, "Set it from a time server (timedatectl set-ntp true).")
    else:
        yield CheckResult("clock", OK, f"{now:%Y-%m-%d %H:%M:%S} UTC, and nothing on record lies in the future")


def disk(now: datetime) -> Iterator[CheckResult]:
    """Of the data, and of the files where they are on another one."""
    data, files = Path(settings.DATA_DIR), Path(settings.MEDIA_ROOT)
    yield _space(data)
    if files.exists() and files.stat().st_dev != data.stat().st_dev:
        yield _space(files)


def _space(folder: Path) -> CheckResult:
    if not os.access(folder, os.W_OK):
        return CheckResult("disk", WRONG, f"{folder} cannot be written to", "Give it to the account that runs this.")
    free = shutil.disk_usage(folder).free
    says = f"{free // MEGABYTE:,} MB free in {folder}"
    if free >= LITTLE_SPACE:
        return CheckResult("disk", OK, says)
    level = WRONG if free < TOO_LITTLE_SPACE else LOOK
    return CheckResult("disk", level, says, "Make room: without it nobody can sign, and nothing is sealed.")


def version(now: datetime) -> Iterator[CheckResult]:
    yield CheckResult("version", OK, f"{__version__}, on Python {sys.version.split()[0]}")


EVERYTHING: tuple[Look, ...] = (
    configuration,
    version,
    *READY,
    migrations,
    triggers,
    static_files,
    certificate,
    fonts,
    mail,
    seals,
    clock,
    disk,
    *UPKEEP,
)
