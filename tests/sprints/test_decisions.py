"""Decisions are made with two voices, dissent is kept in its holder's words, and what is made is taken back by name."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements.refusals import NotNow, Stale
from ledger.models import Event
from mail.models import OutboxMail
from partners.parties import Party, Role
from partners.rules import Refused
from sprints import actions
from sprints.domain.decisions import decision_digest, decision_log
from sprints.domain.todo import sprint_lines
from sprints.emails.hourly import CHANGES, changes
from sprints.models import Decision, Dissent, Sprint
from sprints.states import DecisionState
from tests.factories.decisions import DECISION, again, decide, row_of, sign, todo
from tests.factories.people import NOW, client_of, everybody, member_of
from tests.factories.sprints import lead_in, recipients_of, started_sprint
from tests.pages import sprint_url as url
from tests.pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
ASKED = f"Your sign-off is asked for: {DECISION['question']}"


@pytest.fixture
def sprint() -> Sprint:
    return started_sprint()


def ask_for_changes(decision: Decision, party: Party, reason: str = "Say what happens without a phone.") -> None:
    found = row_of(decision)
    act = {"by": lead_in(found.sprint, party), "subject": found, "shown": found.digest, "now": NOW}
    actions.ask_for_changes(reason=reason, **act)


def change(decision: Decision, party: Party, **said: str) -> Decision:
    found = again(decision)
    act = {"by": lead_in(found.sprint, party), "decision": found, "shown": decision_digest(found), "now": NOW}
    return actions.change_decision(**act, **(DECISION | said))


# --- Together --------------------------------------------------------------------------------------------------------


def test_it_is_decided_with_two_voices_and_never_with_one(sprint: Sprint, party: Party) -> None:
    client = client_of(lead_in(sprint, party))
    answer = client.post(url(sprint, "decisions/add/"), DECISION)
    assert answer.status_code == 302
    decision = Decision.objects.get(sprint=sprint)
    assert decision.options == ["Nobody needs one", "Everybody needs one", "Only for reminders"]
    assert row_of(decision).state == DecisionState.WAITS
    shown = {"shown": decision_digest(again(decision))}
    assert client.post(url(sprint, "decisions/1/sign-off/"), shown).status_code == 302
    assert row_of(decision).state == DecisionState.WAITS
    assert row_of(decision).waits_for == [party.other]
    other = client_of(lead_in(sprint, party.other))
    assert other.post(url(sprint, "decisions/1/sign-off/"), shown).status_code == 302
    assert row_of(decision).state == DecisionState.MADE
    page = text_of(client.get(url(sprint, "decisions/1/")))
    for words in (*DECISION["options"].split("\n"), DECISION["choice"], DECISION["why"], DECISION["affected"]):
        assert words in page
    assert "Both sides have signed it off: it is decided" in page
    assert "Decided together" in text_of(other.get(url(sprint, "decisions/")))


def turn(sprint: Sprint) -> set[Party]:
    """Whose it is in the lists of partnerships."""
    lines = sprint_lines([sprint.partnership], in_force={sprint.partnership_id}, now=NOW)
    return set(lines[sprint.partnership_id].waits_for)


def test_it_waits_for_whoever_has_not_said_yes(sprint: Sprint, party: Party) -> None:
    before = turn(sprint)
    decision = decide(sprint, party)
    assert ASKED in todo(sprint, party)
    assert ASKED in todo(sprint, party.other)
    sign(decision, party)
    assert ASKED not in todo(sprint, party)
    assert ASKED in todo(sprint, party.other)
    assert turn(sprint) == before | {party.other}
    sign(decision, party.other)
    assert ASKED not in todo(sprint, party.other)
    assert turn(sprint) == before


def test_a_change_asks_again_and_shows_what_changed(sprint: Sprint, party: Party) -> None:
    decision = decide(sprint)
    sign(decision, party)
    change(decision, party.other, options="Nobody needs one\nA library card is enough")
    assert row_of(decision).answers.is_asked_again(party)
    page = text_of(client_of(lead_in(sprint, party)).get(url(sprint, "decisions/1/")))
    assert "Asked again: it has changed since they signed off" in page
    assert "library card" in page


def test_a_yes_to_other_words_than_those_shown_is_refused(sprint: Sprint, party: Party) -> None:
    decision = decide(sprint)
    shown = {"shown": decision_digest(again(decision))}
    change(decision, party.other, choice="Everybody needs one.")
    answer = client_of(lead_in(sprint, party)).post(url(sprint, "decisions/1/sign-off/"), shown)
    assert answer.status_code == 409
    assert not row_of(decision).answers.says_yes(party)


def test_two_who_change_it_at_once_lose_nothing(sprint: Sprint, party: Party) -> None:
    decision = decide(sprint)
    shown = {"shown": decision_digest(again(decision))}
    change(decision, party.other, choice="Everybody needs one.")
    said = DECISION | shown | {"why": "Because the stewards say so."}
    answer = client_of(lead_in(sprint, party)).post(url(sprint, "decisions/1/change/"), said)
    assert answer.status_code == 409
    assert "Because the stewards say so." in text_of(answer)
    assert again(decision).choice == "Everybody needs one."


def test_changes_asked_for_wait_for_the_other_side(sprint: Sprint, party: Party) -> None:
    decision = decide(sprint, party)
    said = {"shown": decision_digest(again(decision)), "reason": "Say what happens without a phone."}
    client_of(lead_in(sprint, party.other)).post(url(sprint, "decisions/1/ask-for-changes/"), said)
    assert row_of(decision).state == DecisionState.CHANGES
    assert f"Changes are asked for: {DECISION['question']}" in todo(sprint, party)
    assert todo(sprint, party.other).count(f"Changes are asked for: {DECISION['question']}") == 0
    page = client_of(lead_in(sprint, party)).get(url(sprint, "decisions/1/"))
    assert "Say what happens without a phone." in text_of(page)
    change(decision, party, why="A printed sheet does the same.")
    assert row_of(decision).state == DecisionState.WAITS


def test_a_decision_has_options(sprint: Sprint, party: Party) -> None:
    for options in ("Only this", "The same\nThe same", "\n".join(f"Option {number}" for number in range(21))):
        answer = client_of(lead_in(sprint, party)).post(url(sprint, "decisions/add/"), DECISION | {"options": options})
        assert answer.status_code == 422
        assert "Name between two and twenty options" in text_of(answer)
    with pytest.raises(ValidationError):
        decide(sprint, options="Only this")
    assert not Decision.objects.exists()


def test_the_other_lead_is_told(sprint: Sprint, party: Party) -> None:
    decision = decide(sprint, party)
    assert recipients_of("decision.waits") == [lead_in(sprint, party.other)]
    queued = OutboxMail.objects.get(kind=CHANGES, person=lead_in(sprint, party.other))
    assert DECISION["question"] in changes(queued).subject
    sign(decision)
    assert changes(queued) is None


# --- What is made ----------------------------------------------------------------------------------------------------


def test_what_is_made_is_not_changed(sprint: Sprint, party: Party) -> None:
    decision = decide(sprint)
    sign(decision)
    with pytest.raises(NotNow):
        change(decision, party, choice="Everybody.")
    with pytest.raises(NotNow):
        ask_for_changes(decision, party)
    sign(decision, party)  # a second click is no mistake
    assert row_of(decision).state == DecisionState.MADE
    assert again(decision).choice == DECISION["choice"]


def test_it_is_taken_back_by_a_new_decision_that_names_it(sprint: Sprint, party: Party) -> None:
    old = decide(sprint)
    sign(old)
    client = client_of(lead_in(sprint, party))
    said = DECISION | {"choice": "Nobody needs one."}
    assert client.post(url(sprint, "decisions/1/reverse/"), said).status_code == 302
    new = Decision.objects.get(number=2)
    assert new.reverses == old
    sign(new, party)
    assert row_of(old).state == DecisionState.MADE, "one voice takes nothing back"
    assert "is not made yet" in text_of(client.get(url(sprint, "decisions/1/")))
    sign(new, party.other)
    assert row_of(old).state == DecisionState.REVERSED
    assert "This holds no more: decision 2 took it back." in text_of(client.get(url(sprint, "decisions/1/")))
    assert "It takes back decision 1" in text_of(client.get(url(sprint, "decisions/2/")))
    assert again(old).choice == DECISION["choice"], "nothing is erased"


def test_only_what_is_made_is_taken_back_and_only_once(sprint: Sprint, party: Party) -> None:
    old = decide(sprint)
    with pytest.raises(NotNow):
        decide(sprint, party, reverses=old)
    sign(old)
    decide(sprint, party, reverses=old)
    with pytest.raises(NotNow, match="Decision 2"):
        decide(sprint, party.other, reverses=old)
    answer = client_of(lead_in(sprint, party)).post(url(sprint, "decisions/1/reverse/"), DECISION)
    assert answer.status_code == 409
    assert DECISION["why"] in text_of(answer)
    assert Decision.objects.count() == 2


# --- Dissent ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [f"{Party.CITY} member", f"{Party.COMMUNITY} lead", Role.TECHNOLOGY_PARTNER, "sponsor"])
def test_anyone_with_a_seat_sees_it_otherwise_in_their_own_words(sprint: Sprint, who: str) -> None:
    people = everybody(sprint.partnership)
    person = people[Role.EXECUTIVE_SPONSOR if who == "sponsor" else who]
    decision = decide(sprint)
    sign(decision)
    words = "A list of reminders is an account,\n\nwhatever we call it."
    client = client_of(person)
    for _click in range(2):
        assert client.post(url(sprint, "decisions/1/dissent/"), {"words": words}).status_code == 302
    said = Dissent.objects.get()
    assert (said.words, said.person) == (words, person)
    assert row_of(decision).state == DecisionState.MADE, "it changes nothing about what was signed off"
    for party in Party:
        page = text_of(client_of(lead_in(sprint, party)).get(url(sprint, "decisions/1/")))
        assert "whatever we call it." in page
        assert person.name in page


def test_a_change_keeps_dissent(sprint: Sprint, party: Party) -> None:
    decision = decide(sprint)
    by = member_of(sprint.partnership, party)
    actions.dissent(by=by, decision=decision, words="Ask the library first.", now=NOW)
    change(decision, party, choice="Nobody.")
    assert Dissent.objects.get(decision=decision).words == "Ask the library first."


# --- Who may ---------------------------------------------------------------------------------------------------------


def test_who_may(sprint: Sprint) -> None:
    decision = decide(sprint)
    people, shown = everybody(sprint.partnership), {"shown": decision_digest(again(decision))}
    for name in ("outsider", "superuser"):
        for address in ("", "1/", "add/", "1/change/"):
            assert client_of(people[name]).get(url(sprint, f"decisions/{address}")).status_code == 404
        assert client_of(people[name]).post(url(sprint, "decisions/1/dissent/"), {"words": "No"}).status_code == 404
    for name in (f"{Party.CITY} member", f"{Party.COMMUNITY} member", Role.TECHNOLOGY_PARTNER, "staff"):
        assert client_of(people[name]).post(url(sprint, "decisions/1/sign-off/"), shown).status_code == 403
        said = shown | {"reason": "No"}
        assert client_of(people[name]).post(url(sprint, "decisions/1/ask-for-changes/"), said).status_code == 403
    for name in (Role.TECHNOLOGY_PARTNER, "staff"):
        assert client_of(people[name]).post(url(sprint, "decisions/add/"), DECISION).status_code == 403
    by_link = client_of(people[f"{Party.CITY} lead"], by_link=True)
    assert by_link.post(url(sprint, "decisions/1/sign-off/"), shown).status_code == 403
    assert client_of(people["staff"]).post(url(sprint, "decisions/1/dissent/"), {"words": "No"}).status_code == 403
    with pytest.raises(Refused):
        by = people[f"{Party.COMMUNITY} member"]
        actions.sign_off(by=by, subject=row_of(decision), shown=shown["shown"], now=NOW)
    assert not Event.objects.filter(kind="decision.signed_off").exists()
    assert Event.objects.filter(kind="refused", chain=sprint.partnership_id).exists()
    assert (row_of(decision).state, Decision.objects.count(), Dissent.objects.count()) == (DecisionState.WAITS, 1, 0)


def test_a_decision_of_another_partnership_is_not_found_under_ones_own(sprint: Sprint, party: Party) -> None:
    other = started_sprint()
    decide(other, question="What nobody here may read?")
    client = client_of(lead_in(sprint, party))
    assert client.get(url(sprint, "decisions/1/")).status_code == 404
    assert client.post(url(sprint, "decisions/1/reverse/"), DECISION).status_code == 404
    assert "What nobody here may read?" not in text_of(client.get(url(sprint, "decisions/")))
    with pytest.raises(Decision.DoesNotExist):
        decide(sprint, party, reverses=Decision.objects.get(sprint=other))


def test_stale_is_stale_for_the_action_too(sprint: Sprint, party: Party) -> None:
    decision = decide(sprint)
    with pytest.raises(Stale):
        by = lead_in(sprint, party)
        actions.sign_off(by=by, subject=row_of(decision), shown="0" * 64, now=NOW)


def test_the_log_asks_as_often_for_one_decision_as_for_many(sprint: Sprint, party: Party) -> None:
    client = client_of(lead_in(sprint, party))
    first = decide(sprint)
    sign(first)
    decide(sprint, reverses=first)
    client.get(url(sprint, "decisions/"))
    with CaptureQueriesContext(connection) as few:
        client.get(url(sprint, "decisions/"))
    for number in range(12):
        one = decide(sprint, question=f"Question {number}?")
        sign(one)
        decide(sprint, reverses=one, question=f"Question {number}, again?")
    with CaptureQueriesContext(connection) as many:
        page = client.get(url(sprint, "decisions/"))
    assert "Question 11, again?" in text_of(page)
    assert len(few) == len(many)
    assert len(decision_log(sprint)) == 26
