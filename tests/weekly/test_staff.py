"""The weekly mail to staff: over all their partnerships, and nobody else's."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from mail.content import Message
from mail.models import MailState, OutboxMail
from mail.outbox import MailLine, absolute, send_waiting
from mail.registry import build
from mail.render import mail_of, new_message_id
from partners.models import Partnership, Person, Program, ProgramStaff, WeeklyMail
from partners.parties import Party, Role
from partners.timetable import slot_of
from programs.domain.wall import wall_rows
from programs.domain.wall_words import WallLine
from sprints.models import Sprint
from tests.factories.agreements import make_agreement
from tests.factories.handovers import claim_of
from tests.factories.people import NOW, lead_of, make_person, make_program, staff_of
from tests.factories.sprints import first_joint, started_sprint
from topcities.weekly.schedule import queue_weekly_mail
from topcities.weekly.staff_digest import MOST_PARTNERSHIPS, sections, watched

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
DAY = timedelta(days=1)


@pytest.fixture
def sprint() -> Sprint:
    return started_sprint()


def monday(program: Program, after: datetime) -> datetime:
    week_after = after + timedelta(days=7)
    return slot_of(week_after, zone=program.zone, weekday=program.mail_weekday, hour=program.mail_hour).due


def letters(now: datetime) -> dict[str, mail.EmailMultiAlternatives]:
    mail.outbox.clear()
    queue_weekly_mail(now)
    send_waiting(now)
    ids = set(OutboxMail.objects.filter(kind="weekly staff").values_list("message_id", flat=True))
    return {one.to[0]: one for one in mail.outbox if one.extra_headers["Message-ID"] in ids}


def html(letter: mail.EmailMultiAlternatives) -> str:
    return str(letter.alternatives[0][0])


def words_of(text: str) -> str:
    """However its lines are folded."""
    return " ".join(text.split())


def refuse(partnership: Partnership, party: Party) -> None:
    OutboxMail.objects.create(
        key=f"refused {party}", kind="ended", to=lead_of(partnership, party).email, language="en", created_at=NOW,
        due_at=NOW, settled_at=NOW, message_id="<x@here>", state=MailState.GIVEN_UP, chain=partnership.pk,
    )  # fmt: skip


def test_it_says_what_is_late_silent_refused_and_coming(sprint: Sprint, party: Party) -> None:
    program, now = sprint.partnership.program, monday(sprint.partnership.program, NOW + 21 * DAY)
    refuse(sprint.partnership, party)
    (letter,) = letters(now).values()
    assert letter.to == [staff_of(program).email]
    assert letter.subject == "Your programs this week"
    line = WallLine(wall_rows(program, now)[0])
    silent = [f"{side.name} ({side.last})" for side in line.sides if side.is_silent]
    says = f"{line.waits.number} {line.waits.what}: {line.waits.whom} since"
    assert "late" in says and len(silent) == len(Party)
    for words in (line.title, says, line.waits.titles[0], *silent, "mail to 1 address is refused"):
        assert words in words_of(letter.body) and words in words_of(unescape(re.sub("<[^>]+>", "", html(letter))))
    assert len(str(letter.message())) < 30_000


def test_a_joint_sign_off_of_the_next_two_weeks_is_named_with_its_day(sprint: Sprint) -> None:
    program, milestone = sprint.partnership.program, first_joint(sprint)
    due = sprint.timeline.ends(milestone.last_week)
    at = datetime(due.year, due.month, due.day, 12, tzinfo=program.zone)
    assert not list(watched(program, at - 15 * DAY).sign_offs())
    (line,) = watched(program, at - 13 * DAY).sign_offs()
    assert milestone.name in line.text and f"{due.day}" in line.text


def test_one_a_person_and_week_over_all_their_programs_in_their_language(sprint: Sprint) -> None:
    program = sprint.partnership.program
    staff, other = staff_of(program), make_program(name="Autumn cohort")
    ProgramStaff.objects.create(program=other, person=staff, since=NOW)
    Person.objects.filter(pk=staff.pk).update(language="es")
    now = monday(program, NOW)
    found = letters(now)
    assert set(found) == {staff.email, staff_of(other).email}
    assert program.name in html(found[staff.email]) and other.name in html(found[staff.email])
    assert program.name not in html(found[staff_of(other).email]), "another program's staff read nothing of it"
    assert found[staff.email].subject == "Sus programas esta semana"
    assert letters(now + timedelta(minutes=5)) == {} and queue_weekly_mail(now - timedelta(hours=1)) == 0


@pytest.mark.parametrize("choice", list(WeeklyMail))
def test_where_all_is_well_it_comes_as_they_chose(choice: str) -> None:
    program = make_program()
    staff = staff_of(program)
    Person.objects.filter(pk=staff.pk).update(weekly_mail=choice)
    found = letters(monday(program, NOW))
    assert set(found) == ({staff.email} if choice == WeeklyMail.ALWAYS else set())
    for letter in found.values():
        assert "Nothing is late, silent or refused." in letter.body
        assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_lead_who_is_missing_or_asked_for_waits_for_staff_there_too(party: Party) -> None:
    partnership = make_agreement().partnership
    claim = claim_of(partnership, party)
    now = monday(partnership.program, NOW)
    (letter,) = letters(now).values()
    assert f"{claim.asked_by.name} asks for the lead for {claim.organization.name}" in letter.body
    partnership.seats.filter(role=Role.LEAD, party=party.other).update(ended_at=now, ended_by=claim.asked_by)
    partnership.invitations.update(cancelled_at=now)
    (letter,) = letters(now + 7 * DAY).values()
    assert f"{partnership.organizations.get(party=party.other).name} has no lead" in letter.body


def test_however_many_programs_it_stays_brief_and_says_how_many_more() -> None:
    name = "Señal de la iluminación de las calles del barrio " * 6
    line = MailLine(name, ("Abrir la alianza", absolute("/partnerships/elm-street-and-fairhollow/")))
    programs = {make_program(): [(str(place), [line] * 30) for place in range(5)] for _number in range(7)}
    person = make_person("Ana")
    with translation.override("es"):
        message = Message(subject=name, paragraphs=[], sections=list(sections(programs)))
        queued = OutboxMail(message_id=new_message_id(), to=person.email, language="es", person=person)
        assert len(mail_of(queued, message).message().as_bytes()) < 30_000
    *shown, rest = message.sections
    assert rest.heading == "En 3 programas más"
    lines = [line.text for section in shown for line in section.lines]
    counted = sum(int(found[1]) for line in lines if (found := re.fullmatch(r"Y (\d+) cosas? más\.", line)))
    assert counted + sum(line.startswith(name[:50]) for line in lines) == 4 * 5 * 30


def test_a_partnership_has_a_section_where_something_is_late_waits_or_is_silent_and_no_other(sprint: Sprint) -> None:
    """And however many there are, the most urgent come first and the rest are counted."""
    program, now = sprint.partnership.program, monday(sprint.partnership.program, NOW + 21 * DAY)
    calm = started_sprint(first_day=now.astimezone(program.zone).date() + DAY, now=now)
    Partnership.objects.filter(pk=calm.partnership_id).update(program=program)
    names = {partnership: WallLine(row).title for row in wall_rows(program, now) for partnership in [row.pk]}
    headings = [heading for heading, _lines in watched(program, now).each()]
    assert headings == [names[sprint.partnership_id]]
    for _number in range(MOST_PARTNERSHIPS):
        Partnership.objects.filter(pk=make_agreement().partnership_id).update(program=program)
    *shown, rest = watched(program, now).each()
    assert len(shown) == MOST_PARTNERSHIPS and shown[0][0] == names[sprint.partnership_id]
    assert rest[0] == "In 1 partnership more"


def test_leads_and_those_who_are_staff_no_more_get_none(sprint: Sprint) -> None:
    program, now = sprint.partnership.program, monday(sprint.partnership.program, NOW)
    queue_weekly_mail(now)
    ProgramStaff.objects.filter(program=program).update(person=make_person("New Staff"))
    send_waiting(now)
    assert OutboxMail.objects.get(kind="weekly staff").state == MailState.NOT_DUE


def test_more_partnerships_take_no_more_queries(sprint: Sprint) -> None:
    program = sprint.partnership.program
    with CaptureQueriesContext(
        connection,
    ) as one:
        watched(program, NOW)
    for _number in range(3):
        Partnership.objects.filter(pk=make_agreement().partnership_id).update(program=program)
    with CaptureQueriesContext(connection) as four:
        watched(program, NOW)
    assert len(four) == len(one)


def test_each_mail_says_why_it_comes(sprint: Sprint, party: Party) -> None:
    """The weekly one how to stop it; one about signing why it comes to those who stopped the weekly one, too."""
    (weekly,) = letters(monday(sprint.partnership.program, NOW)).values()
    assert "because you are on the staff of a program" in weekly.body and "Stop the weekly mail" in weekly.body
    Person.objects.update(weekly_mail=WeeklyMail.NEVER)
    queued = OutboxMail.objects.get(kind="in force", person=lead_of(sprint.partnership, party))
    signed = build(queued)
    for text in (signed.body, html(signed)):
        assert "It comes also to those who stopped the weekly mail" in text and "/mail/stop/" not in text
    assert "List-Unsubscribe" not in signed.extra_headers and "List-Unsubscribe" in weekly.extra_headers
