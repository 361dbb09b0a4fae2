"""What is refused is said at once and at its field, also what an action knows and a form does not."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import time_machine
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse
from lxml import html

from partners.forms.attempt import attempt
from partners.parties import Party
from sprints.models import Sprint
from tests.factories.people import NOW, client_of
from tests.factories.sprints import lead_in, started_sprint


def day(name: str, year: str) -> dict[str, str]:
    return {f"{name}_month": "5", f"{name}_day": "4", f"{name}_year": year}


AHEAD = "2030"
# Of each form: what is typed, with two faults at least that only the form, and only the action, can see.
WRONG: dict[str, tuple[dict[str, str], set[str]]] = {
    "activity_add": (
        day("held_on", AHEAD) | {"title": "", "people": "3", "method": "interviews"},
        {"held_on", "title"},
    ),
    "product_test_add": (day("held_on", AHEAD) | {"people": "none"}, {"held_on", "people"}),
    "product_change": ({"languages": "en, klingon!", "address": "no address", "shown": "x"}, {"languages", "address"}),
    "story_add": (day("given_on", AHEAD) | {"about": ""}, {"given_on", "about", "uses"}),
    "showcase_change": (day("day", "2027") | {"at": "", "welcome": "x" * 9000}, {"at", "welcome"}),
    "dataset_add": (
        {"title": "", "refusal": "They said no."} | day("asked_on", AHEAD) | day("in_use_since", AHEAD),
        {"title", "asked_on", "in_use_since", "refused_on"},
    ),
    "sustainability_change": (
        {"licence": "Our own", "money": "x" * 9000, "shown": "x"} | day("until", "2027") | day("review_on", "2028"),
        {"licence", "review_on", "money"},
    ),
    "decision_add": ({"question": "", "options": "Only one"}, {"question", "options"}),
    "milestone_add": (
        {"title": "", "week": "9", "last_week": "3", "phase": "understand", "leaders": "city"},
        {"title", "last_week"},
    ),
    "meeting_add": ({"title": "", "minutes": "60", "at": "10:00"} | day("day", "2127"), {"title", "day"}),
    "finding_add": ({"title": ""}, {"title", "activities"}),
    "sprint_pause": (day("first", "2026") | day("last", "2025") | {"reason": ""}, {"first", "last", "reason"}),
}


@pytest.mark.django_db
def test_every_fault_of_a_form_is_named_at_once_and_leads_to_its_field(party: Party) -> None:
    sprint = started_sprint()
    told = {}
    with time_machine.travel(NOW):
        client = client_of(lead_in(sprint, party))
        for name, (typed, _fields) in WRONG.items():
            answer = client.post(reverse(name, args=[sprint.partnership.slug]), typed)
            assert answer.status_code == 422, name
            page = html.fromstring(answer.content.decode())
            summary = page.xpath("//*[@class='error-summary']")[0]
            links = [link.get("href").removeprefix("#") for link in summary.xpath(".//a")]
            assert len(links) == len(summary.xpath(".//li")), (name, "an error without a field")
            assert all(page.xpath(f"//*[@id='{link}']") for link in links), name
            told[name] = {link.removeprefix("id_").removesuffix("_0") for link in links}
    assert {name: fields - told[name] for name, (_typed, fields) in WRONG.items() if fields - told[name]} == {}
    assert not Sprint.objects.get().proposals.filter(settled_at=None).exists()


# What is said of a whole form: no field of it could be put right.
OF_THE_WHOLE = {
    ("address_changes", "_set_address"),  # asked after its form, where the codes are typed
    ("clauses", "add_clause"),  # there are too many
    ("comments", "comment"),  # there are too many
    ("deletions", "ask_deletion"),  # answered by a command, as are the next five
    ("deletions", "confirm_deletion"),
    ("deletions", "take_back_deletion"),
    ("retention", "lift_hold"),
    ("retention", "place_hold"),
    ("retention", "set_retention"),
    ("exports", "_ask"),  # of many boxes
    ("exports", "ask_export"),
    ("invitation_answers", "_take_seat"),  # answered by a button
    ("invitation_answers", "_refuse_second_seat"),
    ("invitation_answers", "_join_staff"),
    ("invitations", "open_lead_invitation"),  # there is a lead, or an invitation of one
    ("invitations", "_refuse_too_many"),
    ("lead_claims", "claim_lead"),  # answered by a button
    ("passkeys", "add_passkey"),  # there are too many, or the device has it already
}


def test_no_action_refuses_without_naming_the_field() -> None:
    unnamed = set()
    for path in Path(settings.BASE_DIR).glob("*/actions/*.py"):
        for function in ast.walk(ast.parse(path.read_text())):
            if isinstance(function, ast.FunctionDef):
                raised = [one.exc for one in ast.walk(function) if isinstance(one, ast.Raise)]
                calls = [
                    one for one in raised if isinstance(one, ast.Call) and ast.unparse(one.func) == "ValidationError"
                ]
                if any(not isinstance(call.args[0], ast.Dict | ast.Name) for call in calls):
                    unnamed.add((path.stem, function.name))
    assert unnamed == OF_THE_WHOLE


class OneField(forms.Form):
    day = forms.CharField()


def test_what_an_act_alone_refuses_stands_at_its_field_and_the_rest_above_the_form() -> None:
    def refuse(*, day: str) -> None:
        raise ValidationError({"day": f"{day} is too late.", "another": "Not now."})

    form = OneField({"day": "Monday"})
    assert attempt(form, refuse) is None
    assert form.errors == {"day": ["Monday is too late."], "__all__": ["Not now."]}
