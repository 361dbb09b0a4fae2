"""Web and worker killed at any moment: what was acknowledged is there, nothing is half done, nothing doubled."""

from __future__ import annotations

import http.client
import json
import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode, urlsplit, urlunsplit

import psycopg2
import pytest
import redis
from django.db import connection

from tests.mail.worker_process import address_of
from tests.running.process import manage, run
from tests.running.site import Site, until

# It asks a database, be it one of its own: so it runs on each kind.
pytestmark = pytest.mark.django_db
ONE_SIDE = {"state": "signing", "draft": "signing", "signatures": 1, "signed events": 1, "in force events": 0}
ONE_SIDE |= {"in force mails": 0, "seals": 0, "sealed": False, "being sealed": False, "files": 0}
ONE_SIDE |= {"sealed events": 0, "sealed mails": 0}
BOTH_SIDES = {"state": "in force", "draft": "closed", "signatures": 2, "signed events": 2, "in force events": 1}
BOTH_SIDES |= {"in force mails": 2, "seals": 1}
SEALED = BOTH_SIDES | {"sealed": True, "being sealed": False, "files": 1, "sealed events": 1, "sealed mails": 2}


@pytest.fixture
def servers(worker_id: str) -> Iterator[dict[str, str]]:
    """A database and a queue of this test's own, on the servers that the tests run on; none where they run on files."""
    given: dict[str, str] = {}
    name = f"killed_{worker_id}_{os.getpid()}"
    if connection.vendor == "postgresql":
        given["DATABASE_URL"] = address_of(name)
        _on_postgresql(f"CREATE DATABASE {name} TEMPLATE {os.environ.get('MIGRATED', 'template1')}")
    if url := os.environ.get("REDIS_URL"):
        number = 8 + int(worker_id.removeprefix("gw") or 0) % 8 if worker_id != "master" else 7
        given["REDIS_URL"] = urlunsplit(urlsplit(url)._replace(path=f"/{number}"))
        redis.from_url(given["REDIS_URL"]).flushdb()
    yield given
    if connection.vendor == "postgresql":
        _on_postgresql(f"DROP DATABASE {name} WITH (FORCE)")


def _on_postgresql(statement: str) -> None:
    there = psycopg2.connect(os.environ["DATABASE_URL"])
    there.autocommit = True
    with there.cursor() as cursor:
        cursor.execute(statement)
    there.close()


@pytest.fixture
def site(tmp_path: Path, servers: dict[str, str]) -> Iterator[Site]:
    site = Site(tmp_path, DEMO="0", **servers)
    yield site
    site.end()


def prepare(site: Site, number: int) -> list[dict[str, str]]:
    """So many agreements that wait for their second signature, in a start that runs."""
    site.start()
    made = run("-m", "tests.running.half_signed", "make", str(number), data=site.data, **site.settings)
    assert made.returncode == 0, made.stderr
    return json.loads(made.stdout)


def state_of_all(site: Site) -> dict[str, dict[str, object]]:
    answer = run("-m", "tests.running.half_signed", "tell", data=site.data, **site.settings)
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def sign(site: Site, half: dict[str, str], *, within: float = 30) -> int:
    """Press "Sign agreement"; the answer's status, or 0 where none came: within that time, or because of a kill."""
    form = {"shown": half["shown"], "name": half["name"], "title": "Director", "consents": "on", "intends": "on"}
    token = "a" * 32
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    headers["Cookie"] = f"sessionid={half['session']}; csrftoken={token}"
    there = http.client.HTTPConnection("127.0.0.1", site.port, timeout=within)
    try:
        address = f"/partnerships/{half['slug']}/agreement/sign/"
        there.request("POST", address, urlencode({**form, "csrfmiddlewaretoken": token}), headers)
        return there.getresponse().status
    except OSError:
        return 0
    finally:
        there.close()


def kill(site: Site, part: str, *, but: int = 0) -> None:
    """End all processes of this part at once, as the kernel does when memory is short."""
    for pid in site.processes(part):
        if pid != but:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue


BEING_SEALED = "SELECT count(*) FROM agreements_seal WHERE sealed_at IS NULL AND leased_until IS NOT NULL"
WAITING = "SELECT count(*) FROM agreements_seal WHERE sealed_at IS NULL"


def count(site: Site, statement: str) -> int:
    """Asked of the database itself: quicker than a sealing is."""
    if url := site.settings.get("DATABASE_URL"):
        with closing(psycopg2.connect(url)) as there, there.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone()[0]
    with closing(sqlite3.connect(site.data / "topcities.sqlite3", timeout=20)) as there:
        return there.execute(statement).fetchone()[0]


def holds(standing: dict[str, object], expected: dict[str, object]) -> bool:
    return expected.items() <= standing.items()


def test_web_killed_while_people_sign(site: Site) -> None:
    """At moments from the first byte of a request to after its answer. Who read "you have signed" has signed."""
    halves = prepare(site, 9)
    until(lambda: site.status("/healthz") == 200)
    start = time.monotonic()
    assert sign(site, halves[0]) == 302
    usual = time.monotonic() - start
    kill(site, "celery")
    answers = {halves[0]["slug"]: 302}
    for number, half in enumerate(halves[1:]):
        answers[half["slug"]] = sign(site, half, within=max(0.001, usual * number / 5))
        kill(site, "gunicorn", but=site.first("gunicorn"))
        until(lambda: site.status("/healthz") == 200)
    standings = state_of_all(site)
    for slug, status in answers.items():
        assert status in {0, 302}
        whole = holds(standings[slug], BOTH_SIDES)
        assert whole or (status != 302 and standings[slug] == ONE_SIDE), (slug, status, standings[slug])
    assert 0 in answers.values(), "some were cut off"
    for half in halves:
        assert sign(site, half) == 302, "whoever was cut off presses again, and it counts once"
    assert all(holds(standing, BOTH_SIDES) for standing in state_of_all(site).values())
    until(lambda: not count(site, WAITING), seconds=150)
    assert all(standing == SEALED for standing in state_of_all(site).values())
    assert manage("verify_ledger", data=site.data, **site.settings).returncode == 0


def test_worker_killed_while_it_seals(site: Site) -> None:
    """All have signed, and the worker dies in the middle of sealing, again and again: within a minute all is sealed."""
    halves = prepare(site, 4)
    until(lambda: site.status("/healthz") == 200)
    for half in halves:
        assert sign(site, half) == 302
    for _kill in range(2):
        until(lambda: count(site, BEING_SEALED), seconds=90)
        kill(site, "celery")
        for standing in state_of_all(site).values():
            assert holds(standing, BOTH_SIDES)
            assert standing["files"] == standing["sealed events"] == int(standing["sealed"])
            assert standing["sealed mails"] == 2 * int(standing["sealed"])
    until(lambda: site.processes("celery"))
    back = time.monotonic()
    until(lambda: not count(site, WAITING), seconds=90)
    assert time.monotonic() - back < 70, "a minute, and what it takes to look"
    assert all(standing == SEALED for standing in state_of_all(site).values())
