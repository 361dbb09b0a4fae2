"""The page on which staff hand in a table: what is wrong is corrected there, and one button makes the rest."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from lxml import html

from partners.models import Invitation, Partnership, Program
from partners.parties import Party
from programs.actions import make_asked
from programs.models import Sheet
from tests.factories.people import NOW, by_link, client_of, make_person, make_program, staff_of
from tests.factories.sheets import csv_of, hand_in, line_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def program() -> Program:
    return make_program()


@pytest.fixture
def client(program: Program) -> Client:
    return client_of(staff_of(program))


def add_page(program: Program) -> str:
    return reverse("sheet_new", args=[program.slug])


def page_of(sheet: Sheet) -> str:
    return reverse("sheet", args=[sheet.program.slug, sheet.pk])


def text_of(client: Client, address: str) -> str:
    return " ".join(html.fromstring(client.get(address).content.decode()).find(".//main").text_content().split())


def press(client: Client, sheet: Sheet, **typed: str) -> str:
    """The page's form as it is drawn, with some of it typed anew; what the page says after."""
    form = html.fromstring(client.get(page_of(sheet)).content.decode()).forms
    drawn = dict(next(each for each in form if each.get("id") == "main-form").form_values())
    answer = client.post(page_of(sheet), drawn | typed, follow=True)
    return " ".join(html.fromstring(answer.content.decode()).find(".//main").text_content().split())


def test_a_paste_and_a_file_say_the_same(program: Program, client: Client) -> None:
    table = csv_of(line_of(1), separator="\t")
    ways = [{"pasted": table}, {"file": SimpleUploadedFile("cohort.csv", table.encode("utf-16"))}]
    for way in ways:
        answer = client.post(add_page(program), way)
        assert answer.status_code == 302, answer.content.decode()
    first, second = Sheet.objects.all()
    assert first.lines.get().cells == second.lines.get().cells
    assert not Partnership.objects.exists()
    assert f"{first.pk}" in client.get(add_page(program)).content.decode()


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"pasted": ""}, "Paste the rows of your spreadsheet, or choose a file."),
        ({"pasted": "City team\tPhone\nx\ty"}, "Missing: “Community partner”"),
        ({"pasted": "a", "file": SimpleUploadedFile("book.xlsx", b"PK\x03\x04")}, "This is a workbook"),
    ],
)
def test_what_is_no_table_is_refused_in_words_and_kept(
    program: Program, client: Client, typed: dict[str, object], says: str
) -> None:
    answer = client.post(add_page(program), typed)
    assert answer.status_code == 422 and says in html.fromstring(answer.content.decode()).text_content()
    assert str(typed["pasted"]).partition("\n")[0] in answer.content.decode()
    assert not Sheet.objects.exists()


def test_a_wrong_line_is_corrected_checked_again_and_made_with_the_others(
    program: Program, client: Client, party: Party
) -> None:
    sheet = hand_in(program, csv_of(line_of(1), line_of(2, **{f"{party}_email": "bea@clinic"})))
    page = text_of(client, page_of(sheet))
    assert "1 line needs a correction" in page and "“bea@clinic” is no whole address" in page
    assert "Make 1 partnership and invite 2 leads" in page
    page = press(client, sheet, **{f"line-3-{party}_email": "bea@clinic.example"})
    assert "Nothing has been made yet" in page and "Make 2 partnerships and invite 4 leads" in page
    assert not Partnership.objects.exists()
    page = press(client, sheet)
    assert "2 partnerships were made" in page and Partnership.objects.count() == 2
    assert Invitation.objects.filter(party=party, email="bea@clinic.example").exists()


def test_the_button_pressed_twice_or_on_an_old_page_makes_nothing_more(program: Program, client: Client) -> None:
    sheet = hand_in(program, csv_of(line_of(1), line_of(2, issue="")))
    old = dict(html.fromstring(client.get(page_of(sheet)).content.decode()).forms[-1].form_values())
    for _time in range(2):
        client.post(page_of(sheet), old)
    assert Partnership.objects.count() == 1
    press(client, sheet, **{"line-3-issue": "corrected by a colleague"})
    answer = client.post(page_of(sheet), old | {"line-3-issue": "corrected by a colleague"}, follow=True)
    assert "Something changed" in answer.content.decode() and Partnership.objects.count() == 1


def test_a_long_table_goes_on_without_the_page(
    program: Program, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("programs.views.sheets.AT_ONCE", 1)
    sheet = hand_in(program, csv_of(*(line_of(number) for number in range(3))))
    assert "1 of 3 are made" in press(client, sheet)
    assert "2 of 3 are made" in press(client, sheet)
    make_asked(clock=lambda: NOW)
    assert "3 partnerships were made" in text_of(client, page_of(sheet)) and Partnership.objects.count() == 3


def test_of_thousands_of_lines_a_few_are_drawn_and_counted(program: Program, client: Client) -> None:
    lines = [line_of(number, issue="" if number % 2 else "x") for number in range(160)]
    page = client.get(page_of(hand_in(program, csv_of(*lines)))).content.decode()
    assert len(re.findall('class="fix"', page)) == 50 and "30 more are shown after these" in page
    assert "And 30 more lines." in page


def test_a_table_is_its_own_programs_and_no_link_session_makes_of_it(program: Program, client: Client) -> None:
    sheet = hand_in(program, csv_of(line_of(1)))
    other = make_program()
    foreign = client_of(staff_of(other))
    assert foreign.get(page_of(sheet)).status_code == 404
    assert foreign.get(reverse("sheet", args=[other.slug, sheet.pk])).status_code == 404
    assert client_of(make_person()).post(page_of(sheet), {"shown": ""}).status_code == 404
    link = client_of(staff_of(program), by_link=True)
    assert link.get(page_of(sheet)).status_code == 403 and link.post(page_of(sheet)).status_code == 403
    assert not Partnership.objects.exists() and by_link(staff_of(program))


def test_the_empty_sheet_has_our_columns(program: Program, client: Client) -> None:
    answer = client.get(reverse("sheet_columns", args=[program.slug]))
    assert answer["Content-Disposition"].startswith("attachment")
    table = b"".join(answer.streaming_content).decode()
    assert client.post(add_page(program), {"pasted": table}).status_code == 302
