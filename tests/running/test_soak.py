"""Workers killed in the middle of the weekly mail, Redis emptied, two clocks, and a mail server that refuses, hangs and
is down for a moment: everybody gets theirs. `script/soak` does it with thousands."""

from __future__ import annotations

import json
import os
import subprocess

import pytest

from tests.running.process import KEPT, ROOT

# It makes a database of its own on the server of the tests: so it runs on each kind.
pytestmark = pytest.mark.django_db


def test_workers_killed_in_the_middle_of_the_weekly_mail_lose_none_and_double_at_most_one_a_kill() -> None:
    named = (*KEPT, "DATABASE_URL", "REDIS_URL", "VIRTUAL_ENV")
    answer = subprocess.run(
        [
            ROOT / "script" / "soak",
            "mail",
            "--people",
            "80",
            "--kills",
            "2",
            "--trouble",
            "0.5",
            "--within",
            "90",
            "--json",
        ],
        env={name: os.environ[name] for name in named if name in os.environ},
        capture_output=True,
        text=True,
        timeout=300,
    )
    told = answer.stdout.splitlines()
    assert answer.returncode == 0, answer.stdout + answer.stderr
    figures = json.loads(told[-1])
    assert figures.pop("doubled") <= 2
    felt = {name: figures.pop(name) for name in ("refusing", "hanging", "down")}
    assert all(felt.values()), "the mail server was in each of its troubles, and the workers felt it"
    with_redis = bool(os.environ.get("REDIS_URL"))
    assert (figures.pop("flushed"), figures.pop("clocks")) == (with_redis, 2 if with_redis else 1)
    assert figures == {"people": 80, "sent": 80, "lost": 0, "kills": 2, "other ids": 0}
