"""What a start takes and what it refuses. Each start is a process of its own, as settings are read once."""

from __future__ import annotations

import re
import stat
from pathlib import Path
from pkgutil import iter_modules

import pytest
from anymail import backends

from tests.running.process import A_KEY, ROOT, run, value_of

PRODUCTION = {
    "SITE_URL": "https://agreements.example.org",
    "SECRET_KEY": A_KEY,
    "SEAL_PKCS12": "/run/secrets/seal",
}
START = ("-c", "from django.conf import settings; settings.DEBUG")


def without(name: str) -> dict[str, str]:
    return {key: value for key, value in PRODUCTION.items() if key != name}


def test_a_start_with_nothing_set_is_local_with_the_demonstration(tmp_path: Path) -> None:
    assert value_of("SITE_URL", data=tmp_path) == "http://127.0.0.1:8000"
    assert value_of("PRODUCTION, settings.DEMO, settings.DEBUG", data=tmp_path) == "False True False"


def test_the_address_follows_the_port(tmp_path: Path) -> None:
    assert value_of("SITE_URL", data=tmp_path, PORT="8123") == "http://127.0.0.1:8123"


@pytest.mark.parametrize("start", [{"PRODUCTION": "1"}, {"SITE_URL": "https://agreements.example.org"}])
def test_production_is_asked_for_or_seen_by_the_address(tmp_path: Path, start: dict[str, str]) -> None:
    assert value_of("PRODUCTION, settings.DEMO", data=tmp_path, **{**PRODUCTION, **start}) == "True False"


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({**PRODUCTION, "DEMO": "1"}, "DEMO=0"),
        (without("SECRET_KEY"), "SECRET_KEY must be given"),
        ({**PRODUCTION, "SECRET_KEY": A_KEY[:49]}, "SECRET_KEY has 49 characters"),
        ({**PRODUCTION, "SECRET_KEY": "a" * 60}, "SECRET_KEY has 1 different characters"),
        ({**PRODUCTION, "SECRET_KEY": "abcdefghijk" * 6}, "SECRET_KEY has 11 different characters"),
        ({**PRODUCTION, "SECRET_KEY_FALLBACKS": "short"}, "SECRET_KEY has 5 characters"),
        ({**PRODUCTION, "SITE_URL": "http://agreements.example.org"}, "SITE_URL is http://agreements.example.org"),
        ({"SITE_URL": "http://192.168.1.7:8000"}, "let SITE_URL begin with https://"),
        (without("SEAL_PKCS12"), "SEAL_PKCS12 must be given"),
        ({"PRODUCTION": "1", "SECRET_KEY": A_KEY}, "SEAL_PKCS12 must be given"),
        ({"PRODUCTION": "1", "DEMO": "1"}, "DEMO=0"),
    ],
)
def test_production_refuses_a_careless_start(tmp_path: Path, given: dict[str, str], named: str) -> None:
    result = run(*START, data=tmp_path, **given)
    assert result.returncode != 0
    assert named in result.stderr
    assert not (tmp_path / "secret_key").exists()


def test_a_local_start_keeps_one_secret_key_for_its_owner_alone(tmp_path: Path) -> None:
    first = value_of("SECRET_KEY", data=tmp_path)
    assert len(first) >= 50
    assert value_of("SECRET_KEY", data=tmp_path) == first
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_nobody_else_on_the_machine_can_read_the_data(tmp_path: Path) -> None:
    value_of("DATA_DIR", data=tmp_path / "made")
    assert stat.S_IMODE((tmp_path / "made").stat().st_mode) == 0o700


def test_who_says_that_a_request_was_https_is_believed_behind_a_trusted_proxy_alone(tmp_path: Path) -> None:
    """Whether a plain request that claims to be HTTPS is taken for it."""
    ask = (
        "-c",
        "import django; django.setup(); from django.test import RequestFactory as R; "
        "print(R().get('/', headers={'X-Forwarded-Proto': 'https'}).is_secure())",
    )
    for proxies, believed in (("0", "False"), ("1", "True")):
        result = run(*ask, data=tmp_path, **PRODUCTION, TRUSTED_PROXIES=proxies)
        assert result.stdout.strip() == believed, result.stderr
    assert value_of("SECURE_SSL_REDIRECT", data=tmp_path, **PRODUCTION) == "False", "or it would go round in circles"


def test_only_our_own_host_is_answered_in_production(tmp_path: Path) -> None:
    assert value_of("ALLOWED_HOSTS", data=tmp_path, **PRODUCTION) == "['agreements.example.org']"
    assert value_of("SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE", data=tmp_path, **PRODUCTION) == "True True"


def test_mail_stays_here_unless_a_server_is_named(tmp_path: Path) -> None:
    assert value_of("EMAIL_BACKEND", data=tmp_path).endswith("filebased.EmailBackend")
    smtp = {"EMAIL_URL": "smtp+tls://someone:secret@mail.example.org:587"}
    assert value_of("EMAIL_HOST, settings.EMAIL_USE_TLS", data=tmp_path, **smtp) == "mail.example.org True"


@pytest.mark.parametrize(
    ("url", "backend", "given"),
    [
        ("anymail+postmark://?server_token=a%2Bb", "postmark", {"POSTMARK_SERVER_TOKEN": "a+b"}),
        ("anymail+mailgun://?api_key=x&sender_domain=m.org", "mailgun", {"MAILGUN_SENDER_DOMAIN": "m.org"}),
        ("anymail+amazon-ses://", "amazon_ses", {}),
        ("anymail+unisender-go://?api_key=x", "unisender_go", {"UNISENDER_GO_API_KEY": "x"}),
    ],
)
def test_mail_leaves_through_the_provider_that_is_named(tmp_path: Path, url: str, backend: str, given: dict) -> None:
    start = {"EMAIL_URL": url, "EMAIL_WEBHOOK_SECRET": "reports:a-long-word"}
    found = value_of("EMAIL_PROVIDER, settings.EMAIL_BACKEND, settings.ANYMAIL", data=tmp_path, **start)
    assert found.startswith(f"{backend} anymail.backends.{backend}.EmailBackend ")
    for name, value in {**given, "WEBHOOK_SECRET": "reports:a-long-word", "REQUESTS_TIMEOUT": 10}.items():
        assert f"{name!r}: {value!r}" in found


def test_every_provider_that_can_be_named_stands_on_the_page_about_mail() -> None:
    page = (ROOT / "docs" / "operations" / "mail.md").read_text()
    named = re.findall(
        r"`([a-z-]+)`", page.partition("the name is that of django-anymail's module")[2].partition(")")[0]
    )
    ours = {"base", "base_requests", "console", "test", "sendinblue"}  # no providers, and Brevo's old name
    there = {module.name for module in iter_modules(backends.__path__)}
    assert {name.replace("-", "_") for name in named} == there - ours


@pytest.mark.parametrize(
    "start",
    [
        {"EMAIL_URL": "anymail+nobody://?api_key=hidden"},
        {"EMAIL_URL": "anymail+base://?api_key=hidden"},
        {"EMAIL_URL": "anymail+post/mark://?api_key=hidden"},
        {"EMAIL_URL": "anymail+postmark://hidden@api.example.org"},
        {"EMAIL_URL": "anymail+postmark?server_token=hidden"},
        {"EMAIL_WEBHOOK_SECRET": "hidden"},
        {"EMAIL_WEBHOOK_SECRET": ":hidden"},
    ],
)
def test_a_provider_that_is_named_wrong_stops_the_start_and_its_key_is_not_told(
    tmp_path: Path, start: dict[str, str]
) -> None:
    result = run(*START, data=tmp_path, **start)
    assert result.returncode != 0 and "must look like" in result.stderr
    assert "hidden" not in result.stderr.splitlines()[-1]


def test_sqlite_waits_for_its_turn_and_keeps_what_it_was_told(tmp_path: Path) -> None:
    script = (
        "import django; django.setup(); from django.db import connection as c; k = c.cursor();"
        "ask = lambda name: k.execute('PRAGMA ' + name).fetchone()[0];"
        "print(ask('journal_mode'), ask('synchronous'), ask('foreign_keys'), c.transaction_mode)"
    )
    result = run("-c", script, data=tmp_path)
    assert result.stdout.split() == ["wal", "2", "1", "IMMEDIATE"], result.stderr


def test_every_setting_stands_in_the_one_table_and_no_other_does() -> None:
    readers = [ROOT / "topcities" / "settings.py", ROOT / "gunicorn.conf.py"]
    source = "".join(file.read_text() for file in readers)
    read = set(re.findall(r'(?:env(?:\.\w+)?|environ\.get)\(\s*"([A-Z0-9_]+)"', source))
    table = (ROOT / "docs" / "operations" / "settings.md").read_text()
    assert set(re.findall(r"^\| `([A-Z0-9_]+)`", table, re.MULTILINE)) == read
