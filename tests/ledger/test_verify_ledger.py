"""`manage.py verify_ledger` and an owner of the database: what it finds, where, and what only a copy shows."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from agreements.actions import seals
from agreements.domain.exports import files_of, ledger_of
from agreements.models import Edition
from ledger import anchors
from ledger.models import Event, EventContent, Head
from ledger.record import erase
from mail.outbox import queue_mail
from tests.agreements.pdf_tools import attachments
from tests.factories.agreements import make_agreement, open_for_signing, sign_both
from tests.factories.people import NOW, make_partnership, make_person
from tests.ledger.chains import links_of, make_chain, owner, remove, rewrite, say
from tests.mail.mailbox import deliver
from tests.running.process import manage

pytestmark = pytest.mark.django_db


def verify(*arguments: object) -> tuple[int, str]:
    """The command's exit status, and what it says."""
    out = io.StringIO()
    try:
        call_command("verify_ledger", *map(str, arguments), stdout=out)
    except CommandError as error:
        return error.returncode, str(error)
    except SystemExit as error:
        return int(error.code), out.getvalue()
    return 0, out.getvalue()


def head_of(chain: UUID) -> str:
    return Head.objects.get(chain=chain).digest


def change(chain: UUID, number: int, **fields: object) -> None:
    Event.objects.filter(chain=chain, sequence=number).update(**fields)


def say_else(chain: UUID, number: int, **fields: object) -> None:
    EventContent.objects.filter(event__chain=chain, event__sequence=number).update(**fields)


def swap(chain: UUID) -> None:
    """The events 2 and 3 change places."""
    for before, after in ((2, 99), (3, 2), (99, 3)):
        change(chain, before, sequence=after)


def cut(chain: UUID, *, move_head: bool) -> None:
    remove(chain, sequence=5)
    if move_head:
        Head.objects.filter(chain=chain).update(sequence=4, digest=links_of(chain)[-1].digest)


def wipe(chain: UUID) -> None:
    remove(chain)
    Head.objects.filter(chain=chain).delete()


# --- What is found in the database alone, and where ---------------------------------------------------------

FOUND: dict[str, tuple[Callable[[UUID], object], int | None, str]] = {
    "edited": (lambda chain: change(chain, 3, kind="never said"), 3, "the event was changed"),
    "dated back": (lambda chain: change(chain, 3, at=NOW.replace(year=2020)), 3, "the event was changed"),
    "somebody else's": (lambda chain: change(chain, 3, actor=uuid4()), 3, "the event was changed"),
    "other words": (lambda chain: say_else(chain, 3, payload={"words": "no"}), 3, "what the event says was changed"),
    "no words": (lambda chain: say_else(chain, 3, payload=[]), 3, "what the event says was changed"),
    "another salt": (lambda chain: say_else(chain, 3, salt="00"), 3, "what the event says was changed"),
    "silenced": (lambda chain: EventContent.objects.filter(event__sequence=3).delete(), 3, "none tells that it was"),
    "deleted": (lambda chain: remove(chain, sequence=3), 3, "this event is missing"),
    "the first deleted": (lambda chain: remove(chain, sequence=1), 1, "this event is missing"),
    "reordered": (swap, 2, "event 3 was put in this place"),
    "tail cut": (lambda chain: cut(chain, move_head=False), 5, "its end was cut off"),
    "all deleted": (remove, 1, "all 5 events of the chain are gone"),
    "emptied": (
        lambda chain: (remove(chain), Head.objects.filter(chain=chain).update(sequence=0)),
        None,
        "but no event",
    ),
    "head deleted": (lambda chain: Head.objects.filter(chain=chain).delete(), None, "the head of the chain is gone"),
    "head moved back": (lambda chain: Head.objects.filter(chain=chain).update(sequence=4), 5, "stands behind the head"),
    "head renamed": (lambda chain: Head.objects.filter(chain=chain).update(digest="0" * 64), 5, "another last event"),
}


@pytest.mark.parametrize("how", FOUND)
def test_what_an_owner_of_the_database_does_is_found_and_where(how: str) -> None:
    chain = make_chain()
    assert verify()[0] == 0
    tamper, where, says = FOUND[how]
    with owner():
        tamper(chain)
    untouched = make_chain()
    status, out = verify("--json")
    answer = json.loads(out)
    assert (status, answer["intact"], answer["chains"]) == (1, False, 2)
    assert {problem["chain"] for problem in answer["problems"]} == {str(chain)}
    assert (answer["problems"][0]["sequence"], says in answer["problems"][0]["says"]) == (where, True), out
    assert verify("--chain", untouched)[0] == 0
    status, out = verify("--chain", chain)
    assert (status, out.splitlines()[0]) == (1, f"BROKEN: {len(answer['problems'])} findings")
    assert says in out and f"chain {chain}" in out and (where is None or f"event {where}: " in out)


def test_a_database_that_cannot_be_asked_says_nothing_of_the_ledger(tmp_path: Path) -> None:
    """1 would say that it is broken."""
    for away in ({}, {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing"}):
        ended = manage("verify_ledger", data=tmp_path, **away)
        assert (ended.returncode, ended.stdout) == (2, "")
        assert "says nothing about the ledger" in ended.stderr and "Traceback" not in ended.stderr


NO_TIME = {"sqlite": ["never", 7, b"x"], "postgresql": ["20000-01-01", "4000-01-01 BC"]}


@pytest.mark.parametrize("at", NO_TIME[connection.vendor])
def test_a_row_that_cannot_be_read_is_a_finding_and_no_crash(at: object) -> None:
    chain = make_chain()
    with owner(), connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_event SET at = %s WHERE sequence = 3", [at])
    status, out = verify("--chain", chain)
    assert status == 1 and "cannot be read" in out


def test_an_erasure_that_names_something_else_hides_nothing() -> None:
    chain = make_chain()
    erase(chain=chain, sequence=2, reason="Asked for", by=None, now=NOW)
    say(chain, "an erasure of the erasure", kind="erased", sequence=6)
    assert verify()[0] == 0
    with owner():
        EventContent.objects.filter(event__sequence__in=[3, 6]).delete()
    status, out = verify("--json")
    assert status == 1
    assert [problem["sequence"] for problem in json.loads(out)["problems"]] == [2, 3, 6]


def test_a_ledger_that_holds_is_counted_and_what_cannot_be_shown_is_said() -> None:
    first, _second = make_chain(3), make_chain(4)
    erase(chain=first, sequence=1, reason="Asked for", by=None, now=NOW)
    status, out = verify()
    assert status == 0
    assert out.splitlines()[:2] == [
        "INTACT",
        "2 chains, 8 events, 1 of them erased as recorded; 0 compared with what is known elsewhere.",
    ]
    assert "Whoever owns the database can rewrite a chain" in out and "--anchor" in out
    answer = json.loads(verify("--json", "--chain", first)[1])
    assert (answer["intact"], answer["chains"], answer["events"], answer["erased"]) == (True, 1, 4, 1)
    assert answer["problems"] == [] and "rewrite a chain" in answer["not_shown"]


def test_an_empty_ledger_holds_and_a_chain_that_never_was_does_not() -> None:
    assert verify()[0] == 0
    status, out = verify("--chain", uuid4())
    assert status == 1 and "there is no such chain" in out


def test_a_chain_that_is_gone_as_a_whole_is_still_named_by_its_mail() -> None:
    chain = make_chain()
    queue_mail(key="k", kind="x", to="a@example.org", language="en", about={}, chain=chain, now=NOW)
    assert verify()[0] == 0
    with owner():
        wipe(chain)
    status, out = verify()
    assert status == 1 and f"chain {chain}: the whole chain is gone" in out
    assert verify("--chain", chain)[0] == 1


# --- What only a copy that was kept elsewhere shows -----------------------------------------------------------

REWRITTEN = "the chain was rewritten, or its end cut off"
UNSEEN: dict[str, tuple[Callable[[UUID], object], str]] = {
    "rewritten from the middle": (lambda chain: rewrite(chain, 3, "never said"), REWRITTEN),
    "tail cut, and the head moved back": (lambda chain: cut(chain, move_head=True), REWRITTEN),
    "the whole chain removed": (wipe, "the whole chain is gone"),
}


@pytest.mark.parametrize("how", UNSEEN)
def test_rows_and_head_changed_together_are_found_only_with_an_anchor(how: str, tmp_path: Path) -> None:
    chain, untouched = make_chain(), make_chain()
    anchor = tmp_path / "copy.txt"
    anchor.write_text(f"{chain} stood at {head_of(chain)},\n{untouched} stood at {head_of(untouched)}.")
    assert verify("--anchor", anchor)[0] == 0
    tamper, says = UNSEEN[how]
    with owner():
        tamper(chain)
    assert verify()[0] == 0, "it fits together: this is what the command says that it cannot show"
    status, out = verify("--anchor", anchor)
    assert (status, out.splitlines()[0]) == (1, "BROKEN: 1 findings")
    assert f"chain {chain}: " in out and says in out
    assert "What came after the event that the given copy names" in out
    assert verify("--anchor", anchor, "--chain", untouched)[0] == 0


def test_what_came_after_the_copy_does_not_speak_against_it(tmp_path: Path) -> None:
    chain = make_chain()
    anchor = tmp_path / "copy.txt"
    anchor.write_text(f"{chain} {head_of(chain)}")
    say(chain, "more")
    erase(chain=chain, sequence=5, reason="Asked for", by=None, now=NOW)
    assert verify("--anchor", anchor)[0] == 0


def test_the_copies_that_both_parties_hold_find_a_rewritten_chain(tmp_path: Path, settings: object) -> None:
    """The mail, the record, the export and the sealed PDF of a real agreement, and a note taken from the paper."""
    settings.DATA_DIR, settings.SEAL_PKCS12, settings.TSA_URL = tmp_path / "data", "", ""
    edition = sign_both(open_for_signing(make_agreement()))
    seals.seal_waiting(clock=lambda: NOW)
    chain = edition.agreement.partnership_id
    files = files_of(edition.agreement.partnership)
    record = json.loads(attachments(files["agreement.pdf"])["record.json"][0])
    letter = next(letter for letter in deliver(NOW) if edition.head in letter.body)
    in_base64 = EmailMessage()
    in_base64.set_content(letter.body, cte="base64")
    on_paper = " ".join(edition.head[place : place + 4] for place in range(0, 64, 4))
    copies = {
        "agreement.pdf": files["agreement.pdf"],
        "ledger.json": files["ledger.json"],
        "record.json": json.dumps(record, indent=2).encode("utf-8-sig"),
        "mail.eml": letter.message().as_bytes(),
        "mail from another server.eml": in_base64.as_bytes(),
        "from paper.txt": f"Kept on March 2. Record {chain}:\n{on_paper.upper()}\n".encode(),
    }
    assert edition.head.encode() not in copies["mail from another server.eml"] + copies["from paper.txt"]
    for name, data in copies.items():
        (tmp_path / name).write_bytes(data)
        status, out = verify("--anchor", tmp_path / name)
        assert (status, out.splitlines()[0]) == (0, "INTACT"), (name, out)
    with owner():
        rewrite(chain, 2, "never said")
    Edition.objects.update(head=Head.objects.get(chain=chain).digest)
    assert verify()[0] == 0, "an owner who rewrites the edition too leaves no trace in the database"
    for name in copies:
        status, out = verify("--anchor", tmp_path / name)
        assert (status, f"chain {chain}" in out, REWRITTEN in out) == (1, True, True), (name, out)


def spelled(value: dict) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def holds(rows: list[dict]) -> bool:
    """The rules of docs/edition-format.md for an export, with nothing of ours."""
    prev = hashlib.sha256(f"topcities ledger {rows[0]['chain']}".encode()).hexdigest()
    for number, row in enumerate(rows, 1):
        at = datetime.fromisoformat(row["at"]).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")
        link = {key: row[key] for key in ("chain", "sequence", "prev", "kind", "actor")}
        digest = spelled({**link, "schema": 1, "at": at, "content": row["content_digest"]})
        said = {"salt": row["salt"], "payload": row["payload"]}
        if (row["sequence"], row["prev"], row["digest"]) != (number, prev, digest):
            return False
        if row["salt"] and spelled(said) != row["content_digest"]:
            return False
        prev = digest
    return True


def test_an_export_can_be_checked_without_this_product() -> None:
    partnership = make_partnership()
    for number in range(1, 5):
        say(partnership.pk, f"Señora {number} 🗳")
    erase(chain=partnership.pk, sequence=2, reason="Asked for", by=make_person(), now=NOW)
    rows = json.loads(json.dumps(ledger_of(partnership)))
    assert len(rows) == 5 and holds(rows) and rows[1]["payload"] is None
    for field, value in {"kind": "heard", "payload": {}, "salt": "00", "content_digest": "0" * 64, "prev": "0"}.items():
        assert not holds([*rows[:2], {**rows[2], field: value}, *rows[3:]]), field


UNREADABLE = {
    "empty": b"",
    "of something else": b"Dear all, the record is on its way.",
    "a chain without its head": b"The record is 5f0c7a52-7c1e-4a37-9d0e-1f4f6f5a9b11.",
    "a head without its chain": b"It stood at " + b"ab" * 32,
    "a PDF of something else": b"%PDF-1.7\n1 0 obj\n<<>>\nstream\nhello\nendstream",
    "other JSON": b'{"ledger": "none", "chain": 1}',
    "an empty export": b"[]",
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_a_copy_without_an_anchor_is_said_to_be_none(kind: str, tmp_path: Path) -> None:
    make_chain()
    (tmp_path / "copy").write_bytes(UNREADABLE[kind])
    status, out = verify("--anchor", tmp_path / "copy")
    assert status == 2 and "no chain and head were found" in out


def test_half_of_an_export_is_no_anchor_and_raises_no_false_alarm(tmp_path: Path) -> None:
    chain = make_chain()
    rows = [{"chain": str(chain), "prev": link.prev, "digest": link.digest} for link in links_of(chain)]
    (tmp_path / "ledger.json").write_text(json.dumps(rows)[:-20])
    assert verify("--anchor", tmp_path / "ledger.json")[0] == 2
    (tmp_path / "ledger.json").write_text(json.dumps(rows))
    assert verify("--anchor", tmp_path / "ledger.json")[0] == 0


def test_a_copy_that_cannot_be_opened_is_too_large_or_tells_of_another_chain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain, other = make_chain(), make_chain()
    anchor = tmp_path / "copy.txt"
    anchor.write_text(f"{chain} {head_of(chain)}")
    assert verify("--anchor", tmp_path / "nowhere.pdf")[0] == 2
    assert verify("--anchor", tmp_path)[0] == 2
    status, out = verify("--anchor", anchor, "--chain", other)
    assert status == 2 and "another chain" in out
    monkeypatch.setattr(anchors, "LARGEST", 50)
    status, out = verify("--anchor", anchor)
    assert status == 2 and "too large" in out
