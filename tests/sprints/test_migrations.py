"""Pauses and leaders go over into tables of their own, no party becomes NULL, all of it back, and no digest moves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from agreements.models import Wording
from partners.parties import Party, Role
from sprints.actions.milestones import set_leaders
from sprints.domain.milestones import plan_content, plan_digest, signed_digest
from sprints.models import Evidence, Milestone, MilestoneLeader, Proposal, Sprint, SprintPause
from tests.factories.people import NOW, make_seat
from tests.factories.sprints import add_words, first_joint, pause, ready, sign_off, started_sprint

BEFORE = [("sprints", "0001_sprints"), ("agreements", "0002_comments"), ("partners", "0006_mail_choices")]

EMPTY = [("sprints", "Evidence"), ("agreements", "Wording")]


def migrate(targets: list[tuple[str, str]]) -> object:
    """The models as they are then."""
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return executor.loader.project_state(targets).apps


@pytest.fixture
def back_to_now() -> Iterator[None]:
    yield
    migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())


def lived() -> Sprint:
    """A sprint with a pause, a sign-off and a milestone that somebody else leads than the plan says."""
    sprint = started_sprint()
    first = sprint.timeline.starts(5)
    pause(sprint, first, first + timedelta(days=6))
    sign_off(ready(first_joint(sprint)), Party.CITY)
    beside = make_seat(sprint.partnership, Role.TECHNOLOGY_PARTNER).person
    add_words(first_joint(sprint), by=beside, title="What the code shows")
    given = sprint.milestones.get(number=3)
    given.old_leaders = ["technology", "city"]
    given.save()
    set_leaders(given, given.old_leaders)
    return sprint


def digests(sprint: Sprint) -> dict[int, tuple[str, str]]:
    return {one.number: (plan_digest(one), signed_digest(one)) for one in sprint.milestones.all()}


@pytest.mark.django_db(transaction=True)
def test_rows_go_back_as_the_tables_hold_them_and_over_again(back_to_now: None) -> None:
    sprint = lived()
    Sprint.objects.update(old_pauses=[])
    MilestoneLeader.objects.filter(milestone__number=3).delete()
    MilestoneLeader.objects.create(milestone=sprint.milestones.get(number=3), leader="advisor")
    sprint = Sprint.objects.get(pk=sprint.pk)
    timeline, before, of_nobody = sprint.timeline, digests(sprint), (Evidence, Wording)
    counts = [model.objects.filter(party=None).count() for model in of_nobody]
    assert all(counts)

    old = migrate(BEFORE)
    then = old.get_model("sprints", "Sprint").objects.get()
    assert then.pauses == [[day.isoformat() for day in (one.first, one.last)] for one in timeline.pauses]
    assert len(then.pauses) == 1
    assert [old.get_model(*name).objects.filter(party="").count() for name in EMPTY] == counts
    leaders = {one.number: sorted(one.leaders) for one in then.milestones.all()}
    assert leaders[3] == ["advisor"]
    assert len(leaders) == 17 and all(leaders.values())
    then.milestones.filter(number=4).update(leaders=["technology", "city"])

    migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())
    assert [model.objects.filter(party=None).count() for model in of_nobody] == counts
    now = Sprint.objects.get(pk=sprint.pk)
    assert now.timeline == timeline
    assert now.pauses.get().proposal == Proposal.objects.get(kind="pause")
    assert {one.number: one.leaders for one in now.milestones.all()} == leaders | {4: ["city", "technology"]}
    assert {number: each for number, each in digests(now).items() if number != 4} == {
        number: each for number, each in before.items() if number != 4
    }


@pytest.mark.django_db
def test_the_version_before_reads_what_is_written_now() -> None:
    """Its columns hold the same, while processes are replaced and for one version after."""
    sprint = Sprint.objects.get(pk=lived().pk)
    assert sprint.old_pauses == [[one.first.isoformat(), one.last.isoformat()] for one in sprint.timeline.pauses]
    for one in sprint.milestones.all():
        assert sorted(one.old_leaders) == one.leaders


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="only there several processes run while it is upgraded")
def test_what_the_version_before_writes_is_in_the_tables() -> None:
    sprint = started_sprint()
    first = sprint.timeline.starts(5)
    days = [first.isoformat(), (first + timedelta(days=6)).isoformat()]
    asked = Proposal.objects.create(
        sprint=sprint, number=2, kind="pause", content={"first": days[0], "last": days[1]}, digest="0" * 64,
        party=Party.CITY, proposed_at=NOW, proposed_by=sprint.proposals.get().proposed_by,
    )  # fmt: skip
    Sprint.objects.filter(pk=sprint.pk).update(old_pauses=[days])
    Milestone.objects.filter(number=3).update(old_leaders=["technology", "city"])
    Evidence.objects.create(
        milestone=first_joint(sprint), kind="words", title="Notes", words="Heard.", party="", added_at=NOW,
        added_by=asked.proposed_by,
    )  # fmt: skip
    assert Evidence.objects.get().party is None
    assert SprintPause.objects.get().proposal == asked
    assert plan_content(Milestone.objects.get(number=3))["leaders"] == ["city", "technology"]


@pytest.mark.django_db
def test_the_database_refuses_what_must_not_be() -> None:
    sprint = lived()
    had = sprint.pauses.get()
    for wrong in ({"first_day": had.last_day, "last_day": had.first_day}, {"proposal": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SprintPause.objects.filter(pk=had.pk).update(**wrong)
    for leader in ("city", "lead", "nobody", ""):
        with pytest.raises(IntegrityError), transaction.atomic():
            MilestoneLeader.objects.create(milestone=sprint.milestones.get(number=3), leader=leader)
