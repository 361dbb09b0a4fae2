"""The token of a link is in no log, whoever writes the line and in whatever form the address stands there."""

from __future__ import annotations

import ast
import io
import json
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from django.test import Client

from tests.running.process import ROOMS, ROOT
from topcities import logs

TOKEN = "tq3xV0b-secret_Token-of-43-characters-9ZkLmN1p"
PATHS = [
    f"/invitations/{TOKEN}/",
    f"/invitations/{TOKEN}/accept/",
    f"/accounts/link/{TOKEN}/",
    f"/calendars/{TOKEN}/sprint.ics",
    f"/mail/stop/{TOKEN}/",
]
LOG_CALLS = {f"log.{level}" for level in ("debug", "info", "warning", "error", "exception", "critical")}
ADDRESS = "203.0.113.9"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the product's own log handler writes."""
    stream = io.StringIO()
    handler = next(one for one in logging.getLogger().handlers if type(one) is logging.StreamHandler)
    before, handler.stream = handler.stream, stream
    yield stream
    handler.stream = before


def lines(written: io.StringIO) -> list[dict]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


@pytest.mark.django_db
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["get", "post", "put"])
def test_a_request_is_logged_without_its_token(client: Client, written: io.StringIO, path: str, method: str) -> None:
    getattr(client, method)(path, headers={"X-Forwarded-For": ADDRESS})
    requests = [line["request"] for line in lines(written) if "request" in line]
    assert requests
    assert all("[hidden]" in request for request in requests)
    assert TOKEN not in written.getvalue()
    assert ADDRESS not in written.getvalue(), "nor with an address that anybody can make up"


@pytest.mark.django_db
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("written_as", [str, quote, lambda path: quote(path, safe="")], ids=["plain", "quoted", "all"])
def test_nor_is_the_page_to_go_to_next(client: Client, written: io.StringIO, path: str, written_as: object) -> None:
    client.get(f"/accounts/login/code/?next={written_as(path)}")
    assert "request" in written.getvalue()
    assert TOKEN not in written.getvalue()


@pytest.mark.parametrize("path", PATHS)
def test_nor_an_error_that_names_the_address(written: io.StringIO, path: str) -> None:
    log = logging.getLogger("somebody.else")
    try:
        raise ValueError(f"cannot open https://example.org{path}")
    except ValueError:
        log.exception("broken at %s", path)
    log.error({"path": path, "more": [path, {"deep": (path,)}]})
    assert len(lines(written)) == 2
    assert "ValueError" in written.getvalue()
    assert TOKEN not in written.getvalue()


def test_nor_the_web_server_that_meets_an_error() -> None:
    """gunicorn names the address of a request that broke; its log of every request is off."""
    script = (
        "import logging, logging.config; from topcities.logs import of_the_web_server as web;"
        "logging.config.dictConfig(web());"
        f"logging.getLogger('gunicorn.error').error('Error handling request %s', {PATHS[0]!r});"
        f"logging.getLogger('gunicorn.access').info('GET %s', {PATHS[0]!r})"
    )
    result = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert [json.loads(line)["event"] for line in result.stderr.splitlines()] == [
        "Error handling request /invitations/[hidden]/"
    ]


def test_what_is_no_token_stays_readable() -> None:
    for path in ("/partnerships/oakland/agreement/", "/invitations/", "/verify/K7QF-3M9T/"):
        assert logs.hide(path) == path


def test_every_event_of_ours_is_in_the_catalogue() -> None:
    """docs/operations/logs.md tells who reads a line at night what it means and what to do."""
    table = (ROOT / "docs" / "operations" / "logs.md").read_text()
    said = {words for room in ROOMS for file in (ROOT / room).rglob("*.py") for words in words_logged(file)}
    assert len(said) > 9
    assert [words for words in said if f"| `{words}` |" not in table] == []


def words_logged(file: Path) -> Iterator[str]:
    """What the calls of `log` say, up to the part that differs at the end."""
    for call in ast.walk(ast.parse(file.read_text())):
        if isinstance(call, ast.Call) and ast.unparse(call.func) in LOG_CALLS:
            yield re.sub(r"(: %s)+$", "", ast.literal_eval(call.args[0]))
