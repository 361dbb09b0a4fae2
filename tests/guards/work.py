"""Each act of research, the product and Demo Day: where it is tried, and whom it lets in."""

from __future__ import annotations

from datetime import time

from sprints import actions
from sprints.domain.datasets import dataset_digest
from sprints.domain.product import product_digest, product_of
from sprints.domain.research import PLAN as RESEARCH
from sprints.domain.research import changes_digest, finding_digest, research_plan_digest, research_plan_of
from sprints.models import Sprint, StoryUse
from tests.factories.people import TODAY
from tests.factories.research import ask_for, catalog_of, find, hand_in, hold_talks
from tests.factories.showcase import STORY, add_item
from tests.factories.showcase import add_story as told
from tests.factories.sustainability import PLAN, PRODUCT, REPOSITORY, describe, shown_plan
from tests.guards.people import LEADS
from tests.guards.scenes import Scene, Table, World, table_of
from tests.guards.sprints import A_SIDE, ANY_SEAT, AUTHOR, author, on, on_sprint

TABLE: Table = {}
guarded = table_of(actions, TABLE)
ENTRY = {"@type": "dcat:Dataset", "title": "Trees", "identifier": "trees", "description": "Where they stand."}
TALKS = {"title": "Talks", "method": "interview", "held_on": TODAY, "people": 12, "languages": "Spanish"}
TALKS |= {"compensation": "A grocery card", "consent": "A signed form"}
TEST = {"held_on": TODAY, "people": 7, "how": "On paper", "showed": "Small."}
TEST |= {"usable": "yes", "meets_need": "partly", "accessible": "no"}
PART = {"item": None, "title": "Welcome", "minutes": 10, "presenters": [], "others": "", "story": None}


# --- Datasets -----------------------------------------------------------------------------------------------


@guarded(ANY_SEAT)
def set_dataset(w: World) -> Scene:
    return on_sprint(w, dataset=None, title="Rental inspections")


@guarded(ANY_SEAT)
def mark_dataset(w: World) -> Scene:
    dataset = ask_for(w.sprint)
    return on(w, dataset=dataset, step="in_use", shown=dataset_digest(dataset))


@guarded(A_SIDE)
def drop_dataset(w: World) -> Scene:
    return on(w, dataset=ask_for(w.sprint))


@guarded(ANY_SEAT)
def hand_in_catalog(w: World) -> Scene:
    return on_sprint(w, chunks=[catalog_of([ENTRY])], file_name="data.json")


@guarded(ANY_SEAT)
def choose_entries(w: World) -> Scene:
    hand_in(w.sprint, catalog_of([ENTRY]))
    return on_sprint(w, numbers=[1])


@guarded(ANY_SEAT)
def put_away_catalog(w: World) -> Scene:
    hand_in(w.sprint, catalog_of([ENTRY]), read=False)
    return on_sprint(w)


# --- Research -----------------------------------------------------------------------------------------------


@guarded(ANY_SEAT)
def write_research_plan(w: World) -> Scene:
    shown = research_plan_digest(research_plan_of(w.sprint))
    return on_sprint(w, shown=shown, **dict.fromkeys(RESEARCH, "As we agreed."))


@guarded(ANY_SEAT)
def add_activity(w: World) -> Scene:
    return on_sprint(w, **TALKS)


@guarded(AUTHOR, doer="community member")
def withdraw_activity(w: World) -> Scene:
    return on(w, activity=actions.add_activity(sprint=w.sprint, **TALKS, **author(w)))


@guarded(ANY_SEAT)
def set_finding(w: World) -> Scene:
    rests_on = {"activities": [hold_talks(w.sprint)], "datasets": []}
    return on_sprint(w, finding=None, title="Notices come late", analysis="Ten of twelve.", **rests_on)


@guarded(ANY_SEAT)
def say_what_changed(w: World) -> Scene:
    finding = find(w.sprint)
    return on(w, finding=finding, changes="The map comes first.", shown=changes_digest(finding))


@guarded(AUTHOR, doer="community member")
def withdraw_finding(w: World) -> Scene:
    said = {"title": "Too early", "analysis": "Ten.", "activities": [hold_talks(w.sprint)], "datasets": []}
    finding = actions.set_finding(sprint=w.sprint, finding=None, **said, **author(w))
    return on(w, finding=finding, shown=finding_digest(finding))


# --- The product, and how it goes on ------------------------------------------------------------------------


@guarded(ANY_SEAT)
def describe_product(w: World) -> Scene:
    return on_sprint(w, shown=product_digest(product_of(w.sprint)), **PRODUCT)


@guarded(ANY_SEAT)
def add_product_test(w: World) -> Scene:
    return on_sprint(w, **TEST)


@guarded(AUTHOR, doer="community member")
def withdraw_product_test(w: World) -> Scene:
    return on(w, test=actions.add_product_test(sprint=w.sprint, **TEST, **author(w)))


@guarded(LEADS)
def say_ownership(w: World) -> Scene:
    describe(w.sprint)
    return on_sprint(w, owner="The office", administrator="@office", shown=REPOSITORY)


@guarded(A_SIDE)
def write_plan(w: World) -> Scene:
    return on_sprint(w, shown=shown_plan(w.sprint), **PLAN)


# --- Demo Day -----------------------------------------------------------------------------------------------


@guarded(ANY_SEAT)
def set_showcase(w: World) -> Scene:
    return on_sprint(w, day=w.sprint.timeline.last_day, at=time(17, 0), place="Hall", welcome="Come and see.")


@guarded(ANY_SEAT)
def set_item(w: World) -> Scene:
    return on_sprint(w, **PART)


@guarded(ANY_SEAT)
def move_item(w: World) -> Scene:
    add_item(w.sprint)
    return on(w, item=add_item(w.sprint, title="The lift"), earlier=True)


@guarded(ANY_SEAT)
def drop_item(w: World) -> Scene:
    return on(w, item=add_item(w.sprint))


@guarded(ANY_SEAT)
def add_story(w: World) -> Scene:
    return on_sprint(w, about="A broken lift", **STORY)


@guarded(ANY_SEAT)
def add_consent(w: World) -> Scene:
    return on(w, story=told(w.sprint), **(STORY | {"uses": list(StoryUse)}))


@guarded(ANY_SEAT)
def withdraw_consent(w: World) -> Scene:
    return on(w, story=told(w.sprint), use="")


@guarded(ANY_SEAT)
def add_check(w: World) -> Scene:
    return on_sprint(w, text="Water for all")


@guarded(ANY_SEAT)
def say_check(w: World) -> Scene:
    _begun(w.sprint)
    return on_sprint(w, number=1, done=True)


def _begun(sprint: Sprint) -> None:
    """With the built-in checklist."""
    add_item(sprint)
