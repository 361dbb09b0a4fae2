"""Two people act on one agreement at once: whoever comes second is told what is different now, and loses nothing."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from functools import partial

import pytest
from django.http import HttpResponse
from django.utils import timezone

from agreements import actions
from agreements.models import Agreement, Assent, Edition, Signature, Wording
from agreements.states import EditionState
from partners.parties import Party
from tests.concurrency import at_once
from tests.factories.agreements import agree, lead, make_agreement, open_for_signing, propose, sign, standing
from tests.factories.people import client_of, member_of
from tests.mail.mailbox import code_to, to
from tests.pages import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def url(agreement: Agreement, rest: str = "") -> str:
    return f"/partnerships/{agreement.partnership.slug}/agreement/{rest}"


def words(response: HttpResponse) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def marked(response: HttpResponse, kind: str) -> str:
    """What a redline on the page marks as added ("ins") or removed ("del"), without the words for screen readers."""
    page = re.sub(r"<span class=\"usa-sr-only\".*?</span>", "", response.content.decode(), flags=re.DOTALL)
    return " | ".join(re.findall(rf"<{kind}\s*>(.*?)</{kind}>", page, flags=re.DOTALL))


def hidden(response: HttpResponse, name: str) -> str:
    return re.findall(rf'name="{name}"\s+value="([^"]*)"', response.content.decode())[-1]


def to_sign(edition: Edition, party: Party, **changed: str) -> dict[str, str]:
    name = lead(edition.agreement, party).name
    return {"shown": edition.digest, "name": name, "title": "Director", "consents": "on", "intends": "on", **changed}


# --- What is agreed to is what was shown -------------------------------------------------------------------------


def test_agreeing_to_a_wording_that_was_answered_meanwhile_shows_the_difference(party: Party) -> None:
    agreement = make_agreement()
    seen = standing(agreement, "goal-2")
    text = seen.base_text.replace("Build", "Slowly build")
    propose(agreement, "goal-2", text, by=lead(agreement, party.other))
    answer = client_of(lead(agreement, party)).post(
        url(agreement, "clauses/goal-2/agree/"), {"wording": seen.base.number, "shown": seen.shown}
    )
    assert answer.status_code == 409
    assert "What changed meanwhile" in words(answer)
    assert "Slowly build" in marked(answer, "ins") and "Build" in marked(answer, "del")
    assert not Assent.objects.filter(party=party).exists()


def test_agreeing_where_only_the_others_yes_is_new_says_that_the_words_are_the_same(party: Party) -> None:
    agreement = make_agreement()
    seen = standing(agreement, "goal-2")
    agree(agreement, "goal-2", seen.base, by=lead(agreement, party.other))
    answer = client_of(lead(agreement, party)).post(
        url(agreement, "clauses/goal-2/agree/"), {"wording": seen.base.number, "shown": seen.shown}
    )
    assert answer.status_code == 409
    assert "The words that you saw are the same" in words(answer)
    assert not marked(answer, "ins") and not marked(answer, "del")


def test_agreeing_to_all_that_remain_names_each_clause_that_is_not_as_it_was_shown(party: Party) -> None:
    agreement = make_agreement()
    client = client_of(lead(agreement, party))
    page = client.get(url(agreement))
    sent = {"shown": hidden(page, "shown"), "seen": hidden(page, "seen")}
    text = standing(agreement, "goal-2").base_text.replace("Build", "Slowly build")
    propose(agreement, "goal-2", text, by=lead(agreement, party.other))
    own = propose(agreement, "goal-3", "We answered this in another window.", by=lead(agreement, party))
    answer = client.post(url(agreement, "agree-to-remaining/"), sent)
    assert answer.status_code == 409
    assert "Slowly build" in marked(answer, "ins")
    said = words(answer)
    assert "Goal 2" in said and "Goal 3" in said and "Goal 1" not in said
    assert [assent.wording for assent in Assent.objects.filter(party=party)] == [own]
    again = client.get(url(agreement))
    sent = {"shown": hidden(again, "shown"), "seen": hidden(again, "seen")}
    assert client.post(url(agreement, "agree-to-remaining/"), sent).status_code == 302


@pytest.mark.parametrize("seen", ["", "goal-2", "goal-2:² nowhere:1 :: goal-1:x"])
def test_whatever_a_form_claims_to_have_shown_the_answer_is_a_page(party: Party, seen: str) -> None:
    agreement = make_agreement()
    sent = {"shown": "0" * 64, "seen": seen}
    answer = client_of(lead(agreement, party)).post(url(agreement, "agree-to-remaining/"), sent)
    assert answer.status_code == 409
    assert not Assent.objects.exists()


def test_a_reason_for_leaving_a_clause_out_is_kept_when_the_clause_changed_meanwhile(party: Party) -> None:
    agreement = make_agreement()
    seen = standing(agreement, "goal-2")
    propose(agreement, "goal-2", "Something else.", by=lead(agreement, party.other))
    client = client_of(member_of(agreement.partnership, party))
    sent = {"shown": seen.shown, "reason": "We have no people for it."}
    answer = client.post(url(agreement, "clauses/goal-2/remove/"), sent)
    assert answer.status_code == 409
    assert "We have no people for it." in words(answer) and "Something else" in words(answer)
    assert not Wording.objects.filter(removes=True, clause__key="goal-2").exists()
    sent["shown"] = re.findall(r'name="shown" value="([0-9a-f]{64})"', answer.content.decode())[-1]
    assert client.post(url(agreement, "clauses/goal-2/remove/"), sent).status_code == 302
    assert Wording.objects.get(removes=True, clause__key="goal-2").reason == "We have no people for it."


def test_two_of_one_side_write_at_once_and_both_texts_are_there(party: Party) -> None:
    agreement = make_agreement()
    seen = standing(agreement, "goal-2")
    sent = {"reason": "So it is.", "shown": seen.shown, "based_on": "1", "send": ""}
    people = {"Leadwords": lead(agreement, party)}
    people["Memberwords"] = member_of(agreement.partnership, party)
    answers = {
        text: client_of(person).post(url(agreement, "clauses/goal-2/"), {**sent, "text": text})
        for text, person in people.items()
    }
    first, second = answers.values()
    assert (first.status_code, second.status_code) == (302, 409)
    assert all(text in words(second) for text in people)
    assert "Your own words are still in the form" in words(second)
    page = client_of(member_of(agreement.partnership, party)).get(url(agreement, "clauses/goal-2/"))
    assert all(text in words(page) + marked(page, "ins") for text in people), "and it is still there later"


# --- Signing a text that is not open any more ----------------------------------------------------------------------


def reopened(edition: Edition, party: Party) -> None:
    actions.reopen(by=lead(edition.agreement, party), edition=edition, reason="The year is wrong.", now=timezone.now())


def test_signing_what_was_reopened_meanwhile_says_who_why_and_what_is_different(party: Party) -> None:
    agreement = make_agreement()
    edition = open_for_signing(agreement)
    client = client_of(lead(agreement, party))
    assert client.get(url(agreement, "sign/")).status_code == 200
    reopened(edition, party.other)
    text = standing(agreement, "goal-2").base_text.replace("Build", "Slowly build")
    propose(agreement, "goal-2", text, by=lead(agreement, party.other))
    agree(agreement, "goal-2", standing(agreement, "goal-2").proposals[-1], by=lead(agreement, party))
    answer = client.post(url(agreement, "sign/"), to_sign(edition, party, title="Keeper of trees"))
    assert answer.status_code == 409
    said = words(answer)
    assert f"{lead(agreement, party.other).name} reopened the agreement" in said and "The year is wrong." in said
    assert "You have not signed." in said and "Keeper of trees" in said
    assert "Slowly build" in marked(answer, "ins")
    assert not Signature.objects.exists()


def test_signing_one_text_while_another_is_open_shows_the_difference_and_signs_neither(party: Party) -> None:
    agreement = make_agreement()
    edition = open_for_signing(agreement)
    other = lead(agreement, party.other)
    actions.put_name_right(by=other, edition=edition, signatory="Zoë Ångström", now=timezone.now())
    answer = client_of(lead(agreement, party)).post(url(agreement, "sign/"), to_sign(edition, party))
    assert answer.status_code == 409
    assert "Zoë Ångström" in marked(answer, "ins") and "Signature block of" in words(answer)
    assert not Signature.objects.exists()


def test_a_text_that_never_was_is_not_signed(party: Party) -> None:
    agreement = make_agreement()
    edition = open_for_signing(agreement)
    answer = client_of(lead(agreement, party)).post(url(agreement, "sign/"), to_sign(edition, party, shown="0" * 64))
    assert answer.status_code == 409
    assert not Signature.objects.exists()


def test_reopening_after_the_second_signature_says_that_it_came_too_late(party: Party) -> None:
    agreement = make_agreement()
    edition = open_for_signing(agreement)
    client = client_of(lead(agreement, party))
    assert client.get(url(agreement, "reopen/")).status_code == 200
    for each in Party:
        sign(edition, each)
    answer = client.post(url(agreement, "reopen/"), {"shown": edition.digest, "reason": "A long and careful reason."})
    assert answer.status_code == 409
    assert "The second signature came first" in words(answer)
    assert "A long and careful reason." in words(answer)
    edition.refresh_from_db()
    assert edition.state == EditionState.IN_FORCE


@pytest.mark.django_db(transaction=True)
def test_of_a_reopening_and_the_second_signature_one_wins_and_both_are_told_which(party: Party) -> None:
    agreement = make_agreement()
    edition = open_for_signing(agreement)
    sign(edition, party)
    signer, other = client_of(lead(agreement, party.other)), client_of(lead(agreement, party))
    signed, reopening = at_once(
        partial(signer.post, url(agreement, "sign/"), to_sign(edition, party.other)),
        partial(other.post, url(agreement, "reopen/"), {"shown": edition.digest, "reason": "Wait a little."}),
    )
    edition.refresh_from_db()
    people = {person.email for person in (lead(agreement, each) for each in Party)}
    if edition.state == EditionState.IN_FORCE:
        assert (signed.status_code, reopening.status_code) == (302, 409)
        assert "The second signature came first" in words(reopening)
        subject = "Your agreement is in force"
    else:
        assert (signed.status_code, reopening.status_code) == (409, 302)
        assert "Wait a little." in words(signed) and "You have not signed" in words(signed)
        assert edition.signatures.count() == 1
        subject = "Your agreement is open for changes again"
    assert all(any(mail.subject.startswith(subject) for mail in to(address)) for address in people)


# --- Once more -------------------------------------------------------------------------------------------------


def test_pressing_twice_or_going_back_and_sending_again_is_one_signature_and_one_page(party: Party) -> None:
    agreement = make_agreement()
    edition = open_for_signing(agreement)
    client, form = client_of(lead(agreement, party)), to_sign(edition, party)
    answers = [client.post(url(agreement, "sign/"), form) for _press in range(3)]
    assert {(answer.status_code, answer.url) for answer in answers} == {(302, url(agreement, "sign/"))}
    first = Signature.objects.get()
    sign(edition, party.other, now=timezone.now())
    again = client.post(url(agreement, "sign/"), {**form, "title": "Emperor"})
    assert (again.status_code, again.url) == (302, url(agreement))
    assert "You have signed" in words(client.get(again.url))
    assert Signature.objects.get(party=party).title == first.title == "Director"
    assert Signature.objects.count() == 2
    subjects = [mail.subject for mail in to(lead(agreement, party).email)]
    assert sum(subject.startswith("Your agreement is in force") for subject in subjects) == 1


@pytest.mark.django_db(transaction=True)
def test_four_clicks_in_one_instant_are_one_signature_and_the_same_page(party: Party) -> None:
    agreement = make_agreement()
    edition = open_for_signing(agreement)
    sign(edition, party.other)
    clients = [client_of(lead(agreement, party)) for _click in range(4)]
    clicks = [partial(client.post, url(agreement, "sign/"), to_sign(edition, party)) for client in clients]
    answers = at_once(*clicks)
    assert {(answer.status_code, answer.url) for answer in answers} == {(302, url(agreement))}
    assert Signature.objects.count() == 2


# --- A code that is too old ----------------------------------------------------------------------------------------


def test_what_was_typed_before_a_fresh_code_was_asked_for_is_there_after_it(party: Party) -> None:
    agreement = make_agreement()
    edition = open_for_signing(agreement)
    person = lead(agreement, party)
    client = signed_in(person, minutes_ago=16)
    asked = client.post(url(agreement, "sign/"), to_sign(edition, party, title="Keeper of trees"))
    assert asked.status_code == 302 and "/accounts/confirm/" in asked.url
    assert not Signature.objects.exists()
    client.post(asked.url, {"send": "1"})
    back = client.post(asked.url, {"code": code_to(person.email)})
    assert back.url == url(agreement, "sign/")
    page = client.get(back.url).content.decode()
    assert 'value="Keeper of trees"' in page and f'value="{person.name}"' in page
    assert "checked" not in page, "the yes itself is given anew"
    assert client.post(back.url, to_sign(edition, party, title="Keeper of trees")).status_code == 302
    assert Signature.objects.get().title == "Keeper of trees"
    assert Signature.objects.get().proved_at > timezone.now() - timedelta(minutes=1)


@pytest.mark.parametrize("shown", ["0" * 64, "", "\0", "x" * 5000, "²"], ids=["never", "empty", "nul", "long", "other"])
@pytest.mark.parametrize("page", ["sign/", "sign/name/", "reopen/"])
def test_a_text_that_was_never_shown_is_neither_signed_nor_reopened(page: str, shown: str) -> None:
    edition = open_for_signing(make_agreement())
    client = client_of(lead(edition.agreement, Party.COMMUNITY))
    address = f"/partnerships/{edition.agreement.partnership.slug}/agreement/{page}"
    typed = {"shown": shown, "name": "Somebody", "reason": "Because.", "consents": "on", "intends": "on"}
    assert client.post(address, typed).status_code == 409
    edition.refresh_from_db()
    assert edition.state == EditionState.SIGNING
    assert not edition.signatures.exists()


@pytest.mark.parametrize("name", ["", " ", "x" * 130, "\0"])
def test_a_name_that_cannot_stand_in_the_block_is_refused_in_words(name: str) -> None:
    edition = open_for_signing(make_agreement())
    client = client_of(lead(edition.agreement, Party.CITY))
    page = f"/partnerships/{edition.agreement.partnership.slug}/agreement/sign/"
    answer = client.post(f"{page}name/", {"shown": edition.digest, "name": name}, follow=True)
    assert answer.status_code == 200
    edition.refresh_from_db()
    assert edition.state == EditionState.SIGNING
    assert "usa-alert--error" in answer.content.decode()


@pytest.mark.parametrize("number", ["²", "-1", "9" * 30, "\0", "one", ""])
def test_a_wording_that_is_none_does_not_exist(number: str) -> None:
    agreement = make_agreement()
    client = client_of(lead(agreement, Party.CITY))
    page = f"/partnerships/{agreement.partnership.slug}/agreement/clauses/goal-1/"
    for act in ("agree/", "put-forward/", "set-aside/"):
        assert client.post(page + act, {"wording": number, "shown": "x", "reason": " " * 20_000}).status_code == 404
