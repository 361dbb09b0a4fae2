"""What every test of the product shares."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zlib import crc32

import pytest
from django.core.cache import cache
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.utils import translation
from pytest_django import DjangoDbBlocker

from mail import registry
from mail.content import Message
from mail.models import OutboxMail
from mail.render import mail_of
from partners.parties import Party
from tests import migrated, snapshots
from tests.chromium import browser  # noqa: F401  a fixture that tests ask for
from tests.factories import people
from tests.truncate_ledger import tests_may_empty_the_ledger  # noqa: F401  a fixture for every test
from tests.years import days_without_year, said_by

FEW = 10

# Tests make few circles of objects that are worth looking for, and many that live to the end.
gc.set_threshold(200_000, 50, 100)


def pytest_collection_finish(session: pytest.Session) -> None:
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With DATABASE_URL, run what may differ there: the rest was run without, and would say the same again. Of that,
    one party has its turn there; with BOTH_DATABASES the other one has it on SQLite, so that each test meets each
    database and each party."""
    on_server, on_both = "DATABASE_URL" in os.environ, bool(os.environ.get("BOTH_DATABASES"))
    if on_server:
        kept = [item for item in items if _may_differ(item) and _has_turn(item, on_server=True)]
    elif on_both:
        kept = [item for item in items if not _may_differ(item) or _has_turn(item, on_server=False)]
    else:
        return
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def _may_differ(item: pytest.Item) -> bool:
    """Asks a database, and says nothing that is alike on both."""
    asks = item.get_closest_marker("django_db") or item.get_closest_marker("browser")
    return bool(asks) and not item.get_closest_marker("any_database")


def _has_turn(item: pytest.Item, *, on_server: bool) -> bool:
    party = getattr(item, "callspec", None) and item.callspec.params.get("party")
    there = list(Party)[crc32(item.originalname.encode()) % len(Party)]
    return party is None or (party == there) == on_server


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite in a file, as in life: in memory, writers that collide would share one connection and never meet."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        file = tmp_path_factory.mktemp("database") / "test.sqlite3"
        database["TEST"]["NAME"] = str(file)
        migrated.copy_to(file)
    elif template := os.environ.get("MIGRATED"):
        database["TEST"]["TEMPLATE"] = template


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb: bool) -> bool:
    """The file of SQLite is one's own, and there already."""
    return django_db_keepdb or connection.vendor == "sqlite"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker, request: pytest.FixtureRequest) -> None:
    """What many tests begin with is made now, once; a few tests are done before that would be worth it."""
    if len(request.session.items) > FEW:
        with django_db_blocker.unblock():
            snapshots.keep_all()


@pytest.fixture(autouse=True)
def files_of_its_own(settings: object, tmp_path: Path) -> None:
    """What people hand in lies in a folder that goes with the test."""
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture(autouse=True)
def plain_static_files(settings: object) -> None:
    """Pages link to static files by their names: tests need no collected ones."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    # Each test client would else read the whole folder of static files first.
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture(autouse=True)
def limits_of_its_own(settings: object, request: pytest.FixtureRequest) -> Iterator[None]:
    """Rate limits count in memory, from nothing for each test; a test of the real store asks for `real_cache`."""
    if "real_cache" not in request.fixturenames:
        settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
        cache.clear()
    yield


@pytest.fixture(autouse=True)
def english_afterwards() -> Iterator[None]:
    """A page in Spanish leaves that language on in this thread: the next test begins in English again."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def mails_name_the_year(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every mail that any test builds: whoever reads it next year knows which day it means."""
    lacking: list[str] = []

    def checked(queued: OutboxMail, message: Message) -> EmailMultiAlternatives:
        mail = mail_of(queued, message)
        lacking.extend(f"{queued.kind}: {day}" for day in days_without_year(said_by(mail)))
        return mail

    monkeypatch.setattr(registry, "mail_of", checked)
    yield
    assert lacking == []


@pytest.fixture
def real_cache(db: None) -> None:
    """The store of rate limits that the product runs with."""


@pytest.fixture
def now() -> datetime:
    return people.NOW


@pytest.fixture(params=list(Party), ids=lambda party: f"by-{party}")
def party(request: pytest.FixtureRequest) -> Party:
    """Each test that asks for it runs once for either party: the outcome must be the same."""
    return request.param
