"""Anything on a sprint, in any order, by anybody: swapping the parties swaps the outcome, and the chain holds.

Two sprints live side by side, whose plans name each other's party. What a person of one party does in the first, the
same person of the other party does in the second; after each step the second must be the first one's mirror image.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from agreements.refusals import NotNow, NotReady, Stale
from ledger.verify import verify_ledger
from partners.models import Person
from partners.parties import Party, Role
from sprints import actions
from sprints.actions.milestones import set_leaders
from sprints.domain.milestones import MilestoneSubject, plan_content, plan_digest, signed_digest, sprint_status
from sprints.models import Milestone, Proposal, Sprint
from tests.factories.people import NOW, everybody
from tests.factories.sprints import at, fresh, started_sprint

REFUSALS = (PermissionDenied, NotNow, NotReady, Stale, ValidationError)
EXAMPLES = int(os.environ.get("EXAMPLES", "5"))
PERSONAS = ["lead", "lead", "lead", "member", Role.TECHNOLOGY_PARTNER, "staff", "outsider", "superuser"]
# Kick-off (one side leads), research report and concept (both sign off), beta demo (led from beside).
NUMBERS = [2, 5, 9, 11]

actor = st.sampled_from(PERSONAS)
party = st.sampled_from(list(Party))
number = st.sampled_from(NUMBERS)
Act = Callable[[Sprint, Person, Party], object]


def other_way(key: str) -> str:
    return Party(key).other.value if key in Party.values else key


class Mirrored(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.rollback = transaction.atomic()
        self.rollback.__enter__()
        self.sprints = [started_sprint(by=party) for party in Party]
        for milestone in self.sprints[1].milestones.all():
            milestone.old_leaders = [other_way(leader) for leader in milestone.leaders]
            milestone.save()
            set_leaders(milestone, milestone.old_leaders)
        self.people = [everybody(sprint.partnership) for sprint in self.sprints]
        self.seen = [snapshot(sprint) for sprint in self.sprints]

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.rollback.__exit__(None, None, None)

    def both(self, who: str, party: Party, act: Act, *, may: frozenset[str] = frozenset({"lead"})) -> None:
        """The same act in both worlds, by the person of the other party in the second. Both are done, or neither."""
        outcomes = []
        for sprint, people, side in zip(self.sprints, self.people, (party, party.other), strict=True):
            person = people[f"{side} {who}"] if who in {"lead", "member"} else people[who]
            try:
                act(sprint, person, side)
                outcomes.append("done")
            except REFUSALS as refusal:
                outcomes.append(type(refusal).__name__)
        before, self.seen = self.seen, [snapshot(sprint) for sprint in self.sprints]
        for outcome, was, seen in zip(outcomes, before, self.seen, strict=True):
            assert outcome == "done" or seen == was, "what is refused changes nothing"
        assert outcomes[0] == outcomes[1], "swapping the parties swaps the outcome"
        assert outcomes[0] != "done" or who in may, f"{who} has no say in this"

    @rule(who=actor, party=party, number=number, words=st.sampled_from(["Done.", "Done well.", ""]))
    def say_outcome(self, who: str, party: Party, number: int, words: str) -> None:
        def act(sprint: Sprint, person: Person, side: Party) -> None:
            milestone = of(sprint, number)
            shown = signed_digest(milestone)
            actions.say_outcome(by=person, milestone=milestone, outcome=words, shown=shown, now=NOW)

        self.both(who, party, act, may=frozenset({"lead", "member", Role.TECHNOLOGY_PARTNER}))

    @rule(who=actor, party=party, number=number)
    def add_evidence(self, who: str, party: Party, number: int) -> None:
        def act(sprint: Sprint, person: Person, side: Party) -> None:
            actions.add_evidence(by=person, milestone=of(sprint, number), title="What we saw", words="Trees.", now=NOW)

        self.both(who, party, act, may=frozenset({"lead", "member", Role.TECHNOLOGY_PARTNER}))

    @rule(party=party, number=number)
    def make_ready(self, party: Party, number: int) -> None:
        """A short way to where it gets interesting."""
        self.say_outcome("lead", party, number, "Done.")
        self.add_evidence("member", party, number)

    @rule(who=actor, party=party, number=number, as_shown=st.booleans())
    def sign_off(self, who: str, party: Party, number: int, as_shown: bool) -> None:
        def act(sprint: Sprint, person: Person, side: Party) -> None:
            milestone = of(sprint, number)
            shown = signed_digest(milestone) if as_shown else "0" * 64
            actions.sign_off(by=person, subject=MilestoneSubject(milestone), shown=shown, now=NOW)

        self.both(who, party, act)

    @rule(who=actor, party=party, number=number)
    def ask_for_changes(self, who: str, party: Party, number: int) -> None:
        def act(sprint: Sprint, person: Person, side: Party) -> None:
            milestone = of(sprint, number)
            act = {"by": person, "subject": MilestoneSubject(milestone), "now": NOW}
            actions.ask_for_changes(shown=signed_digest(milestone), reason="More.", **act)

        self.both(who, party, act)

    @rule(who=actor, party=party, number=number, again=st.booleans())
    def finish(self, who: str, party: Party, number: int, again: bool) -> None:
        def act(sprint: Sprint, person: Person, side: Party) -> None:
            act = actions.take_up_again if again else actions.finish
            act(by=person, milestone=of(sprint, number), now=NOW)

        self.both(who, party, act, may=frozenset({"lead", "member", Role.TECHNOLOGY_PARTNER}))

    @rule(who=actor, party=party, number=number, weeks=st.integers(-1, 2), drop=st.booleans())
    def change_the_plan(self, who: str, party: Party, number: int, weeks: int, drop: bool) -> None:
        def act(sprint: Sprint, person: Person, side: Party) -> None:
            milestone = of(sprint, number)
            content = plan_content(milestone)
            content |= {"last_week": content["last_week"] + weeks, "dropped": drop}
            change = {"sprint": sprint, "milestone": milestone, "content": content, "reason": "Time.", "now": NOW}
            if milestone.joint:
                actions.propose_milestone(by=person, **change)
            else:
                actions.change_freely(by=person, shown=plan_digest(milestone), **change)

        self.both(who, party, act)

    @rule(who=actor, party=party, week=st.integers(2, 17))
    def propose_pause(self, who: str, party: Party, week: int) -> None:
        def act(sprint: Sprint, person: Person, side: Party) -> None:
            sprint.refresh_from_db()
            first = sprint.timeline.starts(week)
            pause = {"first": first, "last": first + timedelta(2), "reason": "Rest."}
            actions.propose_pause(by=person, sprint=sprint, now=at(sprint, week=1), **pause)

        self.both(who, party, act)

    @rule(who=actor, party=party, yes=st.booleans())
    def answer_the_last_proposal(self, who: str, party: Party, yes: bool) -> None:
        def act(sprint: Sprint, person: Person, side: Party) -> None:
            proposal = Proposal.objects.filter(sprint=sprint).order_by("number").last()
            answer = {"by": person, "proposal": proposal, "shown": proposal.digest, "now": at(sprint, week=1)}
            if yes:
                actions.agree_to_proposal(**answer)
            else:
                actions.decline_proposal(**answer, reason="Not so.")

        self.both(who, party, act)

    @invariant()
    def one_is_the_others_mirror_image(self) -> None:
        first, second = self.seen
        assert mirrored(first) == second

    @invariant()
    def the_chains_hold(self) -> None:
        for sprint in self.sprints:
            assert verify_ledger(only=sprint.partnership_id).intact

    @invariant()
    def nothing_joint_is_done_with_one_voice(self) -> None:
        for one in sprint_status(fresh_sprint(self.sprints[0]), now=NOW).milestones:
            if one.milestone.joint and one.state == "done":
                digests = {one.subject.given[each].digest for each in Party}
                assert digests == {signed_digest(one.milestone)}


def of(sprint: Sprint, number: int) -> Milestone:
    return fresh(Milestone.objects.get(sprint=sprint, number=number))


def fresh_sprint(sprint: Sprint) -> Sprint:
    return Sprint.objects.select_related("partnership__program").get(pk=sprint.pk)


def snapshot(sprint: Sprint) -> dict:
    """All that can be seen of a sprint, without ids and times."""
    standing = sprint_status(fresh_sprint(sprint), now=NOW)
    return {
        "milestones": [_milestone(one) for one in standing.milestones],
        "pauses": standing.sprint.timeline.pauses,
        "proposals": [
            (one.kind, one.party, one.outcome, one.content.get("last_week")) for one in sprint.proposals.all()
        ],
    }


def _milestone(one: object) -> dict:
    return {
        "number": one.milestone.number,
        "state": one.state.value,
        "due": one.due,
        "leaders": sorted(one.milestone.leaders),
        "evidence": sorted(evidence.party or "" for evidence in one.evidence),
        "missing": sorted(one.missing),
        "answers": sorted((party.value, answer.answer, answer.reason) for party, answer in one.subject.given.items()),
    }


def mirrored(seen: dict) -> dict:
    """The same with the parties swapped."""
    milestones = [
        one
        | {
            "leaders": sorted(map(other_way, one["leaders"])),
            "evidence": sorted(other_way(each) for each in one["evidence"]),
            "missing": sorted(map(other_way, one["missing"])),
            "answers": sorted((other_way(party), *rest) for party, *rest in one["answers"]),
        }
        for one in seen["milestones"]
    ]
    proposals = [(kind, other_way(party), *rest) for kind, party, *rest in seen["proposals"]]
    return seen | {"milestones": milestones, "proposals": proposals}


@pytest.mark.django_db
def test_any_order() -> None:
    run_state_machine_as_test(
        Mirrored,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
        ),
    )
