"""People talk about a clause beside its text: everybody in the partnership does, nobody else reads it, and no word
of the agreement moves."""

from __future__ import annotations

import json
from datetime import timedelta
from html import unescape

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agreements import actions
from agreements.domain.clause_status import agreement_status
from agreements.models import Agreement, Assent, Comment
from agreements.refusals import NotNow
from agreements.wording.digest import MOST_COMMENTS
from ledger.models import Event
from partners.models import News, Person
from partners.parties import Party, Role
from partners.rules import Refused
from tests.factories.agreements import agree_to_all, clause, lead, make_agreement, open_for_signing, propose, sign_both
from tests.factories.people import (
    NOW,
    client_of,
    everybody,
    make_partnership,
    make_person,
    make_seat,
    member_of,
    staff_of,
)
from tests.mail.mailbox import deliver
from tests.mail.mailbox import text_of as text_of_mail
from tests.pages import agreement_url as url
from tests.pages import text_of

pytestmark = pytest.mark.django_db
SAYS = "Which evenings would suit your members?"
HOUR = timedelta(hours=1)


@pytest.fixture
def agreement() -> Agreement:
    return make_agreement()


def say(
    agreement: Agreement, by: Person, text: str = SAYS, *, key: str = "goal-1", after: timedelta = HOUR * 0
) -> Comment:
    return actions.comment(by=by, clause=clause(agreement, key), text=text, now=NOW + after)


def page(agreement: Agreement, person: Person, rest: str = "clauses/goal-1/") -> str:
    return unescape(text_of(client_of(person).get(url(agreement, rest))))


def send(client: Client, agreement: Agreement, text: str = SAYS, key: str = "goal-1") -> object:
    return client.post(url(agreement, f"clauses/{key}/comment/"), {"comment": text})


# --- Who talks, and who reads ----------------------------------------------------------------------------------------


def test_everybody_in_the_partnership_talks_and_reads_whichever_side_they_are_on(agreement: Agreement) -> None:
    people = {role: one for role, one in everybody(agreement.partnership).items() if one.seats.exists()}
    for role, person in people.items():
        sent = send(client_of(person), agreement, f"As {role} I ask: who brings the chairs?")
        assert sent.status_code == 302 and sent["Location"].endswith("clauses/goal-1/#comments")
    for person in people.values():
        shown = page(agreement, person)
        for role, author in people.items():
            assert f"As {role} I ask: who brings the chairs?" in shown and author.name in shown
        assert f"{len(people)} comments : Goal 1" in page(agreement, person, "")


def test_it_is_said_for_which_side_somebody_spoke(agreement: Agreement, party: Party) -> None:
    assert say(agreement, lead(agreement, party)).party == party
    assert say(agreement, make_seat(agreement.partnership, Role.TECHNOLOGY_PARTNER).person).party is None


def test_nobody_else_reads_or_writes_one(agreement: Agreement, party: Party) -> None:
    say(agreement, lead(agreement, party))
    staff, stranger = staff_of(agreement.partnership.program), lead(make_agreement(make_partnership()), party)
    root = make_person("Root", is_staff=True, is_superuser=True)
    for outsider in (staff, stranger, root, make_person("Nobody")):
        client = client_of(outsider)
        assert send(client, agreement, "Let me in.").status_code in {403, 404}
        for address in (url(agreement, "clauses/goal-1/"), url(agreement), "/"):
            assert SAYS not in text_of(client.get(address, follow=True))
        history = client.get(f"/partnerships/{agreement.partnership.slug}/history/")
        assert SAYS not in text_of(history)
        with pytest.raises((Refused, Http404)):
            say(agreement, outsider, "Let me in.")
    assert [one.text for one in Comment.objects.all()] == [SAYS]


def test_who_left_is_out_at_once_and_what_they_said_stays(agreement: Agreement, party: Party) -> None:
    member = member_of(agreement.partnership, party)
    client = client_of(member)
    send(client, agreement)
    member.seats.update(ended_at=NOW, ended_by=member)
    assert send(client, agreement, "One more.").status_code == 404
    assert SAYS in page(agreement, lead(agreement, party.other))


# --- What it does not do ---------------------------------------------------------------------------------------------


def test_it_moves_no_word_and_no_yes(agreement: Agreement, party: Party) -> None:
    agree_to_all(agreement, party)
    before = agreement_status(agreement)
    say(agreement, lead(agreement, party.other))
    after = agreement_status(agreement)
    assert [one.shown for one in after.clauses] == [one.shown for one in before.clauses]
    assert [len(after.waiting_for(side)) for side in Party] == [len(before.waiting_for(side)) for side in Party]
    assert Assent.objects.filter(withdrawn_at=None).count() == len(before.clauses)


def test_it_can_be_written_until_the_text_is_signed_and_again_in_an_amendment(
    agreement: Agreement, party: Party
) -> None:
    edition = open_for_signing(agreement)
    say(agreement, lead(agreement, party), "What does this mean for us?")
    sign_both(edition)
    by = lead(agreement, party.other)
    with pytest.raises(NotNow):
        say(agreement, by)
    refused = send(client_of(by), agreement)
    assert refused.status_code == 409 and SAYS in text_of(refused), "what was typed comes back"
    assert "What does this mean for us?" in page(agreement, by) and "Send comment" not in page(agreement, by)
    actions.amend(by=by, agreement=agreement, reason="The school joins us.", now=NOW)
    say(agreement, by)
    assert Comment.objects.count() == 2


def test_the_history_says_that_there_is_one_and_no_export_holds_what_it_says(
    agreement: Agreement, party: Party, tmp_path: object
) -> None:
    say(agreement, lead(agreement, party))
    shown = client_of(lead(agreement, party.other)).get(f"/partnerships/{agreement.partnership.slug}/history/")
    assert "commented on “Goal 1”" in unescape(text_of(shown)) and SAYS not in text_of(shown)
    events = Event.objects.filter(chain=agreement.partnership_id, kind="comment.written").select_related("content")
    assert [event.content.payload for event in events] == [{"clause": "goal-1", "party": party}]
    call_command("verify_ledger")
    assert SAYS not in json.dumps([event.content.payload for event in Event.objects.select_related("content")])


# --- What is typed ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["", "   ", "\u200b", "a" * (Comment.text.field.max_length + 1)])
def test_what_cannot_be_sent_comes_back_as_it_was_typed(agreement: Agreement, party: Party, typed: str) -> None:
    answer = send(client_of(lead(agreement, party)), agreement, typed)
    assert answer.status_code == 422
    assert "error" in answer.content.decode() and typed in answer.content.decode()
    assert not Comment.objects.exists()


def test_a_script_is_inert_and_a_list_stays_a_list(agreement: Agreement, party: Party) -> None:
    send(client_of(lead(agreement, party)), agreement, "<script>alert(1)</script>\n- one\n- two")
    shown = client_of(lead(agreement, party.other)).get(url(agreement, "clauses/goal-1/")).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;<br>- one<br>- two" in shown and "<script>alert" not in shown


def test_a_double_click_is_one_comment_and_the_same_words_later_are_another(agreement: Agreement, party: Party) -> None:
    mine, theirs = lead(agreement, party), lead(agreement, party.other)
    assert say(agreement, mine) == say(agreement, mine)
    say(agreement, theirs, "Thursdays.")
    assert say(agreement, mine) != say(agreement, theirs)
    assert Comment.objects.count() == 4
    assert Event.objects.filter(kind="comment.written").count() == 4


def test_there_is_a_limit_that_is_named(agreement: Agreement, party: Party) -> None:
    about = {"clause": clause(agreement, "goal-1"), "written_at": NOW, "written_by": lead(agreement, party)}
    Comment.objects.bulk_create(Comment(text=f"{place}", **about) for place in range(MOST_COMMENTS))
    with pytest.raises(ValidationError, match=str(MOST_COMMENTS)):
        say(agreement, lead(agreement, party.other))
    refused = send(client_of(lead(agreement, party.other)), agreement)
    assert refused.status_code == 422 and SAYS in text_of(refused)
    say(agreement, lead(agreement, party.other), key="goal-2")


@pytest.mark.parametrize("changed", [{"party": "host"}, {"text": ""}])
def test_the_database_holds_no_other(agreement: Agreement, changed: dict) -> None:
    fields = {"clause": clause(agreement, "goal-1"), "party": "", "text": "Hello", "written_at": NOW}
    with pytest.raises(IntegrityError), transaction.atomic():
        Comment.objects.create(**fields | {"written_by": lead(agreement, Party.CITY)} | changed)


# --- Who is told -----------------------------------------------------------------------------------------------------


def mails_after(after: timedelta) -> dict[str, str]:
    """The mails about the text that leave at this moment, by their address."""
    mail.outbox.clear()
    return {one.to[0]: text_of_mail(one) for one in deliver(NOW + after) if "agreement" in one.subject}


def test_both_leads_are_told_in_the_mail_of_the_hour_but_not_whoever_wrote_it(
    agreement: Agreement, party: Party
) -> None:
    member, mine, theirs = member_of(agreement.partnership, party), *(lead(agreement, p) for p in (party, party.other))
    agree_to_all(agreement)
    deliver(NOW + HOUR)
    say(agreement, mine, after=2 * HOUR)
    say(agreement, mine, "Or a morning?", key="goal-3", after=2 * HOUR)
    (found,) = mails_after(3 * HOUR).items()
    assert found[0] == theirs.email
    assert "There are new comments on: Goal 1, Goal 3." in found[1] and "wait for your answer" not in found[1]
    assert SAYS not in found[1], "what was said is read on the page"
    say(agreement, member, key="goal-2", after=4 * HOUR)
    found = mails_after(6 * HOUR)
    assert set(found) == {mine.email, theirs.email}
    assert all("new comments on: Goal 2." in words for words in found.values()), "what was told is told once"
    assert mails_after(9 * HOUR) == {}


def test_one_that_is_written_while_a_mail_leaves_is_told_in_the_next(agreement: Agreement, party: Party) -> None:
    """It was begun before the mail was written, and there only after."""
    mine, theirs = lead(agreement, party), lead(agreement, party.other)
    agree_to_all(agreement)
    say(agreement, mine)
    assert theirs.email in mails_after(HOUR)
    say(agreement, mine, key="goal-3", after=HOUR - timedelta(seconds=1))
    words = mails_after(3 * HOUR)[theirs.email]
    assert "new comments on: Goal 3." in words


def test_while_the_text_is_open_for_signing_the_mail_says_so(agreement: Agreement, party: Party) -> None:
    open_for_signing(agreement)
    deliver(NOW + HOUR)
    say(agreement, lead(agreement, party), after=2 * HOUR)
    (words,) = mails_after(4 * HOUR).values()
    assert "is open for signing." in words and "are writing" not in words and "new comments on: Goal 1." in words


def test_comments_and_changes_are_one_mail(agreement: Agreement, party: Party) -> None:
    mine, theirs = lead(agreement, party), lead(agreement, party.other)
    agree_to_all(agreement)
    deliver(NOW + HOUR)
    propose(agreement, "goal-1", "Better.", by=mine, now=NOW + 2 * HOUR)
    say(agreement, mine, after=2 * HOUR)
    (words,) = mails_after(3 * HOUR).values()
    assert "Parts of the text that wait for your answer: 1." in words and "new comments on: Goal 1." in words
    Person.objects.filter(pk=theirs.pk).update(news=News.WEEKLY)
    say(agreement, mine, "Or Fridays?", after=4 * HOUR)
    assert mails_after(6 * HOUR) == {}, "who reads the news in the weekly mail gets no other"


def test_more_comments_take_no_more_queries(agreement: Agreement, party: Party) -> None:
    client, asked = client_of(lead(agreement, party)), []
    for _round in range(2):
        for side in Party:
            say(agreement, lead(agreement, side), f"Round {_round} of {side}")
            say(agreement, lead(agreement, side), f"Round {_round} of {side}", key="goal-2")
        for address in (url(agreement), url(agreement, "clauses/goal-1/")):
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            asked.append(len(queries))
    assert asked[:2] == asked[2:]
