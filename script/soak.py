"""script/soak: the weekly mail of many people, sent by workers that are killed in the middle of it.

Meanwhile Redis is emptied, two clocks run, and the mail server refuses (4xx), hangs and is down, each for a while.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from smtp_sink import DOWN, HANGING, REFUSING, TROUBLES, Sink

if TYPE_CHECKING:
    from django.db.models import QuerySet

ROOT = Path(__file__).resolve().parent.parent
WORKERS = 2
LEASE = 6  # seconds, here: whoever was killed is waited for so long
TICK, LOOK = 1, 30
PATIENCE, AGAIN = 2, 1  # seconds, here: for an answer of the mail server; until a refused mail is tried again


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


# --- The ground: a folder, a database and a queue of its own -------------------------------------------------


@contextmanager
def database_of_its_own(folder: Path) -> Iterator[str]:
    """DATABASE_URL for a new database: on the server that is named, else a file."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield f"sqlite:///{folder / 'soak.sqlite3'}"
        return
    import psycopg2

    def tell(statement: str) -> None:
        server = psycopg2.connect(url)
        server.autocommit = True
        with server.cursor() as cursor:
            cursor.execute(statement)
        server.close()

    name = f"soak_{os.getpid()}"
    tell(f"CREATE DATABASE {name}")
    try:
        yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    finally:
        tell(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def queue_of_its_own() -> Iterator[str]:
    """REDIS_URL with the number of a Redis database that is empty; nothing where no server is named."""
    import redis

    url = os.environ.get("REDIS_URL", "")
    numbered = [urlunsplit(urlsplit(url)._replace(path=f"/{number}")) for number in range(15, 0, -1)] if url else []
    if not numbered:
        yield ""
        return
    found = next(one for one in numbered if redis.from_url(one).dbsize() == 0)
    try:
        yield found
    finally:
        redis.from_url(found).flushdb()


def make_people(number: int) -> None:
    """So many people, four a partnership, each due for the weekly mail of this hour."""
    from django.utils import timezone

    from agreements.models import Agreement
    from partners.models import Organization, Partnership, Person, Program, Seat
    from partners.parties import Party, Role

    now = timezone.now()
    before = now - timedelta(days=30)
    people = Person.objects.bulk_create(
        Person(email=f"person{place}@soak.example.org", name=f"Person {place}", language=("en", "es")[place % 2])
        for place in range(number)
    )
    program = Program.objects.create(
        slug="soak", name="Soak", time_zone="UTC", contact_email="program@example.org", signing_notice="None.",
        mail_weekday=now.weekday(), mail_hour=now.hour, created_at=now, created_by=people[0],
    )  # fmt: skip
    about = {"program": program, "created_at": now, "created_by": people[0]}
    partnerships = Partnership.objects.bulk_create(
        Partnership(slug=f"soak-{place}", shown_first=list(Party)[place % 2], **about)
        for place in range((number + 3) // 4)
    )
    Agreement.objects.bulk_create(Agreement(partnership=one, changed_at=now) for one in partnerships)
    Organization.objects.bulk_create(
        Organization(partnership=one, party=party, name=f"{party.label} of {one.slug}", signatory="Ana")
        for one in partnerships
        for party in Party
    )
    roles = [(role, party) for role in (Role.LEAD, Role.MEMBER) for party in Party]
    about = {"started_at": before, "started_by": people[0]}
    Seat.objects.bulk_create(
        Seat(partnership=partnerships[place // 4], person=person, role=role, party=party, **about)
        for place, person in enumerate(people)
        for role, party in [roles[place % 4]]
    )


# --- Workers, in processes of their own ------------------------------------------------------------------------


def run_celery(*words: str) -> None:
    """In the child: a worker or a clock as in life, but quicker to give up on one that died, and with a quick clock."""
    import django

    django.setup()
    from django.conf import settings

    from mail import delivery, outbox
    from topcities.celery import app

    outbox.LEASE = timedelta(seconds=LEASE)
    delivery.FIRST_WAIT, settings.EMAIL_TIMEOUT = timedelta(seconds=AGAIN), PATIENCE
    app.conf.beat_schedule["send mail"]["schedule"] = TICK
    # To look through all people takes seconds: asked for more often, it would leave the workers no time to send.
    app.conf.beat_schedule["queue the weekly mail"]["schedule"] = LOOK
    app.start([*words])


class Workers:
    """Each has its own port of the mail server, so that it is known who sends. One that dies is started again."""

    def __init__(self, folder: Path, sink: Sink, *, with_redis: bool) -> None:
        self.folder, self.sink, self.with_redis = folder, sink, with_redis
        self.places = range(WORKERS if with_redis else 1)
        self.running: dict[int, subprocess.Popen[bytes]] = {}
        self.clocks: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        for place in self.places:
            self.start_worker(place)
        if self.with_redis:  # two clocks, as when somebody scales by mistake
            for number in range(2):
                self.clocks.append(self._start("beat", "-s", str(self.folder / f"beat{number}"), "-l", "ERROR"))

    def start_worker(self, place: int) -> None:
        words = [
            "worker",
            "-P",
            "solo",
            "-l",
            "ERROR",
            "--without-gossip",
            "--without-mingle",
            "-n",
            f"soak{place}@here",
        ]
        words += [] if self.with_redis else ["-B", "-s", str(self.folder / "beat")]
        self.running[place] = self._start(*words, EMAIL_URL=f"smtp://127.0.0.1:{self.sink.ports[place]}")

    def _start(self, *words: str, **settings: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-W", "ignore", __file__, "celery", *words]
        log = (self.folder / "log").open("ab")
        return subprocess.Popen(  # noqa: S603
            command, cwd=ROOT, env=os.environ | settings, stdout=log, stderr=log, start_new_session=True
        )

    def kill(self, place: int) -> None:
        os.killpg(self.running[place].pid, signal.SIGKILL)

    def look_after(self) -> None:
        for place in self.places:
            if self.running[place].poll() is not None:
                self.start_worker(place)

    def end(self) -> None:
        for process in [*self.running.values(), *self.clocks]:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


# --- The trial ---------------------------------------------------------------------------------------------


class Faults:
    """Kills whoever has just handed over a mail, before it hears that it was taken or just after, at random moments.

    In between the mail server gets into each of its troubles, for so many seconds; 0 is for a server that is well.
    """

    def __init__(self, people: int, kills: int, seconds: float) -> None:
        part = people // (kills + 1)
        self.at = {part * (number + 1) + random.randrange(-(part // 4), part // 4 + 1) for number in range(kills)}  # noqa: S311
        self.flush_at, self.kills, self.flushed = people // 2, 0, False
        places = [people * (2 * number + 1) // (2 * len(TROUBLES)) for number in range(len(TROUBLES))]
        self.troubles = dict(zip(places, TROUBLES, strict=True)) if seconds else {}
        self.seconds = seconds

    def happen(self, sink: Sink, workers: Workers, place: int) -> None:
        taken = len(sink.taken)
        if taken in self.at:
            self.at.discard(taken)
            self.kills += 1
            workers.kill(place)
        if trouble := self.troubles.pop(taken, ""):
            sink.begin(trouble, self.seconds)
        if taken == self.flush_at and (url := os.environ.get("REDIS_URL")):
            import redis

            redis.from_url(url).flushdb()
            self.flushed = True


def trial(people: int, faults: Faults, folder: Path, *, within: float) -> dict[str, object]:
    with Sink(WORKERS) as sink:
        workers = Workers(folder, sink, with_redis=bool(os.environ["REDIS_URL"]))
        sink.on_taken = lambda place: faults.happen(sink, workers, place)
        began = time.monotonic()
        workers.start()
        try:
            while not is_over(people) and time.monotonic() - began < within:
                workers.look_after()
                time.sleep(0.1)
            if not is_over(people):
                say((folder / "log").read_text()[-6000:])
        finally:
            workers.end()
        seconds = time.monotonic() - began
    letters, ids = Counter(to for to, _id in sink.taken), set(sink.taken)
    return {
        "people": people,
        "sent": len(letters),
        "lost": people - len(letters),
        "doubled": len(sink.taken) - len(letters),
        "kills": faults.kills,
        "other ids": len(ids) - len(letters),
        "flushed": faults.flushed,
        "clocks": len(workers.clocks) or 1,
        **sink.felt,
        "seconds": round(seconds, 1),
    }


def is_over(people: int) -> bool:
    from mail.models import MailState

    weekly = rows()
    settled = weekly.exclude(state__in=[MailState.WAITING, MailState.SENDING])
    return weekly.count() >= people and settled.count() >= people


def rows() -> QuerySet:
    from mail.models import OutboxMail

    return OutboxMail.objects.filter(kind="weekly")


def table(figures: dict[str, object], where: str) -> None:
    names = {
        "people": "people with a mail due",
        "sent": "got theirs",
        "lost": "lost",
        "doubled": "doubled, with the same Message-ID",
        "other ids": "doubled, with another Message-ID",
        "kills": "workers killed with -9",
        "flushed": "Redis flushed in between",
        "clocks": "clocks at once",
        REFUSING: "refusals (4xx) while the server refused",
        HANGING: "questions that it left without an answer",
        DOWN: "times that it was down",
        "seconds": "seconds, the starts of workers included",
    }
    say(f"On {where}:")
    for key, words in names.items():
        value = {True: "yes", False: "no"}.get(figures[key], figures[key]) if key == "flushed" else figures[key]
        say(f"  {words:<42} {value:>8}")


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/soak", description=__doc__)
    parser.add_argument("what", choices=["mail"])
    parser.add_argument("--people", type=int, default=1000, help="how many have a weekly mail due (default 1000)")
    parser.add_argument("--kills", type=int, default=4, help="how many workers are killed with -9 (default 4)")
    help_trouble = "for how many seconds the mail server refuses, hangs and is down, each (default 2; 0: never)"
    parser.add_argument("--trouble", type=float, default=2, help=help_trouble)
    parser.add_argument("--within", type=float, default=0, help="seconds after which it is given up")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON, as the last line")
    return parser.parse_args()


def main() -> int:
    options = parsed()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="soak")))
        os.environ |= {"DATA_DIR": str(folder), "DATABASE_URL": stack.enter_context(database_of_its_own(folder))}
        os.environ |= {"REDIS_URL": stack.enter_context(queue_of_its_own()), "LOG_LEVEL": "ERROR", "DEMO": "0"}
        import django
        from django.core.management import call_command
        from django.db import connection, transaction

        django.setup()
        call_command("migrate", verbosity=0)
        with transaction.atomic():
            make_people(options.people)
        within = options.within or 120 + options.people / 10
        faults = Faults(options.people, options.kills, options.trouble)
        figures = trial(options.people, faults, folder, within=within)
        table(figures, f"{connection.vendor}, {'Redis' if os.environ['REDIS_URL'] else 'files'}")
        connection.close()
    if options.json:
        say(json.dumps({key: value for key, value in figures.items() if key != "seconds"}))
    return int(bool(figures["lost"] or figures["other ids"] or figures["doubled"] > figures["kills"]))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "topcities.settings")
    sys.path.insert(0, str(ROOT))
    if sys.argv[1:2] == ["celery"]:
        run_celery(*sys.argv[2:])
    else:
        sys.exit(main())
