"""Promises kept: what was signed, what was planned for it, and what shows it; the same as page, PDF and data."""

from __future__ import annotations

import io
import json
from datetime import time, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command

from agreements import actions as agreement_actions
from partners.models import Person
from partners.parties import Party
from sprints import actions
from sprints.domain.meetings import record_digest
from sprints.domain.milestones import plan_content, plan_digest
from sprints.models import Sprint
from tests.agreements.pdf_tools import require_conformance, text_of
from tests.factories.agreements import agree_to_all, clause, lead, make_agreement, open_for_signing, sign_both, standing
from tests.factories.decisions import note, support
from tests.factories.people import NOW, client_of, make_partnership
from tests.factories.sprints import first_joint, lead_in, ready, sign_off, signed_agreement, started_sprint
from tests.factories.sustainability import REPOSITORY, describe

pytestmark = pytest.mark.django_db


@pytest.fixture
def sprint() -> Sprint:
    return started_sprint()


def promises_of(sprint: Sprint) -> dict:
    out = io.StringIO()
    call_command("promises", sprint.partnership.slug, "--json", stdout=out)
    return json.loads(out.getvalue())


def page_of(sprint: Sprint, party: Party = Party.CITY) -> str:
    return client_of(lead_in(sprint, party)).get(address(sprint)).content.decode()


def address(sprint: Sprint) -> str:
    return f"/partnerships/{sprint.partnership.slug}/sprint/promises/"


def test_each_promise_with_its_milestones_evidence_and_sign_offs(sprint: Sprint) -> None:
    milestone = ready(first_joint(sprint))
    for party in Party:
        sign_off(milestone, party)
    data = promises_of(sprint)
    assert [len(data["goals"]), len(data["commitments"])] == [3, 13]
    served = [row for row in data["commitments"] if milestone.title in [one["title"] for one in row["milestones"]]]
    assert {row["key"] for row in served} == {clause.key for clause in milestone.fulfils.all()}
    for row in served:
        one = next(each for each in row["milestones"] if each["title"] == milestone.title)
        assert (one["state"], one["evidence"]) == ("done", 1)
        assert {answer["party"] for answer in one["sign_offs"]} == set(Party)
        assert row["evidence"] == 1


@pytest.mark.parametrize("party", Party)
def test_a_promise_that_nothing_serves_does_not_go_unnoticed(sprint: Sprint, party: Party) -> None:
    assert "Nothing in the plan serves" not in page_of(sprint, party)
    milestone = sprint.milestones.get(week=8)
    content = plan_content(milestone) | {"dropped": True}
    act = {"sprint": sprint, "milestone": milestone, "content": content, "reason": "No room.", "now": NOW}
    actions.change_freely(by=lead_in(sprint, party), shown=plan_digest(milestone), **act)
    assert "Nothing in the plan serves" in page_of(sprint, party)
    assert next(row for row in promises_of(sprint)["goals"] if row["key"] == "goal-2")["milestones"] == []


def test_what_an_amendment_took_out_is_no_longer_promised_and_its_work_stays(sprint: Sprint) -> None:
    agreement = sprint.partnership.agreement
    agreement_actions.amend(by=lead(agreement, Party.CITY), agreement=agreement, reason="One less.", now=NOW)
    shown = standing(agreement, "city-7").shown
    by = lead(agreement, Party.CITY)
    agreement_actions.propose(
        by=by, clause=clause(agreement, "city-7"), text="", reason="Done by others.", shown=shown, now=NOW
    )
    agree_to_all(agreement)
    sign_both(open_for_signing(agreement))
    row = next(row for row in promises_of(sprint)["commitments"] if row["key"] == "city-7")
    assert row["still_promised"] is False
    assert row["milestones"]
    assert "No longer promised" in page_of(sprint)


def facts(sprint: Sprint, key: str) -> list[dict]:
    data = promises_of(sprint)
    return next(row for row in [*data["goals"], *data["commitments"]] if row["key"] == key)["facts"]


@pytest.mark.parametrize("party", Party)
def test_meetings_notes_support_and_what_is_published_show_promises_too(sprint: Sprint, party: Party) -> None:
    assert facts(sprint, "city-1") == [{"kind": "meetings", "held": 0, "ahead": 0}]
    assert facts(sprint, "goal-2") == [{"kind": "abilities"}]
    assert "No code is published yet." in page_of(sprint, party)
    for one in Party:
        meet(sprint, lead_in(sprint, one))
    note(sprint, party, open_data=4)
    support(sprint)
    describe(sprint, party)
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        assert facts(sprint, "city-1") == [{"kind": "meetings", "held": 2, "ahead": 0}]
        assert facts(sprint, "community-1") == [{"kind": "present", "party": "community", "present": 1, "of": 2}]
        assert facts(sprint, "goal-3")[0]["repository"] == REPOSITORY
        assert facts(sprint, "city-3")[0] == {"kind": "support", "start": NOW.isoformat(), "concept": None}
        assert facts(sprint, "goal-2")[0] == {"kind": "abilities", "skill": "open_data"} | {
            party.value: [4, None, None],
            party.other.value: [None, None, None],
        }
        page = client_of(lead_in(sprint, party)).get(address(sprint)).content.decode()
    for words in ("2 meetings were held.", "present at 1 of the 2 meetings", f"code: {REPOSITORY}"):
        assert words in page
    assert f"/partnerships/{sprint.partnership.slug}/sprint/learning/" in page


def meet(sprint: Sprint, present: Person) -> None:
    """On the day that NOW is, with one person."""
    day = {"day": NOW.astimezone(sprint.partnership.program.zone).date(), "at": time(12, 0), "minutes": 30}
    by = lead_in(sprint, Party.CITY)
    meeting = actions.schedule_meeting(by=by, sprint=sprint, title="Call", place="", agenda="", now=NOW, **day)
    said = {"notes": "", "present": [present], "guests": 0, "shown": record_digest(meeting)}
    actions.record_meeting(by=by, meeting=meeting, now=NOW, **said)


@pytest.mark.any_database
def test_the_pdf_holds_every_promise_for_every_reader(sprint: Sprint, tmp_path: Path) -> None:
    answer = client_of(lead_in(sprint, Party.COMMUNITY)).get(f"{address(sprint)}report.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    text = text_of(answer.content)
    for row in [*promises_of(sprint)["goals"], *promises_of(sprint)["commitments"]]:
        assert " ".join(row["text"].split())[:60] in text
    file = tmp_path / "promises.pdf"
    file.write_bytes(answer.content)
    require_conformance(file)


def test_who_reads_spanish_finds_below_what_it_says(sprint: Sprint) -> None:
    """On the page, where a milestone fulfils it, and where one chooses what it does: as an aid, never in its place."""
    Person.objects.update(language="es")
    client, number = client_of(lead_in(sprint, Party.CITY)), first_joint(sprint).number
    for page in ("promises/", f"milestones/{number}/", f"milestones/{number}/change/"):
        shown = client.get(f"/partnerships/{sprint.partnership.slug}/sprint/{page}").content.decode()
        assert "Para ayudarle a leer. No es lo que se firma" in shown or "No es lo que se firma." in shown, page
        assert "Participar en un sprint de 18 semanas" in shown or page.startswith("milestones"), page
        assert 'lang="en"' in shown, page
    Person.objects.update(language="en")
    assert "To help you read" not in page_of(sprint)


def test_before_the_sprint_it_says_what_was_promised() -> None:
    agreement = signed_agreement()
    page = client_of(lead(agreement, Party.CITY)).get(f"/partnerships/{agreement.partnership.slug}/sprint/promises/")
    assert "The sprint has not begun" in page.content.decode()
    assert "Goal 3" in page.content.decode()


def test_strangers_learn_nothing_and_the_command_says_what_is_not_there(sprint: Sprint) -> None:
    other = make_agreement(make_partnership(program=sprint.partnership.program))
    stranger = client_of(lead(other, Party.CITY))
    assert stranger.get(address(sprint)).status_code == 404
    assert stranger.get(f"{address(sprint)}report.pdf").status_code == 404
    with pytest.raises(CommandError):
        call_command("promises", "no-such-partnership")
