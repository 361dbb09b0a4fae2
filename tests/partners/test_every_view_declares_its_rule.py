"""No page is open by forgetting: each view says who may, through partners.access."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

# Views of others, with why they need no rule of ours.
EXCEPTIONS = {
    "admin": "Django's admin asks for is_staff itself, and shows; it does not act for a party.",
}


def patterns(resolver: URLResolver, prefix: str = "", spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern]]:
    for one in resolver.url_patterns:
        address = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            if one.namespace not in EXCEPTIONS:
                yield from patterns(one, address, (*spaces, one.namespace or ""))
        else:
            yield address, one


def test_every_view_declares_its_rule() -> None:
    found = list(patterns(get_resolver()))
    assert len(found) > 20
    assert [address for address, one in found if not hasattr(one.callback, "rule")] == []


@pytest.mark.parametrize(
    "address",
    [
        "accounts/signup/",
        "accounts/password/change/",
        "accounts/password/set/",
        "accounts/password/reset/",
        "accounts/password/reset/key/1-2/",
        "accounts/email/",
        "accounts/confirm-email/x/",
        "accounts/reauthenticate/",
        "accounts/social/connections/",
        "accounts/3rdparty/",
        "accounts/2fa/",
        "accounts/2fa/webauthn/add/",
    ],
)
@pytest.mark.django_db
def test_other_ways_in_do_not_exist(address: str, client: Client) -> None:
    assert client.get(f"/{address}").status_code == 404
    assert client.post(f"/{address}", {"email": "a@example.org", "password1": "x"}).status_code == 404
