"""Who of the invited leads came: staff see it on one page, and send the same invitation once more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from lxml import html

from mail.models import MailState, OutboxMail
from partners.emails.invitations import send_invitation
from partners.models import Invitation, Partnership, Program
from partners.parties import Party, Role
from tests.factories.agreements import make_agreement
from tests.factories.people import client_of, lead_of, make_invitation, make_partnership, make_program, staff_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def program() -> Program:
    return make_program()


def address(program: Program) -> str:
    return reverse("program_invitations", args=[program.slug])


def invited(program: Program, party: Party, name: str, **fields: object) -> Invitation:
    partnership = make_partnership(program=program, seated=False)
    make_agreement(partnership=partnership)
    later = {"expires_at": timezone.now() + timedelta(days=3)} | fields
    return make_invitation(partnership, Role.LEAD, party, name=name, by=staff_of(program), **later)


def rows_of(program: Program) -> dict[str, str]:
    """What each line says, by the name of the invited."""
    page = html.fromstring(client_of(staff_of(program)).get(address(program)).content.decode())
    lines = [" ".join(one.text_content().split()) for one in page.find_class("row")]
    return {" ".join(line.split()[:2]): line for line in lines}


def test_each_lead_is_listed_with_what_became_of_the_invitation(program: Program, party: Party) -> None:
    now = timezone.now()
    sent = invited(program, party, "Ana Open")
    send_invitation(sent, now=now)
    OutboxMail.objects.update(state=MailState.GIVEN_UP, settled_at=now)
    invited(program, party, "Bea Old", expires_at=now)
    invited(program, party, "Cy Declined", declined_at=now, decline_reason="No time.")
    done = invited(program, party, "Dee Came")
    Invitation.objects.filter(pk=done.pk).update(accepted_at=now, accepted_by=staff_of(program))
    invited(program, party, "Eve Back", cancelled_at=now, cancelled_by=staff_of(program))
    invited(make_program(), party, "Foreign One")
    rows = rows_of(program)
    assert set(rows) == {"Ana Open", "Bea Old", "Cy Declined", "Dee Came"}
    assert "could not be delivered" in rows["Ana Open"] and "Send again" in rows["Ana Open"]
    assert "Too old" in rows["Bea Old"] and "Send again" in rows["Bea Old"]
    assert "“No time.”" in rows["Cy Declined"] and "Send again" not in rows["Cy Declined"]
    assert "Accepted" in rows["Dee Came"] and "Correct it" not in rows["Dee Came"]


def test_an_invitation_is_sent_again_with_its_time_anew(program: Program, party: Party) -> None:
    old = invited(program, party, "Bea Old", expires_at=timezone.now())
    button = reverse("program_invitation_again", args=[program.slug, old.pk])
    answer = client_of(staff_of(program)).post(button, follow=True)
    assert "on its way to Bea Old" in answer.content.decode()
    old.refresh_from_db()
    assert old.expires_at > timezone.now() and OutboxMail.objects.get().to == old.email
    foreign = staff_of(make_program())
    assert client_of(foreign).post(button).status_code == 404
    assert client_of(lead_of(make_partnership(), party)).post(button).status_code == 404
    assert OutboxMail.objects.count() == 1


def test_what_is_accepted_or_another_programs_is_not_sent_again(program: Program, party: Party) -> None:
    done = invited(program, party, "Dee Came")
    Invitation.objects.filter(pk=done.pk).update(accepted_at=timezone.now(), accepted_by=staff_of(program))
    foreign = invited(make_program(), party, "Foreign One")
    for one in (done, foreign):
        button = reverse("program_invitation_again", args=[program.slug, one.pk])
        assert client_of(staff_of(program)).post(button).status_code == 404
    assert not OutboxMail.objects.exists()


def test_the_page_asks_the_same_for_one_and_for_many(program: Program, django_assert_num_queries: object) -> None:
    client = client_of(staff_of(program))
    for number in (1, 2, 3):
        invited(program, Party.CITY, f"Lead {number}")
        if number in (1, 3):
            with django_assert_num_queries(9):
                assert client.get(address(program)).status_code == 200
    assert Partnership.objects.count() == 3
