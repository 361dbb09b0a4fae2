"""Cities' own sign-in: what SIGN_IN_PROVIDERS means. Whoever runs the site names them, since who names a provider of a
domain can sign in as anybody with an address of it."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

LOOKS = (
    "Each of SIGN_IN_PROVIDERS must look like https://CLIENT:SECRET@HOST/PATH?domain=DOMAIN&name=NAME "
    "(docs/operations/sign-in.md)."
)


def providers(given: str, *, loopback: set[str]) -> dict[str, dict[str, str]]:
    """By the domain of the addresses that each vouches for. Says nothing of their secrets."""
    found: dict[str, dict[str, str]] = {}
    for url in given.split():
        one = _provider(url, loopback)
        if one["domain"] in found:
            raise ImproperlyConfigured(f"SIGN_IN_PROVIDERS names two for {one['domain']}. Keep one.")
        found[one["domain"]] = one
    return found


def _provider(url: str, loopback: set[str]) -> dict[str, str]:
    parts, query = urlsplit(url), parse_qs(urlsplit(url).query)
    domain = query.get("domain", [""])[0].strip().lower()
    if not (parts.hostname and parts.username and parts.password and "." in domain) or "@" in domain:
        raise ImproperlyConfigured(LOOKS)
    if parts.scheme != "https" and parts.hostname not in loopback:
        raise ImproperlyConfigured(f"The provider of {domain} must be asked by https://.")
    return {
        "domain": domain,
        "name": query.get("name", [domain])[0],
        "issuer": f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}",
        "client": unquote(parts.username),
        "secret": unquote(parts.password),
    }
