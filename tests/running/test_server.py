"""script/server, from where the machine is set up: one start, its two kinds of process, and nothing left after it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest

from tests.running.process import run
from tests.running.site import Site, free_port, until

# What is logged of whoever asks whether the worker runs, before it does.
NOT_READY_YET = {"GET /readyz", "topcities.views.health", "django.request"}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path, LOG_LEVEL="INFO")
    yield site
    site.end()


@pytest.fixture
def bare_site(tmp_path: Path) -> Iterator[Site]:
    """Without the demonstration, which takes a while to make."""
    site = Site(tmp_path, DEMO="0")
    yield site
    site.end()


def test_it_says_how_to_go_on_and_both_kinds_of_process_work(site: Site) -> None:
    site.start(migrated=False)
    told = site.told.read_text()
    for said in (f"http://127.0.0.1:{site.port}/", "/demo/", "invite_staff", "No mail leaves", f"{site.data}/mail/"):
        assert said in told
    assert site.status("/") == 200
    assert site.status("/demo/") == 200
    until(lambda: site.status("/readyz") == 200)
    logs_hold_what_people_did(site)

    site.process.terminate()
    assert site.process.wait(timeout=40) == 0
    assert site.processes() == []


def logs_hold_what_people_did(site: Site) -> None:
    """Each sweep has run once by now, as the worker started, and left no line: an idle day is as long as its visits."""
    assert {line["request"] for line in logged(site) if line.get("code") == 200} == {"GET /", "GET /demo/"}
    assert {line.get("request") or line["logger"] for line in logged(site)} <= NOT_READY_YET | {"GET /", "GET /demo/"}
    asked = ask_for_a_code(site)
    until(lambda: any(line["event"] == "task_succeeded" for line in logged(site)))
    (request,) = [line["request_id"] for line in logged(site) if line.get("request") == asked]
    woken = [line for line in logged(site) if line["event"].startswith("task_")]
    assert {line["request_id"] for line in woken} == {request}, "and so are the tasks that it woke"
    assert {line["event"] for line in woken} == {"task_enqueued", "task_started", "task_succeeded"}
    assert "celery@" not in site.told.read_text(), "Celery's banner"


def logged(site: Site) -> list[dict[str, str]]:
    return [json.loads(line) for line in site.told.read_text().splitlines() if line.startswith("{")]


def ask_for_a_code(site: Site) -> str:
    """In a browser without scripts, as it were. Returns the request as logs name it."""
    page = f"http://127.0.0.1:{site.port}/accounts/login/code/"
    visitor = build_opener(HTTPCookieProcessor())
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', visitor.open(page).read().decode())
    assert token
    sent = urlencode({"csrfmiddlewaretoken": token[1], "email": "somebody@example.org"}).encode()
    assert visitor.open(Request(page, sent, {"Referer": page})).status == 200
    return "POST /accounts/login/code/"


@pytest.mark.parametrize("part", ["gunicorn", "celery"])
def test_what_is_killed_is_started_again(bare_site: Site, part: str) -> None:
    """A kill -9 of web or worker ends neither for long, and leaves none of its own behind."""
    bare_site.start()
    before = until(lambda: len(bare_site.processes(part)) > 1 and bare_site.processes(part))
    os.kill(bare_site.first(part), signal.SIGKILL)
    until(lambda: bare_site.processes(part) and not set(before) & set(bare_site.processes(part)))
    until(lambda: bare_site.status("/readyz") == 200)


def test_a_worker_starts_whatever_a_kill_left_half_written(bare_site: Site) -> None:
    """Files that were opened to be written, and nothing stands in them yet: who gets what, a message, the timetable."""
    for left in ("queue/control/celery.exchange", "queue/1_a.celery.msg", "beat", "beat.dir"):
        (bare_site.data / left).parent.mkdir(parents=True, exist_ok=True)
        (bare_site.data / left).touch()
    bare_site.start()
    until(lambda: bare_site.status("/readyz") == 200)


def test_a_killed_start_leaves_no_process(bare_site: Site) -> None:
    bare_site.start()
    bare_site.process.kill()
    bare_site.process.wait()
    until(lambda: bare_site.processes() == [])


def test_a_port_in_use_is_one_plain_line(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        result = run("script/ready.py", data=tmp_path, PORT=str(port))
    assert result.returncode == 1
    assert result.stderr == f"Port {port} is in use by another program. Choose another: PORT={port + 1} script/server\n"
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"PRODUCTION": "1"}, "SECRET_KEY must be given"),
        ({"PORT": "eighty"}, "cannot be read"),
        ({"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}, "The database cannot be used"),
    ],
)
def test_a_start_that_cannot_be_is_one_plain_line(tmp_path: Path, given: dict[str, str], said: str) -> None:
    result = run("script/ready.py", data=tmp_path, **{"PORT": str(free_port()), **given})
    assert result.returncode == 1
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
