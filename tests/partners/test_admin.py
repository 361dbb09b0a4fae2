"""The admin shows, and acts for nobody."""

from __future__ import annotations

import re

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ledger.models import Event
from ledger.record import append_event
from partners import actions
from partners.actions.access import chain_of_person
from partners.models import Person, ProgramStaff
from partners.parties import Party, Role
from partners.rules import Refused
from tests.factories.agreements import make_agreement
from tests.factories.people import NOW, client_of, lead_of, make_invitation, make_partnership, make_person
from tests.pages import text_of

pytestmark = pytest.mark.django_db
SHOWN = ["person", "program", "partnership", "invitation"]


@pytest.fixture
def root() -> Person:
    return make_person("Root", is_staff=True, is_superuser=True)


@pytest.mark.parametrize("name", SHOWN)
def test_a_superuser_sees_the_lists_and_adds_or_deletes_nothing(name: str, root: Person) -> None:
    partnership = make_partnership()
    make_invitation(partnership, Role.PRODUCT_ADVISOR)
    client = client_of(root)
    model = next(m for m in admin.site._registry if m._meta.label_lower == f"partners.{name}")
    row = model.objects.first()
    assert client.get(reverse(f"admin:partners_{name}_changelist")).status_code == 200
    assert client.get(reverse(f"admin:partners_{name}_change", args=[row.pk])).status_code == 200
    for page in (reverse(f"admin:partners_{name}_add"), reverse(f"admin:partners_{name}_delete", args=[row.pk])):
        assert client.get(page).status_code == 403 and client.post(page, {"post": "yes"}).status_code == 403
    assert model.objects.filter(pk=row.pk).exists()


def test_the_admin_does_not_show_what_a_link_is_made_of(root: Person) -> None:
    invitation = make_invitation(make_partnership(), Role.PRODUCT_ADVISOR)
    page = client_of(root).get(reverse("admin:partners_invitation_change", args=[invitation.pk])).content.decode()
    assert invitation.email in page
    assert invitation.nonce not in page and invitation.token_hash not in page


def test_a_superuser_does_not_change_a_persons_address_or_become_somebody(root: Person, party: Party) -> None:
    person = lead_of(make_partnership(), party)
    before = person.email
    form = {"email": root.email, "name": "Root", "is_active": "on", "is_superuser": "on"}
    client_of(root).post(reverse("admin:partners_person_change", args=[person.pk]), form)
    person.refresh_from_db()
    assert (person.email, person.is_superuser) == (before, False)


def test_somebody_who_may_not_sign_in_any_more_is_out_at_the_next_request(root: Person) -> None:
    person = make_person()
    session = client_of(person)
    assert session.get(reverse("person")).status_code == 200
    client_of(root).post(reverse("admin:partners_person_change", args=[person.pk]), {})
    assert session.get(reverse("person")).status_code == 302


def test_letting_somebody_in_or_out_is_written_down_once(root: Person) -> None:
    person = make_person()
    page = reverse("admin:partners_person_change", args=[person.pk])
    for _again in range(2):
        client_of(root).post(page, {"is_staff": "on"})
    person.refresh_from_db()
    assert (person.is_active, person.is_staff) == (False, True)
    event = Event.objects.get(kind="access.changed")
    assert (event.actor, event.chain) == (root.pk, chain_of_person(person))
    assert event.content.payload == {
        "person": str(person.pk),
        "before": {"is_active": True, "is_staff": False},
        "after": {"is_active": False, "is_staff": True},
    }


def test_nobody_but_an_operator_lets_people_in(party: Party) -> None:
    lead, person = lead_of(make_partnership(), party), make_person(is_active=False)
    with pytest.raises(Refused):
        actions.change_access(by=lead, person=person, is_active=True, is_staff=True, now=NOW)
    person.refresh_from_db()
    assert (person.is_active, person.is_staff) == (False, False)


def test_the_admin_asks_for_a_code_like_every_page_and_refuses_those_who_may_not_open_it(party: Party) -> None:
    asked = Client().get(reverse("admin:login"))
    assert asked.status_code == 302 and asked.url.startswith("/accounts/login/code/")
    lead = client_of(lead_of(make_partnership(), party))
    assert lead.get(reverse("admin:index"), follow=True).status_code == 403


# --- In the product's own clothes -----------------------------------------------------------------------------------


def test_its_pages_wear_our_sheet_and_nothing_that_the_policy_refuses(root: Person) -> None:
    make_partnership()
    client = client_of(root)
    for name in ("index", "partners_person_changelist", "partners_partnership_changelist"):
        page = client.get(reverse(f"admin:{name}"))
        assert "css/admin.css" in page.content.decode() and 'class="masthead"' in page.content.decode()
        assert re.findall(r"<style|\sstyle=|\son\w+=\"|<script(?![^>]*\ssrc=)", page.content.decode()) == [], name
        assert reverse("operations") in page.content.decode()


def test_rows_are_named_as_people_name_them_and_led_to_pages_that_open(root: Person) -> None:
    partnership = make_agreement().partnership
    append_event(chain=partnership.pk, kind="partnership.created", by=root, at=NOW, payload={})
    client = client_of(root)
    listed = client.get(reverse("admin:partners_partnership_changelist")).content.decode()
    happened = text_of(client.get(reverse("admin:ledger_event_changelist")))
    names = [organization.name for organization in partnership.organizations.all()]
    assert [name for name in names if name not in listed or name not in happened] == []
    assert root.name in happened
    page = reverse("partnership", args=[partnership.slug])
    program_page = reverse("program", args=[partnership.program.slug])
    assert page not in listed and client.get(page).status_code == 404, "to run the site opens no partnership"
    ProgramStaff.objects.create(program=partnership.program, person=root, since=NOW)
    listed += client.get(reverse("admin:partners_partnership_changelist")).content.decode()
    listed += client.get(reverse("admin:partners_program_change", args=[partnership.program_id])).content.decode()
    assert f'href="{page}"' in listed and f'href="{program_page}"' in listed
    assert client.get(page).status_code == client.get(program_page).status_code == 200


LISTS = ["partners_partnership", "partners_invitation", "agreements_agreement", "ledger_event"]


@pytest.mark.parametrize("name", LISTS)
def test_a_list_asks_the_database_alike_for_few_and_for_many(name: str, root: Person) -> None:
    client, page = client_of(root), reverse(f"admin:{name}_changelist")

    def asked() -> int:
        partnership = make_agreement().partnership
        append_event(chain=partnership.pk, kind="partnership.created", by=root, at=NOW, payload={})
        make_invitation(partnership, Role.PRODUCT_ADVISOR)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page).status_code == 200
        return len(queries)

    client.get(page)
    assert asked() == [asked() for _more in range(3)][-1]
