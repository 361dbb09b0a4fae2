"""What tests of a whole start share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running import kept_aside


@pytest.fixture
def data(settings: object, tmp_path: Path) -> Iterator[Path]:
    """A DATA_DIR of its own, for what is restored. What that keeps aside in a database goes with the test."""
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    yield settings.DATA_DIR
    kept_aside.remove()
