"""What `manage.py doctor` asks of other machines: the key that seals, the timestamp server, cities' own sign-in."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from partners.openid import providers
from topcities.check_results import LOOK, OK, WRONG, CheckResult
from topcities.figures import Figures

SECONDS = 5


def sealing_key(figures: Figures) -> Iterator[CheckResult]:
    """The token or the service is opened as for a seal, and nothing is signed."""
    from agreements.seal.certificates import blocks_sealing, identity
    from agreements.seal.signers import reach

    if not (settings.SEAL_PKCS11 or settings.SEAL_CSC) or blocks_sealing(figures.now):
        return
    try:
        reach(identity(demo=False))
    except Exception as error:  # whatever a maker's module or a network raises
        says = _("the key that seals cannot be reached: %(error)s")
        do = _(
            "See docs/operations/seal.md. What is signed meanwhile waits, and is sealed when the key is there again."
        )
        yield CheckResult("certificate", WRONG, says % {"error": f"{type(error).__name__} {error}".strip()}, do)
    else:
        yield CheckResult("certificate", OK, _("its key can be reached"))


def timestamp_server(figures: Figures) -> Iterator[CheckResult]:
    """Is it there? It is not asked for a timestamp: some are paid for one by one."""
    if not settings.TSA_URL:
        return
    server = {"server": urlsplit(settings.TSA_URL).hostname}
    if why := unreachable(settings.TSA_URL):
        says = _("%(server)s cannot be reached: %(error)s") % {**server, "error": why}
        do = _("Check TSA_URL and this machine's way out. Nothing is lost: seals are made without, and theirs follow.")
        yield CheckResult("timestamps", LOOK, says, do)
    else:
        yield CheckResult("timestamps", OK, _("%(server)s can be reached") % server)


def sign_in(figures: Figures) -> Iterator[CheckResult]:
    """Which organizations vouch for their people; none is asked."""
    for provider in providers():
        says = _("addresses of %(domain)s through %(name)s, at %(address)s, or with a code")
        words = {"domain": provider.domain, "name": provider.name, "address": provider.issuer}
        yield CheckResult("sign-in", OK, says % words)
    if not settings.SIGN_IN_PROVIDERS:
        yield CheckResult("sign-in", OK, _("with a code or a passkey; SIGN_IN_PROVIDERS names no other way"))


def sign_in_reached(figures: Figures) -> Iterator[CheckResult]:
    """Each is asked for what it publishes about itself, as at a sign-in."""
    for provider in providers():
        server = {"server": urlsplit(provider.issuer).hostname}
        if why := unreachable(f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration", refusal=400):
            says = _("%(server)s cannot be reached: %(error)s") % {**server, "error": why}
            do = _("Check SIGN_IN_PROVIDERS, and whether it is up. People sign in with a code meanwhile.")
            yield CheckResult("sign-in", LOOK, says, do)
        else:
            yield CheckResult("sign-in", OK, _("%(server)s can be reached") % server)


def unreachable(address: str, *, refusal: int = 0) -> str:
    """Why nobody answers there; empty where somebody does. Without `refusal` the answer may be to a question that is
    none; with it, that status and those above it are no answer."""
    parts = urlsplit(address)
    without_password = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    asked = urllib.request.Request(without_password, method="GET" if refusal else "HEAD")  # noqa: S310
    try:
        urllib.request.urlopen(asked, timeout=SECONDS).close()  # noqa: S310
    except urllib.error.HTTPError as error:
        error.close()
        return _("it answers with %(status)s") % {"status": error.code} if error.code >= (refusal or 500) else ""
    except (OSError, ValueError) as error:
        return str(getattr(error, "reason", error)) or type(error).__name__
    return ""
