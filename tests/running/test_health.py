"""Is it up, is it ready: for whatever watches over the processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from mail.models import Heartbeat
from tests.running.process import ROOT


@pytest.fixture
def worker_seen(db: None) -> Callable[[timedelta], Heartbeat]:
    def seen(ago: timedelta) -> Heartbeat:
        return Heartbeat.objects.create(name="worker", at=timezone.now() - ago)

    return seen


def test_up_asks_nothing_of_the_database(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


def test_ready_when_database_queue_and_worker_are_there(client: Client, worker_seen: Callable) -> None:
    worker_seen(timedelta(seconds=20))
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.content.decode().splitlines() == ["database: ok", "queue: ok", "worker: ok"]
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_not_ready_before_a_worker_ran(client: Client) -> None:
    response = client.get("/readyz")
    assert response.status_code == 503
    assert "worker: wrong" in response.content.decode()


def test_not_ready_when_the_worker_fell_silent(client: Client, worker_seen: Callable) -> None:
    worker_seen(timedelta(minutes=10))
    assert client.get("/readyz").status_code == 503


def test_not_ready_without_the_queue_and_says_no_more_than_that(
    client: Client, worker_seen: Callable, settings: object, tmp_path: Path
) -> None:
    worker_seen(timedelta(seconds=20))
    settings.REDIS_URL = "redis://someone:secret@127.0.0.1:1/0"
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.content.decode().splitlines() == ["database: ok", "queue: wrong", "worker: ok"]


def test_not_ready_without_the_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*args: object) -> None:
        raise OSError("the database at db.internal is gone")

    monkeypatch.setattr(connection, "cursor", gone)
    monkeypatch.setattr("topcities.doctor.worker", gone)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert "database: wrong" in response.content.decode()
    assert "internal" not in response.content.decode()


@pytest.mark.parametrize("page", ["/healthz", "/readyz"])
def test_only_to_be_read(client: Client, page: str) -> None:
    assert client.post(page).status_code == 405


@pytest.mark.parametrize(("ago", "status"), [(20, 0), (600, 1)])
def test_alive_says_whether_worker_and_clock_are_there(
    worker_seen: Callable, capsys: pytest.CaptureFixture[str], ago: int, status: int
) -> None:
    worker_seen(timedelta(seconds=ago))
    with pytest.raises(SystemExit) if status else nullcontext():
        call_command("alive")
    assert "seen" in capsys.readouterr().out


@pytest.mark.django_db
def test_alive_says_no_before_a_worker_ran() -> None:
    with pytest.raises(SystemExit):
        call_command("alive")


def test_the_image_starts_as_many_processes_as_the_environment_says() -> None:
    """The image's command says nothing that gunicorn.conf.py reads from the environment."""
    image = (ROOT / "Dockerfile").read_text()
    assert json.loads(image[image.rindex("CMD ") + 4 :]) == ["gunicorn", "topcities.wsgi"]
    script = "import runpy; told = runpy.run_path('gunicorn.conf.py'); print(told['bind'], told['workers'])"
    told = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOST": "0.0.0.0", "WEB_CONCURRENCY": "5"},  # noqa: S104
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == ["0.0.0.0:8000", "5"]
