"""How gunicorn serves the pages. It reads this file by itself when started in this folder."""

import os
import shutil
from pathlib import Path
from typing import Any

from topcities.logs import of_the_web_server

# This machine only, unless HOST says otherwise: what faces people has TLS in front of it.
_host = os.environ.get("HOST", "127.0.0.1")
_port = os.environ.get("PORT", "8000")
bind = f"[{_host}]:{_port}" if ":" in _host else f"{_host}:{_port}"

# Threads, since a request mostly waits: for the database, or for the child that draws.
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
# A process is replaced now and then, not all at once: what a library leaks stays small.
max_requests = 5000
max_requests_jitter = 500
timeout = 90  # longer than the 60 seconds that one drawing may take
graceful_timeout = 20
# Workers tell the master that they live through a file; on a busy disk that could wait.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108, PTH112

# The requests are logged by the product itself, without the tokens in their addresses.
accesslog = None
logconfig_dict = of_the_web_server()

# Each process counts its requests in a file there, so that /metrics answers for all (topcities/metrics.py).
_counts = Path(os.environ.get("DATA_DIR", "var")) / "metrics" if os.environ.get("METRICS_TOKEN") else None
if _counts:
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_counts)


def on_starting(server: Any) -> None:
    """Counts begin with the start, as those who read them expect."""
    if _counts:
        shutil.rmtree(_counts, ignore_errors=True)
        _counts.mkdir(parents=True)


def child_exit(server: Any, worker: Any) -> None:
    """Tell the counts that this process is gone. What it counted stays counted."""
    if _counts:
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
