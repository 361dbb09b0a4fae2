"""Evidence, joint sign-off, and changes of the plan: the same for either side."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError

from agreements.refusals import NotNow, NotReady, Stale
from ledger.models import Event
from ledger.verify import verify_ledger
from partners.parties import Party, Role
from partners.rules import Refused
from sprints import actions
from sprints.actions.milestones import set_leaders
from sprints.domain.milestones import MilestoneSubject, plan_content, plan_digest, signed_digest
from sprints.models import Evidence, SignOff, Sprint
from sprints.states import MilestoneState
from tests.factories.people import NOW, client_of, make_seat, member_of
from tests.factories.sprints import (
    add_words,
    agree_to,
    at,
    first_joint,
    fresh,
    lead_in,
    ready,
    recipients_of,
    say_outcome,
    sign_off,
    stands,
    started_sprint,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def sprint() -> Sprint:
    return started_sprint()


@pytest.mark.parametrize("party", Party)
def test_done_takes_both_voices_on_the_same_content(sprint: Sprint, party: Party) -> None:
    milestone = ready(first_joint(sprint))
    sign_off(milestone, party)
    assert stands(milestone).state == MilestoneState.WAITS
    assert stands(milestone).missing == [party.other]
    assert recipients_of("milestone.waits") == [lead_in(sprint, party.other)]
    sign_off(milestone, party.other)
    assert stands(milestone).state == MilestoneState.DONE
    assert verify_ledger().intact


@pytest.mark.parametrize("party", Party)
def test_new_evidence_asks_the_side_again_that_had_said_yes(sprint: Sprint, party: Party) -> None:
    milestone = ready(first_joint(sprint))
    sign_off(milestone, party)
    add_words(milestone, by=lead_in(sprint, party.other), title="A second look")
    sign_off(milestone, party.other)
    assert stands(milestone).missing == [party]
    page = f"/partnerships/{sprint.partnership.slug}/sprint/milestones/{milestone.number}/"
    shown = client_of(lead_in(sprint, party)).get(page).content.decode()
    assert "New evidence: A second look" in shown
    sign_off(milestone, party)
    assert stands(milestone).state == MilestoneState.DONE


def test_nobody_signs_off_what_they_did_not_see(sprint: Sprint) -> None:
    milestone = ready(first_joint(sprint))
    shown = signed_digest(milestone)
    say_outcome(milestone, by=lead_in(sprint, Party.CITY), words="Something else.")
    with pytest.raises(Stale):
        sign_off(milestone, Party.COMMUNITY, shown=shown)
    assert not SignOff.objects.exists()


def test_nothing_is_signed_off_that_nothing_shows(sprint: Sprint) -> None:
    milestone = first_joint(sprint)
    with pytest.raises(NotReady) as refusal:
        sign_off(milestone, Party.CITY)
    assert {blocker.code for blocker in refusal.value.blockers} == {"no outcome", "no evidence"}


def test_signing_off_twice_is_signing_off_once(sprint: Sprint) -> None:
    milestone = ready(first_joint(sprint))
    sign_off(milestone, Party.CITY)
    sign_off(milestone, Party.CITY)
    assert SignOff.objects.count() == 1
    assert Event.objects.filter(kind="milestone.signed_off").count() == 1


@pytest.mark.parametrize("party", Party)
def test_asking_for_changes_opens_it_again_and_says_why(sprint: Sprint, party: Party) -> None:
    milestone = ready(first_joint(sprint))
    for each in Party:
        sign_off(milestone, each)
    with pytest.raises(NotNow):
        add_words(milestone, by=lead_in(sprint, party))
    act = {"by": lead_in(sprint, party), "subject": MilestoneSubject(milestone), "now": NOW}
    actions.ask_for_changes(shown=signed_digest(milestone), **act, reason="Renters in basements are missing.")
    assert stands(milestone).state == MilestoneState.CHANGES
    add_words(milestone, by=lead_in(sprint, party), title="Basement renters")
    assert stands(milestone).missing == list(Party)
    page = f"/partnerships/{sprint.partnership.slug}/sprint/milestones/{milestone.number}/"
    shown = client_of(lead_in(sprint, party.other)).get(page).content.decode()
    assert "It has changed since they asked for changes" in shown
    assert "Renters in basements are missing." in shown and "New evidence: Basement renters" in shown


@pytest.mark.parametrize("role", [Role.TECHNOLOGY_PARTNER, Role.PRODUCT_ADVISOR, Role.EXECUTIVE_SPONSOR])
def test_people_beside_the_parties_add_evidence_and_sign_nothing_off(sprint: Sprint, role: Role) -> None:
    person = make_seat(sprint.partnership, role).person
    milestone = ready(first_joint(sprint))
    add_words(milestone, by=person, title="From beside")
    with pytest.raises(Refused):
        subject = MilestoneSubject(fresh(milestone))
        actions.sign_off(by=person, subject=subject, shown=subject.digest, now=NOW)
    page = f"/partnerships/{sprint.partnership.slug}/sprint/milestones/{milestone.number}/sign-off/"
    assert client_of(person).post(page, {"shown": signed_digest(fresh(milestone))}).status_code == 403


def test_a_link_leads_to_the_web_and_nowhere_else(sprint: Sprint) -> None:
    by, milestone = member_of(sprint.partnership, Party.CITY), first_joint(sprint)
    for link in (
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "https://user:pass@example.org/",
        "nothing",
        "\u200b",
        "http://[",
    ):
        with pytest.raises(ValidationError):
            actions.add_evidence(by=by, milestone=milestone, title="A link", link=link, now=NOW)
    actions.add_evidence(by=by, milestone=milestone, title="A link", link="https://example.org/a?b=c", now=NOW)
    assert Evidence.objects.get().link == "https://example.org/a?b=c"


def test_evidence_is_taken_back_by_its_author_alone(sprint: Sprint) -> None:
    milestone = ready(first_joint(sprint))
    evidence = milestone.evidence.get()
    with pytest.raises(Refused):
        actions.withdraw_evidence(by=lead_in(sprint, Party.CITY), evidence=evidence, now=NOW)
    actions.withdraw_evidence(by=evidence.added_by, evidence=evidence, now=NOW)
    assert stands(milestone).evidence == []


@pytest.mark.parametrize("party", Party)
def test_moving_a_joint_milestone_takes_both_sides(sprint: Sprint, party: Party) -> None:
    milestone = first_joint(sprint)
    content = plan_content(milestone) | {"last_week": 7}
    act = {"sprint": sprint, "milestone": milestone, "content": content, "reason": "More interviews.", "now": NOW}
    with pytest.raises(NotNow):
        actions.change_freely(by=lead_in(sprint, party), shown=plan_digest(milestone), **act)
    proposal = actions.propose_milestone(by=lead_in(sprint, party), **act)
    assert fresh(milestone).last_week == 5
    agree_to(proposal)
    assert fresh(milestone).last_week == 7


@pytest.mark.parametrize("party", Party)
def test_any_other_milestone_is_moved_freely_and_on_record(sprint: Sprint, party: Party) -> None:
    milestone = sprint.milestones.get(week=2)
    content = plan_content(milestone) | {"last_week": 3}
    act = {"sprint": sprint, "milestone": milestone, "content": content, "reason": "Sooner\u200b.", "now": NOW}
    actions.change_freely(by=lead_in(sprint, party), shown=plan_digest(milestone), **act)
    assert fresh(milestone).last_week == 3
    told = Event.objects.get(kind="milestone.changed")
    assert told.content.payload["changed"] == {"last_week": 3}
    assert told.content.payload["reason"] == "Sooner."
    with pytest.raises(Stale):
        actions.change_freely(by=lead_in(sprint, party.other), shown=plan_digest(milestone), **act)


def test_who_moves_a_milestone_is_told_the_day_on_which_it_is_due(sprint: Sprint, party: Party) -> None:
    milestone = sprint.milestones.get(week=2)
    typed = plan_content(milestone) | {"last_week": 3, "shown": plan_digest(milestone), "reason": "More time."}
    typed.pop("joint")
    address = f"/partnerships/{sprint.partnership.slug}/sprint/milestones/{milestone.number}/change/"
    page = client_of(lead_in(sprint, party)).post(address, typed, follow=True).content.decode()
    assert "it is due on Sunday, March 21, 2027" in page


@pytest.mark.parametrize("party", Party)
def test_adding_and_reassigning_is_free_without_a_joint_sign_off_and_takes_both_with_one(
    sprint: Sprint, party: Party
) -> None:
    content = plan_content(sprint.milestones.get(week=2)) | {"title": "Walk the blocks", "leaders": [party]}
    act = {"sprint": sprint, "reason": "We forgot it.", "now": NOW}
    by, joint = lead_in(sprint, party), content | {"title": "What we saw", "joint": True}
    added = actions.change_freely(by=by, milestone=None, content=content, shown="", **act)
    assert Event.objects.get(kind="milestone.added").content.payload["changed"]["title"] == "Walk the blocks"
    with pytest.raises(NotNow):
        actions.change_freely(by=by, milestone=None, content=joint, shown="", **act)
    agree_to(actions.propose_milestone(by=by, milestone=None, content=joint, **act))
    assert sprint.milestones.get(title="What we saw").joint
    to_them = content | {"leaders": [party.other]}
    actions.change_freely(by=by, milestone=added, content=to_them, shown=plan_digest(added), **act)
    assert fresh(added).leaders == [party.other]


def test_a_milestone_without_a_joint_sign_off_is_finished_by_who_leads_it(sprint: Sprint) -> None:
    milestone = sprint.milestones.get(week=1)
    leader = Party(milestone.leaders[0])
    with pytest.raises(NotNow):
        actions.finish(by=lead_in(sprint, leader), milestone=milestone, now=NOW)
    say_outcome(milestone, by=lead_in(sprint, leader))
    with pytest.raises(Refused):
        actions.finish(by=lead_in(sprint, leader.other), milestone=milestone, now=NOW)
    actions.finish(by=member_of(sprint.partnership, leader), milestone=milestone, now=NOW)
    assert stands(milestone).state == MilestoneState.DONE
    actions.take_up_again(by=lead_in(sprint, leader), milestone=milestone, now=NOW)
    assert stands(milestone, now=at(sprint, week=1)).state == MilestoneState.DUE


def test_the_page_costs_the_same_whatever_the_plan_holds(
    sprint: Sprint, django_assert_max_num_queries: Callable
) -> None:
    client = client_of(lead_in(sprint, Party.CITY))
    page = f"/partnerships/{sprint.partnership.slug}/sprint/"
    client.get(page)
    with django_assert_max_num_queries(40) as before:
        assert client.get(page).status_code == 200
    first = first_joint(sprint)
    for number in range(18, 268):
        more = sprint.milestones.create(
            number=number, week=number % 18, last_week=number % 18, phase="build", title=f"One more {number}",
            old_leaders=["technology"], joint=number % 5 == 0, added_at=NOW, added_by=first.added_by,
        )  # fmt: skip
        set_leaders(more, ["technology"])
    Evidence.objects.bulk_create(
        Evidence(milestone=first, kind="words", title=f"{n}", words="What we heard.", added_at=NOW,
                 added_by=lead_in(sprint, Party.CITY))
        for n in range(500)
    )  # fmt: skip
    with django_assert_max_num_queries(len(before) + 1):  # further files, once there is evidence
        assert client.get(page).status_code == 200
