"""What the sprints of the demonstration meet about, build, show and hand on."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from partners.parties import Party
from sprints import actions
from sprints.domain.meetings import record_digest
from sprints.domain.milestones import today_of
from sprints.domain.product import product_digest, product_of
from sprints.domain.sustainability import PlanSubject
from sprints.models import Sprint, StoryUse
from topcities.demo.people import lead_of, member_of
from topcities.demo.teams import CITY, COMMUNITY

TREE_PLAN: dict[str, Any] = {
    "maintenance": "internal",
    "code_support": "Parks and Data Team",
    "code_contact": "",
    "data_support": "Parks Department, tree inventory",
    "governance": "",
    "hosting": "On the city's own servers.",
    "cost": "",
    "money": "",
    "licence": "Apache-2.0",
    "until": None,
    "when_it_ends": "",
    "review_on": None,
}
NETWORK_PLAN: dict[str, Any] = {
    "maintenance": "internal",
    "code_support": "Office of Innovation",
    "code_contact": "Linnea Holm",
    "data_support": "Office of Innovation, broadband desk",
    "governance": "Either side proposes a change in the open repository. Both leads decide, in a call each quarter.",
    "hosting": "On the city's cloud account; the community partner has a key to it.",
    "cost": "2,400 dollars a year for hosting, and two days a month of an engineer.",
    "money": "Half from the city's innovation budget, half from the digital inclusion fund.",
    "licence": "Apache-2.0",
    "when_it_ends": "The map is frozen and moves to the library. People are told three months before.",
}
NETWORK: dict[str, Any] = {
    "name": "Outage Map",
    "address": "https://outages.larkspurbay.example",
    "repository": "https://code.example.org/larkspur-bay/outage-map",
    "summary": "Shows where the internet is down, as residents and sensors report it.",
    "description": "Residents report an outage by text message or on the web, in English, Spanish or Vietnamese. "
    "The map joins their reports with the city's sensors, shows which blocks wait longest, and says what is mended.",
    "features": "Report an outage by text message\nSee which blocks wait longest\nBe told when it is repaired",
    "languages": "en, es, vi",
    "categories": ["digital-citizenship", "geographic-information-systems"],
    "development_status": "stable",
}


def on_the_way(sprint: Sprint, now: datetime) -> None:
    """Week seven: one meeting behind, one ahead, something late; a plan with most of it still open."""
    city, community = (lead_of(sprint.partnership, party) for party in (CITY, COMMUNITY))
    today = today_of(sprint, now)
    _met(sprint, today - timedelta(days=6), now - timedelta(days=6))
    ahead: dict[str, Any] = {
        "title": "Co-design with residents: who prepares what",
        "place": "https://meet.example.org/trees",
    }
    day: dict[str, Any] = {
        "day": today + timedelta(days=5),
        "at": time(10, 0),
        "minutes": 60,
        "agenda": "- Rooms\n- Food\n- Interpreters",
    }
    actions.schedule_meeting(by=community, sprint=sprint, now=now - timedelta(days=1), **ahead, **day)
    shown = PlanSubject.find(sprint).digest
    actions.write_plan(by=city, sprint=sprint, shown=shown, now=now - timedelta(hours=19), **TREE_PLAN)


def _met(sprint: Sprint, day: date, then: datetime) -> None:
    city, community = (lead_of(sprint.partnership, party) for party in (CITY, COMMUNITY))
    said: dict[str, Any] = {
        "title": "What the stewards can share",
        "place": "City hall, room 4",
        "agenda": "- Planting records\n- Routes",
    }
    meeting = actions.schedule_meeting(by=city, sprint=sprint, day=day, at=time(14, 0), minutes=90, now=then, **said)
    notes = "We begin with the planting records. Watering routes follow when they are checked."
    record: dict[str, Any] = {"present": [city, community], "guests": 2, "notes": notes}
    actions.record_meeting(by=community, meeting=meeting, shown=record_digest(meeting), now=then, **record)
    items = {"Send the planting records with their licence": (city, 4), "Find two interpreters": (community, 9)}
    for what, (owner, days) in items.items():
        due = day + timedelta(days=days)
        actions.add_action_item(by=community, meeting=meeting, what=what, owner=owner, due=due, now=then)


def handed_on(sprint: Sprint, then: datetime) -> None:
    """A Demo Day that was, a product that both own, and a plan that both signed off."""
    shown = product_digest(product_of(sprint))
    actions.describe_product(by=lead_of(sprint.partnership, CITY), sprint=sprint, shown=shown, now=then, **NETWORK)
    _tested(sprint, then)
    for party in Party:
        owner = sprint.partnership.organizations.get(party=party).name
        own: dict[str, Any] = {"owner": owner, "administrator": f"@larkspur-{party}", "shown": NETWORK["repository"]}
        actions.say_ownership(by=lead_of(sprint.partnership, party), sprint=sprint, now=then, **own)
    _shown(sprint, then)
    until = today_of(sprint, then) + timedelta(days=2 * 365)
    plan = NETWORK_PLAN | {"until": until, "review_on": until - timedelta(days=365)}
    shown = PlanSubject.find(sprint).digest
    actions.write_plan(by=lead_of(sprint.partnership, COMMUNITY), sprint=sprint, shown=shown, now=then, **plan)
    subject = PlanSubject.find(sprint)
    for party in Party:
        actions.sign_off(by=lead_of(sprint.partnership, party), subject=subject, shown=subject.digest, now=then)


def _tested(sprint: Sprint, then: datetime) -> None:
    by, day = member_of(sprint.partnership, COMMUNITY), today_of(sprint, then)
    unclear = "The map's colors could not be told apart, and the text message was too long."
    for days, usable, accessible, people, how, showed in (
        (40, "partly", "no", 9, "At the library, on paper", unclear),
        (24, "yes", "yes", 12, "On their own phones", "All reported an outage."),
    ):
        said: dict[str, Any] = {"usable": usable, "meets_need": "yes", "accessible": accessible, "people": people}
        said |= {"how": how, "showed": showed, "held_on": day - timedelta(days=days)}
        actions.add_product_test(by=by, sprint=sprint, now=then, **said)


def _shown(sprint: Sprint, then: datetime) -> None:
    city, community = (lead_of(sprint.partnership, party) for party in (CITY, COMMUNITY))
    day: dict[str, Any] = {"day": sprint.timeline.last_day, "at": time(17, 0), "place": "Northgate library, main hall"}
    actions.set_showcase(by=city, sprint=sprint, welcome="Come and see what we built together.", now=then, **day)
    consent: dict[str, Any] = {"given_on": sprint.timeline.starts(13)}
    consent["how"] = "Signed form, kept by the community partner"
    about, uses = "Nine days without internet, and a job interview", [StoryUse.STAGE, StoryUse.PROGRAM]
    story = actions.add_story(by=community, sprint=sprint, about=about, uses=uses, now=then, **consent)
    parts = {
        "Welcome by both partners": (10, None),
        "What residents told us": (15, story),
        "Outage Map, live": (20, None),
    }
    for title, (minutes, told) in parts.items():
        said: dict[str, Any] = {"minutes": minutes, "presenters": [city, community], "others": "", "story": told}
        actions.set_item(by=city, sprint=sprint, item=None, title=title, now=then, **said)
    for number in sprint.showcase.checks.values_list("number", flat=True):
        seen_by = city if number % 2 else community
        actions.say_check(by=seen_by, sprint=sprint, number=number, done=True, now=then)
