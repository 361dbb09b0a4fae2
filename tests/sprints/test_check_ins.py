"""Once a week each side says how it goes; both voices stand side by side, and a difference is shown."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements.refusals import NotNow, Stale
from ledger.models import Event
from partners.parties import Party, Role
from partners.rules import Refused
from sprints import actions
from sprints.domain.check_ins import check_in_digest, check_in_of, week_now, week_rows
from sprints.models import CheckIn, Sprint
from tests.factories.decisions import CHECK_IN, say_week, todo
from tests.factories.people import NOW, client_of, everybody, member_of
from tests.factories.sprints import at, lead_in, pause, started_sprint
from tests.pages import sprint_url as url
from tests.pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
NAMES = {party.value: f"The {party} side" for party in Party}


@pytest.fixture
def sprint() -> Sprint:
    return started_sprint()


def shown(sprint: Sprint, party: Party, now: datetime) -> str:
    week = week_now(sprint, now)
    return check_in_digest(week, check_in_of(sprint, week, party))


def test_a_lead_or_a_member_says_it_and_both_sides_read_it_when_both_have_spoken(sprint: Sprint, party: Party) -> None:
    for by in (lead_in(sprint, party), member_of(sprint.partnership, party)):
        now = at(sprint, week=3 if by == lead_in(sprint, party) else 4)
        with time_machine.travel(now, tick=False):
            said = CHECK_IN | {"words": f"Said by {by.name}.", "shown": shown(sprint, party, now)}
            assert client_of(by).post(url(sprint, "check-ins/say/"), said).status_code == 302
            say_week(sprint, party.other, now=now)
            for reader in Party:
                page = text_of(client_of(lead_in(sprint, reader)).get(url(sprint, "check-ins/")))
                assert f"Said by {by.name}." in page
                assert "On track" in page


def test_what_a_side_says_alone_is_its_own_until_the_week_is_over(sprint: Sprint, party: Party) -> None:
    """Neither waits for the other's word to find its own; the side itself reads what it said."""
    now, words = at(sprint, week=2), "Said before you looked."
    say_week(sprint, party, now=now, rating="stuck", words=words)
    readers = [lead_in(sprint, party.other), everybody(sprint.partnership)[Role.TECHNOLOGY_PARTNER]]
    with time_machine.travel(now, tick=False):
        for reader in readers:
            page = text_of(client_of(reader).get(url(sprint, "check-ins/")))
            assert "Has checked in. You can read it once both sides have" in page
            assert words not in page
        assert words in text_of(client_of(lead_in(sprint, party)).get(url(sprint, "check-ins/")))
    with time_machine.travel(at(sprint, week=3), tick=False):
        for reader in readers:
            assert words in text_of(client_of(reader).get(url(sprint, "check-ins/")))


def test_a_week_on_track_needs_one_answer(sprint: Sprint, party: Party) -> None:
    now = at(sprint, week=2)
    with time_machine.travel(now, tick=False):
        said = {"rating": "on track", "words": "", "shown": shown(sprint, party, now)}
        assert client_of(lead_in(sprint, party)).post(url(sprint, "check-ins/say/"), said).status_code == 302
    kept = check_in_of(sprint, 2, party)
    assert (kept.rating, kept.words, kept.together) == ("on track", "", None)


def test_it_is_three_answers_on_one_page(sprint: Sprint, party: Party) -> None:
    """In a minute, on a phone: two choices and a sentence, on the page that one lands on."""
    with time_machine.travel(at(sprint, week=1), tick=False):
        page = client_of(lead_in(sprint, party)).get(url(sprint, "check-ins/"))
        fields = page.context["form"].visible_fields()
    assert [field.name for field in fields] == ["rating", "words", "together"]
    assert "<textarea" not in page.content.decode()


def test_a_difference_is_shown_and_never_averaged(sprint: Sprint, party: Party) -> None:
    now = at(sprint, week=2, day=3)
    say_week(sprint, party, now=now, words="All is well.")
    assert not any(row.differs for row in week_rows(sprint, NAMES, now, party)), "one voice differs from nobody"
    say_week(sprint, party.other, now=now, rating="stuck", words="Nobody answers us.", together="no")
    assert [row.week for row in week_rows(sprint, NAMES, now, party) if row.differs] == [2]
    with time_machine.travel(now, tick=False):
        page = text_of(client_of(lead_in(sprint, party)).get(url(sprint, "check-ins/")))
    for words in ("You see it differently", "On track", "Stuck", "All is well.", "Nobody answers us."):
        assert words in page


def test_it_differs_too_where_only_one_says_that_decisions_were_made_together(sprint: Sprint, party: Party) -> None:
    now = at(sprint, week=2)
    say_week(sprint, party, now=now, together="yes")
    say_week(sprint, party.other, now=now, together="partly")
    assert [row.week for row in week_rows(sprint, NAMES, now, party) if row.differs] == [2]
    say_week(sprint, party.other, now=now, together="yes", words="We looked again.")
    assert not any(row.differs for row in week_rows(sprint, NAMES, now, party))


def test_all_weeks_stand_with_both_voices(sprint: Sprint, party: Party) -> None:
    for week in (1, 2, 4):
        say_week(sprint, party, now=at(sprint, week=week), words=f"Words of week {week}.")
    rows = week_rows(sprint, NAMES, at(sprint, week=5), party)
    assert [row.week for row in rows] == list(range(1, 19))
    assert [[one.party for one in row.parties] for row in rows] == [list(Party)] * 18
    assert [row.week for row in rows if row.is_ahead] == list(range(6, 19))
    with time_machine.travel(at(sprint, week=5), tick=False):
        page = text_of(client_of(lead_in(sprint, party.other)).get(url(sprint, "check-ins/")))
    assert page.count("Said nothing this week") == 5  # two sides, four weeks, three check-ins
    assert "Ahead: week 6 to week 18." in page


def test_it_is_corrected_within_the_week_and_stays_after(sprint: Sprint, party: Party) -> None:
    monday, sunday = at(sprint, week=3), at(sprint, week=3, day=6)
    say_week(sprint, party, now=monday, words="Too early to say.")
    before = shown(sprint, party, sunday)
    say_week(sprint, party, by=member_of(sprint.partnership, party), now=sunday, rating="at risk", words="Late data.")
    standing = check_in_of(sprint, 3, party)
    assert (standing.rating, standing.words) == ("at risk", "Late data.")
    assert CheckIn.objects.filter(week=3, party=party).count() == 2, "what was corrected is kept"
    act = {"by": lead_in(sprint, party), "sprint": sprint, **CHECK_IN}
    with pytest.raises(Stale):
        actions.check_in(shown=before, now=sunday, **act)
    with pytest.raises(Stale):
        actions.check_in(shown=shown(sprint, party, sunday), now=sunday + timedelta(days=1), **act)
    assert check_in_of(sprint, 3, party) == standing
    assert [event.kind for event in Event.objects.filter(kind__startswith="check_in").order_by("sequence")] == [
        "check_in.said",
        "check_in.corrected",
    ]


def test_what_was_typed_comes_back_when_a_colleague_was_quicker(sprint: Sprint, party: Party) -> None:
    now = at(sprint, week=2)
    with time_machine.travel(now, tick=False):
        before = shown(sprint, party, now)
        say_week(sprint, party, now=now)
        said = CHECK_IN | {"words": "Nobody reads this twice.", "shown": before}
        answer = client_of(member_of(sprint.partnership, party)).post(url(sprint, "check-ins/say/"), said)
    assert answer.status_code == 409
    assert "Nobody reads this twice." in text_of(answer)


def test_saying_the_same_twice_is_saying_it_once(sprint: Sprint, party: Party) -> None:
    first = say_week(sprint, party)
    assert say_week(sprint, party) == first
    assert Event.objects.filter(kind__startswith="check_in").count() == 1


@pytest.mark.parametrize("typed", [{"rating": "fine"}, {"rating": "stuck", "words": " "}, {"words": "x" * 281}])
def test_what_is_not_an_answer_is_refused_in_words(sprint: Sprint, party: Party, typed: dict) -> None:
    now = at(sprint, week=2)
    with time_machine.travel(now, tick=False):
        said = CHECK_IN | {"shown": shown(sprint, party, now)} | typed
        answer = client_of(lead_in(sprint, party)).post(url(sprint, "check-ins/say/"), said)
    assert answer.status_code == 422
    assert not CheckIn.objects.exists()


def test_it_waits_for_the_side_that_has_said_nothing_this_week(sprint: Sprint, party: Party) -> None:
    now, says = at(sprint, week=7, day=2), "Say in a minute how week 7 goes."
    assert [says in todo(sprint, one, now) for one in Party] == [True, True]
    say_week(sprint, party, now=now)
    assert says not in todo(sprint, party, now)
    assert says in todo(sprint, party.other, now)
    assert "Say in a minute how week 8 goes." in todo(sprint, party, at(sprint, week=8))


def test_nothing_is_asked_before_the_first_day_nor_after_the_last(sprint: Sprint, party: Party) -> None:
    for now in (at(sprint, week=1, day=-1), at(sprint, week=18, day=7)):
        assert not [text for text in todo(sprint, party, now) if text.startswith("Say in a minute")]
        with pytest.raises(NotNow):
            actions.check_in(by=lead_in(sprint, party), sprint=sprint, shown="0" * 64, now=now, **CHECK_IN)
        with time_machine.travel(now, tick=False):
            assert "form" not in client_of(lead_in(sprint, party)).get(url(sprint, "check-ins/")).context
    assert not CheckIn.objects.exists()


def test_while_the_sprint_rests_nothing_is_asked(sprint: Sprint, party: Party) -> None:
    first = sprint.timeline.starts(5) + timedelta(days=1)
    pause(sprint, first, first + timedelta(days=13))
    rests = datetime(first.year, first.month, first.day, 12, tzinfo=sprint.partnership.program.zone)
    assert not [text for text in todo(sprint, party, rests) if text.startswith("Say in a minute")]
    goes_on = rests + timedelta(days=14)
    assert "Say in a minute how week 5 goes." in todo(sprint, party, goes_on)


def test_who_may(sprint: Sprint) -> None:
    people, now = everybody(sprint.partnership), at(sprint, week=2)
    with time_machine.travel(now, tick=False):
        for name in ("outsider", "superuser"):
            assert client_of(people[name]).get(url(sprint, "check-ins/")).status_code == 404
            assert client_of(people[name]).post(url(sprint, "check-ins/say/"), CHECK_IN).status_code == 404
        for name in (Role.TECHNOLOGY_PARTNER, Role.EXECUTIVE_SPONSOR, "staff"):
            said = CHECK_IN | {"shown": check_in_digest(2, None)}
            assert client_of(people[name]).post(url(sprint, "check-ins/say/"), said).status_code == 403
        page = client_of(people[Role.TECHNOLOGY_PARTNER]).get(url(sprint, "check-ins/"))
        assert page.status_code == 200
        assert "form" not in page.context
    with pytest.raises(Refused):
        act = {"by": people[Role.TECHNOLOGY_PARTNER], "sprint": sprint, "now": now}
        actions.check_in(shown=check_in_digest(2, None), **act, **CHECK_IN)
    assert not CheckIn.objects.exists()


def test_nobody_speaks_for_the_other_side(sprint: Sprint, party: Party) -> None:
    now = at(sprint, week=2)
    with time_machine.travel(now, tick=False):
        said = CHECK_IN | {"shown": check_in_digest(2, None), "party": party.other.value}
        client_of(lead_in(sprint, party)).post(url(sprint, "check-ins/say/"), said)
    assert [one.party for one in CheckIn.objects.all()] == [party]


def test_the_page_asks_as_often_for_one_check_in_as_for_all(sprint: Sprint, party: Party) -> None:
    say_week(sprint, party, now=at(sprint, week=1))
    with time_machine.travel(at(sprint, week=18, day=3), tick=False):
        client = client_of(lead_in(sprint, party))
        client.get(url(sprint, "check-ins/"))
        with CaptureQueriesContext(connection) as few:
            client.get(url(sprint, "check-ins/"))
        for week in range(2, 18):
            for one in Party:
                say_week(sprint, one, now=at(sprint, week=week), words=f"Week {week}, {one}.")
        with CaptureQueriesContext(connection) as many:
            page = client.get(url(sprint, "check-ins/"))
    assert "Week 17, city." in text_of(page)
    assert len(few) == len(many)


def test_now_is_the_first_week() -> None:
    assert week_now(started_sprint(), NOW) == 1
