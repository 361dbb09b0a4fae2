"""Stories and parts of the running order for tests that begin there."""

from __future__ import annotations

from partners.parties import Party
from sprints import actions
from sprints.models import RunningOrderItem, Sprint, Story, StoryUse
from tests.factories.people import NOW, TODAY
from tests.factories.sprints import lead_in

STORY = {"uses": [StoryUse.STAGE, StoryUse.PROGRAM], "given_on": TODAY, "how": "Signed form"}


def add_story(sprint: Sprint, party: Party = Party.CITY) -> Story:
    return actions.add_story(by=lead_in(sprint, party), sprint=sprint, about="A broken lift", now=NOW, **STORY)


def add_item(sprint: Sprint, party: Party = Party.CITY, *, title: str = "Welcome") -> RunningOrderItem:
    part = {"item": None, "title": title, "minutes": 10, "presenters": [], "others": "", "story": None}
    return actions.set_item(by=lead_in(sprint, party), sprint=sprint, now=NOW, **part)
