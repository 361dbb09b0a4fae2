"""`script/forge` for a minute: whatever it makes of a sealed file is found out, soon, and breaks nothing."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from agreements.pdf import draw
from agreements.seal import seal
from tests.agreements import samples
from tests.agreements.attacks import stranger
from tests.agreements.authority import answer
from tests.running.process import KEPT, ROOT

A_MINUTE, ENOUGH = 60, 200  # in a minute of a slow and busy machine


@pytest.mark.parametrize("stamped", [False, True], ids=["sealed", "with a timestamp"])
def test_no_forgery_is_valid_and_none_breaks_or_delays_the_check(tmp_path: Path, stamped: bool) -> None:
    of = samples.content()
    data = seal.seal(draw.render(of, samples.of_a_year_ago(samples.record(of))), stranger())
    (tmp_path / "a.pdf").write_bytes(seal.add_timestamp(data, answer) if stamped else data)
    done = subprocess.run(
        [ROOT / "script" / "forge", "a.pdf", "--count", "100000", "--seconds", str(A_MINUTE / 2), "--json"],
        cwd=tmp_path,
        env={name: os.environ[name] for name in (*KEPT, "VIRTUAL_ENV") if name in os.environ}
        | {"DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=3 * A_MINUTE,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    figures = json.loads(done.stdout.splitlines()[-1])
    assert figures.pop("tried") > ENOUGH / 2 and figures.pop("slowest_seconds") < 10, done.stdout
    assert figures == {"false_valid": 0, "errors": 0}
