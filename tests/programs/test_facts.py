"""The facts of a program as tables for spreadsheets: what its staff may see, and no word of the two sides."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partners.models import Partnership, Program
from partners.parties import Party
from programs.domain.facts import TABLES, lines
from sprints.models import Sprint
from tests.factories.decisions import decide
from tests.factories.people import NOW, client_of, make_partnership, make_program, staff_of
from tests.factories.research import ask_for
from tests.factories.sprints import first_joint, ready, sign_off, started_sprint

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def sprint_in(program: Program) -> Sprint:
    """With a milestone that one side signed off, a decision and a dataset."""
    sprint = started_sprint()
    Partnership.objects.filter(pk=sprint.partnership_id).update(program=program)
    sprint = Sprint.objects.select_related("partnership__program").get(pk=sprint.pk)
    sign_off(ready(first_joint(sprint)), Party.CITY)
    decide(sprint)
    ask_for(sprint)
    return sprint


def table(program: Program, name: str) -> list[dict[str, str]]:
    answer = client_of(staff_of(program)).get(reverse("program_facts", args=[program.slug, name]))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert f'filename="{program.slug}-{name}.csv"' in answer["Content-Disposition"]
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def test_each_table_tells_states_days_and_whose_turn_it_is() -> None:
    program = make_program()
    sprint, drafting = sprint_in(program), make_partnership(program=program)
    names = {party.label: sprint.partnership.organizations.get(party=party).name for party in Party}
    found = {name: table(program, name) for name in TABLES}
    own = [row for row in found["partnerships"] if row["Partnership"] == sprint.partnership.slug]
    assert {own[0][label] for label in names} == set(names.values())
    assert (own[0]["Agreement"], own[0]["Edition"], own[0]["First day"]) == ("In force", "1", "2027-03-01")
    assert [row["Agreement"] for row in found["partnerships"] if row["Partnership"] == drafting.slug] == [""]
    assert len(found["milestones"]) == sprint.milestones.count()
    signed = first_joint(sprint)
    (waiting,) = (row for row in found["milestones"] if row["Number"] == str(signed.number))
    assert (waiting["Waits for"], waiting["State"]) == (Party.COMMUNITY.label, "Waits for sign-off")
    (answer,) = found["sign-offs"]
    assert (answer["What"], answer["Side"], answer["Answer"]) == ("Milestone", Party.CITY.label, "Signed off")
    assert [(row["Number"], row["State"]) for row in found["decisions"]] == [("1", "Waits for sign-off")]
    assert [(row["Number"], row["State"]) for row in found["datasets"]] == [("1", "Asked for")]


def test_no_word_that_the_sides_wrote_to_each_other_is_in_them() -> None:
    program = make_program()
    sprint = sprint_in(program)
    written = [sprint.decisions.get().question, sprint.decisions.get().choice, sprint.datasets.get().title]
    written += [first_joint(sprint).outcome, first_joint(sprint).evidence.first().title]
    assert all(written)
    everything = "".join("".join(lines(program, one, NOW)) for one in TABLES.values())
    assert first_joint(sprint).title in everything
    assert [words for words in written if words in everything] == []


def test_a_name_that_would_run_as_a_formula_is_text() -> None:
    program = make_program()
    partnership = make_partnership(program=program)
    partnership.organizations.filter(party=Party.CITY).update(name="=HYPERLINK(1)")
    (row,) = table(program, "partnerships")
    assert row[Party.CITY.label] == "'=HYPERLINK(1)"


def test_a_table_of_three_costs_as_many_queries_as_one_of_one() -> None:
    program, counted = make_program(), []
    for more in (1, 2):
        for _ in range(more):
            sprint_in(program)
        counted.append({name: queries_of(program, name) for name in TABLES})
    assert counted[0] == counted[1]


def queries_of(program: Program, name: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        list(lines(program, TABLES[name], NOW))
    return len(queries)


def test_a_table_is_for_staff_of_the_program_alone() -> None:
    program = make_program()
    sprint = sprint_in(program)
    address = reverse("program_facts", args=[program.slug, "partnerships"])
    lead = sprint.partnership.seats.filter(party=Party.CITY).first().person
    for other in (lead, staff_of(make_program())):
        assert client_of(other).get(address).status_code == 404
    assert client_of(staff_of(program), by_link=True).get(address).status_code == 403
    assert client_of(staff_of(program)).get(address.replace("partnerships", "people")).status_code == 404
