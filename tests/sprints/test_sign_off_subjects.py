"""The migration that gives sign-offs real keys carries every answer over, there and back, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.apps.registry import Apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from partners.parties import Party
from sprints.models import SignOff
from tests.factories.people import NOW
from tests.factories.sign_offs import KINDS, ask_for_changes, asked, known, sign
from tests.factories.sprints import started_sprint

pytestmark = pytest.mark.django_db(transaction=True)


def migrate(*, before: bool) -> Apps:
    """To the state before it, or to the newest."""
    executor = MigrationExecutor(connection)
    graph = executor.loader.graph
    (ours,) = [node for node in graph.nodes if node[0] == "sprints" and node[1].endswith("sign_off_subjects")]
    targets = [node.key for node in graph.node_map[ours].parents if node.key[0] == "sprints"]
    return executor.migrate(targets if before else graph.leaf_nodes()).apps


@pytest.fixture(autouse=True)
def back_to_the_newest() -> Iterator[None]:
    yield
    migrate(before=False)


def test_every_answer_is_carried_over_and_back() -> None:
    subjects = [KINDS[kind].make(started_sprint()) for kind in KINDS]
    for subject in subjects:
        first = asked(subject, Party.CITY)[0]
        if subject.changes_event:
            ask_for_changes(subject, first)
        sign(subject, first)
    kept = list(SignOff.objects.order_by("pk").values())
    assert len(kept) == 9

    old = migrate(before=True).get_model("sprints", "SignOff")
    before = list(old.objects.order_by("pk").values("pk", "subject", "party", "answer", "digest", "reason"))
    assert [row["pk"] for row in before] == [row["id"] for row in kept]
    known_ids = {subject.row.pk for subject in subjects if subject.kind != "report"}
    assert {row["subject"] for row in before} > known_ids
    assert len({row["subject"] for row in before}) == len(KINDS), "the report has an id of its own again"
    gone = old.objects.values().first() | {"id": None, "subject": uuid4(), "replaced_at": NOW}
    old.objects.create(**gone)

    migrate(before=False)
    assert list(SignOff.objects.order_by("pk").values()) == kept, "and what answered nothing that is there is gone"
    for subject in subjects:
        assert known(subject).answers.says_yes(asked(subject, Party.CITY)[0])
