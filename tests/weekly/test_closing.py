"""A series of mails ends with one that says so: of a sprint that is over, and where nothing goes on at all."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest

from agreements.actions import end
from mail.models import MailState, OutboxMail
from mail.outbox import message_of, send_waiting
from partners.models import Person
from partners.parties import Party, Role
from sprints.models import Sprint, Stage
from tests.factories.decisions import NOTE
from tests.factories.people import NOW, make_seat, proved, staff_of
from tests.factories.sprints import lead_in, pause, started_sprint
from tests.factories.sustainability import sign_plan, sustained
from topcities.weekly.closing import queue_closing_mails
from topcities.weekly.schedule import queue_weekly_mail

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
DAY = timedelta(days=1)


@pytest.fixture
def sprint() -> Sprint:
    """With a plan that both sides signed off, and somebody of no side."""
    sprint = sustained(started_sprint())
    for party in Party:
        sign_plan(sprint, party)
    make_seat(sprint.partnership, Role.PRODUCT_ADVISOR)
    return sprint


def noon_after(sprint: Sprint, days: int) -> datetime:
    """So many days after the last one, where the program is."""
    day = Sprint.objects.get(pk=sprint.pk).timeline.last_day + days * DAY
    return datetime(day.year, day.month, day.day, 12, tzinfo=sprint.partnership.program.zone)


def clock(sprint: Sprint, first: int, last: int, step: int = 1) -> None:
    """The clock goes from one day after the last to another."""
    for days in range(first, last, step):
        queue_closing_mails(noon_after(sprint, days))
        queue_weekly_mail(noon_after(sprint, days))
        send_waiting(noon_after(sprint, days))


def sent_to(person: Person) -> Counter[str]:
    mails = OutboxMail.objects.filter(person=person, state=MailState.SENT)
    return Counter(mails.values_list("kind", flat=True))


def advisor_of(sprint: Sprint) -> Person:
    return sprint.partnership.seats.get(role=Role.PRODUCT_ADVISOR).person


def test_one_mail_says_that_it_is_over_and_nothing_follows_for_400_days(sprint: Sprint) -> None:
    clock(sprint, -1, 1)
    OutboxMail.objects.all().delete()
    clock(sprint, 1, 400, step=2)
    assert sent_to(advisor_of(sprint)) == {"sprint over": 1}
    message = message_of(OutboxMail.objects.get(kind="sprint over", person=advisor_of(sprint)))
    says = [line.text for section in message.sections for line in section.lines]
    assert message.subject == "All 18 weeks of your sprint are over"
    assert any("milestones are done" in line for line in says)
    assert "On Saturday, January 15, 2028 you both look at the sustainability plan again." in says
    assert "The support of the product is certain until Saturday, June 30, 2029." in says


def test_what_still_waits_is_in_it_and_in_the_weekly_mails_after_it(sprint: Sprint, party: Party) -> None:
    OutboxMail.objects.all().delete()
    lead = lead_in(sprint, party)
    clock(sprint, 1, 15)
    assert sent_to(lead) == {"sprint over": 1, "weekly": 2}
    message = message_of(OutboxMail.objects.get(kind="sprint over", person=lead))
    waits = next(section for section in message.sections if section.heading == "What waits for you")
    assert [line.text for line in waits.lines] == ["Note what your people can do now, so that it shows what grows."]
    noted = {"sprint": sprint, "stage": Stage.END, "party": party, "at": NOW, "by": lead}
    sprint.learnings.create(**noted, **NOTE)
    before = sent_to(lead)["weekly"]
    clock(sprint, 15, 60, step=2)
    assert sent_to(lead)["weekly"] == before


def test_a_pause_ends_the_weeks_later_and_so_does_its_mail(sprint: Sprint) -> None:
    first = noon_after(sprint, 1)
    pause(sprint, sprint.timeline.starts(5), sprint.timeline.starts(5) + 6 * DAY)
    assert queue_closing_mails(first) == 0
    assert queue_closing_mails(first + 7 * DAY) > 2
    assert queue_closing_mails(first + 8 * DAY) == 0


def test_who_left_or_stopped_it_gets_none_and_no_one_where_the_agreement_ended(sprint: Sprint, party: Party) -> None:
    queue_closing_mails(noon_after(sprint, 1))
    advisor, lead = advisor_of(sprint), lead_in(sprint, party)
    Person.objects.filter(pk=lead.pk).update(weekly_mail="never")
    advisor.seats.update(ended_at=NOW, ended_by=advisor)
    mails = {one.person: one for one in OutboxMail.objects.filter(kind="sprint over")}
    assert message_of(mails[advisor]) is None
    assert message_of(mails[lead]) is None
    other = lead_in(sprint, party.other)
    assert message_of(mails[other]) is not None
    end(by=other, agreement=sprint.partnership.agreement, reason="Enough.", **proved(noon_after(sprint, 1)))
    assert message_of(OutboxMail.objects.get(pk=mails[other].pk)) is None


def test_an_agreement_that_ended_before_has_no_closing_mail(sprint: Sprint, party: Party) -> None:
    end(by=lead_in(sprint, party), agreement=sprint.partnership.agreement, reason="Enough.", **proved(NOW))
    assert queue_closing_mails(noon_after(sprint, 1)) == 0


def test_staff_are_told_once_that_it_is_over_and_then_that_something_is(sprint: Sprint) -> None:
    staff = staff_of(sprint.partnership.program)
    sprint.milestones.update(dropped_at=NOW, dropped_by=staff, drop_reason="All of it.")
    clock(sprint, 1, 8)
    (mail,) = OutboxMail.objects.filter(kind="weekly staff", state=MailState.SENT)
    headings = [section.heading for section in message_of(mail).sections]
    assert "Over since last week" in headings
    clock(sprint, 8, 100, step=2)
    assert sent_to(staff)["weekly staff"] == 1
