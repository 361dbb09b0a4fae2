"""The wall as its staff see it: what each row says, what it is found and filtered by, and what it never shows."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from html import unescape
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client

from agreements.actions import start_agreement
from partners.actions import share_with_staff, stop_sharing
from partners.models import Partnership, Program, Shared
from partners.parties import Party
from programs.actions.wall import refresh_wall, refresh_walls
from programs.domain.wall import stale
from programs.domain.wall_query import SORTS, WallQuery
from programs.models import WallRow
from programs.views import wall as wall_page
from programs.wall import Chip, folded
from sprints.actions import check_in
from sprints.domain.check_ins import check_in_digest
from sprints.models import Rating, Sprint, Together
from tests.factories.agreements import make_agreement
from tests.factories.people import NOW, client_of, lead_of, make_partnership, make_program, staff_of
from tests.factories.sprints import add_words, at, lead_in, usual_sprint
from tests.factories.wall import fill_wall

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
WORDS = "We wait for the keys of the clinic"


def page_of(program: Program, rest: str = "", client: Client | None = None) -> str:
    answer = (client or client_of(staff_of(program))).get(f"/programs/{program.slug}/{rest}")
    assert answer.status_code == 200
    return " ".join(unescape(answer.content.decode()).split())


def begun(program: Program, *names: str, issue: str = "blight") -> Partnership:
    organizations = dict(zip(Party, names, strict=True)) if names else {}
    partnership = make_partnership(program=program, **({"organizations": organizations} if names else {}))
    start_agreement(by=staff_of(program), partnership=partnership, issue=issue, now=NOW)
    return partnership


@pytest.fixture
def sprint() -> Sprint:
    return usual_sprint()


@pytest.mark.parametrize("count", [3, 30])
def test_the_wall_takes_the_same_number_of_queries_for_any_number(
    sprint: Sprint, count: int, django_assert_num_queries: object
) -> None:
    program = sprint.partnership.program
    fill_wall(sprint.partnership, count - 1, now=NOW)
    with time_machine.travel(NOW, tick=False):
        client = client_of(staff_of(program))
        for rest, queries in (("", 10), ("?show=late&q=elm&sort=-next", 12)):
            with django_assert_num_queries(queries):
                page = page_of(program, rest, client)
            assert page.count('class="wall-row ') == (count if not rest else 1 - (1 - count) // 3)


def test_each_chip_shows_what_its_number_says(sprint: Sprint) -> None:
    program = sprint.partnership.program
    begun(program)
    with time_machine.travel(at(sprint, week=5), tick=False):
        client = client_of(staff_of(program))
        page_of(program, client=client)
        shown = {chip: page_of(program, f"?show={chip}", client).count('class="wall-row ') for chip in Chip}
    assert shown == {chip: WallRow.objects.filter(program=program, **{chip.value: True}).count() for chip in Chip}
    assert (shown[Chip.LATE], shown[Chip.UNSIGNED], shown[Chip.OVER]) == (1, 1, 0)


def test_every_order_holds_every_row_once_and_turns_exactly_round(sprint: Sprint) -> None:
    program, now = sprint.partnership.program, at(sprint, week=5)
    fill_wall(sprint.partnership, 20, now=now)
    begun(program)
    refresh_wall(program, now=now)
    for sort in SORTS:
        rows, turned = (list(WallQuery.of({"sort": said}).found(program)) for said in (sort, f"-{sort}"))
        assert len({row.pk for row in rows}) == 22 and rows == turned[::-1], sort
    for sort in ("week", "next"):
        assert WallQuery.of({"sort": sort}).found(program).last().facts.week is None, "what has none stands last"


def test_names_and_issues_are_found_with_and_without_their_accents() -> None:
    program = make_program()
    begun(program, "Ciudad de Peñasco", "Casa del Río", issue="eviction")
    begun(program, "City of Winslow", "Two Rivers", issue="café closures")
    with time_machine.travel(NOW, tick=False):
        client = client_of(staff_of(program))
        for words in ("penasco", "PEÑASCO", "casa rio", "río evic"):
            page = page_of(program, f"?q={words}", client)
            assert "Casa del Río" in page and "Two Rivers" not in page, words
        assert "Two Rivers" in page_of(program, "?q=CAFE")
        assert "Nothing like this" in page_of(program, "?q=nobody")
        assert "Nothing like this" in page_of(program, "?q=%25")
    assert folded("  Ça   va ") == "ca va"


def test_an_address_that_says_nothing_known_shows_the_wall() -> None:
    program = make_program()
    begun(program)
    with time_machine.travel(NOW, tick=False):
        client = client_of(staff_of(program))
        for rest in ("?show=nonsense", "?sort=pk", "?page=9999", "?page=x", "?q=%00", "?show=late&show="):
            assert 'class="wall-row ' in page_of(program, rest, client), rest


def rated(sprint: Sprint, party: Party) -> None:
    facts = {"rating": Rating.STUCK, "words": WORDS, "together": Together.YES}
    shown, now = check_in_digest(4, None), at(sprint, week=4)
    check_in(by=lead_in(sprint, party), sprint=sprint, shown=shown, now=now, **facts)


def test_who_speaks_alone_of_the_week_is_on_the_wall_when_both_have_or_it_is_over(sprint: Sprint, party: Party) -> None:
    program, now = sprint.partnership.program, at(sprint, week=4)
    for side in Party:
        share_with_staff(
            by=lead_in(sprint, side),
            partnership=sprint.partnership,
            shared=Shared.CHECK_INS,
            now=now - timedelta(hours=1),
        )
    rated(sprint, party)
    with time_machine.travel(now, tick=False):
        assert "stuck 4" not in page_of(program)
    with time_machine.travel(at(sprint, week=5), tick=False):
        assert "stuck 4" in page_of(program)
    rated(sprint, party.other)
    with time_machine.travel(now, tick=False):
        assert "stuck 4" in page_of(program)


def test_ratings_are_on_the_wall_while_both_sides_share_them(sprint: Sprint, party: Party) -> None:
    program, now = sprint.partnership.program, at(sprint, week=4)
    add_words(sprint.milestones.first(), by=lead_in(sprint, party), title=WORDS)
    for side in Party:
        rated(sprint, side)
    share = {"partnership": sprint.partnership, "shared": Shared.CHECK_INS, "now": now}
    for sharing, seen in (([], False), ([party], False), ([party.other], True)):
        for side in sharing:
            share_with_staff(by=lead_in(sprint, side), **share)
        with time_machine.travel(now, tick=False):
            page = page_of(program)
        assert ("Ratings not shared" in page) != seen and ("stuck 4" in page) == seen
        assert WORDS not in page, "what people wrote is never on the wall"
    (row,) = WallRow.objects.filter(program=program)
    assert row.trouble and row.facts.ratings[party][-1] == Rating.STUCK
    stop_sharing(by=lead_in(sprint, party), **share)
    with time_machine.travel(now, tick=False):
        assert "stuck 4" not in page_of(program)
    assert not WallRow.objects.get(program=program).trouble


def test_a_row_turns_with_its_local_day_and_what_a_meeting_says_when_it_is_over(sprint: Sprint) -> None:
    program, now = sprint.partnership.program, at(sprint, week=4)
    refresh_wall(program, now=now)
    assert not stale(program, now + timedelta(hours=11))
    assert stale(program, now + timedelta(hours=13))
    refresh_wall(program, now=now + timedelta(hours=13))
    assert WallRow.objects.get(program=program).today == now.date() + timedelta(1)
    Program.objects.filter(pk=program.pk).update(time_zone="Asia/Tokyo")
    assert stale(Program.objects.get(pk=program.pk), now + timedelta(hours=13))


def test_the_day_turns_for_more_rows_than_are_made_anew_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wall_page, "PER_PAGE", 2)
    program = make_program()
    for _one in range(6):
        begun(program)
    later = NOW + timedelta(days=8)
    refresh_wall(program, now=NOW)
    with time_machine.travel(later, tick=False):
        client = client_of(staff_of(program))
        first = page_of(program, client=client)
        assert first.count("8 days") >= 4 and "is being brought up to date" in first
        assert "today" not in first.partition('class="wall ')[2], "what is shown is of now"
        made = WallRow.objects.filter(silent_days=8).count()
        assert 2 <= made <= 4, "two of the whole wall, and the two that are shown"
        refresh_walls(now=later, pieces=1)
        page = page_of(program, "?page=2", client)
        assert "is being brought up to date" not in page and "Silent 7 days <b>6</b>" in page
    assert not stale(program, later)


def test_the_table_for_spreadsheets_holds_what_the_wall_shows_and_runs_no_formula() -> None:
    program = make_program()
    begun(program, "=SUM(A1)", "Elm Street")
    begun(program, "City of Ashford", "Oak Street")
    with time_machine.travel(NOW, tick=False):
        answer = client_of(staff_of(program)).get(f"/programs/{program.slug}/wall.csv?q=elm")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert [(row["City team"], row["Community partner"], row["State"]) for row in rows] == [
        ("'=SUM(A1)", "Elm Street", "Drafting")
    ]


def test_the_command_says_the_walls_facts_and_changes_nothing(sprint: Sprint) -> None:
    program, now = sprint.partnership.program, at(sprint, week=5)
    said, words = StringIO(), StringIO()
    with time_machine.travel(now, tick=False):
        call_command("portfolio", program.slug, "--json", stdout=said)
        call_command("portfolio", program.slug, stdout=words)
    (one,) = json.loads(said.getvalue())["partnerships"]
    assert one["partnership"] == sprint.partnership.slug and one["late_count"] == len(one["late"]) > 0
    assert one["week"] == 5 and one["stage"] == "running" and "late" in one["chips"]
    assert "Week 5 of 18" in words.getvalue()
    assert not WallRow.objects.exists()
    with pytest.raises(CommandError, match="no program"):
        call_command("portfolio", "nowhere")


def test_the_wall_is_its_staffs_alone(sprint: Sprint, party: Party) -> None:
    program = sprint.partnership.program
    for somebody in (lead_of(sprint.partnership, party), staff_of(make_program())):
        for rest in ("", "wall.csv", "partnerships/", "settings/"):
            assert client_of(somebody).get(f"/programs/{program.slug}/{rest}").status_code == 404


def test_a_program_that_begins_says_what_is_missing() -> None:
    program = make_program()
    assert "No partnership yet" in page_of(program)
    partnership = make_partnership(program=program, seated=False)
    make_agreement(partnership)
    with time_machine.travel(NOW, tick=False):
        page = page_of(program, "?show=staff")
    assert "A lead to find" in page and "Drafting" in page
