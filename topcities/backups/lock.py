"""A site that runs on this machine holds the folder of its data, so that nothing is restored below its feet.

`script/run_all.py` holds it, too: in lines of its own, since it starts without this product.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

NAME = "in-use"


@contextmanager
def held(*, alone: bool) -> Iterator[bool]:
    """Whether it could be had: by many sites at once, or by a restoring alone."""
    with (Path(settings.DATA_DIR) / NAME).open("a") as file:
        try:
            fcntl.flock(file, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
