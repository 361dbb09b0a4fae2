"""Is this installation well? What /readyz asks in a moment, what `manage.py doctor` asks in full, and what of it a page
asks, which waits for no other machine."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from ctypes.util import find_library
from datetime import timedelta
from pathlib import Path

from celery import current_app
from django.conf import settings
from django.core import checks
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Max
from django.utils.translation import gettext as _

from agreements.pdf.glyphs import FONTS, missing_glyphs
from ledger import append_only, frozen_rows
from ledger.models import Event
from topcities import __version__
from topcities.check_results import LOOK, OK, WRONG, CheckResult, Look
from topcities.figures import Figures
from topcities.mail_checks import mail, mail_server
from topcities.reach import sealing_key, sign_in, sign_in_reached, timestamp_server
from topcities.upkeep import backups, files, restored, timestamps

# The worker beats every 15 seconds, and one drawing may keep it for a minute.
LATE = timedelta(minutes=2)
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


def database(figures: Figures) -> Iterator[CheckResult]:
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            cursor.execute("SELECT 1")
            yield CheckResult("database", OK, _("%(database)s answers") % {"database": connection.display_name})
            return
        cursor.execute("SELECT journal_mode, synchronous FROM pragma_journal_mode, pragma_synchronous")
        journal, synchronous = cursor.fetchone()
    if (journal, synchronous) == ("wal", 2):
        yield CheckResult("database", OK, _("SQLite answers, with WAL and synchronous=FULL"))
    else:
        says = _("SQLite runs with journal_mode=%(journal)s and synchronous=%(sync)s, so a power cut could lose data")
        do = _("Put DATA_DIR on a local disk: WAL does not work on a network drive.")
        yield CheckResult("database", WRONG, says % {"journal": journal, "sync": synchronous}, do)


def queue(figures: Figures) -> Iterator[CheckResult]:
    if settings.REDIS_URL:
        import redis  # only who has one pays for this import

        with redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as client:
            client.ping()
        yield CheckResult("queue", OK, _("Redis answers"))
        return
    folder = Path(current_app.conf.broker_transport_options["data_folder_in"])
    with tempfile.TemporaryFile(dir=folder):
        yield CheckResult("queue", OK, _("messages can be left in %(folder)s") % {"folder": folder})


def worker(figures: Figures) -> Iterator[CheckResult]:
    beat = figures.beats.get("worker")
    do = _("Start it: script/server runs one beside the pages; on other machines, see docs/operations/README.md.")
    if beat is None:
        says = _("no worker has run yet, so no mail leaves and nothing is sealed")
        yield CheckResult("worker", WRONG, says, do)
        return
    age = max(timedelta(0), figures.now - beat.at)
    if age > LATE:
        says = _("last seen %(minutes)s minutes ago: no mail leaves, nothing is sealed")
        yield CheckResult("worker", WRONG, says % {"minutes": int(age.total_seconds() // 60)}, do)
    else:
        says = _("seen %(seconds)s seconds ago") % {"seconds": int(age.total_seconds())}
        yield CheckResult("worker", OK, says)


READY: tuple[Look, ...] = (database, queue, worker)


# --- What the doctor asks besides -------------------------------------------------------------------


def configuration(figures: Figures) -> Iterator[CheckResult]:
    """What kind of start this is, and what Django itself would warn of."""
    kind = _("production") if settings.PRODUCTION else _("a start on this machine only")
    where = {"kind": kind, "address": settings.SITE_URL, "folder": settings.DATA_DIR}
    yield CheckResult("settings", OK, _("%(kind)s, at %(address)s, data in %(folder)s") % where)
    yield from _risks()
    for warning in checks.run_checks():
        if warning.level >= checks.WARNING:
            level = WRONG if warning.level >= checks.ERROR else LOOK
            yield CheckResult("settings", level, f"{warning.id}: {warning.msg}", warning.hint or "")


def _risks() -> Iterator[CheckResult]:
    if settings.PRODUCTION and not settings.HTTPS:
        says = _("SITE_URL is not https, so sign-in codes and sessions travel readable")
        do = _("Put TLS in front and let SITE_URL begin with https:// (docs/operations/tls.md).")
        yield CheckResult("settings", WRONG, says, do)
    if len(settings.SECRET_KEY) < settings.SHORTEST_KEY:
        says = _("SECRET_KEY has %(count)s characters: sessions and links could be forged")
        do = _("Set 50 or more random characters, or none on this machine alone.")
        yield CheckResult("settings", WRONG, says % {"count": len(settings.SECRET_KEY)}, do)
    if settings.HTTPS and not settings.ALLAUTH_TRUSTED_PROXY_COUNT:
        says = _("TRUSTED_PROXIES is 0, so plain requests are not sent to HTTPS, and all visitors share one limit")
        do = _("Set it to the number of your proxies (docs/operations/tls.md).")
        yield CheckResult("settings", LOOK, says, do)


def version(figures: Figures) -> Iterator[CheckResult]:
    engine = f"{connection.display_name} {'.'.join(map(str, connection.get_database_version()))}"
    run = {"version": __version__, "python": sys.version.split()[0], "database": engine}
    yield CheckResult("version", OK, _("%(version)s, on Python %(python)s and %(database)s") % run)


def migrations(figures: Figures) -> Iterator[CheckResult]:
    executor = MigrationExecutor(connection)
    newer = executor.loader.applied_migrations.keys() - executor.loader.disk_migrations.keys()
    if newer:
        says = _("the database is of a newer version: %(count)s applied that this one does not know")
        do = _("Take that version again, or see “Back again” in docs/operations/upgrading.md.")
        yield CheckResult("migrations", LOOK, says % {"count": len(newer)}, do)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        names = ", ".join(f"{migration.app_label} {migration.name}" for migration, _backwards in plan[:4])
        says = _("%(count)s not applied yet: %(names)s") % {"count": len(plan), "names": names}
        yield CheckResult("migrations", WRONG, says, _("Back up, then run manage.py migrate."))
    else:
        yield CheckResult("migrations", OK, _("all applied"))


def triggers(figures: Figures) -> Iterator[CheckResult]:
    """The database itself refuses to change the ledger. SQLite loses triggers where a migration rebuilds a table."""
    if missing := append_only.missing():
        says = _("the ledger could be changed: %(triggers)s not there") % {"triggers": ", ".join(missing)}
        do = _("Run manage.py migrate ledger 0001, then manage.py migrate, then manage.py verify_ledger.")
        yield CheckResult("triggers", WRONG, says, do)
    else:
        yield CheckResult("triggers", OK, _("the ledger can only grow"))
    for table in frozen_rows.not_frozen():
        says = _("what is published could be changed: %(table)s has lost its triggers") % {"table": table}
        do = _(
            "Take the database from a back-up, or ask who keeps it to run the migration that freezes this table again."
        )
        yield CheckResult("triggers", WRONG, says, do)


def static_files(figures: Figures) -> Iterator[CheckResult]:
    if (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        yield CheckResult("static files", OK, _("collected"))
    else:
        do = _("Run manage.py collectstatic.")
        yield CheckResult("static files", WRONG, _("not collected, so pages break"), do)


def certificate(figures: Figures) -> Iterator[CheckResult]:
    """Said before anyone signs: a seal that could not be made, soon could not, or that proves little."""
    from agreements.seal.certificates import (  # reads keys; /readyz does without
        blocks_sealing,
        certificate_problems,
        identity,
    )

    blocking = blocks_sealing(figures.now)
    if not blocking:
        mine = identity(demo=False)
        who = {"who": mine.subject, "by": mine.issuer, "until": mine.certificate.not_valid_after_utc.date()}
        yield CheckResult("certificate", OK, _("made out to %(who)s by %(by)s, until %(until)s") % who)
    for problem in certificate_problems(figures.now):
        if problem in blocking:
            do = _("Give a valid certificate with its key (docs/operations/seal.md). What is signed meanwhile waits.")
            yield CheckResult("certificate", WRONG, problem, do)
        else:
            yield CheckResult("certificate", LOOK, problem, _("docs/operations/seal.md tells how to get one."))


def fonts(figures: Figures) -> Iterator[CheckResult]:
    install = _("Install with apt: %(packages)s")
    absent = [package for library, package in LIBRARIES.items() if find_library(library) is None]
    if absent:
        do = install % {"packages": " ".join(absent)}
        yield CheckResult("fonts", WRONG, _("libraries that draw the PDF are missing"), do)
    elif not list(FONTS.glob("*.ttf")):
        says = _("our own fonts are missing from %(folder)s") % {"folder": FONTS}
        yield CheckResult("fonts", WRONG, says, _("Install the product anew."))
    elif lacking := [name for name, letter in OTHER_SCRIPTS.items() if missing_glyphs(letter)]:
        says = _("names in these scripts cannot be printed: %(scripts)s. Signing says so before it starts")
        do = install % {"packages": "fonts-noto-core fonts-noto-cjk fontconfig"}
        yield CheckResult("fonts", LOOK, says % {"scripts": ", ".join(lacking)}, do)
    else:
        yield CheckResult("fonts", OK, _("the PDF can be drawn, in many scripts"))


def seals(figures: Figures) -> Iterator[CheckResult]:
    """Of agreements that both signed, and of reports that both asked for."""
    waiting = [figures.work[kind] for kind in ("seals", "reports")]
    late, done = (sum(getattr(work, name) for work in waiting) for name in ("late", "done"))
    if late:
        why = next((work.problem for work in waiting if work.problem), _("no worker has tried"))
        says = _("%(count)s wait to be sealed: %(why)s") % {"count": late, "why": why}
        yield CheckResult("seals", WRONG, says, _("Mend what it names. Each is tried again by itself."))
    else:
        yield CheckResult("seals", OK, _("%(count)s made, and none is waiting for long") % {"count": done})


def exports(figures: Figures) -> Iterator[CheckResult]:
    """What else the worker makes, of which a person waits for the outcome."""
    if (work := figures.work["exports"]).failed:
        says = _("archives that could not be made: %(count)s. %(why)s") % {"count": work.failed, "why": work.problem}
        yield CheckResult("queue", WRONG, says, _("Mend what it names. Each is tried again by itself."))
    late = sum(figures.work[kind].late for kind in ("exports", "partnerships", "catalogs"))
    if late:
        says = _("archives, partnerships or catalogs that wait for over ten minutes: %(count)s") % {"count": late}
        yield CheckResult("queue", LOOK, says, _("Is the worker running?"))


def clock(figures: Figures) -> Iterator[CheckResult]:
    """Nothing on record can lie in the future: if it does, the clock was set back, or was ahead."""
    newest = [Event.objects.aggregate(at=Max("at"))["at"], *(beat.at for beat in figures.beats.values())]
    ahead = max((at - figures.now for at in newest if at), default=timedelta(0))
    if ahead > timedelta(seconds=5):
        says = _("this machine's clock is %(seconds)s seconds behind what is already on record")
        do = _("Set it from a time server (timedatectl set-ntp true).")
        yield CheckResult("clock", WRONG, says % {"seconds": int(ahead.total_seconds())}, do)
    else:
        says = _("%(now)s UTC, and nothing on record lies in the future")
        yield CheckResult("clock", OK, says % {"now": f"{figures.now:%Y-%m-%d %H:%M:%S}"})


def disk(figures: Figures) -> Iterator[CheckResult]:
    """Of the data, and of the files where they are on another one."""
    data, files = Path(settings.DATA_DIR), Path(settings.MEDIA_ROOT)
    yield _space(data)
    if files.exists() and files.stat().st_dev != data.stat().st_dev:
        yield _space(files)


def _space(folder: Path) -> CheckResult:
    if not os.access(folder, os.W_OK):
        says = _("%(folder)s cannot be written to") % {"folder": folder}
        return CheckResult("disk", WRONG, says, _("Give it to the account that runs this."))
    free = shutil.disk_usage(folder).free
    says = _("%(space)s MB free in %(folder)s") % {"space": f"{free // MEGABYTE:,}", "folder": folder}
    if free >= LITTLE_SPACE:
        return CheckResult("disk", OK, says)
    level = WRONG if free < TOO_LITTLE_SPACE else LOOK
    return CheckResult("disk", level, says, _("Make room: without it nobody can sign, and nothing is sealed."))


EVERYTHING: tuple[Look, ...] = (
    configuration,
    version,
    *READY,
    migrations,
    triggers,
    static_files,
    certificate,
    sealing_key,
    fonts,
    mail,
    mail_server,
    seals,
    exports,
    sign_in,
    sign_in_reached,
    clock,
    disk,
    files,
    restored,
    backups,
    timestamps,
    timestamp_server,
)
# These wait for other machines, or read files for seconds. What a page asks is the same list without them.
SLOW: frozenset[Look] = frozenset({queue, sealing_key, mail_server, sign_in_reached, files, timestamp_server})
AT_ONCE: tuple[Look, ...] = tuple(look for look in EVERYTHING if look not in SLOW)
