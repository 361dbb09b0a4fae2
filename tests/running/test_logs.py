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
from django.db import IntegrityError, transaction
from django.test import Client

from partners.models import Person
from tests.factories.people import make_person
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


ROW = "Pat Contactperson, pat@ashford.example"


@pytest.mark.parametrize("label", ["DETAIL:  ", "DETALLE:  ", "DÉTAIL : ", "LINE 1: ", "LÍNEA 1: "])
def test_nor_the_row_that_a_database_refuses(written: io.StringIO, label: str) -> None:
    """In the words of PostgreSQL, which names all that is in it, in the language of its server."""
    refused = f'new row violates check constraint "catalog_problem_finishes"\n{label}Failing row contains (1, {ROW}\n\n'
    try:
        try:
            raise IntegrityError(f"{refused}{ROW}).")
        except IntegrityError as error:
            raise IntegrityError(f"{refused}{ROW}).\n") from error
    except IntegrityError as error:
        logging.getLogger("django.request").exception("Internal Server Error")
        logging.getLogger("topcities").error("it says %s", error)
    said = written.getvalue()
    assert said.count("catalog_problem_finishes") == 3 and "The above exception" in said
    assert "Contactperson" not in said and "ashford" not in said


@pytest.mark.django_db
def test_nor_does_a_constraint_of_ours_tell_the_row(written: io.StringIO) -> None:
    """Whichever database it is."""
    person = make_person()
    try:
        with transaction.atomic():
            Person.objects.create(email=person.email, name=ROW)
    except IntegrityError:
        logging.getLogger("django.request").exception("Internal Server Error")
    said = written.getvalue()
    assert "IntegrityError" in said
    assert person.email not in said and "Contactperson" not in said


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


@pytest.mark.django_db
def test_no_line_names_the_machine_that_asked(written: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever becomes of the request: done, refused, not found, too many, or an error of ours."""
    client = Client(REMOTE_ADDR=ADDRESS, raise_request_exception=False, headers={"X-Real-Ip": ADDRESS})
    client.get("/")
    client.get("/nowhere/")
    client.get("/", headers={"Host": "evil.example"})
    asked = [client.post("/accounts/login/code/", {"email": "ana@example.org"}).status_code for _time in range(31)]
    monkeypatch.setattr("topcities.views.home.render", None)
    client.get("/")
    codes = {line.get("code") for line in lines(written)}
    assert asked == [302] * 30 + [200] and {200, 302, 404, 500} <= codes
    assert "Traceback" in written.getvalue() and ADDRESS not in written.getvalue()


def test_the_code_with_which_a_citys_provider_answers_is_hidden() -> None:
    asked = "GET /accounts/login/through/ashford.example.org/back/"
    assert logs.hide(f"{asked}?code=a-code&state=a-state by nobody") == f"{asked}?[hidden] by nobody"


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
