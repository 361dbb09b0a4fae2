"""Acts in one's own partnership with a thing of another, for somebody who may do all the rest of it."""

from __future__ import annotations

import agreements.actions
import partners.actions
import sprints.actions
from sprints.domain.datasets import dataset_digest
from sprints.domain.milestones import plan_digest
from sprints.domain.research import finding_digest
from tests.factories.agreements import clause, standing
from tests.factories.decisions import DECISION, again, decide
from tests.factories.decisions import sign as sign_decision
from tests.factories.research import ask_for, find, hold_talks
from tests.factories.showcase import add_item, add_story
from tests.guards.partners import mail_about
from tests.guards.scenes import Scene, Table, World, table_of
from tests.guards.sprints import later, on, on_sprint, own_milestone
from tests.guards.work import PART

OF_ANOTHER: Table = {}
of_partners, of_agreements, of_sprints = (
    table_of(actions, OF_ANOTHER) for actions in (partners.actions, agreements.actions, sprints.actions)
)


@of_partners(set(), doer="staff")
def send_mail_again(w: World) -> Scene:
    return Scene(w.seated, {"program": w.seated.program, "queued": mail_about(w.writing.partnership_id)})


@of_partners(set(), doer="staff")
def send_mail_again__to_a_person(w: World) -> Scene:
    queued = mail_about(None)
    queued.person = w.people(w.writing.partnership)["city lead"]
    queued.save()
    return Scene(w.seated, {"program": w.seated.program, "queued": queued})


@of_agreements(set())
def agree(w: World) -> Scene:
    own = {"clause": clause(w.writing, "goal-3"), "shown": standing(w.writing, "goal-3").shown}
    return Scene(w.writing.partnership, own | {"wording": standing(w.ready, "goal-3").base})


@of_agreements(set())
def save_draft(w: World) -> Scene:
    said = {"text": "x", "reason": "", "based_on": standing(w.ready, "goal-3").base}
    return Scene(w.writing.partnership, {"clause": clause(w.writing, "goal-3"), **said})


@of_sprints(set())
def change_freely(w: World) -> Scene:
    milestone = own_milestone(w, w.another)
    return on_sprint(w, **later(milestone), shown=plan_digest(milestone))


@of_sprints(set())
def propose_milestone(w: World) -> Scene:
    return on_sprint(w, **later(own_milestone(w, w.another)))


@of_sprints(set())
def set_dataset(w: World) -> Scene:
    dataset = ask_for(w.another)
    return on_sprint(w, dataset=dataset, title="Ours", shown=dataset_digest(dataset))


@of_sprints(set())
def set_finding(w: World) -> Scene:
    finding = find(w.another)
    said = {"title": "Ours", "analysis": "Ours.", "activities": [hold_talks(w.sprint)], "datasets": []}
    return on_sprint(w, finding=finding, shown=finding_digest(finding), **said)


@of_sprints(set())
def set_finding__rests_on(w: World) -> Scene:
    said = {"title": "Ours", "analysis": "Ours.", "activities": [hold_talks(w.another)], "datasets": []}
    return on_sprint(w, finding=None, **said)


@of_sprints(set())
def set_finding__rests_on_data(w: World) -> Scene:
    said = {"title": "Ours", "analysis": "Ours.", "activities": [], "datasets": [ask_for(w.another)]}
    return on_sprint(w, finding=None, **said)


@of_sprints(set())
def add_evidence(w: World) -> Scene:
    return on(w, milestone=own_milestone(w), title="Theirs", finding=find(w.another))


@of_sprints(set())
def propose_decision(w: World) -> Scene:
    decision = decide(w.another)
    sign_decision(decision)
    return on_sprint(w, reverses=again(decision), **DECISION)


@of_sprints(set())
def set_item(w: World) -> Scene:
    return on_sprint(w, **(PART | {"item": add_item(w.another)}))


@of_sprints(set())
def set_item__story(w: World) -> Scene:
    return on_sprint(w, **(PART | {"story": add_story(w.another)}))


@of_sprints(set())
def set_item__presenters(w: World) -> Scene:
    others = w.people(w.seated)
    return on_sprint(w, **(PART | {"presenters": [others["city lead"]]}))
