"""Several workers, a worker that is killed, a queue that is away, a backup that is restored: each mail once."""

from __future__ import annotations

import os
import signal
import socket
from concurrent.futures import Future
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from django.db import connection

from mail.models import MailState, OutboxMail
from mail.outbox import LEASE, send_waiting
from tests.concurrency import at_once
from tests.factories.people import NOW
from tests.ledger.chains import links_of, make_chain, say
from tests.mail.samples import queue
from tests.mail.sink import Sink
from tests.mail.worker_process import address_of, backup, worker
from tests.running.process import manage, run

pytestmark = pytest.mark.django_db(transaction=True)
CODE = {"code": "918273"}
ANA, BEN, CAL = "ana@example.org", "ben@example.org", "cal@example.org"


def test_sweepers_at_once_send_each_mail_once(sink: Sink) -> None:
    """As with two workers, or two clocks that wake one."""
    rows = [queue(f"person{number}@example.org") for number in range(24)]
    sent = at_once(*[partial(send_waiting, NOW)] * 4)
    assert sum(sent) + send_waiting(NOW) == len(rows), sent
    assert sorted(sink.recipients) == sorted(queued.to for queued in rows)
    assert {letter["Message-ID"] for letter in sink.letters} == {queued.message_id for queued in rows}
    assert set(OutboxMail.objects.values_list("state", "attempts")) == {(MailState.SENT, 1)}


@pytest.mark.parametrize(("moment", "letters"), [("before it is taken", 1), ("after it is taken", 2)])
def test_a_worker_killed_in_the_middle_costs_at_most_one_duplicate_with_the_same_id(
    sink: Sink, tmp_path: Path, moment: str, letters: int
) -> None:
    queue(ANA)
    queue(BEN)
    victim: Future[int] = Future()

    def kill(answer: str, _told: object) -> str:
        os.kill(victim.result(timeout=60), signal.SIGKILL)
        return answer

    well = sink.at_rcpt, sink.at_data
    if moment == "before it is taken":
        sink.at_rcpt = partial(kill, "450 too late")
    else:
        sink.at_data = partial(kill, "250 OK")
    with worker(now=NOW, port=sink.port, data=tmp_path) as process:
        victim.set_result(process.pid)
        assert process.wait(timeout=60) == -signal.SIGKILL, process.stderr.read()
    sink.at_rcpt, sink.at_data = well
    assert (send_waiting(NOW), sink.recipients[-1]) == (1, BEN), "the others do not wait"
    assert send_waiting(NOW + LEASE / 2) == 0, "it may still be at work"
    assert send_waiting(NOW + LEASE * 2) == 1, "and it is not lost"
    to_ana = [letter for letter in sink.letters if letter["To"] == ANA]
    assert len(to_ana) == letters
    assert {letter["Message-ID"] for letter in to_ana} == {OutboxMail.objects.get(to=ANA).message_id}
    assert send_waiting(NOW + timedelta(days=1)) == 0
    assert set(OutboxMail.objects.values_list("state", flat=True)) == {MailState.SENT}


def test_a_queue_that_is_away_loses_no_mail_and_breaks_no_act(sink: Sink, tmp_path: Path) -> None:
    """It only wakes a worker. The next sweep finds what the database holds, and nobody waits for it mail by mail."""
    script = "import django; django.setup(); from tests.mail.samples import queue; queue(); queue(); queue()"
    away = {"DATABASE_URL": address_of(connection.settings_dict["NAME"]), "REDIS_URL": "redis://127.0.0.1:1/0"}
    result = run("-c", script, data=tmp_path, **away)
    assert result.returncode == 0, result.stderr
    assert result.stderr.count("the queue cannot be reached") == 1
    assert (send_waiting(NOW), sink.recipients) == (3, [ANA] * 3)


@pytest.mark.parametrize("listens", [False, True], ids=["it refuses", "it never answers"])
def test_nobody_waits_longer_than_a_moment_for_a_queue_that_is_away(tmp_path: Path, listens: bool) -> None:
    script = (
        "import django, time; django.setup(); from mail.outbox import wake; began = time.monotonic();"
        "wake('mail.send_waiting'); wake('agreements.seal_signed_editions'); print(time.monotonic() - began)"
    )
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        if listens:
            server.listen()
        address = f"redis://127.0.0.1:{server.getsockname()[1]}/0"
        result = run("-c", script, data=tmp_path, REDIS_URL=address)
    assert result.stderr.count("the queue cannot be reached") == 1, result.stderr
    assert float(result.stdout) < 3, "one second, and what a busy machine adds"


def test_a_restored_backup_sends_nothing_again_that_was_sent_and_its_ledger_holds(sink: Sink, tmp_path: Path) -> None:
    chain = make_chain(3)
    queue(ANA)
    send_waiting(NOW)
    waiting = queue(BEN)
    queue(CAL, secret=CODE, expires_at=NOW + timedelta(minutes=15))
    with backup(tmp_path) as restored:
        say(chain, "after the backup")
        (tmp_path / "copy.txt").write_text(f"{chain} {links_of(chain)[-1].digest}")
        assert (send_waiting(NOW), sink.recipients) == (2, [ANA, BEN, CAL])
        with worker(now=NOW + timedelta(days=1), port=sink.port, data=tmp_path, database=restored) as process:
            out, errors = process.communicate(timeout=60)
        assert (process.returncode, out) == (0, "1\n"), errors
        assert sink.recipients == [ANA, BEN, CAL, BEN], "only what still waited then, and is not stale now"
        assert {letter["Message-ID"] for letter in sink.letters if letter["To"] == BEN} == {waiting.message_id}
        held = manage("verify_ledger", data=tmp_path, DATABASE_URL=restored)
        assert (held.returncode, held.stdout.splitlines()[0]) == (0, "INTACT"), held.stderr
        anchor = str(tmp_path / "copy.txt")
        compared = manage("verify_ledger", "--anchor", anchor, data=tmp_path, DATABASE_URL=restored)
        assert (compared.returncode, "its end cut off" in compared.stdout) == (1, True), "what came after it is gone"
