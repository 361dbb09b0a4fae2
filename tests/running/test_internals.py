"""What is used of libraries that they do not promise to keep: in one file each, and where and as we expect it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable

import pytest

from agreements.pdf import weasyprint_internals
from partners import allauth_internals
from tests.running.process import ROOMS, ROOT

INTERNAL = re.compile(r"allauth[\w.]*\.internal|\bweasyprint\.\w[\w.]* import|import weasyprint\.")


def test_internals_are_imported_in_one_file_each() -> None:
    rooms = [file for room in ROOMS for file in (ROOT / room).rglob("*.py")]
    found = {str(file.relative_to(ROOT)) for file in rooms if INTERNAL.search(file.read_text())}
    assert found == {"agreements/pdf/weasyprint_internals.py", "partners/allauth_internals.py"}


@pytest.mark.parametrize(
    ("called", "given", "named"),
    [
        (allauth_internals.record_authentication, 2, ["method", "email"]),
        (allauth_internals.LoginCodeVerificationProcess.initiate, 0, ["request", "user", "email"]),
        (allauth_internals.filter_users_by_email, 1, ["is_active", "prefer_verified", "for_login"]),
        (allauth_internals.consume, 1, ["app", "action", "limit_get"]),
        (weasyprint_internals.Font, 3, []),
        (weasyprint_internals.get_pango_font_key, 1, []),
        (weasyprint_internals.get_pango_font_hb_face, 1, []),
        (weasyprint_internals.URLFetcherResponse, 2, []),
        (weasyprint_internals.URLFetcher.fetch, 2, ["headers"]),
    ],
    ids=lambda value: getattr(value, "__qualname__", ""),
)
def test_each_is_called_as_we_call_it(called: Callable[..., object], given: int, named: list[str]) -> None:
    inspect.signature(called).bind(*range(given), **dict.fromkeys(named))


def test_weasyprint_writes_letters_with_what_is_put_in_place() -> None:
    """It looks both up by name, in this module, for each run of letters: else the two would change nothing."""
    stream = weasyprint_internals.stream
    used = inspect.getsource(stream)
    assert "get_pango_font_key(" in used and "Font(" in used
    assert {"Font", "get_pango_font_key"} <= set(vars(stream))
    made = inspect.getsource(weasyprint_internals.Font.__init__)
    assert all(f"self.{name} =" in made for name in ("file_content", "index", "hash", "name"))
