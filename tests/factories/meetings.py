"""Meetings for tests that begin there."""

from __future__ import annotations

from datetime import time, timedelta

from partners.parties import Party
from sprints import actions
from sprints.models import ActionItem, Meeting, Sprint
from tests.factories.people import NOW, TODAY
from tests.factories.sprints import lead_in

MEETING = {
    "title": "Kick-off",
    "day": TODAY + timedelta(7),
    "at": time(9, 30),
    "minutes": 60,
    "place": "",
    "agenda": "",
}


def schedule(sprint: Sprint, party: Party = Party.CITY, **changed: object) -> Meeting:
    return actions.schedule_meeting(by=lead_in(sprint, party), sprint=sprint, now=NOW, **(MEETING | changed))


def take_on(meeting: Meeting, party: Party = Party.CITY) -> ActionItem:
    """Something that the lead of that party is to do."""
    by = lead_in(meeting.sprint, party)
    item = {"what": "Ask the clinic", "owner": by, "due": TODAY + timedelta(3)}
    return actions.add_action_item(by=by, meeting=meeting, now=NOW, **item)
