"""The staff's pages: their program, its partnerships in a plain list, and a new one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from lxml import html

from agreements.actions import start_agreement
from ledger.models import Event
from mail.models import MailState, OutboxMail
from partners import actions
from partners.actions.programs import free_slug
from partners.models import Invitation, Partnership, Program
from partners.parties import Party, Role
from partners.rules import Refused
from tests.factories.people import (
    ORGANIZATIONS,
    client_of,
    lead_of,
    make_invitation,
    make_partnership,
    make_person,
    make_program,
    staff_of,
)
from tests.mail.mailbox import deliver, link_to, to

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def program() -> Program:
    return make_program()


def form_of(**changes: str) -> dict[str, str]:
    form = {"issue": "Eviction and rental assistance"}
    for party in Party:
        form |= {
            f"{party}_organization": ORGANIZATIONS[party],
            f"{party}_name": f"Lea {party.label}",
            f"{party}_email": f"{party}@example.org",
            f"{party}_language": "en",
        }
    return {**form, **changes}


def new_page(program: Program) -> str:
    return reverse("partnership_new", args=[program.slug])


def test_a_partnership_is_started_and_both_leads_are_invited_each_in_their_language(
    program: Program, party: Party
) -> None:
    client = client_of(staff_of(program))
    answer = client.post(new_page(program), form_of(**{f"{party}_language": "es"}))
    partnership = Partnership.objects.get()
    assert answer.url == reverse("people", args=[partnership.slug])
    assert {o.party: o.name for o in partnership.organizations.all()} == ORGANIZATIONS
    invitations = {i.party: i for i in Invitation.objects.all()}
    assert {i.role for i in invitations.values()} == {Role.LEAD} and set(invitations) == set(Party)
    assert (invitations[party].language, invitations[party.other].language) == ("es", "en")
    assert all(len(to(f"{side}@example.org")) == 1 for side in Party)
    assert 'lang="es"' in Client().get(link_to(f"{party}@example.org")).content.decode()
    kinds = list(Event.objects.filter(chain=partnership.id).order_by("sequence").values_list("kind", flat=True))
    assert kinds[0] == "partnership.created" and kinds.count("invitation.sent") == 2


def test_the_address_of_a_partnership_favours_no_party(program: Program) -> None:
    client = client_of(staff_of(program))
    client.post(new_page(program), form_of())
    swapped = {f"{party}_organization": ORGANIZATIONS[party.other] for party in Party}
    client.post(new_page(program), form_of(**swapped))
    first, second = Partnership.objects.order_by("created_at").values_list("slug", flat=True)
    assert second == f"{first}-2"


def test_the_form_puts_neither_party_first_always(program: Program) -> None:
    client = client_of(staff_of(program))
    orders = []
    for number in range(2):
        page = client.get(new_page(program)).content.decode()
        orders.append(page.index('name="city_name"') < page.index('name="community_name"'))
        make_partnership(program=program)
        assert number in {0, 1}
    assert orders[0] != orders[1]


def test_one_person_as_lead_of_both_sides_is_refused_and_nothing_typed_is_lost(program: Program, party: Party) -> None:
    client = client_of(staff_of(program))
    form = form_of(**{f"{party}_email": f"{party.other.upper()}@example.org"})
    answer = client.post(new_page(program), form)
    page = answer.content.decode()
    assert answer.status_code == 422 and "cannot speak for both sides" in page
    assert "Eviction and rental assistance" in page and f"Lea {party.label}" in page
    assert not Partnership.objects.exists() and deliver() == []


def test_all_that_is_missing_of_a_side_is_one_sentence_and_all_that_is_wrong_is_said_at_once(
    program: Program, party: Party
) -> None:
    """Also what the program knows and the form does not: that an address is staff's."""
    staff = staff_of(program)
    missing = {f"{party}_organization": "", f"{party}_name": "", f"{party.other}_email": staff.email, "issue": ""}
    page = html.fromstring(client_of(staff).post(new_page(program), form_of(**missing)).content.decode())
    said = {line.text_content().strip(): line.get("href") for line in page.xpath("//*[@class='error-summary']//a")}
    assert said == {
        f"{party.label}: please fill in “Organization” and “Lead's full name”.": f"#id_{party}_organization",
        f"{party.other.label}, Lead's e-mail address: This person is staff of the program. "
        "Staff help both sides and cannot be on one.": f"#id_{party.other}_email",
        "The issue, in a few words: This field is required.": "#id_issue",
    }


def test_staff_of_the_program_cannot_be_a_lead_in_it(program: Program, party: Party) -> None:
    staff = staff_of(program)
    answer = client_of(staff).post(new_page(program), form_of(**{f"{party}_email": staff.email}))
    assert answer.status_code == 422 and "Staff help both sides" in answer.content.decode()
    assert not Partnership.objects.exists() and not Event.objects.exists()


def test_the_form_says_how_the_issue_reads_in_its_sentence(program: Program) -> None:
    page = client_of(staff_of(program)).get(new_page(program)).content.decode()
    assert "facing issues related to ___" in page


def test_a_program_is_changed_by_its_staff_and_the_history_says_how(program: Program) -> None:
    client = client_of(staff_of(program))
    page = reverse("program_edit", args=[program.slug])
    form = {
        "name": "Autumn",
        "time_zone": "America/Denver",
        "mail_weekday": "0",
        "mail_hour": "9",
        "sprint_weeks": "20",
        "contact_email": "new@example.org",
        "signing_notice": "Informal.",
    }
    assert program.signing_notice[:20] in client.get(page).content.decode()
    assert client.post(page, form).status_code == 302
    program.refresh_from_db()
    assert (program.name, program.time_zone, program.signing_notice) == ("Autumn", "America/Denver", "Informal.")
    assert program.sprint_weeks == 20
    event = Event.objects.get(kind="program.changed")
    assert event.content.payload["before"]["name"] == "Spring cohort"
    for name, wrong in {"time_zone": "Mars/Olympus", "sprint_weeks": "3"}.items():
        assert client.post(page, {**form, name: wrong}).status_code == 422


@pytest.mark.parametrize("name", ["program", "program_edit", "partnership_new"])
def test_a_program_does_not_exist_for_those_who_are_not_its_staff(program: Program, name: str, party: Party) -> None:
    partnership = make_partnership(program=program)
    page = reverse(name, args=[program.slug])
    root = make_person(is_staff=True, is_superuser=True)
    for person in (lead_of(partnership, party), staff_of(make_program()), root):
        assert client_of(person).get(page).status_code == 404
        assert client_of(person).post(page, form_of()).status_code in {404, 405}
    assert Client().get(page).url.startswith("/accounts/login/code/")
    assert Partnership.objects.count() == 1


def test_actions_ask_again_who_may(program: Program, party: Party) -> None:
    lead = lead_of(make_partnership(program=program), party)
    facts = {"organizations": ORGANIZATIONS, "leads": {p: (p.label, f"{p}@e.org", "en") for p in Party}}
    for person in (lead, make_person(is_superuser=True)):
        with pytest.raises(Refused):
            actions.create_partnership(by=person, program=program, now=timezone.now(), **facts)
    with pytest.raises(Refused):
        actions.invite_staff(by=lead, program=program, name="X", email="x@e.org", language="en", now=timezone.now())


def test_the_list_says_state_turn_open_invitations_and_what_could_not_be_delivered(
    program: Program, party: Party
) -> None:
    partnership = make_partnership(program=program)
    staff = staff_of(program)
    start_agreement(by=staff, partnership=partnership, issue="heat and health", now=timezone.now() - timedelta(days=3))
    client = client_of(staff)
    page = client.get(reverse("program_partnerships", args=[program.slug])).content.decode()
    assert "Drafting" in page and "3 days ago" in page
    assert all(name in page.split("<tbody>")[1] for name in ORGANIZATIONS.values())
    assert "could not be delivered" not in page
    partnership.seats.filter(party=party).delete()
    make_invitation(partnership, Role.LEAD, party, name="Lea Late", expires_at=timezone.now() - timedelta(days=1))
    client_of(lead_of(partnership, party.other)).post(
        reverse("people_invite", args=[partnership.slug]),
        {"role": "advisor", "name": "Ada", "email": "ada@example.org", "language": "en"},
    )
    OutboxMail.objects.filter(to="ada@example.org").update(state=MailState.GIVEN_UP)
    page = " ".join(client.get(reverse("program_partnerships", args=[program.slug])).content.decode().split())
    assert "2 invitations are open" in page and "Lea Late (too old)" in page
    assert "Mail to 1 address could not be delivered" in page


@pytest.mark.parametrize("state", ["declined_at", "expires_at"])
def test_a_lead_who_will_not_come_is_the_staffs_to_find(program: Program, party: Party, state: str) -> None:
    partnership, now = make_partnership(program=program), timezone.now()
    start_agreement(by=staff_of(program), partnership=partnership, issue="blight", now=now)
    client, name = client_of(staff_of(program)), partnership.organizations.get(party=party).name
    places = [
        reverse("program_partnerships", args=[program.slug]),
        reverse("partnership", args=[partnership.slug]),
        "/",
    ]
    asks = [f"Invite a lead for {name}", f"{name} has no lead, and no invitation to one is open.", "Waits for you"]
    partnership.seats.filter(party=party).delete()
    later = {"expires_at": now + timedelta(days=9)}
    invitation = make_invitation(partnership, Role.LEAD, party, **later)
    for place, ask in zip(places, asks, strict=True):
        assert ask not in client.get(place).content.decode()
    Invitation.objects.filter(pk=invitation.pk).update(**{state: now})
    for place, ask in zip(places, asks, strict=True):
        assert ask in client.get(place).content.decode()


@pytest.mark.parametrize("count", [1, 4])
def test_the_list_takes_the_same_number_of_queries_for_any_number_of_partnerships(
    program: Program, count: int, django_assert_num_queries: object
) -> None:
    for _one in range(count):
        partnership = make_partnership(program=program)
        start_agreement(by=staff_of(program), partnership=partnership, issue="blight", now=timezone.now())
        make_invitation(partnership, Role.PRODUCT_ADVISOR)
    client = client_of(staff_of(program))
    with django_assert_num_queries(21):
        client.get(reverse("program_partnerships", args=[program.slug]))


def test_an_invitation_waits_at_home_for_its_own_person_only(party: Party) -> None:
    partnership = make_partnership()
    person = lead_of(make_partnership(), party)
    later = {"expires_at": timezone.now() + timedelta(days=5)}
    make_invitation(partnership, Role.PRODUCT_ADVISOR, email=person.email, **later)
    assert "You are invited" in client_of(person).get(reverse("home")).content.decode()
    assert "You are invited" not in client_of(make_person()).get(reverse("home")).content.decode()


def test_an_address_is_made_of_whole_words() -> None:
    slug = free_slug(Partnership, "City of Larkspur Bay, Office of Innovation", "Northgate Digital Inclusion Fund")
    assert slug == "city-of-larkspur-bay-office-of-innovation-northgate-digital-inclusion"
    assert free_slug(Partnership, "W" * 200) == "w" * 72
