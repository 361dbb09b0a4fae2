"""The guided start of a program: its parts say how far they are, and can be left and taken up again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from lxml import html

from ledger.models import Event
from partners.models import Program
from programs.actions import add_program_day, take_back_program_day
from programs.domain.start import days_of, start_steps
from programs.models import DayKind
from tests.factories.people import NOW, client_of, make_person, make_program, staff_of
from tests.factories.sheets import csv_of, hand_in, line_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
DAY = {"kind": DayKind.DEMO, "about": "In the library", "place": "Main Street 1"}


@pytest.fixture
def program() -> Program:
    return make_program()


def states(program: Program) -> dict[str, str]:
    return {step.id: step.state for step in start_steps(program)}


def test_each_part_follows_from_what_is_there(program: Program) -> None:
    assert states(program) == {
        "program": "done",
        "days": "now",
        "texts": "next",
        "partnerships": "next",
        "invitations": "next",
    }
    add_program_day(by=staff_of(program), program=program, starts_at=NOW + timedelta(days=90), now=NOW, **DAY)
    assert states(program)["texts"] == "now"
    sheet = hand_in(program, csv_of(line_of(1)))
    client = client_of(staff_of(program))
    page = client.get(reverse("sheet", args=[program.slug, sheet.pk])).content.decode()
    client.post(reverse("sheet", args=[program.slug, sheet.pk]), dict(html.fromstring(page).forms[-1].form_values()))
    assert states(program) == dict.fromkeys(["program", "days", "texts", "partnerships"], "done") | {
        "invitations": "now"
    }
    assert "0 of 2 accepted" in client.get(reverse("program_start", args=[program.slug])).content.decode()


def test_a_new_program_leads_there(program: Program) -> None:
    person = make_person("Robin Castle")
    person.user_permissions.add(Permission.objects.get(codename="add_program"))
    client = client_of(person)
    page = html.fromstring(client.get(reverse("program_new")).content.decode())
    form = next(one for one in page.forms if one.get("id") == "main-form")
    answer = client.post(reverse("program_new"), dict(form.form_values()) | {"name": "Cohort 2027"})
    assert answer.url == reverse("program_start", args=["cohort-2027"])
    assert client.get(answer.url).status_code == 200


def test_a_day_stands_by_the_programs_own_clock_once_and_is_taken_back(program: Program) -> None:
    client, page = client_of(staff_of(program)), reverse("program_start", args=[program.slug])
    on = (timezone.now() + timedelta(days=60)).astimezone(program.zone).date()
    typed = {"kind": "call", "about": "", "place": "", "at": "14:30"}
    typed |= {"day_month": on.month, "day_day": on.day, "day_year": on.year}
    for _time in range(2):
        assert client.post(page, typed).status_code == 302
    day = days_of(program).get()
    assert day.starts_at.astimezone(program.zone).time().isoformat() == "14:30:00"
    days = reverse("program_days", args=[program.slug])
    assert "Call of the whole cohort" in client.get(days).content.decode()
    client.post(reverse("program_day_take_back", args=[program.slug, day.pk]))
    assert "Call of the whole cohort" not in client.get(days).content.decode()
    assert not days_of(program).exists()
    told = Event.objects.filter(chain=program.chain).order_by("sequence").values_list("kind", flat=True)
    assert list(told) == ["program_day.added", "program_day.added", "program_day.taken_back"]
    other = make_program()
    stranger = client_of(staff_of(other))
    assert stranger.get(page).status_code == 404
    assert stranger.post(reverse("program_day_take_back", args=[other.slug, day.pk])).status_code == 404


@pytest.mark.parametrize("at", [NOW - timedelta(days=400), NOW + timedelta(days=800)])
def test_a_day_in_another_year_is_refused(program: Program, at: datetime) -> None:
    with pytest.raises(ValidationError, match="Check the year"):
        add_program_day(by=staff_of(program), program=program, starts_at=at, now=NOW, **DAY)


def test_taking_back_twice_is_taking_back_once(program: Program) -> None:
    day = add_program_day(by=staff_of(program), program=program, starts_at=NOW, now=NOW, **DAY)
    for _time in range(2):
        take_back_program_day(by=staff_of(program), day=day, now=NOW)
    assert Event.objects.filter(chain=program.chain, kind="program_day.taken_back").count() == 1
