"""What the composition says, held against what script/server does. No container is started here."""

from __future__ import annotations

import re
import runpy

import yaml

from tests.running.process import ROOMS, ROOT

SERVICES = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
LASTING = {name: service for name, service in SERVICES.items() if name != "migrate"}


def test_the_worker_is_the_one_that_script_server_starts() -> None:
    """But for the clock, which has a container of its own."""
    here = runpy.run_path(str(ROOT / "script" / "run_all.py"))["WORKER"]
    alone = [part for part in here[here.index("celery") :] if part != "-B"]
    assert SERVICES["worker"]["command"] == alone
    assert "--quiet" in SERVICES["beat"]["command"], "no banner"


def test_no_log_and_no_process_grows_without_end() -> None:
    for name, service in LASTING.items():
        assert service["logging"]["options"].keys() == {"max-size", "max-file"}, name
        assert service["mem_limit"], name


def test_every_room_is_compiled_in_the_image() -> None:
    """Its file system is read-only: what is not compiled there is compiled anew at each start."""
    (line,) = [line for line in (ROOT / "Dockerfile").read_text().splitlines() if "compileall" in line]
    assert set(ROOMS) <= set(line.split())


def test_a_build_of_next_year_is_the_one_of_today() -> None:
    """What others made is named by its digest: a tag is given to another image every few days."""
    files = [(ROOT / name).read_text() for name in ("Dockerfile", "docker-compose.yml")]
    images = [image for text in files for image in re.findall(r"^(?:FROM| +image:) (\S+)", text, re.MULTILINE)]
    ours = {"topcities-partnership"}
    assert len(images) == 4 and all(re.search(r"@sha256:[0-9a-f]{64}$", one) for one in images if one not in ours)
