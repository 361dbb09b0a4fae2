"""What is late, and whom it waits for: home, the plan, the program and the mails say the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from agreements.actions import end
from partners.parties import Party, Role
from programs.domain.wall import wall_rows
from sprints import actions
from sprints.domain.overview import overview_of
from sprints.models import Milestone, Occasion, Sprint
from tests.factories.agreements import proof_for
from tests.factories.decisions import todo
from tests.factories.people import NOW, client_of, make_seat, staff_of
from tests.factories.sign_offs import KINDS, ask_for_changes, asked, known
from tests.factories.sprints import at, first_joint, fresh, lead_in, pause, ready, sign_off, started_sprint
from tests.pages import page_of, text_of
from topcities.weekly.digest import digest_message, parts_for
from topcities.weekly.staff_digest import staff_digest_message

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
LATE = re.compile(r"(\d+) things? (?:is|are) late")


@pytest.fixture
def sprint() -> Sprint:
    return started_sprint()


def figure(text: str) -> int:
    found = LATE.search(text)
    return int(found[1]) if found else 0


def nothing(sprint: Sprint) -> None:
    """As it began."""


def all_signed_off(sprint: Sprint) -> None:
    milestone = ready(first_joint(sprint))
    for party in Party:
        sign_off(milestone, party)


def changes_asked(sprint: Sprint) -> None:
    ask_for_changes(KINDS["milestone"].make(sprint), Party.CITY)


def supported(sprint: Sprint) -> None:
    sponsor = make_seat(sprint.partnership, Role.EXECUTIVE_SPONSOR).person
    actions.record_buy_in(by=sponsor, sprint=sprint, occasion=Occasion.START, words="I stand behind it.", now=NOW)


def dropped(sprint: Sprint) -> None:
    Milestone.objects.filter(sprint=sprint, number__lte=3).update(
        dropped_at=NOW, dropped_by=lead_in(sprint, Party.CITY)
    )


def paused(sprint: Sprint) -> None:
    first = sprint.timeline.starts(3)
    pause(sprint, first, first + timedelta(days=6))


def ended(sprint: Sprint) -> None:
    speaker, agreement = lead_in(sprint, Party.CITY), sprint.partnership.agreement
    end(by=speaker, agreement=agreement, reason="The city has no money for it.", proof=proof_for(speaker), now=NOW)


# What is done before, and the week in which it is looked at. The pause holds the days before the third week.
SCENES: dict[str, tuple[Callable[[Sprint], None], int]] = {
    "first week": (nothing, 1),
    "week 5": (nothing, 5),
    "a sign-off less": (all_signed_off, 5),
    "changes asked": (changes_asked, 4),
    "supported": (supported, 5),
    "dropped": (dropped, 3),
    "after a pause": (paused, 5),
    "technology partner's": (nothing, 12),
    "over": (nothing, 19),
    "in a pause": (paused, 3),
    "ended": (ended, 5),
}


def moment(sprint: Sprint, scene: str, week: int) -> datetime:
    return at(sprint, week=week, day=-3 if scene == "in a pause" else 0)


@pytest.mark.parametrize("scene", SCENES)
def test_every_place_counts_what_is_late_alike(sprint: Sprint, scene: str) -> None:
    prepare, week = SCENES[scene]
    prepare(sprint)
    sprint = Sprint.objects.select_related("partnership__program").get(pk=sprint.pk)
    now, slug, lead = moment(sprint, scene, week), sprint.partnership.slug, lead_in(sprint, Party.CITY)
    late = overview_of(sprint, now).delays
    with time_machine.travel(now, tick=False):
        staff, of_lead = client_of(staff_of(sprint.partnership.program)), client_of(lead)
        pages = {
            "home": text_of(of_lead.get(reverse("partnership", args=[slug]))),
            "plan": text_of(of_lead.get(reverse("sprint", args=[slug]))),
            "plan to staff": text_of(staff.get(reverse("sprint", args=[slug]))),
            "program": text_of(staff.get(reverse("program_partnerships", args=[sprint.partnership.program.slug]))),
        }
    assert {place: figure(text) for place, text in pages.items()} == dict.fromkeys(pages, len(late))
    weekly = digest_message(lead, parts_for([lead], now=now)[lead.pk])
    assert figure(weekly.sections[0].lead if weekly and weekly.sections else "") == len(late)
    # Of a sprint that is over, staff are mailed what still waits for somebody: the rest would be said for ever.
    to_staff = [one for one in late if one.waits_for] if scene == "over" else late
    assert int(next(iter(re.findall(r"(\d+) late,", of_staff(sprint, now))), 0)) == len(to_staff)
    (row,) = wall_rows(sprint.partnership.program, now)
    assert row.late_count == len(to_staff)
    if scene not in {"first week", "in a pause", "ended"}:
        assert late


def of_staff(sprint: Sprint, now: datetime) -> str:
    mail = staff_digest_message(staff_of(sprint.partnership.program), now)
    return " ".join(line.text for section in mail.sections for line in section.lines) if mail else ""


@pytest.mark.parametrize("scene", SCENES)
def test_whom_it_waits_for_finds_it_on_their_home_and_in_the_program(sprint: Sprint, scene: str) -> None:
    prepare, week = SCENES[scene]
    prepare(sprint)
    sprint = Sprint.objects.select_related("partnership__program").get(pk=sprint.pk)
    now, names = moment(sprint, scene, week), sprint.partnership.names_on_screen()
    waits = {party for one in overview_of(sprint, now).delays for party in one.waits_for if party in list(Party)}
    told = {party: todo(sprint, party, now) for party in Party}
    assert {party for party in Party if told[party]} >= waits
    with time_machine.travel(now, tick=False):
        place = f"/programs/{sprint.partnership.program.slug}/partnerships/"
        program = page_of(staff_of(sprint.partnership.program), place)
    turn = text_of_cell(program, "Whose turn, and since when")
    assert {party for party in Party if names[party] in turn} >= waits
    assert all(names[party] in of_staff(sprint, now) for party in waits)
    (row,) = wall_rows(sprint.partnership.program, now)
    assert {Party(who) for one in row.facts.late for who in one.waits_for if who in Party.values} == waits
    assert set(row.facts.waits_for) >= waits


def text_of_cell(page: str, label: str) -> str:
    return re.search(rf'data-label="{label}">(.*?)</td>', page, re.DOTALL)[1].replace("&#x27;", "'")


def test_a_late_milestone_waits_for_those_who_lead_it(sprint: Sprint, party: Party) -> None:
    now = at(sprint, week=18)
    free = next(one for one in sprint.milestones.filter(joint=False) if one.leaders == [party.value])
    says = f"{fresh(free).name}"
    assert any(one.startswith("Late by ") and one.endswith(says) for one in todo(sprint, party, now))
    assert not any(one.endswith(says) for one in todo(sprint, party.other, now))


def test_a_milestone_of_an_empty_seat_waits_for_both_and_of_a_taken_one_for_its_holder(sprint: Sprint) -> None:
    now = at(sprint, week=14)
    beta = sprint.milestones.get(title="Beta demo")
    waits = {one.milestone.milestone.pk: one for one in overview_of(sprint, now).delays if one.milestone}
    assert waits[beta.pk].waits_for == list(Party)
    make_seat(sprint.partnership, Role.TECHNOLOGY_PARTNER)
    waits = {one.milestone.milestone.pk: one for one in overview_of(sprint, now).delays if one.milestone}
    assert waits[beta.pk].waits_for == [Role.TECHNOLOGY_PARTNER]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "report"])
def test_where_changes_are_asked_for_the_turn_goes_to_and_fro(sprint: Sprint, kind: str, party: Party) -> None:
    subject = KINDS[kind].make(sprint)
    asker = asked(subject, party)[0]
    ask_for_changes(subject, asker)
    assert known(subject).waits_for == [asker.other]
    says = f"Changes are asked for: {subject.title}"
    assert says in todo(sprint, asker.other) and says not in todo(sprint, asker)
    KINDS[kind].change(known(subject), asker.other)
    assert asker in known(subject).waits_for
    assert any(subject.title in words for words in todo(sprint, asker))


def test_that_all_weeks_are_over_is_said_once(sprint: Sprint, party: Party) -> None:
    with time_machine.travel(moment(sprint, "over", 19), tick=False):
        page = page_of(lead_in(sprint, party), reverse("sprint", args=[sprint.partnership.slug]))
    assert "What is still open can be finished." in page and "weeks are over." not in page
