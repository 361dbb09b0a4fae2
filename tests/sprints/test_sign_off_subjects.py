"""A sign-off points at what it signs by a real key: the database holds it, and the migration carries every answer."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.apps.registry import Apps
from django.db import IntegrityError, connection, transaction
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


@pytest.fixture
def back_to_the_newest() -> Iterator[None]:
    yield
    migrate(before=False)


@pytest.mark.usefixtures("back_to_the_newest")
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


@pytest.mark.parametrize("kind", KINDS)
def test_the_database_keeps_one_standing_answer_of_a_party_to_one_subject(kind: str, party: Party) -> None:
    sprint = started_sprint()
    subject = KINDS[kind].make(sprint)
    sign(subject, asked(subject, party)[0])
    row = SignOff.objects.get()
    for wrong in ({"pk": None}, {"pk": None, "replaced_at": NOW, subject.key: None}):
        again = SignOff.objects.get(pk=row.pk)
        for name, value in wrong.items():
            setattr(again, name, value)
        with pytest.raises(IntegrityError), transaction.atomic():
            again.save(force_insert=True)
    other = "milestone" if kind != "milestone" else "report_of"
    both = SignOff(**{name: getattr(row, name) for name in ("sprint", "party", "answer", "digest", "content", "by")})
    both.at = both.replaced_at = NOW
    setattr(both, subject.key, subject.row)
    setattr(both, other, sprint.milestones.first() if other == "milestone" else sprint)
    with pytest.raises(IntegrityError), transaction.atomic():
        both.save()
