"""Where the key that seals is, when it is in no file: in a token (PKCS #11), or at a signing service (CSC).

Certificate authorities hand out keys for document signing in hardware or as a service. Such a key never leaves its
place: it is asked to sign. Its certificate is no secret, and stands in a file of its own (SEAL_CERTIFICATE), so that
pages and `doctor` read its dates without asking a device or a network.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True)
class TokenKey:
    """A private key in a token: `module` is the library of its maker, `label` the key's own name in the token."""

    module: str
    token: str
    label: str
    pin: str = field(repr=False)


@dataclass(frozen=True)
class ServiceKey:
    """A credential at a signing service. `client` and `secret` sign in there; `pin` allows a signature, where asked."""

    address: str
    credential: str
    client: str
    secret: str = field(repr=False)
    pin: str = field(repr=False)


def token_key(uri: str, pin: str) -> TokenKey:
    """The key that a PKCS #11 URI names (RFC 7512). Raises ValueError, whose text says what is missing.

    `pkcs11:token=TOKEN;object=KEY?module-path=/path/of/module.so`
    """
    scheme, _, rest = uri.partition(":")
    path, _, query = rest.partition("?")
    named = {name: unquote(value) for name, _, value in (part.partition("=") for part in path.split(";"))}
    named |= {name: unquote(value) for name, _, value in (part.partition("=") for part in query.split("&"))}
    missing = [name for name in ("token", "object", "module-path") if not named.get(name)]
    if scheme != "pkcs11" or missing:
        raise ValueError("SEAL_PKCS11 must look like pkcs11:token=TOKEN;object=KEY?module-path=/path/of/module.so")
    return TokenKey(named["module-path"], named["token"], named["object"], pin)


def service_key(address: str, secret: str, pin: str) -> ServiceKey:
    """The credential that an address names: `https://HOST/PATH?credential=ID`. Raises ValueError with what to do."""
    parts = urlsplit(address)
    credential = parse_qs(parts.query).get("credential", [""])[0]
    client, _, password = secret.partition(":")
    if parts.scheme not in {"http", "https"} or not parts.hostname or not credential:
        raise ValueError("SEAL_CSC must look like https://HOST/PATH?credential=ID")
    require_https(address)
    if not client or not password:
        raise ValueError("SEAL_CSC_SECRET must look like CLIENT:SECRET")
    return ServiceKey(f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}", credential, client, password, pin)


def require_https(address: str) -> str:
    """The same address, to which a secret may go: https, or this machine. Raises ValueError."""
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise ValueError("the signing service must be at an https address, since a secret goes there")
    return address
