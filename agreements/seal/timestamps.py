"""Timestamps from outside (RFC 3161): asked for with a bound on time and size, never replaced by the local clock."""

from __future__ import annotations

import threading
import urllib.request
from base64 import b64encode
from http.client import HTTPException
from urllib.parse import unquote, urlsplit

from django.conf import settings

from agreements.seal import seal
from agreements.seal.keys import LOOPBACK

SECONDS = 10
LARGEST = 64 * 1024


def add(pdf: bytes) -> bytes:
    """A sealed file with a timestamp from TSA_URL. Raises seal.TimestampFailed, after 10 seconds at most."""
    return seal.add_timestamp(pdf, ask)


def ask(request: bytes) -> bytes:
    """The answer of the timestamp server. A server that trickles is bounded too, so another thread waits for it."""
    parts = urlsplit(settings.TSA_URL)
    if parts.scheme not in {"http", "https"}:
        raise seal.TimestampFailed("TSA_URL must be an http or https address")
    if parts.username and parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise seal.TimestampFailed("TSA_URL has a name and password, so it must be an https address")
    answer: list[bytes] = []
    thread = threading.Thread(target=_post, args=(settings.TSA_URL, request, answer), daemon=True)
    thread.start()
    thread.join(SECONDS)
    if not answer:
        raise seal.TimestampFailed("no answer in time")
    return answer[0]


def _post(address: str, request: bytes, answer: list[bytes]) -> None:
    """Put the server's answer in the list; nothing where there is none. No redirect is followed."""
    parts = urlsplit(address)
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    if parts.username:
        told = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers["Authorization"] = f"Basic {b64encode(told.encode()).decode()}"
        address = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    opener = urllib.request.build_opener(_NoRedirect)
    try:
        with opener.open(urllib.request.Request(address, request, headers), timeout=SECONDS) as response:  # noqa: S310
            answer.append(response.read(LARGEST))
    except (OSError, ValueError, HTTPException):
        return


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: object, **_more: object) -> None:
        return None
