"""Mails of a sprint: what is told, to whom, and that ten changes in an hour are one mail."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import translation

from mail.models import MailState, OutboxMail
from mail.outbox import send_waiting
from partners.actions import end_seat
from partners.models import News, Person
from partners.parties import Party, Role
from sprints import actions
from sprints.domain.meetings import meeting_digest
from sprints.domain.milestones import MilestoneSubject, signed_digest
from sprints.emails.hourly import CHANGES, EVERY, SOON, changes
from sprints.models import Meeting, Milestone, Sprint
from tests.factories.decisions import decide
from tests.factories.people import NOW, TODAY, make_seat, member_of
from tests.factories.sprints import add_words, first_joint, lead_in, ready, recipients_of, sign_off, started_sprint
from topcities.weekly.digest import parts_for

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
WHEN = {"day": TODAY + timedelta(days=3), "minutes": 60, "place": "Library", "agenda": ""}


@pytest.fixture
def sprint() -> Sprint:
    """Without the mail of its own beginning."""
    found = started_sprint()
    OutboxMail.objects.all().delete()
    return found


def plan(sprint: Sprint, party: Party, title: str = "Kick-off", now: datetime = NOW) -> Meeting:
    at = NOW.time().replace(second=0)
    return actions.schedule_meeting(by=lead_in(sprint, party), sprint=sprint, title=title, at=at, now=now, **WHEN)


def move(meeting: Meeting, party: Party, hour: int, now: datetime) -> None:
    meeting = Meeting.objects.select_related("sprint__partnership__program").get(pk=meeting.pk)
    said = {"title": meeting.title, "at": NOW.time().replace(hour=hour, minute=0), "shown": meeting_digest(meeting)}
    actions.change_meeting(by=lead_in(meeting.sprint, party), meeting=meeting, now=now, **said, **WHEN)


def mail_to(person: Person) -> OutboxMail:
    return OutboxMail.objects.filter(kind=CHANGES, person=person).latest("created_at")


def test_a_meeting_is_told_to_everybody_but_who_planned_it(sprint: Sprint, party: Party) -> None:
    advisor = make_seat(sprint.partnership, Role.PRODUCT_ADVISOR).person
    meeting = plan(sprint, party)
    told = {queued.person for queued in OutboxMail.objects.filter(kind=CHANGES)}
    assert {lead_in(sprint, party.other), advisor} <= told and lead_in(sprint, party) not in told
    day = WHEN["day"]
    assert f"A meeting is planned: Kick-off, {day:%A, %B} {day.day}" in changes(mail_to(advisor)).subject
    actions.cancel_meeting(by=lead_in(sprint, party), meeting=meeting, now=NOW)
    assert changes(mail_to(advisor)) is None, "planned and cancelled before anybody heard of it"


def test_who_leaves_before_the_mail_of_the_hour_reads_no_news_of_it(sprint: Sprint, party: Party) -> None:
    member, staying = member_of(sprint.partnership, party), make_seat(sprint.partnership, Role.PRODUCT_ADVISOR).person
    plan(sprint, party.other)
    end_seat(by=lead_in(sprint, party), seat=member.seats.get(), now=NOW)
    send_waiting(NOW + SOON)
    assert (mail_to(member).state, mail_to(staying).state) == (MailState.NOT_DUE, MailState.SENT)
    assert OutboxMail.objects.get(kind="seat ended", person=member).state == MailState.SENT, "of that they are told"


def test_ten_changes_in_an_hour_are_one_mail(sprint: Sprint, party: Party) -> None:
    reader, meeting = lead_in(sprint, party.other), plan(sprint, party)
    for minutes in range(1, 9):
        move(meeting, party, 8 + minutes, NOW + timedelta(minutes=minutes))
    decide(sprint, party)
    queued = OutboxMail.objects.get(kind=CHANGES, person=reader)
    assert queued.due_at == NOW + SOON
    message = changes(queued)
    assert message.subject == "Your sprint: 2 things to look at"
    assert [line.text.split(":")[0] for line in message.sections[0].lines] == [
        "A meeting is planned",
        "Your sign-off is asked for",
    ]


def test_what_comes_after_the_mail_of_the_hour_waits_for_the_next(sprint: Sprint, party: Party) -> None:
    reader, meeting = lead_in(sprint, party.other), plan(sprint, party)
    send_waiting(now=NOW + SOON)
    assert mail_to(reader).state == MailState.SENT
    for minutes in (12, 20, 40):
        move(meeting, party, minutes % 24, NOW + timedelta(minutes=minutes))
    assert OutboxMail.objects.filter(kind=CHANGES, person=reader).count() == 2
    assert mail_to(reader).due_at == NOW + SOON + EVERY
    assert changes(mail_to(reader)).subject.startswith("A meeting has changed: Kick-off")
    actions.cancel_meeting(by=lead_in(sprint, party), meeting=meeting, now=NOW + timedelta(minutes=45))
    assert changes(mail_to(reader)).subject.startswith("A meeting is cancelled: Kick-off")


def test_who_reads_the_news_weekly_gets_none_in_between(sprint: Sprint, party: Party) -> None:
    reader = lead_in(sprint, party.other)
    Person.objects.filter(pk=reader.pk).update(news=News.WEEKLY)
    plan(sprint, party)
    send_waiting(NOW + SOON)
    assert mail_to(reader).state == MailState.NOT_DUE
    weekly = parts_for([reader], now=NOW + SOON)[reader.pk]
    assert any("Kick-off" in task.text for part in weekly for task in part.coming), "it stands in the weekly mail"


def test_what_somebody_took_on_waits_for_them_alone_as_its_day_comes_near(sprint: Sprint, party: Party) -> None:
    owner, other = lead_in(sprint, party), lead_in(sprint, party.other)
    meeting, due = plan(sprint, party), TODAY + timedelta(days=10)
    actions.add_action_item(by=other, meeting=meeting, what="Ask the clinic", owner=owner, due=due, now=NOW)

    def told(person: Person, days: int) -> list[str]:
        parts = parts_for([person], now=NOW + timedelta(days=days))[person.pk]
        return [task.text for part in parts for task in part.todo if "Ask the clinic" in task.text]

    assert told(owner, 2) == [] == told(other, 12)
    assert [text.split(",")[0] for text in told(owner, 5)] == [f"You took this on until {due:%A}"]
    assert "its day was" in told(owner, 12)[0]


def signed_by(sprint: Sprint, party: Party) -> Milestone:
    """Signed off by one side, and all mail of it sent."""
    milestone = ready(first_joint(sprint))
    sign_off(milestone, party)
    send_waiting(NOW + SOON)
    return milestone


def test_new_evidence_asks_the_side_again_by_mail_that_had_said_yes(sprint: Sprint, party: Party) -> None:
    milestone, signer = signed_by(sprint, party), lead_in(sprint, party)
    assert not OutboxMail.objects.filter(kind=CHANGES, person=signer).exists()
    add_words(milestone, by=lead_in(sprint, party.other), title="A second look")
    add_words(milestone, by=member_of(sprint.partnership, party.other), title="A third")
    mail = changes(mail_to(signer))
    assert OutboxMail.objects.filter(kind=CHANGES, person=signer).count() == 1
    assert mail.subject == f"Your sign-off is asked for: {milestone.name}"
    assert mail.paragraphs == ["It has changed since you signed it off. Its page shows what is new."]
    assert mail.button[1].endswith(f"/sprint/milestones/{milestone.number}/")
    with translation.override("es"):
        assert changes(mail_to(signer)).paragraphs == [
            "Ha cambiado desde que usted dio su visto bueno. Su página muestra lo nuevo."
        ]
    sign_off(milestone, party)
    assert changes(mail_to(signer)) is None, "it waits for them no more"


def test_the_lead_who_changed_it_needs_no_mail_but_their_member_tells_them(sprint: Sprint, party: Party) -> None:
    milestone, signer = signed_by(sprint, party), lead_in(sprint, party)
    add_words(milestone, by=signer, title="A second look")
    assert recipients_of("milestone.waits") == [lead_in(sprint, party.other)], "of the first yes alone"
    add_words(milestone, by=member_of(sprint.partnership, party), title="A third")
    assert changes(mail_to(signer)) is not None


def test_what_nothing_shows_any_more_is_asked_of_nobody(sprint: Sprint, party: Party) -> None:
    milestone, signer = signed_by(sprint, party), lead_in(sprint, party)
    evidence = milestone.evidence.get()
    actions.withdraw_evidence(by=evidence.added_by, evidence=evidence, now=NOW)
    add_words(milestone, by=member_of(sprint.partnership, party.other), title="Better notes")
    assert changes(mail_to(signer)) is not None
    again = milestone.evidence.get(withdrawn_at=None)
    actions.withdraw_evidence(by=again.added_by, evidence=again, now=NOW)
    assert changes(mail_to(signer)) is None


def test_who_asked_for_changes_is_told_when_they_are_there(sprint: Sprint, party: Party) -> None:
    milestone, asker = ready(first_joint(sprint)), lead_in(sprint, party)
    act = {"by": asker, "subject": MilestoneSubject(milestone), "now": NOW}
    actions.ask_for_changes(shown=signed_digest(milestone), **act, reason="Renters in basements are missing.")
    add_words(milestone, by=lead_in(sprint, party.other), title="Basement renters")
    told = changes(mail_to(asker)).paragraphs
    assert told == ["It has changed since you asked for changes. Its page shows what is new."]
    assert changes(mail_to(lead_in(sprint, party.other))) is None, "nobody asks for changes of it as it is now"


def test_members_read_what_waits_for_their_lead(sprint: Sprint, party: Party) -> None:
    decide(sprint, party.other)
    lead, member = lead_in(sprint, party), member_of(sprint.partnership, party)
    asked = {person: parts_for([person], now=NOW)[person.pk][0].todo for person in (lead, member)}
    assert any(task.text.startswith("Your sign-off is asked for") for task in asked[lead])
    assert any(task.text.startswith("Your lead's sign-off is asked for") for task in asked[member])
    assert not any(task.text.startswith("Your sign-off") for task in asked[member])
