"""Each room's tables hold what the room writes: no event without words, no mail without a name, and none left over."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from mail import registry
from sprints.models import ProposalKind
from topcities import history

ROOT = Path(__file__).parents[2]
ROOMS = ("partners", "agreements", "sprints", "programs")
KIND = re.compile(r"[a-z_]+\.[a-z_]+")
# These take words with a dot in them that are no event's kind: a task's name, a mail's kind.
OTHER_CALLS = {"wake", "notify_lead", "notify_person", "notify_everybody"}
# In the chains of a program and of a person, which no page shows.
ELSEWHERE = {"access.changed", "person.made", "staff.joined", "program.created", "program.changed"}
ELSEWHERE |= {"sheet.handed_in", "sheet.corrected", "sheet.asked_for", "program_day.added", "program_day.taken_back"}
ELSEWHERE |= {"audit.exported", "program.calendar_made", "program.calendar_revoked"}
ELSEWHERE |= {"plan.published", "template.published"}
ELSEWHERE |= {"passkey.added", "passkey.removed"}
# Staff of a program see no list that could hold it.
OF_NO_PROGRAM = {"sign-in link made"}
# Nothing writes these any more, and there are chains that hold them.
OLD: set[str] = set()


class Kinds(ast.NodeVisitor):
    """The kinds that stand in a file: `said` in full, `ends` where a part is filled in, such as `{kind}.agreed`."""

    def __init__(self) -> None:
        self.said: set[str] = set()
        self.ends: set[str] = set()

    def visit_Call(self, node: ast.Call) -> None:
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name not in OTHER_CALLS:
            self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and KIND.fullmatch(node.value):
            self.said.add(node.value)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        last = node.values[-1]
        if isinstance(last, ast.Constant) and KIND.fullmatch(f"x{last.value}"):
            self.ends.add(last.value)
        else:
            self.generic_visit(node)


def kinds_in(room: str) -> Kinds:
    found = Kinds()
    for path in sorted((ROOT / room / "actions").glob("*.py")):
        found.visit(ast.parse(path.read_text()))
    # What is signed off says there how its events are called.
    for path in sorted((ROOT / room / "domain").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).rstrip(")").endswith("_event"):
                found.visit(node.value)
    return found


def calls_that_write(room: str) -> Iterator[tuple[str, ast.expr]]:
    for path in sorted((ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"record_event", "append_event"}:
                kind = next((one.value for one in node.keywords if one.arg == "kind"), None) or node.args[1]
                yield path.name, kind


@pytest.mark.parametrize("room", ROOMS)
def test_every_event_has_words_and_no_words_are_left_over(room: str) -> None:
    words = set(import_module(f"{room}.domain.events").WORDS)
    written = kinds_in(room)
    assert not written.said - words - ELSEWHERE
    ended = {kind for kind in words if any(kind.endswith(end) for end in written.ends)}
    assert not words - written.said - ended - OLD
    assert all(any(kind.endswith(end) for kind in words) for end in written.ends)


def test_every_proposal_has_words_for_each_of_its_ends() -> None:
    """Where a part of the kind is filled in, it is the kind of a proposal."""
    ends = kinds_in("sprints").ends
    assert {f"{kind}{end}" for kind in ProposalKind.values for end in ends} <= set(history.WORDS)


@pytest.mark.parametrize("room", ROOMS)
def test_events_are_written_where_the_test_looks(room: str) -> None:
    """A kind is a literal, or a name whose literals stand in an action; and only actions write events."""
    found = list(calls_that_write(room))
    literal = {kind.value for _path, kind in found if isinstance(kind, ast.Constant)}
    assert len(found) > 10 or room == "programs"
    assert literal <= kinds_in(room).said
    assert {path for path, _kind in found} <= {path.name for path in (ROOT / room / "actions").glob("*.py")}


def test_history_has_the_words_of_all_rooms_and_no_kind_twice() -> None:
    rooms = [set(import_module(f"{room}.domain.events").WORDS) for room in ROOMS]
    assert len(history.WORDS) == sum(map(len, rooms)) + len({"refused", "erased"})
    assert set(history.WORDS) == set().union(*rooms, {"refused", "erased"})


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_names_the_mails_that_it_builds(room: str) -> None:
    built = {kind for kind, builder in registry._builders.items() if builder.__module__.startswith(f"{room}.")}
    assert set(import_module(f"{room}.domain.mail_kinds").NAMES) == built - OF_NO_PROGRAM
