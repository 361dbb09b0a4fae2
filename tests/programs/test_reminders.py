"""Staff remind all who are late: first who would get what; then one mail each, by the rules of a single reminder."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.urls import reverse

from ledger.models import Event
from mail.models import OutboxMail
from partners.models import Partnership, Program
from partners.parties import Party
from sprints.domain.reminders import EVERY, KIND
from sprints.models import Sprint
from tests.factories.people import NOW, client_of, lead_of, make_program, others, staff_of
from tests.factories.sprints import started_sprint
from tests.mail.mailbox import text_of, to
from tests.pages import page_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
WORD = "The forum is next week."
LATE = NOW + timedelta(days=40)


@pytest.fixture
def sprint() -> Sprint:
    """Forty days later much of it is late, for both sides."""
    return started_sprint()


@pytest.fixture
def program(sprint: Sprint) -> Program:
    return sprint.partnership.program


def page(program: Program) -> str:
    return reverse("program_remind", args=[program.slug])


def keys(partnership: Partnership) -> list[str]:
    return [f"{partnership.pk}:{party}" for party in Party]


def send(program: Program, shown: list[str], word: str = WORD, *, after: timedelta = timedelta()) -> str:
    with time_machine.travel(LATE + after):
        response = client_of(staff_of(program)).post(page(program), {"shown": shown, "word": word}, follow=True)
    return unescape(response.content.decode())


def sent() -> int:
    return OutboxMail.objects.filter(kind=KIND).count()


def test_it_shows_who_would_get_what_then_sends_each_once(program: Program, sprint: Sprint) -> None:
    partnership = sprint.partnership
    with time_machine.travel(LATE):
        shown = unescape(page_of(staff_of(program), page(program)))
    for party in Party:
        assert lead_of(partnership, party).name in shown and keys(partnership)[list(Party).index(party)] in shown
    assert sent() == 0 and "Send 2 reminders" in shown
    assert "2 reminders are on their way." in send(program, keys(partnership))
    again = send(program, keys(partnership), after=timedelta(seconds=1))
    assert "No reminder was sent." in again and again.count("reminded less than three days ago") >= len(Party)
    assert sent() == len(Party) == Event.objects.filter(chain=partnership.pk, kind="nudge.sent").count()
    with time_machine.travel(LATE):
        for party in Party:
            (mail,) = [one for one in to(lead_of(partnership, party).email) if "reminds you" in one.subject]
            assert WORD in text_of(mail)
    assert "2 reminders are on their way." in send(program, keys(partnership), after=EVERY + timedelta(minutes=1))


def test_only_what_was_shown_is_sent_and_a_word_is_needed(program: Program, sprint: Sprint, party: Party) -> None:
    other = started_sprint()
    assert other.partnership.program != program
    assert "Send 2 reminders" in send(program, keys(sprint.partnership), word=" ") and sent() == 0
    own = f"{sprint.partnership.pk}:{party}"
    send(program, [own, *keys(other.partnership), "nonsense"])
    assert [mail.person for mail in OutboxMail.objects.filter(kind=KIND)] == [lead_of(sprint.partnership, party)]


def test_who_is_left_out_is_named_with_the_reason(program: Program, sprint: Sprint, party: Party) -> None:
    partnership = sprint.partnership
    lead = lead_of(partnership, party)
    lead.reminders = False
    lead.save()
    partnership.seats.filter(person=lead_of(partnership, party.other)).update(ended_at=NOW, ended_by=lead)
    with time_machine.travel(LATE):
        shown = unescape(page_of(staff_of(program), page(program)))
    assert "Nobody leads that side now." in shown and f"{lead.name} chose to get no reminders now." in shown
    assert "Nobody can be reminded now." in shown
    assert "No reminder was sent." in send(program, keys(partnership)) and sent() == 0


def test_nobody_else_reminds_all_and_a_program_without_delay_has_nobody_to_remind(sprint: Sprint) -> None:
    program = sprint.partnership.program
    for who, person in others(sprint.partnership, staff_of(program)):
        answer = client_of(person).post(page(program), {"shown": keys(sprint.partnership), "word": WORD})
        assert answer.status_code == 404, who
    calm = make_program(name="Calm")
    assert "Nobody can be reminded now." in page_of(staff_of(calm), page(calm)) and sent() == 0
