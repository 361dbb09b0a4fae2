"""A table of partnerships: checked whole before anything is made, by the rules of a single one, and made once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from agreements.models import Clause, ClauseKind
from ledger.models import Event
from mail.models import OutboxMail
from partners.models import Invitation, Organization, Partnership, Person, Program, ProgramStaff
from partners.parties import Party
from partners.rules import Refused
from programs.actions import ask_for_lines, correct_sheet, hand_in_sheet, make_asked
from programs.domain.sheet_columns import columns_of, headings
from programs.domain.sheets import progress_of, sheet_facts
from programs.forms.sheets import CheckedLine, LineCheck
from programs.models import Sheet, SheetLine
from tests.factories.people import NOW, make_partnership, make_person, make_program, staff_of
from tests.factories.sheets import HEADINGS, csv_of, hand_in, line_of
from text.spreadsheets import read_pasted
from topcities.expiry import clear_what_is_over

# At once is shown apart, on both databases.
pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def program() -> Program:
    return make_program()


def check(sheet: Sheet) -> list[CheckedLine]:
    return LineCheck(sheet.program).check(sheet.lines.all())


def make(sheet: Sheet, *, by: Person | None = None) -> None:
    """Ask for what can be made, and let the worker make it."""
    numbers = [one.line.number for one in check(sheet) if one.can_be_made]
    ask_for_lines(by=by or staff_of(sheet.program), sheet=sheet, numbers=numbers, now=NOW)
    make_asked(clock=lambda: NOW)


def test_a_cohort_is_made_and_each_lead_is_invited_in_the_language_of_its_line(program: Program) -> None:
    sheet = hand_in(program, csv_of(line_of(1), line_of(2, language="español")))
    assert not Partnership.objects.exists() and not OutboxMail.objects.exists()
    make(sheet)
    assert {o.name for o in Organization.objects.all()} == {f"{p.label} {n}" for p in Party for n in (1, 2)}
    assert sorted(Invitation.objects.values_list("email", "language")) == [
        *(("city1@example.org", "en"), ("city2@example.org", "es")),
        *(("community1@example.org", "en"), ("community2@example.org", "es")),
    ]
    assert OutboxMail.objects.count() == 4
    issues = Clause.objects.filter(kind=ClauseKind.ISSUE).values_list("base__texts__en", flat=True)
    assert sorted(issues) == ["missed night buses 1", "missed night buses 2"]
    assert progress_of(sheet).waits == 0


def test_each_wrong_line_is_named_with_its_fields_and_the_others_do_not_wait(program: Program, party: Party) -> None:
    staff, other = staff_of(program), party.other
    bad = {
        3: (line_of(2, **{f"{party}_email": "bea@cornerclinic"}), {f"{party}_email"}),
        4: (line_of(3, **{f"{party}_email": f"{other.upper()}3@EXAMPLE.org"}), {"city_email", "community_email"}),
        5: (line_of(4, issue=" ", **{f"{other}_name": ""}), {"issue", f"{other}_name"}),
        6: (line_of(5, **{f"{party}_email": staff.email}), {f"{party}_email"}),
        7: (line_of(6, language="Klingon"), {"city_language", "community_language"}),
        8: (line_of(7, issue="x" * 3000), {"issue"}),
        9: (line_of(8, **{f"{party}_organization": "www.example.org/x"}), {f"{party}_organization"}),
    }
    sheet = hand_in(program, csv_of(line_of(1), *(line for line, _fields in bad.values())))
    checked = {one.line.number: set(one.wrong) for one in check(sheet)}
    assert checked == {2: set(), **{number: fields for number, (_line, fields) in bad.items()}}
    make(sheet)
    assert Partnership.objects.count() == 1


def test_what_making_refuses_is_what_the_check_says(program: Program, party: Party) -> None:
    """Lines are asked for by number: a wrong one that gets through is refused again, and says why beside it."""
    lines = [
        line_of(1, **{f"{party}_email": "no"}),
        line_of(2, issue=""),
        line_of(3, **{f"{party}_name": ""}),
        line_of(4),
    ]
    sheet = hand_in(program, csv_of(*lines))
    ask_for_lines(by=staff_of(program), sheet=sheet, numbers=range(2, 6), now=NOW)
    make_asked(clock=lambda: NOW)
    assert {line.number for line in sheet.lines.exclude(made_at=None)} == {5}
    assert all(line.refused and not line.asked_at for line in sheet.lines.filter(made_at=None))
    assert Partnership.objects.count() == 1 and Invitation.objects.count() == 2


def test_the_same_file_again_makes_nothing_whoever_was_renamed_since(program: Program, party: Party) -> None:
    table = csv_of(line_of(1), line_of(2), line_of(1, issue="another issue"))
    make(hand_in(program, table))
    Organization.objects.filter(party=party).update(name="Corrected by its own lead")
    again = hand_in(program, table)
    assert [(one.is_here, one.stands is not None, one.wrong) for one in check(again)] == [(True, True, {})] * 3
    make(again)
    assert Partnership.objects.count() == 3 and Invitation.objects.count() == 6


def test_one_that_was_begun_by_hand_stands_already_but_not_in_another_program(program: Program) -> None:
    sheet = hand_in(program, csv_of(line_of(1)))
    make(sheet)
    SheetLine.objects.all().delete()  # as if it had been typed
    shouting = line_of(1, issue="  MISSED night   buses 1.", city_organization="CITY TEAM 1")
    assert [one.is_here for one in check(hand_in(program, csv_of(shouting)))] == [True]
    assert [one.can_be_made for one in check(hand_in(make_program(), csv_of(shouting)))] == [True]


def test_two_lines_that_say_the_same_are_one(program: Program) -> None:
    sheet = hand_in(program, csv_of(line_of(1), line_of(1), line_of(1, issue="another")))
    assert [(one.line.number, one.same_as) for one in check(sheet)] == [(2, None), (3, 2), (4, None)]
    ask_for_lines(by=staff_of(program), sheet=sheet, numbers=[2, 3, 4], now=NOW)
    make_asked(clock=lambda: NOW)
    assert Partnership.objects.count() == 2


def test_a_line_is_corrected_on_the_page_and_what_is_made_stays(program: Program, party: Party) -> None:
    sheet = hand_in(program, csv_of(line_of(1), line_of(2, **{f"{party}_email": "bea@clinic"})))
    make(sheet)
    typed = {2: {"issue": "changed behind their backs"}, 3: {f"{party}_email": "bea@clinic.example", "slug": "x"}}
    assert correct_sheet(by=staff_of(program), sheet=sheet, typed=typed, now=NOW) == 1
    assert [one.can_be_made for one in check(sheet)] == [False, True]
    make(sheet)
    assert Invitation.objects.filter(party=party, email="bea@clinic.example").count() == 1
    assert not Clause.objects.filter(base__texts__en__icontains="behind").exists()


def test_the_work_is_left_and_taken_up_again(program: Program) -> None:
    """Each line is its own transaction: a worker that dies after two leaves two, whole, and the next goes on."""
    sheet = hand_in(program, csv_of(*(line_of(number) for number in range(5))))
    ask_for_lines(by=staff_of(program), sheet=sheet, numbers=range(2, 7), now=NOW)
    make_asked(clock=lambda: NOW, most=2)
    assert (progress_of(sheet).made, progress_of(sheet).waits, Partnership.objects.count()) == (2, 3, 2)
    make_asked(clock=lambda: NOW)
    assert progress_of(sheet).waits == 0 and Partnership.objects.count() == 5


def test_who_is_no_longer_staff_makes_nothing(program: Program) -> None:
    staff, other = staff_of(program), make_person("Another")
    ProgramStaff.objects.create(program=program, person=other, since=NOW)
    sheet = hand_in(program, csv_of(line_of(1)))
    ask_for_lines(by=staff, sheet=sheet, numbers=[2], now=NOW)
    ProgramStaff.objects.filter(person=staff).delete()
    make_asked(clock=lambda: NOW)
    assert not Partnership.objects.exists()
    assert "staff" in sheet.lines.get().refused[""]
    for act in (correct_sheet, ask_for_lines):
        more = {"typed": {}} if act is correct_sheet else {"numbers": [2]}
        with pytest.raises(Refused):
            act(by=staff, sheet=sheet, now=NOW, **more)


def test_the_program_keeps_who_handed_in_and_asked(program: Program) -> None:
    make(hand_in(program, csv_of(line_of(1))))
    told = Event.objects.filter(chain=program.chain).order_by("sequence")
    assert [(event.kind, event.actor) for event in told] == [
        ("sheet.handed_in", staff_of(program).pk),
        ("sheet.asked_for", staff_of(program).pk),
    ]


def test_names_and_addresses_are_forgotten_and_still_nothing_is_made_twice(program: Program) -> None:
    table = csv_of(line_of(1), line_of(2, issue=""))
    make(hand_in(program, table))
    clear_what_is_over(timezone.now() + timedelta(days=89))
    assert "city1@example.org" in str(list(SheetLine.objects.values_list("cells", flat=True)))
    clear_what_is_over(timezone.now() + timedelta(days=91))
    assert list(SheetLine.objects.values_list("cells", flat=True)) == [{}]
    Organization.objects.update(name="Corrected by its own lead")
    assert [one.is_here for one in check(hand_in(program, table))] == [True, False]


def test_five_thousand_lines_are_checked_in_a_blink(program: Program, django_assert_num_queries: object) -> None:
    facts = sheet_facts(read_pasted(csv_of(*(line_of(number) for number in range(5000)))))
    make_partnership(program=program)
    with django_assert_num_queries(4):
        checked = LineCheck(program).check(facts.lines)
    assert sum(one.can_be_made for one in checked) == 5000
    hand_in_sheet(by=staff_of(program), program=program, facts=facts, now=NOW)
    assert SheetLine.objects.count() == 5000


# --- The first line ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "es"])
def test_our_own_headings_are_known_in_both_languages(language: str) -> None:
    with translation.override(language):
        own = headings()
    assert columns_of(own.values()).places == {field: place for place, field in enumerate(own)}


@pytest.mark.parametrize(
    "names",
    [
        ["city", "COMMUNITY", "issue", "city_name", "city_email", "community-name", "community_email"],
        ["Ciudad", "Comunidad", "Problema", "Líder ciudad", "Correo ciudad", "Líder comunidad", "Correo comunidad"],
        [
            *("equipo municipal", "SOCIO COMUNITARIO", "El problema", "Líder del equipo municipal"),
            *(
                "Correo electrónico líder equipo municipal",
                "Líder del socio comunitario",
                "Correo del líder socio comunitario",
            ),
        ],
    ],
)
def test_headings_are_known_whatever_their_order_capitals_and_accents(names: list[str]) -> None:
    turned = [*reversed(names), "", "Phone"]
    found = columns_of(turned)
    assert set(found.places) == set(HEADINGS) - {"language"} and found.unknown == ["Phone"]


def test_a_first_line_that_names_too_little_or_one_thing_twice_says_what() -> None:
    with pytest.raises(ValidationError, match=r"Missing: .*“Issue”.*Not known here: “Phone”"):
        columns_of(["City team", "Phone"])
    with pytest.raises(ValidationError, match="twice: “The issue”"):
        columns_of([*HEADINGS.values(), "The issue"])


def test_a_fault_in_a_column_that_nobody_reads_is_none(program: Program) -> None:
    table = csv_of(line_of(1)).replace("Language", "Phone").replace(";en", ";5\0 5")
    assert [one.wrong for one in check(hand_in(program, table))] == [{}]
