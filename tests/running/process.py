"""A start of the product in a process of its own, with an environment that is named in full."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = ("text", "ledger", "mail", "partners", "agreements", "sprints", "programs", "topcities")
KEPT = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH")
A_KEY = "a-key-for-tests-that-is-long-enough-to-be-taken-as-random-0123456789"


def run(*command: str, data: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run Python with these settings alone, whatever the terminal has set."""
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    environment |= {"DATA_DIR": str(data), "DJANGO_SETTINGS_MODULE": "topcities.settings", **settings}
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300
    )


def manage(*command: str, data: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    return run("manage.py", *command, data=data, **settings)


def value_of(setting: str, *, data: Path, **settings: str) -> str:
    """One setting of such a start, as it prints; fails the test where the start is refused."""
    script = f"from django.conf import settings; print(settings.{setting})"
    result = run("-c", script, data=data, **settings)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()
