"""What a web process imports to serve pages: nothing that draws, seals or reads files, which others do for it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.running.process import run

# Each of these takes longer to import, or more memory, than all pages of a room.
NOT_FOR_PAGES = {
    "pyhanko": "the worker seals; what somebody hands in is read in a child process",
    "pyhanko_certvalidator": "the same",
    "aiohttp": "pyHanko's",
    "asn1crypto": "reads seals",
    "cryptography": "reads the sealing certificate, for staff and the worker",
    "weasyprint": "a child process draws",
    "pydyf": "the same",
    "fontTools": "asked for a letter by letter, before anyone signs",
    "icalendar": "two addresses for calendars",
    "PIL": "where a picture is handed in",
    "flufl.bounce": "returned mail, by a command",
    "anymail": "where a provider is named",
    "boto3": "where a bucket is named",
    "redis": "where REDIS_URL is set",
}
# With all addresses; 65 where the tools for tests are not installed, of which some come along. It was 105.
LARGEST_START = 85
START = """
import json, re, sys
from pathlib import Path
from topcities.wsgi import application
from django.urls import get_resolver

def views(patterns):
    for each in patterns:
        yield from views(each.url_patterns) if hasattr(each, "url_patterns") else [each.callback]

assert len(list(views(get_resolver().url_patterns))) > 100
# Of this process alone: getrusage would count what pytest had when it started this one.
most = int(re.search("VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text()).group(1))
print(json.dumps([sorted(sys.modules), most // 1024]))
"""


def test_a_web_process_imports_nothing_that_only_others_need(tmp_path: Path) -> None:
    """With every address and its view there. A library that is needed by one page is imported in that page."""
    started = run("-c", START, data=tmp_path)
    assert started.returncode == 0, started.stderr
    modules, megabytes = json.loads(started.stdout.splitlines()[-1])
    imported = set(modules)
    assert {"agreements.seal.verify", "sprints.views.meetings", "programs.views.partnerships"} <= imported
    assert not imported & NOT_FOR_PAGES.keys()
    assert megabytes < LARGEST_START
