"""Is everything in this archive as it was signed? Needs Python 3.8 or later, and nothing else.

    python3 verify.py [--manifest SHA256]

Unpack the archive, open a terminal in its folder, and type that. It reads, changes nothing, and opens no address.
Exit status 0: all holds. 1: something does not, and the place is named.

What it checks, in this order:

1. Each file is there, and has the size and the SHA-256 that manifest.json names. No other file is among them.
2. The fingerprint of each edition is that of its text (agreement-N.json), and its record names the same.
3. The sealed PDF carries exactly this text, and a record with the same head of the ledger.
4. In each ledger every event follows from the one before it, from the first on, and what an event says is what it said
   when it was written. Where what it says does not stand there, the archive leaves it out: the chain holds without it.
5. The ledger has the event that put the edition in force, and the one that names the sealed file's SHA-256.

What it cannot show by itself: that nobody made all of it anew, this file too. The page and the mail from which you got
the archive name the fingerprint of manifest.json: give it with --manifest. And each party has its own sealed PDF, in
which the head of the ledger is printed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import zlib
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Iterator, NoReturn

LARGEST_STREAM = 64 * 1024 * 1024  # bytes, unpacked
# What reading raises where a file is not as ours are.
NOT_OURS = (KeyError, TypeError, AttributeError, ValueError, RecursionError)
STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)


class Broken(Exception):
    """Something does not hold; the message names the place."""


def main() -> int:
    parser = argparse.ArgumentParser(description="Check this archive. Exit status 0: all holds; 1: the place is named.")
    parser.add_argument("--manifest", metavar="SHA256", help="the fingerprint of manifest.json, as the mail names it")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    given = parser.parse_args()
    try:
        print(checked(given.folder, given.manifest))
    except Broken as broken:
        print("BROKEN: " + str(broken))
        return 1
    return 0


def checked(folder: Path, fingerprint: str | None = None) -> str:
    """What was found, in words. Raises Broken."""
    manifest, digest = _manifest(folder, fingerprint)
    try:
        listed = [*manifest["files"], *(file for one in manifest["agreements"] for file in files_of(one))]
        check_files(folder, listed)
    except NOT_OURS as error:
        fail("manifest.json", f"it is not as ours are ({type(error).__name__})")
    editions = sum(check_agreement(folder, one) for one in manifest["agreements"])
    found = f"OK: {len(listed)} files, {editions} signed editions"
    return found + ". All fingerprints and ledgers hold.\nmanifest.json: " + digest


def _manifest(folder: Path, fingerprint: str | None) -> tuple[dict[str, Any], str]:
    data = read(folder, "manifest.json")
    digest = sha256(data)
    if fingerprint and fingerprint.replace(" ", "").lower() != digest:
        fail("manifest.json", "its fingerprint is " + digest + ", and another one was given")
    manifest = loaded("manifest.json", data)
    if not isinstance(manifest, dict) or manifest.get("schema") != 1:
        fail("manifest.json", "it is of no kind that this program reads")
    return manifest, digest


def files_of(agreement: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for edition in agreement["editions"]:
        yield from edition["files"].values()
    if agreement["ledger"]:
        yield agreement["ledger"]["file"]


def check_files(folder: Path, listed: list[dict[str, Any]]) -> None:
    """What is listed is there as it was, and nothing else is."""
    names = {file["name"] for file in listed}
    if len(names) < len(listed):
        fail("manifest.json", "it names a file twice")
    for file in listed:
        data = read(folder, file["name"])
        if len(data) != file["size"] or sha256(data) != file["sha256"]:
            fail(file["name"], "it is not the file that was packed")
    there = {path.relative_to(folder).as_posix() for path in (folder / "agreements").rglob("*") if path.is_file()}
    for name in sorted(there - names):
        fail(name, "the manifest does not name this file")


def check_agreement(folder: Path, agreement: dict[str, Any]) -> int:
    """How many signed editions hold."""
    try:
        if agreement["editions"]:
            check_editions(folder, agreement)
        return len(agreement["editions"])
    except NOT_OURS as error:
        return fail(str(agreement["folder"]), f"it is not as ours are ({type(error).__name__})")


def check_editions(folder: Path, agreement: dict[str, Any]) -> None:
    ledger = agreement["ledger"]
    events = loaded(ledger["file"]["name"], read(folder, ledger["file"]["name"]))
    check_chain(ledger["file"]["name"], events, agreement["partnership"], ledger["head"])
    for edition in agreement["editions"]:
        check_edition(folder, edition, events)


def check_edition(folder: Path, edition: dict[str, Any], events: list[dict[str, Any]]) -> None:
    names = {what: file["name"] for what, file in edition["files"].items()}
    text, record = read(folder, names["text"]), loaded(names["record"], read(folder, names["record"]))
    if sha256(text) != edition["fingerprint"]:
        fail(names["text"], "its fingerprint is not the one that both parties signed")
    if record["edition"]["digest"] != edition["fingerprint"]:
        fail(names["record"], "it is the record of another text")
    head = record["ledger"]["head"]
    check_pdf(names["pdf"], read(folder, names["pdf"]), text, head)
    if not any(event["digest"] == head and event["kind"] == "agreement.in_force" for event in events):
        fail(names["record"], "the ledger has no event with its head, so none that put it in force")
    sealed = [event["payload"]["file"] for event in events if event["kind"] in SEALED and event["payload"]]
    if edition["files"]["pdf"]["sha256"] not in sealed:
        fail(names["pdf"], "the ledger has no event that names this sealed file")


SEALED = ("edition.sealed", "edition.timestamped")


def check_pdf(name: str, pdf: bytes, text: bytes, head: str) -> None:
    """It carries the text byte for byte, and a record with this head of the ledger."""
    has_text = has_head = False
    for stream in streams(pdf):
        has_text = has_text or stream == text
        has_head = has_head or (stream.lstrip().startswith(b"{") and head_in(stream) == head)
    if not has_text:
        fail(name, "it does not carry the text that both parties signed")
    if not has_head:
        fail(name, "it carries no record with the head of this ledger")


def streams(pdf: bytes) -> Iterator[bytes]:
    """What is packed into the PDF, unpacked."""
    for match in STREAM.finditer(pdf):
        try:
            yield zlib.decompressobj().decompress(match.group(1), LARGEST_STREAM)
        except zlib.error:
            yield match.group(1)


def head_in(stream: bytes) -> object:
    try:
        return json.loads(stream.decode("utf-8"))["ledger"]["head"]
    except (ValueError, KeyError, TypeError):
        return None


def check_chain(name: str, events: Any, chain: str, head: str) -> None:
    """Each event follows from the one before it, from the first to the head."""
    expected = sha256(("topcities ledger " + chain).encode())
    for number, event in enumerate(events, 1):
        place = f"event {number} of {name}"
        if not isinstance(event, dict) or event.get("sequence") != number:
            fail(place, "an event is missing, or was put elsewhere")
        if event["chain"] != chain or event["prev"] != expected:
            fail(place, "it does not follow the event before it")
        if digest_of(place, event) != event["digest"]:
            fail(place, "it was changed")
        said = {"salt": event["salt"], "payload": event["payload"]}
        if said["salt"] is not None and sha256(canonical(said)) != event["content_digest"]:
            fail(place, "what it says was changed")
        expected = event["digest"]
    if expected != head:
        fail(name, "its last event is not the one that the manifest names: its end was cut off")


def digest_of(place: str, event: dict[str, Any]) -> str:
    """As docs/edition-format.md has it: "An event of the ledger"."""
    try:
        at = datetime.fromisoformat(event["at"]).astimezone(timezone.utc)
    except (TypeError, ValueError):
        fail(place, "its time cannot be read")
    facts = {name: event[name] for name in ("chain", "sequence", "prev", "kind", "actor")}
    facts.update(schema=1, at=at.isoformat(timespec="microseconds"), content=event["content_digest"])
    return sha256(canonical(facts))


def canonical(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8")


def read(folder: Path, name: str) -> bytes:
    """A file of the archive. One that would lie outside of it is none."""
    if not re.fullmatch(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)*", name, re.ASCII):
        fail("manifest.json", "it names a file that cannot be in an archive of ours")
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        return fail(name, f"it is missing, or cannot be read ({error.strerror})")


def loaded(name: str, data: bytes) -> Any:
    try:
        return json.loads(data.decode("utf-8"))
    except ValueError:
        return fail(name, "it is no JSON")


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def fail(place: str, says: str) -> NoReturn:
    raise Broken(place + ": " + says)


if __name__ == "__main__":
    sys.exit(main())
