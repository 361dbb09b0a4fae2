"""What holds for everything that is signed off, from outside: its page and its mail."""

from __future__ import annotations

import pytest
import time_machine
from django.urls import reverse

from agreements.refusals import NotNow
from ledger.models import Event
from mail.models import OutboxMail
from mail.outbox import Message
from partners.parties import Party
from partners.rules import Refused
from sprints.domain.sign_offs import Subject
from sprints.domain.subjects import SUBJECTS
from sprints.emails.hourly import CHANGES, changes
from sprints.models import SignOff, Sprint
from tests.factories.people import NOW, client_of, everybody
from tests.factories.sign_offs import KINDS, ask_for_changes, asked, known, sign
from tests.factories.sprints import lead_in, started_sprint
from tests.pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
CHANGEABLE = [kind for kind in KINDS if SUBJECTS[kind].changes_event]
REASON = "Renters in basements are missing."


@pytest.fixture
def sprint() -> Sprint:
    return started_sprint()


def pages(subject: Subject) -> list[str]:
    """Its page as each lead reads it."""
    return [text_of(client_of(lead_in(subject.sprint, party)).get(subject.url)) for party in Party]


def act_of(subject: Subject, act: str) -> str:
    return reverse(f"{subject.kind}_{act}", kwargs=subject.place)


@pytest.mark.parametrize("kind", KINDS)
def test_what_somebody_asked_for_stays_in_sight_until_they_answer_again(
    sprint: Sprint, kind: str, party: Party
) -> None:
    subject = KINDS[kind].make(sprint)
    asker = asked(subject, party)[0]
    if kind in CHANGEABLE:
        said, stays = {"reason": REASON}, (REASON, "It has changed since they asked for changes")
        act = act_of(subject, "ask_for_changes")
    else:  # a report is asked for, and never changed
        said, stays, act = {}, ("Asked for an earlier one: there are new facts since",), act_of(subject, "sign_off")
    with time_machine.travel(NOW, tick=False):
        client = client_of(lead_in(sprint, asker))
        assert client.post(act, said | {"shown": subject.digest}).status_code == 302
        if said:
            assert all(REASON in page for page in pages(subject))
        KINDS[kind].change(known(subject), asker.other)
        for page in pages(subject):
            assert all(words in page for words in stays)
        answer = client.post(act_of(subject, "sign_off"), {"shown": known(subject).digest})
        assert answer.status_code == 302
        for page in pages(subject):
            assert not any(words in page for words in stays)


@pytest.mark.parametrize("kind", CHANGEABLE)
def test_changes_are_asked_for_with_a_reason(sprint: Sprint, kind: str, party: Party) -> None:
    subject = KINDS[kind].make(sprint)
    client = client_of(lead_in(sprint, asked(subject, party)[0]))
    answer = client.post(act_of(subject, "ask_for_changes"), {"shown": subject.digest, "reason": " "})
    assert answer.status_code == 422
    assert subject.title.split()[0].lower() in text_of(answer).lower()
    assert not SignOff.objects.exists()
    stale = client.post(act_of(subject, "ask_for_changes"), {"shown": "0" * 64, "reason": REASON})
    assert stale.status_code == 409
    assert REASON in text_of(stale), "nothing that was typed is lost"


@pytest.mark.parametrize("kind", KINDS)
def test_only_leads_of_this_partnership_answer(sprint: Sprint, kind: str) -> None:
    subject = KINDS[kind].make(sprint)
    people, other = everybody(sprint.partnership), started_sprint()
    for name in (f"{Party.CITY} member", f"{Party.COMMUNITY} member", "staff", "outsider", "superuser"):
        refused = 404 if name in {"outsider", "superuser"} else 403
        assert client_of(people[name]).post(act_of(subject, "sign_off")).status_code == refused
        with pytest.raises(Refused):
            sign(subject, Party.CITY, by=people[name])
    assert client_of(lead_in(other, Party.CITY)).post(act_of(subject, "sign_off")).status_code == 404
    assert not Event.objects.filter(kind=SUBJECTS[kind].signed_event).exists()


def test_a_report_is_asked_for_and_never_changed(sprint: Sprint, party: Party) -> None:
    with pytest.raises(NotNow):
        ask_for_changes(KINDS["report"].make(sprint), party)


# --- Mail ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_that_was_queued_long_ago_is_still_written(sprint: Sprint, kind: str, party: Party) -> None:
    """What stood in the outbox before sign-offs were one: a plan and a report by the id of their sprint."""
    subject = KINDS[kind].make(sprint)
    asked_too = asked(subject, party)
    if kind != "finding":
        sign(subject, asked_too[0])
    about = {"sprint": sprint.pk} if kind in {"plan", "report"} else {kind: str(subject.row.pk)}
    mail = written(subject, about, asked_too[-1])
    assert subject.url in mail.button[1]
    assert written(subject, subject.about, asked_too[-1]) == mail


def written(subject: Subject, about: dict, party: Party) -> Message:
    """The mail of the hour to the party's lead, if it holds this thing alone."""
    things = [{"kind": f"{subject.kind}.waits", "party": party, **about}]
    person, about = lead_in(subject.sprint, party), {"sprint": subject.sprint.pk, "things": things}
    return changes(OutboxMail(kind=CHANGES, person=person, chain=subject.sprint.partnership_id, about=about))


def test_a_plan_and_a_report_in_one_hour_are_two_lines(sprint: Sprint, party: Party) -> None:
    for kind in ("plan", "report"):
        sign(KINDS[kind].make(sprint), party)
    mail = changes(OutboxMail.objects.get(kind=CHANGES, person=lead_in(sprint, party.other)))
    told = [line.text for section in mail.sections for line in section.lines]
    assert "Your sign-off is asked for: sustainability plan" in told
    assert "Your yes is asked for: sealed report on the promises" in told
