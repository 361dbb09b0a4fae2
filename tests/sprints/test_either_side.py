"""Every act of a sprint, told as one story with two parts: whichever party plays which, the outcome is the same.

In the second world the clauses and milestones, and so what they make somebody's task, belong to the other party.
test_any_order.py does some of the acts in any order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import time, timedelta
from functools import wraps

import pytest

from agreements.models import Clause
from ledger.models import Event
from partners.models import Person
from partners.parties import Party
from sprints import actions
from sprints.actions.milestones import set_leaders
from sprints.domain.action_items import action_item_digest
from sprints.domain.datasets import dataset_digest
from sprints.domain.decisions import DecisionSubject, decision_digest
from sprints.domain.meetings import meeting_digest, record_digest
from sprints.domain.milestones import MilestoneSubject, plan_content, plan_digest
from sprints.domain.reminders import matters_for
from sprints.domain.reports import ReportSubject
from sprints.domain.research import PLAN as RESEARCH
from sprints.domain.research import (
    FindingSubject,
    changes_digest,
    finding_digest,
    research_plan_digest,
    research_plan_of,
)
from sprints.domain.subjects import SUBJECTS
from sprints.domain.sustainability import PlanSubject
from sprints.models import ActionItem, CatalogEntry, Evidence, Finding, Meeting, Milestone, Proposal, Sprint
from tests.factories.decisions import DECISION, again, decide, note, say_week, sign, support, todo
from tests.factories.meetings import MEETING
from tests.factories.people import NOW, TODAY
from tests.factories.research import ask_for, catalog_of, confirm, find, hand_in, hold_talks
from tests.factories.showcase import STORY
from tests.factories.sign_offs import KINDS, ask_for_changes, asked
from tests.factories.sign_offs import known as known_subject
from tests.factories.sign_offs import sign as sign_subject
from tests.factories.sprints import (
    add_words,
    agree_to,
    first_joint,
    fresh,
    lead_in,
    say_outcome,
    sign_off,
    started_sprint,
)
from tests.factories.sustainability import describe, own, sign_plan, write

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
# Not of a party: a worker's sweeps, what staff make of a program's plan; and the start, with which each world begins.
APART = {"read_catalogs", "propose_start", "tell_of_ended_plans"}
APART |= {"begin_plan", "change_plan_weeks", "change_planned", "discard_plan", "import_plan", "move_planned"}
APART |= {"publish_plan"}


class World:
    """A sprint in which `one` does what the story gives to the first part, and `two` the rest."""

    def __init__(self, one: Party) -> None:
        self.one, self.two = one, one.other
        self.sprint = started_sprint(by=one)
        self.partnership = self.sprint.partnership
        self.began = Event.objects.filter(chain=self.partnership.pk).count()
        if one != Party.CITY:
            self._swap_owners()

    def _swap_owners(self) -> None:
        for clause in Clause.objects.filter(agreement__partnership=self.partnership).exclude(owner=""):
            Clause.objects.filter(pk=clause.pk).update(owner=Party(clause.owner).other)
        for milestone in self.sprint.milestones.all():
            swapped = [Party(one).other.value if one in Party.values else one for one in milestone.leaders]
            Milestone.objects.filter(pk=milestone.pk).update(old_leaders=swapped)
            set_leaders(milestone, swapped)

    def by(self, party: Party) -> dict[str, object]:
        return {"by": lead_in(self.sprint, party), "now": NOW}

    def in_part(self, person_id: object) -> str:
        """Which part somebody plays; "beside" for those of no party."""
        parts = {lead_in(self.sprint, self.one).pk: "one", lead_in(self.sprint, self.two).pk: "two"}
        return parts.get(person_id, "beside")

    def stands(self) -> dict[str, object]:
        """What waits for each part, and all that stands in the history, without names."""
        events = Event.objects.filter(chain=self.partnership.pk).order_by("sequence")[self.began :]
        names = {lead_in(self.sprint, party).name: part for party, part in self.parts().items()}
        names |= {self.name(party): part for party, part in self.parts().items()}
        tasks = {part: todo(self.sprint, party) for party, part in self.parts().items()}
        history = [(event.kind, self.in_part(event.actor)) for event in events]
        return {"history": history} | {part: [_plain(text, names) for text in texts] for part, texts in tasks.items()}

    def parts(self) -> dict[Party, str]:
        return {self.one: "one", self.two: "two"}

    def name(self, party: Party) -> str:
        return self.partnership.organizations.get(party=party).name


def _plain(text: str, names: dict[str, str]) -> str:
    for name, part in names.items():
        text = text.replace(name, part)
    return text


def story(w: World) -> Iterator[object]:
    for chapter in (under_way, speaking, deciding, looking, meeting, proving, building, showing, ending):
        yield from chapter(w)


def speaking(w: World) -> Iterator[object]:
    yield say_week(w.sprint, w.one)
    yield say_week(w.sprint, w.two, rating="stuck", together="no")
    yield note(w.sprint, w.one)
    yield support(w.sprint)
    yield actions.make_calendar_feed(sprint=w.sprint, **w.by(w.one))
    yield actions.revoke_calendar_feed(sprint=w.sprint, **w.by(w.one))


def deciding(w: World) -> Iterator[object]:
    decision = decide(w.sprint, w.one)
    yield decision
    shown = {"decision": again(decision), "shown": decision_digest(decision)}
    yield ask_for_changes(DecisionSubject(again(decision)), w.two, reason="For whom?")
    changed = DECISION | {"choice": "A letter."}
    yield actions.change_decision(**changed, **shown, **w.by(w.one))
    yield actions.dissent(decision=again(decision), words="A letter is slow.", **w.by(w.two))
    yield sign(decision, w.one)
    yield sign(decision, w.two)
    yield decide(w.sprint, w.two, reverses=again(decision))


def looking(w: World) -> Iterator[object]:
    dataset = ask_for(w.sprint, w.two, promised_for=w.sprint.first_day)
    yield dataset
    yield actions.mark_dataset(dataset=dataset, step="in_use", shown=dataset_digest(dataset), **w.by(w.one))
    yield actions.drop_dataset(dataset=dataset, **w.by(w.two))
    yield ask_for(w.sprint, w.one, title="Permits", promised_for=w.sprint.first_day)
    entry = {"@type": "dcat:Dataset", "title": "Trees", "identifier": "trees", "description": "Where they stand."}
    yield hand_in(w.sprint, catalog_of([entry]), party=w.one)
    numbers = CatalogEntry.objects.filter(catalog__sprint=w.sprint).values_list("number", flat=True)
    yield actions.choose_entries(sprint=w.sprint, numbers=list(numbers), **w.by(w.two))
    yield actions.put_away_catalog(sprint=w.sprint, **w.by(w.one))
    plan = dict.fromkeys(RESEARCH, "As we agreed.")
    shown = research_plan_digest(research_plan_of(w.sprint))
    yield actions.write_research_plan(sprint=w.sprint, shown=shown, **plan, **w.by(w.one))
    yield from finding_out(w)


def finding_out(w: World) -> Iterator[object]:
    yield actions.withdraw_activity(activity=hold_talks(w.sprint, w.two), **w.by(w.two))
    talks = hold_talks(w.sprint, w.two)
    finding, gone = find(w.sprint, w.one, activity=talks), find(w.sprint, w.two, activity=talks, title="Too early")
    yield finding
    yield actions.withdraw_finding(finding=gone, shown=finding_digest(gone), **w.by(w.two))
    # The story's second part plays the party that promised to check each analysis.
    yield ask_for_changes(FindingSubject(known(finding)), w.two, reason="Two talks are missing.")
    yield confirm(finding, w.two)
    changes = {"changes": "The map comes first.", "shown": changes_digest(finding)}
    yield actions.say_what_changed(finding=known(finding), **changes, **w.by(w.one))


def known(finding: Finding) -> Finding:
    return Finding.objects.select_related("sprint__partnership__program").get(pk=finding.pk)


def meeting(w: World) -> Iterator[object]:
    found = actions.schedule_meeting(sprint=w.sprint, **MEETING, **w.by(w.one))
    yield found
    moved = MEETING | {"place": "Room 5", "shown": meeting_digest(found)}
    yield actions.change_meeting(meeting=found, **moved, **w.by(w.two))
    record = {"notes": "We met.", "present": [lead_in(w.sprint, w.one)], "guests": 2, "shown": record_digest(found)}
    yield actions.record_meeting(meeting=found, **record, **w.by(w.two))
    item = {"what": "Ask the clinic", "owner": lead_in(w.sprint, w.two), "due": TODAY + timedelta(3)}
    yield actions.add_action_item(meeting=found, **item, **w.by(w.one))
    yield actions.say_action_item(item=ActionItem.objects.get(meeting=found), done=True, **w.by(w.two))
    yield from handing_on(w, found)
    yield actions.cancel_meeting(meeting=found, **w.by(w.two))


def handing_on(w: World, found: Meeting) -> Iterator[object]:
    owned = {"owner": lead_in(w.sprint, w.one), "due": TODAY + timedelta(3)}
    item = actions.add_action_item(meeting=found, what="Print the flyers", **owned, **w.by(w.one))
    yield item
    moved = {"owner": lead_in(w.sprint, w.two), "due": TODAY + timedelta(5), "why": "They have a printer."}
    item = actions.change_action_item(item=item, shown=action_item_digest(item), **moved, **w.by(w.one))
    yield item
    yield actions.take_back_action_item(item=item, shown=action_item_digest(item), why="Enough.", **w.by(w.two))


def proving(w: World) -> Iterator[object]:
    milestone = first_joint(w.sprint)
    yield say_outcome(milestone, by=lead_in(w.sprint, w.one))
    yield add_words(milestone, by=lead_in(w.sprint, w.two))
    yield sign_off(milestone, w.one)
    yield remind(w)
    yield add_words(milestone, by=lead_in(w.sprint, w.two), title="More notes")
    added = Evidence.objects.get(milestone=milestone, title="More notes")
    yield actions.withdraw_evidence(evidence=added, **w.by(w.two))
    yield ask_for_changes(MilestoneSubject(fresh(milestone)), w.two, reason="Which residents?")
    yield from moving(w)


def remind(w: World) -> object:
    matter = matters_for(lead_in(w.sprint, w.one), w.partnership, NOW)[0].key
    return actions.remind(partnership=w.partnership, matter=matter, word="We count on you.", **w.by(w.one))


def moving(w: World) -> Iterator[object]:
    joint, free = first_joint(w.sprint), w.sprint.milestones.filter(joint=False).order_by("number")[1]
    later = {"content": plan_content(fresh(joint)) | {"last_week": joint.last_week + 1}, "reason": "Time."}
    yield actions.propose_milestone(sprint=w.sprint, milestone=fresh(joint), **later, **w.by(w.one))
    yield agree_to(Proposal.objects.filter(sprint=w.sprint).latest("pk"))
    pause = {"first": TODAY + timedelta(30), "last": TODAY + timedelta(33), "reason": "Rest."}
    proposal = actions.propose_pause(sprint=w.sprint, **pause, **w.by(w.two))
    yield actions.decline_proposal(proposal=proposal, shown=proposal.digest, reason="Too long.", **w.by(w.one))
    content = plan_content(fresh(free)) | {"last_week": free.last_week + 1}
    change = {"milestone": fresh(free), "content": content, "shown": plan_digest(fresh(free)), "reason": "Time."}
    yield actions.change_freely(sprint=w.sprint, **change, **w.by(w.two))
    led = leader_of(w, free)
    add_words(fresh(free), by=led)
    yield actions.finish(by=led, milestone=fresh(free), now=NOW)
    yield actions.take_up_again(by=led, milestone=fresh(free), now=NOW)


def under_way(w: World) -> Iterator[object]:
    """The sprint began here on its second day."""
    before = w.sprint.milestones.filter(last_week=0).order_by("number")[0]
    yield actions.propose_prior_work(sprint=w.sprint, days={before.number: TODAY}, **w.by(w.one))
    yield agree_to(Proposal.objects.filter(sprint=w.sprint).latest("pk"))


def leader_of(w: World, milestone: Milestone) -> Person:
    parties = [Party(one) for one in fresh(milestone).leaders if one in Party.values]
    return lead_in(w.sprint, w.one if w.one in parties else w.two)


def building(w: World) -> Iterator[object]:
    yield describe(w.sprint, w.one)
    tested = {
        "usable": "yes",
        "meets_need": "partly",
        "accessible": "no",
        "people": 7,
        "how": "On paper",
        "showed": "Small.",
    }
    test = actions.add_product_test(sprint=w.sprint, held_on=TODAY, **tested, **w.by(w.two))
    yield test
    yield actions.withdraw_product_test(test=test, **w.by(w.two))
    yield own(w.sprint, w.one)
    yield own(w.sprint, w.two)


def showing(w: World) -> Iterator[object]:
    day = {"day": w.sprint.timeline.last_day, "at": time(17, 0), "place": "Hall", "welcome": "Come and see."}
    yield actions.set_showcase(sprint=w.sprint, **day, **w.by(w.one))
    told = actions.add_story(sprint=w.sprint, about="A broken lift", **STORY, **w.by(w.two))
    part = {"item": None, "minutes": 10, "presenters": [lead_in(w.sprint, w.one)], "others": ""}
    first = actions.set_item(sprint=w.sprint, title="Welcome", story=None, **part, **w.by(w.one))
    second = actions.set_item(sprint=w.sprint, title="The lift", story=told, **part, **w.by(w.two))
    yield actions.move_item(item=second, earlier=True, **w.by(w.one))
    yield actions.drop_item(item=first, **w.by(w.two))
    yield actions.withdraw_consent(story=told, use="", **w.by(w.one))
    yield actions.add_consent(story=told, **STORY, **w.by(w.two))
    yield actions.add_check(sprint=w.sprint, text="Water for all", **w.by(w.one))
    yield actions.say_check(sprint=w.sprint, number=1, done=True, **w.by(w.two))


def ending(w: World) -> Iterator[object]:
    yield write(w.sprint, w.one)
    yield ask_for_changes(PlanSubject.find(w.sprint), w.two, reason="Who pays?")
    yield sign_plan(w.sprint, w.one)
    yield sign_plan(w.sprint, w.two)
    report = ReportSubject(w.sprint, now=NOW)
    yield actions.sign_off(subject=report, shown=report.digest, **w.by(w.one))


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names of all acts that were done."""
    names: set[str] = set()

    def noting(name: str, act: Callable) -> Callable:
        @wraps(act)
        def noted(*args: object, **options: object) -> object:
            result = act(*args, **options)
            names.add(name)
            return result

        return noted

    for name in actions.__all__:
        monkeypatch.setattr(actions, name, noting(name, getattr(actions, name)))
    return names


def test_every_act_comes_out_the_same_whichever_party_does_it(done: set[str]) -> None:
    worlds = [World(party) for party in Party]
    steps = 0
    for _results in zip(*(story(world) for world in worlds), strict=True):
        steps += 1
        first, second = (world.stands() for world in worlds)
        assert first == second, f"after step {steps}: {first['history'][-1]}"
    assert first["one"] and first["two"] and len(first["history"]) > steps
    assert done | APART >= set(actions.__all__), sorted(set(actions.__all__) - done - APART)


def test_the_worlds_are_told_apart(done: set[str]) -> None:
    """The same story with the parts mixed up is not the same: what is compared can differ."""
    sprint: Sprint = World(Party.CITY).sprint
    other = World(Party.COMMUNITY)
    say_week(sprint, Party.CITY)
    say_week(other.sprint, other.two)
    assert todo(sprint, Party.CITY) != todo(other.sprint, other.one)


@pytest.mark.parametrize("kind", KINDS)
def test_a_sign_off_of_any_kind_comes_out_the_same_whichever_party_begins(kind: str) -> None:
    """One side answers, the other changes it, both answer again: what waits and what is told swaps with the parties."""
    worlds = [World(party) for party in Party]
    for _results in zip(*(answering(world, kind) for world in worlds), strict=True):
        first, second = (world.stands() for world in worlds)
        assert first == second, first["history"][-1]
    signed = SUBJECTS[kind].signed_event
    assert [how for how, _part in worlds[0].stands()["history"]].count(signed) >= 2


def answering(w: World, kind: str) -> Iterator[object]:
    subject = KINDS[kind].make(w.sprint)
    w.began = Event.objects.filter(chain=w.partnership.pk).count()
    parties = asked(subject, w.one)
    yield sign_subject(subject, parties[0])
    yield KINDS[kind].change(known_subject(subject), parties[0].other)
    if subject.changes_event:
        yield ask_for_changes(subject, parties[0])
    for party in parties:
        yield sign_subject(subject, party)
