"""The folder that is the queue where there is no Redis: kombu keeps each message in a file of its own there."""

from __future__ import annotations

import json
import os
from pathlib import Path

# As kombu writes it (kombu.transport.filesystem): routing key, pattern, queue.
BINDINGS = [["celery", "", "celery"]]


def prepare(folder: Path) -> dict[str, object]:
    """The folder as kombu's transport wants it; gives the options that name it.

    kombu writes down which queue gets what when it is first asked, and in place: a kill in that moment leaves an empty
    file, with which no worker starts again. So it is there, whole, before anybody asks.
    """
    control = folder / "control"
    control.mkdir(parents=True, exist_ok=True)
    table = control / "celery.exchange"
    if not _is_whole(table):
        unfinished = control / f"unfinished-{os.getpid()}"
        unfinished.write_text(json.dumps(BINDINGS))
        unfinished.replace(table)
    return {
        "data_folder_in": str(folder),
        "data_folder_out": str(folder),
        "control_folder": str(control),
        "store_processed": False,
    }


def _is_whole(table: Path) -> bool:
    try:
        held = json.loads(table.read_text())
    except (FileNotFoundError, ValueError):
        return False
    return isinstance(held, list) and all(binding in held for binding in BINDINGS)
