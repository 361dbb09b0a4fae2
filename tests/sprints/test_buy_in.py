"""The executive sponsor's support: in their own words or a letter, in the first week and at the concept, or late."""

from __future__ import annotations

from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements.models import Clause
from agreements.refusals import NotNow
from ledger.models import Event
from partners.parties import Party, Role
from partners.rules import Refused
from sprints import actions
from sprints.domain.buy_in import occasion_rows, week_of, wins_executives
from sprints.models import BuyIn, Occasion, Sprint
from sprints.plan import BUILT_IN, BUY_IN_CLAUSE, built_in_for, content_of, plan_of
from sprints.plan_check import in_order
from tests.factories.decisions import sponsor_of, support, todo
from tests.factories.people import NOW, client_of, everybody, lead_of
from tests.factories.sprints import at, lead_in, pause, started_sprint
from tests.pages import sprint_url as url
from tests.pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
WORDS = {"occasion": "start", "words": "This has my word, and two people's time."}
LETTER = b"%PDF-1.7 Dear residents"


@pytest.fixture
def sprint() -> Sprint:
    return started_sprint()


@pytest.fixture
def wins(sprint: Sprint, party: Party) -> Party:
    """The party that promised executive buy-in: each of the two, in turn."""
    Clause.objects.filter(agreement__partnership=sprint.partnership, key=BUY_IN_CLAUSE).update(owner=party)
    return party


def late(sprint: Sprint, week: int, day: int) -> list[int]:
    return [row.days_late for row in occasion_rows(sprint, at(sprint, week=week, day=day))]


def letter(name: str = "letter.pdf", data: bytes = LETTER) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def test_the_sponsor_says_it_in_their_own_words_and_both_sides_read_it(sprint: Sprint) -> None:
    with time_machine.travel(at(sprint, week=1), tick=False):
        assert client_of(sponsor_of(sprint)).post(url(sprint, "buy-in/record/"), WORDS).status_code == 302
        for party in Party:
            page = text_of(client_of(lead_in(sprint, party)).get(url(sprint, "buy-in/")))
            assert WORDS["words"] in page
            assert f"Recorded by {sponsor_of(sprint).name}" in page
    assert Event.objects.filter(kind="buy_in.recorded", chain=sprint.partnership_id).count() == 1


def test_a_letter_is_kept_as_it_came_and_never_opened_here(sprint: Sprint, party: Party) -> None:
    sponsor = client_of(sponsor_of(sprint))
    answer = sponsor.post(url(sprint, "buy-in/record/"), {"occasion": "start", "file": letter()})
    assert answer.status_code == 302
    kept = BuyIn.objects.get()
    fetched = client_of(lead_in(sprint, party)).get(url(sprint, f"buy-in/{kept.pk}/letter/"))
    assert b"".join(fetched.streaming_content) == LETTER
    assert fetched["Content-Type"] == "application/octet-stream"
    assert "attachment" in fetched["Content-Disposition"]
    assert "letter.pdf" not in kept.file.name, "never under the name that a person gave"
    other = started_sprint()
    stranger = client_of(lead_in(other, party))
    assert stranger.get(url(sprint, f"buy-in/{kept.pk}/letter/")).status_code == 404
    assert stranger.get(url(other, f"buy-in/{kept.pk}/letter/")).status_code == 404


@pytest.mark.parametrize(
    ("file", "says"),
    [(("letter.exe", b"MZ"), "cannot be handed in"), (("letter.pdf", b"<html>"), "not what its name says")],
)
def test_a_file_that_is_not_a_letter_is_refused_in_words(sprint: Sprint, file: tuple[str, bytes], says: str) -> None:
    said = WORDS | {"file": letter(*file)}
    answer = client_of(sponsor_of(sprint)).post(url(sprint, "buy-in/record/"), said)
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert WORDS["words"] in text_of(answer), "nothing typed is lost"
    assert not BuyIn.objects.exists()
    assert not [one for one in Path(settings.MEDIA_ROOT).rglob("*") if one.is_file()]


def test_nothing_said_is_no_support(sprint: Sprint) -> None:
    sponsor = client_of(sponsor_of(sprint))
    for said in ({"occasion": "start", "words": " \n"}, {"occasion": "later", "words": "Yes."}, {}):
        assert sponsor.post(url(sprint, "buy-in/record/"), said).status_code == 422
    for nothing in ("", "\u200b"):
        with pytest.raises(ValidationError):
            support(sprint, words=nothing)
    assert not BuyIn.objects.exists()


@pytest.mark.parametrize(("weeks", "due"), [(18, [1, 9]), (12, [1, 6]), (22, [1, 11]), (24, [1, 12]), (4, [1, 2])])
def test_it_is_due_in_the_first_week_and_at_the_concept(weeks: int, due: list[int]) -> None:
    assert [week_of(occasion, built_in_for(weeks), weeks) for occasion in Occasion] == due


def test_a_plan_of_its_own_says_itself_when_the_concept_is_spoken_of() -> None:
    """By the milestone that both sign off and that shows executive buy-in; in a plan without one, half way."""
    content = content_of(BUILT_IN["built-in-22"])
    moved = [{**one, "week": 15, "last_week": 15} if one["last_week"] == 11 else one for one in content["milestones"]]
    plan = plan_of("ours", content | {"milestones": sorted(moved, key=in_order)})
    assert [week_of(Occasion.CONCEPT, plan, weeks) for weeks in (22, 11)] == [15, 8]
    alone = plan_of("ours", content | {"milestones": [one | {"joint": False} for one in moved]})
    assert (BUILT_IN["built-in-22"].concept_week, alone.concept_week) == (11, 11)


def test_its_absence_shows_as_late(sprint: Sprint, party: Party) -> None:
    assert late(sprint, 1, 6) == [0, 0]
    assert late(sprint, 2, 0) == [1, 0]
    assert late(sprint, 9, 6) == [56, 0]
    assert late(sprint, 10, 1) == [58, 2]
    with time_machine.travel(at(sprint, week=10, day=1), tick=False):
        page = text_of(client_of(lead_in(sprint, party)).get(url(sprint, "buy-in/")))
    assert "Late by 58 days" in page
    assert "Late by 2 days" in page
    support(sprint, now=at(sprint, week=2, day=0))
    assert late(sprint, 10, 1) == [0, 2]


def test_what_came_late_says_so_and_better_words_do_not_make_it_later(sprint: Sprint) -> None:
    support(sprint, now=at(sprint, week=1, day=3))
    support(sprint, now=at(sprint, week=6), words="Three people's time.")
    support(sprint, "concept", now=at(sprint, week=10, day=2))
    rows = occasion_rows(sprint, at(sprint, week=12))
    assert [row.said_late for row in rows] == [0, 3]
    assert rows[0].buy_in.words == "Three people's time."
    assert BuyIn.objects.filter(occasion="start").count() == 2, "what was said before is kept"


def test_a_concept_is_supported_when_there_is_one(sprint: Sprint) -> None:
    with pytest.raises(NotNow):
        support(sprint, "concept", now=at(sprint, week=8, day=6))
    support(sprint, "concept", now=at(sprint, week=9))
    assert BuyIn.objects.get().occasion == Occasion.CONCEPT


def test_a_pause_moves_what_is_due(sprint: Sprint) -> None:
    before = occasion_rows(sprint, NOW)[1].due
    first = sprint.timeline.starts(5)
    pause(sprint, first, first)
    assert (occasion_rows(sprint, NOW)[1].due - before).days == 1


def test_it_waits_for_whoever_promised_it(sprint: Sprint, wins: Party) -> None:
    sponsor_of(sprint)
    now = at(sprint, week=2, day=1)
    says = "The executive sponsor's support is 2 days late."
    assert wins_executives(sprint.partnership) == wins
    assert says in todo(sprint, wins, now)
    assert says not in todo(sprint, wins.other, now)
    assert "The executive sponsor's support is asked for in the first week." in todo(sprint, wins, at(sprint, week=1))
    support(sprint, now=now)
    assert says not in todo(sprint, wins, now)
    concept = "The executive sponsor's support of the concept is asked for this week."
    assert concept in todo(sprint, wins, at(sprint, week=9))


def test_an_empty_seat_is_said_to_whoever_promised_it(sprint: Sprint, wins: Party) -> None:
    says = "Nobody has the executive sponsor's seat yet."
    assert says in todo(sprint, wins)
    assert says not in todo(sprint, wins.other)
    assert says in text_of(client_of(lead_in(sprint, wins.other)).get(url(sprint, "buy-in/")))
    sponsor_of(sprint)
    assert says not in todo(sprint, wins)


def test_where_nobody_promises_it_any_more_it_waits_for_neither(sprint: Sprint, party: Party) -> None:
    Clause.objects.filter(agreement__partnership=sprint.partnership, key=BUY_IN_CLAUSE).update(key="another")
    assert wins_executives(sprint.partnership) is None
    assert not [text for text in todo(sprint, party, at(sprint, week=3)) if "executive sponsor" in text]
    assert late(sprint, 3, 0)[0] > 0, "its absence shows all the same"


def test_the_sponsor_says_it_and_nobody_for_them(sprint: Sprint) -> None:
    people = everybody(sprint.partnership)
    for name in ("outsider", "superuser"):
        assert client_of(people[name]).get(url(sprint, "buy-in/")).status_code == 404
        assert client_of(people[name]).post(url(sprint, "buy-in/record/"), WORDS).status_code == 404
    for name in (f"{Party.CITY} lead", f"{Party.COMMUNITY} lead", Role.TECHNOLOGY_PARTNER, "staff"):
        assert client_of(people[name]).post(url(sprint, "buy-in/record/"), WORDS).status_code == 403
    by_link = client_of(people[Role.EXECUTIVE_SPONSOR], by_link=True)
    assert by_link.post(url(sprint, "buy-in/record/"), WORDS).status_code == 403
    with pytest.raises(Refused):
        act = {"by": lead_of(sprint.partnership, Party.CITY), "sprint": sprint, "now": NOW}
        actions.record_buy_in(**act, **WORDS)
    assert not BuyIn.objects.exists()
    assert Event.objects.filter(kind="refused", chain=sprint.partnership_id).exists()
    page = client_of(people[f"{Party.CITY} lead"]).get(url(sprint, "buy-in/"))
    assert "Record my support" not in text_of(page)


def test_it_stands_in_the_plan_and_is_late_there(sprint: Sprint, party: Party) -> None:
    support(sprint)
    with time_machine.travel(at(sprint, week=10, day=2), tick=False):
        page = client_of(lead_in(sprint, party)).get(url(sprint))
    assert text_of(page).count("Executive buy-in: at the concept") == 4, "in what is late, the two pictures, the table"
    kinds = {entry.name: (entry.kind, entry.days_late) for entry in page.context["entries"] if entry.support}
    assert kinds["Executive buy-in: at the start"] == ("done", 0)
    assert kinds["Executive buy-in: at the concept"] == ("late", 3)


def test_the_page_asks_as_often_however_much_was_said(sprint: Sprint, party: Party) -> None:
    client = client_of(lead_in(sprint, party))
    support(sprint)
    client.get(url(sprint, "buy-in/"))
    with CaptureQueriesContext(connection) as few:
        client.get(url(sprint, "buy-in/"))
    for number in range(9):
        support(sprint, words=f"Word {number}.")
    support(sprint, "concept", now=at(sprint, week=9))
    with CaptureQueriesContext(connection) as many:
        client.get(url(sprint, "buy-in/"))
    assert len(few) == len(many)
