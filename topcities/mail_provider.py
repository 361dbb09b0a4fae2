"""Mail through a provider's API instead of SMTP: what EMAIL_URL=anymail+NAME://?... means for the settings."""

from __future__ import annotations

from importlib.util import find_spec
from urllib.parse import parse_qsl

from django.core.exceptions import ImproperlyConfigured

from topcities.file_storage import require_client

SCHEME = "anymail+"
LOOKS = "EMAIL_URL must look like anymail+PROVIDER://?setting=value&setting=value (docs/operations/mail.md)."


def provider_settings(url: str, *, secret: str, timeout: int) -> dict[str, object]:
    """EMAIL_PROVIDER (empty where mail leaves otherwise), its backend, and ANYMAIL with what the provider asks for.

    The parts of the query are the provider's own settings, under the names that django-anymail gives them.
    """
    if secret and not all(secret.partition(":")[::2]):
        raise ImproperlyConfigured("EMAIL_WEBHOOK_SECRET must look like NAME:PASSWORD.")
    anymail: dict[str, object] = {"REQUESTS_TIMEOUT": timeout, "WEBHOOK_SECRET": secret}
    # Amazon's library would try five times, and wait a minute for each.
    patience = {"connect_timeout": timeout, "read_timeout": timeout, "retries": {"total_max_attempts": 1}}
    anymail["AMAZON_SES_CLIENT_PARAMS"] = {"config": patience}
    if not url.startswith(SCHEME):
        return {"EMAIL_PROVIDER": "", "ANYMAIL": anymail}
    name, given = _parts(url)
    anymail |= {f"{name}_{key}".upper(): value for key, value in given.items()}
    return {"EMAIL_PROVIDER": name, "EMAIL_BACKEND": f"anymail.backends.{name}.EmailBackend", "ANYMAIL": anymail}


def _parts(url: str) -> tuple[str, dict[str, str]]:
    """The provider's name, as django-anymail writes it, and its settings. Says nothing of them: they are secret."""
    before, _, query = url.removeprefix(SCHEME).partition("?")
    name = before.removesuffix("://").replace("-", "_")
    if before.count("://") != 1 or not name.isidentifier():
        raise ImproperlyConfigured(LOOKS)
    if name.startswith("base") or find_spec(f"anymail.backends.{name}") is None:
        raise ImproperlyConfigured(f"EMAIL_URL names a provider that django-anymail does not know. {LOOKS}")
    if name == "amazon_ses":
        require_client("EMAIL_URL names Amazon")
    return name, dict(parse_qsl(query))
