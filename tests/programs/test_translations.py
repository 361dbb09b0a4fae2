"""A second language comes into an existing copy out of a file: matched line by line, marked by hand, then written."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.http import HttpResponse
from django.test import Client

from agreements.models import TemplateDraft
from agreements.wording.template import DEFAULT, TEXTS
from partners.models import Program
from tests.factories.editions import template_draft
from tests.factories.people import client_of, make_program, staff_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]  # of files and forms
SPANISH = (TEXTS / f"{DEFAULT}.es.txt").read_text()


@pytest.fixture
def program() -> Program:
    """Its copy is in English alone."""
    program = make_program()
    draft = template_draft(program)
    for line in [*draft.content["lines"], *draft.content["offered"]]:
        line["texts"].pop("es")
    draft.save()
    return program


@pytest.fixture
def staff(program: Program) -> Client:
    return client_of(staff_of(program))


def handed_in(staff: Client, program: Program, text: str) -> HttpResponse:
    sent = {"document": ContentFile(text.encode(), "Nuestro.txt")}
    return staff.post(f"/programs/{program.slug}/templates/draft/translation/", sent)


def confirmed(staff: Client, program: Program, page: HttpResponse, **changed: Any) -> HttpResponse:
    form = page.context["form"]
    sent = {name: form[name].value() for name in form.fields} | changed
    return staff.post(f"/programs/{program.slug}/templates/draft/translation/confirm/", sent)


def texts(language: str) -> dict[str, str]:
    lines = TemplateDraft.objects.get().content["lines"]
    return {line["place"]: line["texts"].get(language, "") for line in lines if line["type"] != "signature"}


def test_each_line_finds_its_partner_and_the_first_language_stays(program: Program, staff: Client) -> None:
    english = texts("en")
    page = handed_in(staff, program, SPANISH)
    assert page.context["pairing"].alone == page.context["pairing"].left == [] and not any(texts("es").values())
    assert "Import the Spanish" in page.content.decode()
    assert confirmed(staff, program, page).status_code == 302
    assert texts("en") == english and all(texts("es").values())
    assert texts("es")["city-2"].startswith("Elegir los conjuntos de datos")


def test_where_the_counts_differ_it_is_said_and_nothing_is_marked(program: Program, staff: Client) -> None:
    """Of a section that is a line short, the lines stand beside each other in order, for a person to decide."""
    lines = [line for line in SPANISH.splitlines() if "Elegir los conjuntos" not in line]
    page = handed_in(staff, program, "\n".join(lines))
    shown, pairing = page.content.decode(), page.context["pairing"]
    assert pairing.alone == ["Commitment 7 of the city team"] and "does not have as many lines" in shown
    assert not [place for place in page.context["form"]["take"].value() if place.startswith("city-")]
    answer = confirmed(staff, program, page, take=["vision", "city-1", "city-99"])
    assert answer.status_code == 422 and not any(texts("es").values())
    confirmed(staff, program, page, take=["vision", "city-1"])
    assert {place for place, text in texts("es").items() if text} == {"vision", "city-1"}
    more = SPANISH.replace("- Planificar", "- Regar los árboles\n- Planificar")
    assert handed_in(staff, program, more).context["pairing"].left != []


def test_what_somebody_else_saved_meanwhile_is_matched_again(program: Program, staff: Client) -> None:
    page = handed_in(staff, program, SPANISH)
    here = f"/programs/{program.slug}/templates/draft/"
    form = staff.get(here).context["form"]
    typed = {name: form[name].value() or "" for name in form.fields}
    staff.post(here, typed | {"vision_en": "A vision of trees.", "move": "up:city-2"})
    again = confirmed(staff, program, page)
    assert again.status_code == 409 and "A vision of trees." in again.content.decode()
    assert not any(texts("es").values())
    assert confirmed(staff, program, again).status_code == 302
    assert texts("es")["city-2"].startswith("Convocar") and texts("en")["vision"] == "A vision of trees."


@pytest.mark.parametrize("content", ["", "[]", '{"lines": [{}], "offered": []}', '{"lines": [], "offered": []}'])
def test_what_is_no_template_writes_nothing(program: Program, staff: Client, content: str) -> None:
    page = handed_in(staff, program, SPANISH)
    before = TemplateDraft.objects.get().content
    answer = confirmed(staff, program, page, content=content)
    assert answer.status_code == 302 and TemplateDraft.objects.get().content == before
    TemplateDraft.objects.all().delete()
    assert confirmed(staff, program, page).status_code == 302  # there is no copy any more
