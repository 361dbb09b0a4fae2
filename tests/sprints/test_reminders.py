"""A side, or staff, reminds the other of what waits for it: once in three days a matter, in front of both."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import ValidationError
from django.urls import reverse

from ledger.models import Event
from mail.models import MailState, OutboxMail
from mail.outbox import send_waiting
from partners.models import Partnership
from partners.parties import Party, Role
from partners.rules import Refused
from sprints import actions
from sprints.domain.reminders import EVERY, matters_for
from sprints.models import Sprint
from tests.factories.people import client_of, lead_of, make_person, make_seat, member_of, staff_of
from tests.factories.sprints import at, first_joint, ready, sign_off, started_sprint

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
WORD = "We open the doors on Friday."


@pytest.fixture
def sprint() -> Sprint:
    return started_sprint()


@pytest.fixture
def partnership(sprint: Sprint) -> Partnership:
    return sprint.partnership


@pytest.fixture
def now(sprint: Sprint) -> datetime:
    return at(sprint, week=2)


def remind(partnership: Partnership, party: Party, now: datetime, *, by: object = None, place: int = 0) -> str:
    """Remind `party` of the first thing that waits for it; the other side's lead does, unless `by` says who."""
    by = by or lead_of(partnership, party.other)
    matter = [one for one in matters_for(by, partnership, now) if one.party == party][place]
    actions.remind(by=by, partnership=partnership, matter=matter.key, word=WORD, now=now)
    return matter.task.text


def letters(partnership: Partnership, party: Party, now: datetime) -> list[mail.EmailMessage]:
    mail.outbox.clear()
    send_waiting(now)
    return [one for one in mail.outbox if WORD in one.body and one.to == [lead_of(partnership, party).email]]


def test_the_lead_is_mailed_and_both_sides_read_it_in_the_history(
    partnership: Partnership, party: Party, now: datetime
) -> None:
    text = remind(partnership, party, now)
    (letter,) = letters(partnership, party, now)
    assert text in letter.subject and lead_of(partnership, party.other).name in letter.subject
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter.reply_to == [partnership.program.contact_email]
    for reader in Party:
        page = client_of(lead_of(partnership, reader)).get(reverse("history", args=[partnership.slug]))
        assert WORD in page.content.decode()


def test_in_the_readers_language(partnership: Partnership, party: Party, now: datetime) -> None:
    person = lead_of(partnership, party)
    person.language = "es"
    person.save()
    remind(partnership, party, now)
    (letter,) = letters(partnership, party, now)
    assert "le recuerda" in letter.subject and WORD in letter.body


def test_once_in_three_days_about_the_same_matter_whoever_reminds(
    partnership: Partnership, party: Party, now: datetime
) -> None:
    remind(partnership, party, now)
    member = member_of(partnership, party.other)
    with pytest.raises(ValidationError, match="less than three days ago"):
        remind(partnership, party, now + EVERY - timedelta(minutes=1), by=member)
    remind(partnership, party, now + timedelta(minutes=1), by=member, place=1)
    remind(partnership, party, now + EVERY + timedelta(minutes=2), by=member)
    assert OutboxMail.objects.filter(kind="nudge").count() == 3
    assert remind(partnership, party.other, now), "the other side's own are counted apart"


def test_what_waits_no_more_is_not_reminded_of_and_not_mailed(
    sprint: Sprint, partnership: Partnership, party: Party, now: datetime
) -> None:
    milestone = ready(first_joint(sprint))
    sign_off(milestone, party.other, now=now)
    by, page = lead_of(partnership, party.other), reverse("milestone", args=[partnership.slug, milestone.number])
    actions.remind(by=by, partnership=partnership, matter=f"{party}:{page}", word=WORD, now=now)
    sign_off(milestone, party, now=now)
    assert letters(partnership, party, now) == []
    assert OutboxMail.objects.get(kind="nudge").state == MailState.NOT_DUE
    with pytest.raises(ValidationError, match="does not wait for them any more"):
        actions.remind(by=by, partnership=partnership, matter=f"{party}:{page}", word=WORD, now=now + EVERY * 2)


@pytest.mark.parametrize("rests", ["stopped", "snoozed", "left"])
def test_who_wants_none_or_has_left_gets_none(
    partnership: Partnership, party: Party, now: datetime, rests: str
) -> None:
    remind(partnership, party, now)
    person = lead_of(partnership, party)
    if rests == "left":
        person.seats.update(ended_at=now, ended_by=person)
        make_seat(partnership, Role.LEAD, party)
    person.reminders = rests != "stopped"
    person.mail_snoozed_until = (now + timedelta(days=2)).date() if rests == "snoozed" else None
    person.save()
    mail.outbox.clear()
    send_waiting(now)
    assert not [one for one in mail.outbox if WORD in one.body]
    assert Event.objects.filter(kind="nudge.sent").exists(), "it stands in the history all the same"


def test_staff_remind_either_side_and_read_no_titles(partnership: Partnership, party: Party, now: datetime) -> None:
    staff = staff_of(partnership.program)
    found = matters_for(staff, partnership, now)
    names = dict(partnership.organizations.values_list("party", "name"))
    assert {one.task.text for one in found} == {f"What waits for {name}" for name in names.values()}
    remind(partnership, party, now, by=staff)
    assert len(letters(partnership, party, now)) == 1


def test_nobody_else_reminds(partnership: Partnership, party: Party, now: datetime) -> None:
    advisor = make_seat(partnership, Role.PRODUCT_ADVISOR).person
    for by in (advisor, make_person(), make_person(is_superuser=True, is_staff=True)):
        assert matters_for(by, partnership, now) == []
        with pytest.raises(Refused):
            actions.remind(by=by, partnership=partnership, matter=f"{party}:/", word=WORD, now=now)
    own = [one.key for one in matters_for(lead_of(partnership, party), partnership, now)]
    assert own and all(key.startswith(f"{party.other}:") for key in own), "nobody reminds their own side"


def test_the_page(partnership: Partnership, party: Party, now: datetime) -> None:
    address = reverse("reminder", args=[partnership.slug])
    with time_machine.travel(now, tick=False):
        client = client_of(lead_of(partnership, party.other))
        home = client.get(reverse("partnership", args=[partnership.slug])).content.decode()
        assert address in home
        page = client.get(address)
        assert "In the words of their own list, which speaks to them." in page.content.decode()
        matter = page.context["free"][0]
        assert client.post(address, {"matter": matter.key, "word": " "}).status_code == 422
        assert client.post(address, {"matter": matter.key, "word": WORD}).status_code == 302
        again = client.post(address, {"matter": matter.key, "word": WORD})
        assert again.status_code == 422 and "less than three days ago" in again.content.decode()
        assert matter.key in {one.key for one in client.get(address).context["resting"]}
    assert OutboxMail.objects.filter(kind="nudge").count() == 1
