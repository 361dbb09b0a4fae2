"""The rest of the demonstration's cohort: eight partnerships more, so that the wall shows every state.

They have fewer people and less to read than the first four. `manage.py demo` loads them after those.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation

from agreements.actions import start_partnership
from mail.models import MailState, OutboxMail
from partners.actions import accept, decline, share_with_staff
from partners.models import Invitation, Person, Program, Seat, Shared
from partners.parties import Party, Role
from sprints import actions
from sprints.domain.check_ins import check_in_digest
from sprints.models import Occasion, Rating, Sprint, Together
from topcities.demo.agreements import signed
from topcities.demo.people import address_of, lead_of, make_person, start
from topcities.demo.sprints import begun, day_of, noon, show, sign_off
from topcities.demo.teams import CITY, COMMUNITY, Team

GOOD, RISK, STUCK = Rating
WORDS = {
    GOOD: "We do what we set out to do.",
    RISK: "We may need longer than we thought.",
    STUCK: "We wait, and cannot go on alone.",
}
LETTERS = {"g": GOOD, "r": RISK, "s": STUCK}


@dataclass(frozen=True)
class Story:
    """A partnership and how far it has come: `week` of `weeks` now, `done` up to the milestone with this number.

    `words` of each side, a letter a week: good, at risk, stuck, or "-" for none; empty where they are not shared.
    `rests`: both sides agreed to a pause. `asks`: the milestone that the community has signed off and the city has not.
    """

    city: tuple[str, str]
    community: tuple[str, str]
    issue: str
    week: int
    done: int
    weeks: int = 18
    city_words: str = ""
    community_words: str = ""
    silent: int = 0
    rests: bool = False
    asks: int = 0

    @property
    def team(self) -> Team:
        """Two leads, and the two people beside them without whom a sprint has something late."""
        return Team(
            issue=self.issue,
            organizations={CITY: self.city[0], COMMUNITY: self.community[0]},
            leads={CITY: (self.city[1], "Director", "en"), COMMUNITY: (self.community[1], "Director", "en")},
            members={},
            beside={
                Role.TECHNOLOGY_PARTNER: (f"Tech {self.city[1]}", "Engineer", "en"),
                Role.EXECUTIVE_SPONSOR: (f"Sponsor {self.city[1]}", "Deputy mayor", "en"),
            },
        )


STORIES = [
    Story(
        ("City of Alder Point, Mobility Office", "Nadia Brandt"), ("Safe Routes Coalition", "Tomás Rivas"),
        "school crossings", 7, 6, city_words="ggggggg", community_words="ggggggg",
    ),
    Story(
        ("City of Stonebridge, Open Data Office", "Leo Hartman"), ("Casa del Río Community Center", "Elena Solís"),
        "rental code enforcement", 7, 3, city_words="ggrrsss", community_words="gggrr-r",
    ),
    Story(
        ("City of Winslow Flats, Digital Services", "Ada Kimura"), ("Two Rivers Library Friends", "Bea Novak"),
        "starting a small business", 3, 3, city_words="gg", community_words="g", silent=9,
    ),
    Story(
        ("City of Cedar Gap, Emergency Management", "Iris Lang"), ("Lowland Neighbors United", "Otis Freeman"),
        "flooded basements", 7, 5, weeks=22, city_words="gggrgrg", community_words="ggrrrgg", asks=5,
    ),
    Story(
        ("City of Marlow, Parks Department", "Carl Dietz"), ("Hillcrest Youth Collective", "Zoe Abara"),
        "playground repair", 5, 5, city_words="ggggr", community_words="gggrr", rests=True,
    ),
    Story(
        ("City of Bellmere, Health Department", "Ines Falk"), ("Quarry Street Food Council", "Jo Marchetti"),
        "fresh food within a walk", 7, 6,
    ),
    Story(
        ("City of Ashford Bend, Water Utility", "Ravi Menon"), ("Clean Taps Alliance", "Faye Donnelly"),
        "lead service lines", 17, 16, city_words="ggggggrrggggggggg", community_words="gggggggggrrgggggg",
    ),
]  # fmt: skip
UNFOUND = Story(
    ("City of Tamarack, Aging Services", "Mona Keller"), ("Sunset Park Elders Circle", "Ruth Ivers"),
    "benches and shade", 0, 0,
)  # fmt: skip


@transaction.atomic
def load_cohort(program: Program, *, now: datetime, stories: list[Story] | None = None) -> None:
    """Made now if they are not there yet. Nothing is mailed for what lies in their past."""
    staff = program.created_by
    with translation.override("en"):
        for story in STORIES if stories is None else stories:
            if not program.partnerships.filter(organizations__name=story.city[0]).exists():
                _live(story, program, staff, now)
        if stories is None and not program.partnerships.filter(organizations__name=UNFOUND.city[0]).exists():
            _without_a_lead(program, staff, now)
    waiting = OutboxMail.objects.filter(to__endswith=f"@{settings.DEMO_DOMAIN}", state=MailState.WAITING)
    waiting.update(state=MailState.NOT_DUE, settled_at=now, secret=None)


def _live(story: Story, program: Program, staff: Person, now: datetime) -> None:
    days = 7 * story.week - 3
    partnership = start(story.team, program, staff, now - timedelta(days=days + 12))
    signed(partnership, now - timedelta(days=days + 6))
    first = day_of(partnership, now) - timedelta(days=days)
    sprint = begun(partnership, first, now - timedelta(days=days + 2), weeks=story.weeks)
    _support(sprint, story)
    for milestone in sprint.milestones.filter(number__lte=story.done):
        then = min(noon(sprint, milestone), now - timedelta(days=max(story.silent, 1)))
        if milestone.joint:
            sign_off(milestone, [COMMUNITY] if milestone.number == story.asks else list(Party), then)
        else:
            show(milestone, then)
    _say(sprint, story)
    if story.rests:
        _rest(sprint, now)


def _support(sprint: Sprint, story: Story) -> None:
    """The sponsor's words, on each occasion that has come."""
    seats = Seat.objects.select_related("person").filter(partnership=sprint.partnership)
    by = seats.get(role=Role.EXECUTIVE_SPONSOR).person
    zone = sprint.partnership.program.zone
    for occasion, week in ((Occasion.START, 1), (Occasion.CONCEPT, 9)):
        if week < story.week:
            day = sprint.timeline.starts(week)
            then = datetime(day.year, day.month, day.day, 13, tzinfo=zone)
            actions.record_buy_in(
                by=by, sprint=sprint, occasion=occasion, words="The mayor stands behind it.", now=then
            )


def _say(sprint: Sprint, story: Story) -> None:
    """The weekly word of each side, and that staff may see it."""
    zone = sprint.partnership.program.zone
    for party, words in ((CITY, story.city_words), (COMMUNITY, story.community_words)):
        by = lead_of(sprint.partnership, party)
        for week, letter in enumerate(words, start=1):
            if rating := LETTERS.get(letter):
                day = sprint.timeline.starts(week)
                then = datetime(day.year, day.month, day.day, 10, tzinfo=zone)
                facts: dict[str, Any] = {"rating": rating, "words": WORDS[rating], "together": Together.YES}
                actions.check_in(by=by, sprint=sprint, shown=check_in_digest(week, None), now=then, **facts)
        if story.city_words:
            then = datetime.combine(sprint.timeline.starts(1), datetime.min.time(), zone) + timedelta(hours=11)
            share_with_staff(by=by, partnership=sprint.partnership, shared=Shared.CHECK_INS, now=then)


def _rest(sprint: Sprint, now: datetime) -> None:
    first = day_of(sprint.partnership, now)
    by, then, last = lead_of(sprint.partnership, CITY), now - timedelta(days=1), first + timedelta(days=9)
    proposal = actions.propose_pause(by=by, sprint=sprint, first=first, last=last, reason="Holidays.", now=then)
    by, then = lead_of(sprint.partnership, COMMUNITY), then + timedelta(hours=4)
    actions.agree_to_proposal(by=by, proposal=proposal, shown=proposal.digest, now=then)


def _without_a_lead(program: Program, staff: Person, now: datetime) -> None:
    """Just begun: one side's lead will not come, and staff have to find another."""
    then, team = now - timedelta(days=5), UNFOUND.team
    partnership = start_partnership(
        by=staff,
        program=program,
        organizations=team.organizations,
        leads={party: (name, address_of(name), language) for party, (name, _title, language) in team.leads.items()},
        issue=team.issue,
        now=then,
    )
    for invitation in Invitation.objects.filter(partnership=partnership):
        if invitation.party == COMMUNITY:
            decline(invitation=invitation, reason="I am moving away.", now=then + timedelta(days=1))
        else:
            accept(by=make_person(*team.leads[CITY]), invitation=invitation, now=then + timedelta(days=1))
