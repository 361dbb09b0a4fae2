"""Under which key a count of attempts is kept: one from which nobody reads whose attempts they were."""

from __future__ import annotations

from django.utils.crypto import salted_hmac


def hidden(key: str, _prefix: str, version: int) -> str:
    """Keys name the machine (IP) that asked, or a person's hashed address. None can be tried without SECRET_KEY."""
    return salted_hmac("topcities.cache_keys", f"{version}:{key}", algorithm="sha256").hexdigest()
