"""The weekly mail: what stands in it, for whom, in which language, and that it says what the pages say."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from agreements.actions import amend, save_draft
from agreements.domain.todo import Task
from agreements.models import Agreement
from mail.models import MailState, OutboxMail
from mail.outbox import send_waiting
from mail.render import mail_of, new_message_id
from partners.actions import stop_weekly_mail
from partners.domain.names import both_names
from partners.models import News, Person, Seat, WeeklyMail
from partners.parties import Party, Role
from partners.timetable import slot_of
from sprints import actions
from sprints.domain.reports import ReportSubject
from sprints.models import Sprint
from tests.factories.agreements import (
    agree_to_all,
    clause,
    lead,
    make_agreement,
    open_for_signing,
    propose,
    sign_both,
    standing,
)
from tests.factories.decisions import decide, say_week
from tests.factories.people import NOW, ZONE, client_of, make_seat, member_of, staff_of
from tests.factories.research import ask_for, find
from tests.factories.sprints import at, first_joint, lead_in, ready, sign_off, started_sprint
from tests.factories.sustainability import sign_plan, sustained
from topcities.weekly.digest import MOST_PARTS, DigestPart, digest_message, parts_for
from topcities.weekly.schedule import Due, due_now, queue_weekly_mail

pytestmark = pytest.mark.django_db
DAY, WEEK = timedelta(days=1), timedelta(days=7)


@pytest.fixture
def agreement() -> Agreement:
    return make_agreement()


def monday(agreement: Agreement, after: datetime = NOW) -> datetime:
    """The moment at which the mail of the week after is due, in the program's zone."""
    program = agreement.partnership.program
    return slot_of(after + WEEK, zone=program.zone, weekday=program.mail_weekday, hour=program.mail_hour).due


def sent_at(now: datetime) -> dict[str, mail.EmailMultiAlternatives]:
    """The weekly mails that leave at this moment, by their address."""
    mail.outbox.clear()
    queue_weekly_mail(now)
    send_waiting(now)
    weekly = set(OutboxMail.objects.filter(kind="weekly").values_list("message_id", flat=True))
    return {one.to[0]: one for one in mail.outbox if one.extra_headers["Message-ID"] in weekly}


def due_at(now: datetime) -> list[Due]:
    return [one for some in due_now(now) for one in some]


def html_of(message: mail.EmailMultiAlternatives) -> str:
    return str(message.alternatives[0][0])


# --- What it says ----------------------------------------------------------------------------------------------------


def test_it_holds_what_home_holds_and_what_the_other_side_did(agreement: Agreement, party: Party) -> None:
    now = monday(agreement)
    mine, theirs = lead(agreement, party), lead(agreement, party.other)
    propose(agreement, "goal-1", "As they would have it.", by=theirs, now=now - DAY)
    propose(agreement, "goal-2", "As we would have it.", by=mine, now=now - DAY)
    propose(agreement, "goal-3", "Long ago.", by=theirs, now=now - 8 * DAY)
    found = sent_at(now)[mine.email]
    (part,) = parts_for([mine], now=now)[mine.pk]
    home = client_of(mine).get(reverse("partnership", args=[agreement.partnership.slug])).content.decode()
    assert part.todo
    for task in part.todo:
        assert task.text in found.body and task.text in home
        assert f"http://localhost:8000{task.url}" in found.body or task.url in found.body
    assert f"- {theirs.name} proposed a change of “Goal 1”\n" in found.body
    assert "Goal 2" not in found.body, "one's own doings are no news"
    assert "Goal 3" not in found.body, "nor is what was in the mail before"
    only, names = part.todo[0].text.removesuffix("."), both_names(agreement.partnership)
    assert found.subject == f"{only} · {names}", "one thing is named, and not counted"


def test_what_nobody_else_waits_for_comes_last(party: Party) -> None:
    """In a sprint whose agreement is being amended, with a text that its author has not sent."""
    sprint = started_sprint()
    mine, agreement = lead_in(sprint, party), sprint.partnership.agreement
    sign_off(ready(first_joint(sprint)), party.other)
    amend(by=mine, agreement=agreement, reason="The school joins us.", now=NOW)
    begun = {"clause": clause(agreement, "goal-2"), "based_on": standing(agreement, "goal-2").base}
    save_draft(by=mine, text="Half a sent", reason="", now=NOW, **begun)
    (part,) = parts_for([mine], now=at(sprint, week=2))[mine.pk]
    texts = [task.text for task in part.todo]
    assert any(first_joint(sprint).name in text for text in texts[:-1])
    assert texts[-1] == "You have not sent what you wrote: Goal 2."


def test_who_is_of_neither_party_reads_what_both_did(agreement: Agreement, party: Party) -> None:
    advisor, now = make_seat(agreement.partnership, Role.PRODUCT_ADVISOR).person, monday(agreement)
    for side in (party, party.other):
        propose(agreement, "goal-1", f"As {side} would have it.", by=lead(agreement, side), now=now - DAY)
    found = sent_at(now)
    assert "What both did" in found[advisor.email].body
    for side in Party:
        line = f"- {lead(agreement, side).name} proposed a change of “Goal 1”\n"
        assert line in found[advisor.email].body and line not in found[lead(agreement, side).email].body


def test_many_things_alike_are_one_line(agreement: Agreement, party: Party) -> None:
    agree_to_all(agreement, party.other, now=monday(agreement) - DAY)
    found = sent_at(monday(agreement))[lead(agreement, party).email]
    other = lead(agreement, party.other).name
    assert re.search(rf"- {other} agreed to a wording of “[^”]+” \(and 19 more like this\)", found.body)
    assert found.body.count("agreed to a wording") == 1


def test_both_forms_of_it_say_the_same_in_little_room(agreement: Agreement, party: Party) -> None:
    propose(agreement, "goal-1", "Better.", by=lead(agreement, party.other), now=monday(agreement) - DAY)
    found = sent_at(monday(agreement))[lead(agreement, party).email]
    page = html_of(found)
    assert set(re.findall(r"https?://[^\s\"<]+", found.body)) == set(re.findall(r"https?://[^\s\"<]+", page))
    assert len(found.message().as_bytes()) < 30_000
    assert "<img" not in page and "color-scheme" in page
    for words in ("What waits for you", "What the other side did", "proposed a change"):
        assert words in found.body and words in page


LONG = "Señálese aquí qué averiguó el equipo sobre la iluminación de las calles del barrio " * 4


@pytest.mark.parametrize(("partnerships", "things"), [(1, 60), (2, 40), (6, 20), (40, 3)])
def test_however_much_there_is_it_stays_brief_and_counts_the_rest(
    agreement: Agreement, partnerships: int, things: int
) -> None:
    task = Task(LONG, "/partnerships/elm-street-and-fairhollow/milestones/17/", LONG[:40])
    part = DigestPart(
        agreement.partnership, LONG, "Week 7 of 18", LONG, [task] * things, [LONG] * things, False, [task] * things
    )
    person = lead(agreement, Party.CITY)
    with translation.override("es"):
        message = digest_message(person, [part] * partnerships)
        queued = OutboxMail(message_id=new_message_id(), to=person.email, language="es", person=person)
        assert len(mail_of(queued, message).message().as_bytes()) < 30_000
    lines = [line.text for section in message.sections for line in section.lines]
    shown = sum(line.startswith(LONG[:40]) for line in lines)
    counted = sum(int(found[1]) for line in lines if (found := re.search(r"(?:Y|esperan) (\d+) cosas?", line)))
    left_out = max(0, partnerships - MOST_PARTS)
    assert shown + counted == 3 * things * (partnerships - left_out) + things * left_out, "nothing is lost from sight"


def test_in_a_sprint_it_names_the_week_and_what_comes() -> None:
    sprint = started_sprint()
    agreement = Agreement.objects.get(partnership=sprint.partnership)
    now = slot_of(NOW + 3 * WEEK, zone=agreement.partnership.program.zone, weekday=0, hour=9).due
    for party in Party:
        found = sent_at(now)[lead_in(sprint, party).email] if party == Party.CITY else _again(sprint, party)
        assert re.match(r"Week \d of 18: (\d things wait for you|\w+)", found.subject)
        assert "In the next two weeks" in found.body


def test_the_week_is_answered_from_it_by_whoever_speaks_for_a_side_that_has_not() -> None:
    """Three answers for each lead and member, their own; none once the side has spoken, nor for who is of no side."""
    sprint = started_sprint()
    now = slot_of(NOW + 3 * WEEK, zone=sprint.partnership.program.zone, weekday=0, hour=9).due
    say_week(sprint, Party.CITY, now=now)
    found = sent_at(now)
    asked = {to: re.findall(r"/check-in/([\w:-]+)/\?rating=", one.body) for to, one in found.items()}
    assert {to: len(links) for to, links in asked.items() if links} == {lead_in(sprint, Party.COMMUNITY).email: 3}
    body = found[lead_in(sprint, Party.COMMUNITY).email].body
    assert "Say in a minute how week" not in body, "it is asked once"


def _again(sprint: object, party: Party) -> mail.EmailMultiAlternatives:
    return next(one for one in mail.outbox if one.to == [lead_in(sprint, party).email] and "Week" in one.subject)


def test_nobody_reads_a_link_of_somebody_else(agreement: Agreement) -> None:
    found = sent_at(monday(agreement))
    stops = {to: re.search(r"/mail/stop/(\S+)/", one.body)[1] for to, one in found.items()}
    assert len(found) == len(set(stops.values())) == 2
    for to, one in found.items():
        for other, token in stops.items():
            assert (token in one.body + html_of(one)) == (to == other)


def test_it_is_in_its_readers_language(agreement: Agreement, party: Party) -> None:
    person = lead(agreement, party)
    Person.objects.filter(pk=person.pk).update(language="es")
    found = sent_at(monday(agreement))
    assert "Lo que le espera" in found[person.email].body and "What waits" not in found[person.email].body
    assert "What waits for you" in found[lead(agreement, party.other).email].body


def test_it_can_be_stopped_by_one_click_and_answered(agreement: Agreement, party: Party) -> None:
    found = sent_at(monday(agreement))[lead(agreement, party).email]
    assert found.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(r"<https?://\S+/mail/stop/\S+/>", found.extra_headers["List-Unsubscribe"])
    assert found.reply_to == [agreement.partnership.program.contact_email]


def test_mails_about_signing_come_whatever_one_stopped(agreement: Agreement, party: Party) -> None:
    stop_weekly_mail(person=lead(agreement, party))
    open_for_signing(agreement)
    send_waiting(NOW)
    found = [one for one in mail.outbox if one.to == [lead(agreement, party).email]]
    assert found and all("List-Unsubscribe" not in one.extra_headers for one in found)
    assert all(one.reply_to == [agreement.partnership.program.contact_email] for one in found)


# --- Who gets it -----------------------------------------------------------------------------------------------------


def test_where_nothing_waits_there_is_a_good_word_or_no_mail(agreement: Agreement, party: Party) -> None:
    sign_both(open_for_signing(agreement))
    advisor = make_seat(agreement.partnership, Role.PRODUCT_ADVISOR).person
    quiet = make_seat(agreement.partnership, Role.TECHNOLOGY_PARTNER).person
    Person.objects.filter(pk=quiet.pk).update(weekly_mail=WeeklyMail.WHEN_NEEDED)
    found = sent_at(monday(agreement))
    assert "Nothing waits for you this week" in found[advisor.email].body
    assert quiet.email not in found and lead(agreement, party).email in found
    assert OutboxMail.objects.get(kind="weekly", person=quiet).state == MailState.NOT_DUE


def test_who_stopped_rests_or_left_gets_none(agreement: Agreement, party: Party) -> None:
    now, partnership = monday(agreement), agreement.partnership
    stopped, resting, left, gone = (make_seat(partnership, Role.MEMBER, party).person for _number in range(4))
    stop_weekly_mail(person=stopped)
    Person.objects.filter(pk=resting.pk).update(mail_snoozed_until=now.astimezone(ZONE).date() + DAY)
    Person.objects.filter(pk=gone.pk).update(is_active=False)
    Seat.objects.filter(person=left).update(ended_at=now, ended_by=left)
    assert set(sent_at(now)) == {lead(agreement, one).email for one in Party}
    assert resting.email in sent_at(now + WEEK)


def test_who_reads_the_news_weekly_is_told_of_a_wording_there_alone(agreement: Agreement, party: Party) -> None:
    now, reader, other = monday(agreement), lead(agreement, party), lead(agreement, party.other)
    Person.objects.filter(pk=reader.pk).update(news=News.WEEKLY)
    for by in (reader, other):
        propose(agreement, "goal-1", f"Another goal of {by.name}.", by=by, now=now - DAY)
    mail.outbox.clear()
    send_waiting(now - DAY / 2)
    assert [one.to for one in mail.outbox if "Changes to your agreement" in one.subject] == [[other.email]]
    assert f"{other.name} proposed a change" in sent_at(now)[reader.email].body


def test_who_leaves_while_it_waits_gets_none(agreement: Agreement, party: Party) -> None:
    now, member = monday(agreement), member_of(agreement.partnership, party)
    queue_weekly_mail(now)
    Seat.objects.filter(person=member).update(ended_at=now, ended_by=member)
    send_waiting(now)
    assert OutboxMail.objects.get(kind="weekly", person=member).state == MailState.NOT_DUE
    assert member.email not in {one.to[0] for one in mail.outbox}


def test_who_came_after_its_hour_waits_for_the_next(agreement: Agreement, party: Party) -> None:
    now = monday(agreement)
    member = member_of(agreement.partnership, party)
    Seat.objects.filter(person=member).update(started_at=now + timedelta(hours=1))
    assert member.email not in {one.person.email for one in due_at(now + timedelta(hours=2))}
    assert member.email in {one.person.email for one in due_at(now + WEEK)}


# --- Once a week -----------------------------------------------------------------------------------------------------


def test_however_often_the_clock_strikes_or_jumps_it_is_one_mail_a_week(agreement: Agreement) -> None:
    now = monday(agreement)
    for minutes in (0, 5, -3, 300, 60, 47 * 60, -90):
        queue_weekly_mail(now + timedelta(minutes=minutes))
    assert OutboxMail.objects.filter(kind="weekly").count() == 2
    queue_weekly_mail(now + 3 * DAY)
    assert OutboxMail.objects.filter(kind="weekly").count() == 2, "and none when it is late in the week"


def test_one_that_could_not_leave_for_a_week_is_replaced_by_the_next(agreement: Agreement) -> None:
    now = monday(agreement)
    queue_weekly_mail(now)
    assert len(sent_at(now + WEEK + DAY / 24)) == 2
    states = OutboxMail.objects.filter(kind="weekly").values_list("state", flat=True)
    assert sorted(states) == ["not due"] * 2 + ["sent"] * 2


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Honolulu", "Europe/Madrid", "Australia/Lord_Howe"])
def test_in_a_year_everybody_gets_one_each_week_at_nine_on_their_own_clock(agreement: Agreement, zone: str) -> None:
    person = lead(agreement, Party.CITY)
    Person.objects.filter(pk=person.pk).update(time_zone=zone)
    person.refresh_from_db()
    now, got = monday(agreement), []
    for _day in range(53 * 7):
        got += [one.slot for one in due_at(now) if one.person == person]
        now += DAY
    slots = {slot.week: slot.due.astimezone(person.zone(agreement.partnership.program.zone)) for slot in got}
    assert len(slots) in {53, 54}
    assert {(when.weekday(), when.hour) for when in slots.values()} == {(0, 9)}


def test_a_thousand_people_are_looked_up_as_often_as_ten(
    agreement: Agreement, django_assert_num_queries: object
) -> None:
    now = monday(agreement)
    for _number in range(5):
        for party in Party:
            make_seat(agreement.partnership, Role.MEMBER, party)
    with django_assert_num_queries(4):  # who takes part and who is staff, and who of them has theirs already
        assert len([one for one in due_at(now) if one.kind == "weekly"]) == 12


def full_sprint() -> Sprint:
    """In its third week, with something of each kind that waits for somebody."""
    sprint = started_sprint()
    for party in Party:
        decide(sprint, party)
        find(sprint, party)
        ask_for(sprint, party, promised_for=sprint.first_day)
    sign_plan(sustained(sprint), Party.CITY)
    report = ReportSubject(sprint, now=NOW)
    actions.sign_off(by=lead_in(sprint, Party.CITY), subject=report, shown=report.digest, now=NOW)
    sign_off(ready(first_joint(sprint)), Party.CITY)
    return sprint


@pytest.mark.parametrize("of", ["people", "partnerships"])
def test_more_of_them_take_no_more_queries(of: str) -> None:
    first = full_sprint()
    agree_to_all(make_agreement(), *Party)
    now, asked = at(first, week=3), []
    for _round in range(2):
        people = list(Person.objects.filter(seats__ended_at=None).distinct())
        with CaptureQueriesContext(connection) as queries:
            parts = parts_for(people, now=now)
        asked.append(len(queries))
        if of == "partnerships":
            full_sprint()
            agree_to_all(make_agreement(), *Party)
        for party in Party:
            make_seat(first.partnership, Role.MEMBER, party)
    assert len(parts) == len(people) > 4
    assert max(len(part.todo) for some in parts.values() for part in some) > 8, "the lists are not empty"
    assert asked[0] == asked[1]


# --- For who runs it -------------------------------------------------------------------------------------------------


def test_the_command_says_who_would_get_what_and_queues_nothing(
    agreement: Agreement, capsys: pytest.CaptureFixture
) -> None:
    now = monday(agreement)
    call_command("digest", "--dry-run", "--at", f"{now:%Y-%m-%dT%H:%MZ}")
    said = capsys.readouterr().out
    for party in Party:
        assert lead(agreement, party).email in said
    assert "20 clauses wait for your answer" in said
    assert f"{staff_of(agreement.partnership.program).email}\t" in said and "3 people at" in said
    assert not OutboxMail.objects.filter(kind__startswith="weekly").exists()
    assert queue_weekly_mail(now) == 3
    call_command("digest", "--dry-run", "--at", f"{now + timedelta(hours=1):%Y-%m-%dT%H:%MZ}")
    assert capsys.readouterr().out.startswith("0 people at"), "nobody gets another one"
    for wrong in ("yesterday", "2027-03-08", "2027-03-08T14:00"):
        with pytest.raises(CommandError, match="moment with its zone"):
            call_command("digest", "--dry-run", "--at", wrong)
    with pytest.raises(CommandError, match="--dry-run"):
        call_command("digest", "--at", "2027-03-08T14:00Z")
