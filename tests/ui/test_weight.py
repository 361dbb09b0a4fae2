"""What a visit costs over the wire: at most 100 KB and six requests the first time, 15 KB a page later."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from partners.parties import Party
from tests.factories.agreements import make_agreement
from tests.factories.people import client_of, lead_of, make_partnership

KB = 1024
FIRST_VISIT, LATER_PAGE, REQUESTS = 100 * KB, 15 * KB, 6

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def sent(response: HttpResponse) -> int:
    """Bytes of a page as it goes out: its body as the product compressed it, and 500 for headers."""
    assert response.status_code == 200
    assert response["Content-Encoding"] == "gzip"
    return len(response.content) + 500


def files_of(page: str) -> set[str]:
    """Every file that a page in English or Spanish makes a browser fetch, those of its stylesheet too."""
    found = set(re.findall(r"(?:href|src)=\"/static/([^\"]+)\"", page))
    css = (Path(settings.STATICFILES_DIRS[0]) / "css/topcities.css").read_text()
    always = [face for face in re.findall(r"@font-face{[^}]*}", css) if "unicode-range" not in face]
    return found | {re.search(r"url\(\"?\.\./([^)\"]+)", face)[1] for face in always}


def weight(name: str) -> int:
    """Bytes of a static file as whitenoise serves it to a browser of today."""
    content = (Path(settings.STATICFILES_DIRS[0]) / name).read_bytes()
    return len(content if name.endswith(".woff2") else brotli.compress(content)) + 500


@pytest.mark.parametrize("name", ["home", "components", "account_request_login_code", "verify"])
def test_a_first_visit_is_light(client: Client, name: str) -> None:
    response = client.get(reverse(name), headers={"accept-encoding": "gzip"})
    files = files_of(gzip.decompress(response.content).decode())
    assert len(files) + 1 <= REQUESTS
    assert sent(response) + sum(weight(file) for file in files) <= FIRST_VISIT


@pytest.mark.parametrize("name", ["partnership", "agreement", "people", "history"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_later_page_is_light(name: str, language: str, party: Party) -> None:
    partnership = make_partnership()
    make_agreement(partnership)
    client = client_of(lead_of(partnership, party))
    client.cookies["django_language"] = language
    response = client.get(reverse(name, args=[partnership.slug]), headers={"accept-encoding": "gzip"})
    assert sent(response) <= LATER_PAGE
