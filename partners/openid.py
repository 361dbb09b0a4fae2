"""Signing in through a city's own provider, as OpenID Connect 1.0 has it, by authlib: with PKCE, state and nonce.

What comes of it is one address, which the provider says it verified, of the domain that it is named for. Nothing else
of what it says is read: who may do what stands in seats. authlib, with what it needs, is loaded when somebody comes.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

log = logging.getLogger(__name__)

ASKED = "asked_provider"
LASTS = 15 * 60
# Seconds to connect, and to wait for each part of an answer.
PATIENCE = (3.05, 5)
# None that takes a secret for a key, and not "none".
ALGORITHMS = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"}


class NoAnswer(Exception):
    """The provider is away, hangs, or says what cannot be read. Nothing is known of the person."""


class NotVouched(Exception):
    """The provider answered, and its answer does not say who this is: its text says why, for the log."""


@dataclass(frozen=True)
class Provider:
    """`domain`: of the addresses that it vouches for, and of no others."""

    domain: str
    name: str
    issuer: str
    client: str
    secret: str


def providers() -> list[Provider]:
    return [Provider(**one) for one in settings.SIGN_IN_PROVIDERS.values()]


def provider_of(domain: str) -> Provider | None:
    return next((one for one in providers() if one.domain == domain), None)


def ask(request: HttpRequest, provider: Provider, *, target: str, now: datetime) -> str:
    """The provider's own address to go to; the session waits for what it says. Raises NoAnswer."""
    from authlib.common.errors import AuthlibBaseError
    from requests import RequestException

    try:
        app = _app(provider)
        back = f"{settings.SITE_URL}{reverse('provider_back', args=[provider.domain])}"
        made = app.create_authorization_url(back)
        app.save_authorize_data(request, redirect_uri=back, **made)
    except (RequestException, AuthlibBaseError, RuntimeError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise NoAnswer(type(error).__name__) from error
    request.session[ASKED] = {"domain": provider.domain, "target": target, "at": now.timestamp()}
    return cast("str", made["url"])


def take(request: HttpRequest, provider: Provider, now: datetime) -> tuple[str, str]:
    """The address that the provider vouches for, and where the person wanted to go. It counts once.

    Raises NotVouched, and NoAnswer.
    """
    asked = request.session.pop(ASKED, None)
    if not asked or asked["domain"] != provider.domain or now.timestamp() - asked["at"] >= LASTS:
        raise NotVouched("this session did not ask")
    if request.GET.get("iss", provider.issuer) != provider.issuer:  # RFC 9207
        raise NotVouched("another issuer answered")
    return _address_in(_claims(request, provider), provider), asked["target"]


def _claims(request: HttpRequest, provider: Provider) -> dict[str, Any]:
    """What the provider's signed token says, and where that leaves out the address, what it says when it is asked."""
    from authlib.common.errors import AuthlibBaseError
    from joserfc.errors import JoseError
    from requests import RequestException

    issuer, audience = ({"essential": True, "value": value} for value in (provider.issuer, provider.client))
    try:
        app = _app(provider)
        token = app.authorize_access_token(request, claims_options={"iss": issuer, "aud": audience})
        claims = dict(token["userinfo"])
        return claims if "email" in claims else _asked_of(app, token, claims)
    except (AuthlibBaseError, JoseError, KeyError) as error:
        raise NotVouched(type(error).__name__) from error
    except (RequestException, RuntimeError, ValueError, TypeError, AttributeError) as error:
        raise NoAnswer(type(error).__name__) from error


def _asked_of(app: Any, token: dict[str, Any], claims: dict[str, Any]) -> dict[str, Any]:
    """By OpenID Connect Core 5.4 the address may stand there alone, and 5.3.2: of the same person."""
    told = dict(app.userinfo(token=token))
    if told["sub"] != claims["sub"]:
        raise NotVouched("it tells of somebody else")
    return claims | {name: told.get(name) for name in ("email", "email_verified")}


def _address_in(claims: dict[str, Any], provider: Provider) -> str:
    address, verified = claims.get("email"), claims.get("email_verified")
    if not isinstance(address, str) or verified not in (True, "true"):  # some write it as a word
        raise NotVouched("no verified address")
    address = address.strip().lower()
    if address.rpartition("@")[2] != provider.domain:
        raise NotVouched("an address of another domain")
    return address


def _app(provider: Provider) -> Any:
    """Made anew each time: what the provider says of itself may change, and people sign in rarely."""
    from authlib.integrations.django_client import OAuth

    app = OAuth().register(
        "provider",
        client_id=provider.client,
        client_secret=provider.secret,
        server_metadata_url=f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid email", "code_challenge_method": "S256", "default_timeout": PATIENCE},
    )
    metadata = app.load_server_metadata()
    if metadata.get("issuer") != provider.issuer:
        raise RuntimeError("the provider calls itself otherwise")
    offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
    metadata["id_token_signing_alg_values_supported"] = sorted(ALGORITHMS & set(offered))
    return app
