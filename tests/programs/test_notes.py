"""Staff write a note to both sides, and set a meeting: both sides find the same, and nothing is decided by it."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from ledger.models import Event
from partners.models import Partnership, Person
from partners.parties import Party
from programs import actions
from programs.domain.notes import STANDS
from programs.models import Note
from sprints.models import Meeting
from tests.factories.agreements import make_agreement
from tests.factories.people import NOW, TODAY, client_of, lead_of, make_partnership, others, staff_of
from tests.factories.sprints import started_sprint
from tests.pages import page_of
from topcities.weekly.digest import digest_message, parts_for

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
WORDS = "The library has a room for your <b>next</b> forum."


@pytest.fixture
def partnership() -> Partnership:
    return make_agreement().partnership


def write(partnership: Partnership, words: str = WORDS, *, after: timedelta = timedelta()) -> Note:
    by = staff_of(partnership.program)
    return actions.write_note(by=by, partnership=partnership, words=words, now=NOW + after)


def home(partnership: Partnership, person: Person) -> str:
    with time_machine.travel(NOW + timedelta(hours=1)):
        return unescape(page_of(person, reverse("partnership", args=[partnership.slug])))


def test_both_sides_read_the_same_note_with_its_author(partnership: Partnership) -> None:
    staff = staff_of(partnership.program)
    page = reverse("note_write", args=[partnership.slug])
    assert page in home(partnership, staff)
    with time_machine.travel(NOW):
        client = client_of(staff)
        assert client.post(page, {"words": "  "}).status_code == 422
        for _twice in range(2):
            assert client.post(page, {"words": WORDS}).status_code == 302
    assert Note.objects.count() == 1 == Event.objects.filter(kind="note.written").count()
    for party in Party:
        shown = home(partnership, lead_of(partnership, party))
        assert WORDS in shown and staff.name in shown and page not in shown
        assert WORDS in unescape(page_of(lead_of(partnership, party), reverse("history", args=[partnership.slug])))


def test_it_comes_with_the_next_weekly_mail_and_no_other(partnership: Partnership) -> None:
    write(partnership)
    leads = [lead_of(partnership, party) for party in Party]
    for week, comes in ((1, True), (8, False)):
        parts = parts_for(leads, now=NOW + timedelta(days=week))
        for lead in leads:
            message = digest_message(lead, parts[lead.pk])
            assert message is not None
            assert any(WORDS in line.text for section in message.sections for line in section.lines) == comes


def test_it_is_taken_back_by_staff_and_leaves_after_four_weeks(partnership: Partnership) -> None:
    note, lead = write(partnership), lead_of(partnership, Party.CITY)
    address = reverse("note_take_back", args=[partnership.slug, note.pk])
    assert client_of(lead).post(address).status_code == 403 and WORDS in home(partnership, lead)
    assert client_of(staff_of(partnership.program)).post(address).status_code == 302
    assert WORDS not in home(partnership, lead)
    assert parts_for([lead], now=NOW + timedelta(days=1))[lead.pk][0].notes == []
    write(partnership, "An old one.", after=-STANDS)
    assert "An old one." not in home(partnership, lead)
    with pytest.raises(IntegrityError), transaction.atomic():
        Note.objects.filter(words="An old one.").update(taken_back_at=NOW)


def test_nobody_else_writes_and_no_other_partnership_reads(partnership: Partnership) -> None:
    note, staff = write(partnership), staff_of(partnership.program)
    other = make_agreement(make_partnership(program=partnership.program)).partnership
    assert WORDS not in home(other, lead_of(other, Party.CITY))
    address = reverse("note_take_back", args=[other.slug, note.pk])
    assert client_of(staff).post(address).status_code == 404
    for who, person in others(partnership, staff):
        answer = client_of(person).post(reverse("note_write", args=[partnership.slug]), {"words": "Mine."})
        assert answer.status_code in {403, 404}, who
    assert Note.objects.get() == note


# --- A meeting --------------------------------------------------------------------------------------------------------


def proposal(client: Client, partnership: Partnership) -> int:
    day = TODAY + timedelta(days=10)
    typed = {"title": "A look at the data", "at": "10:00", "minutes": "60", "place": "Library", "agenda": ""}
    typed |= {"day_month": str(day.month), "day_day": str(day.day), "day_year": str(day.year)}
    return client.post(reverse("meeting_propose", args=[partnership.slug]), typed).status_code


def test_staff_set_a_meeting_that_is_both_sides_to_move(party: Party) -> None:
    sprint = started_sprint()
    partnership = sprint.partnership
    with time_machine.travel(NOW):
        staff = client_of(staff_of(partnership.program))
        assert reverse("meeting_propose", args=[partnership.slug]) in home(partnership, staff_of(partnership.program))
        assert proposal(staff, partnership) == 302
        found = Meeting.objects.get()
        for side in Party:
            lead = lead_of(partnership, side)
            assert "A look at the data" in page_of(lead, reverse("meeting", args=[partnership.slug, found.number]))
        for name in ("meeting_change", "meeting_cancel", "meeting"):
            assert staff.post(reverse(name, args=[partnership.slug, found.number])).status_code in {403, 405}
        cancel = reverse("meeting_cancel", args=[partnership.slug, found.number])
        assert client_of(lead_of(partnership, party)).post(cancel).status_code == 302
    found.refresh_from_db()
    assert found.cancelled_by == lead_of(partnership, party) and found.scheduled_by == staff_of(partnership.program)


def test_nobody_beside_the_two_sides_and_staff_sets_one() -> None:
    partnership = started_sprint().partnership
    with time_machine.travel(NOW):
        for who, person in others(partnership, staff_of(partnership.program)):
            assert proposal(client_of(person), partnership) in {403, 404}, who
    assert not Meeting.objects.exists()
