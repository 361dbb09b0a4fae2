"""An agreement's pages from the outside: what each person sees, and what is done when they press a button."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import translation

from agreements.domain.clause_status import agreement_status
from agreements.models import Assent, Clause, Signature, Wording, WordingDraft
from ledger.models import Event
from partners.parties import Party, Role
from tests.factories.agreements import (
    agree_to_all,
    clause,
    lead,
    make_agreement,
    open_for_signing,
    propose,
    sign,
    sign_both,
    standing,
)
from tests.factories.people import everybody, make_seat, member_of
from tests.pages import agreement_url as url
from tests.pages import signed_in, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
BOTH_WAYS = pytest.mark.parametrize("party", list(Party))


@BOTH_WAYS
def test_both_sides_see_the_same_sentences(party: Party) -> None:
    agreement = make_agreement()
    page = signed_in(lead(agreement, party)).get(url(agreement))
    assert "facing issues related to eviction and rental assistance." in text_of(page)
    assert (
        "Elm Street Neighbors and City of Ashford, Office of Data aim to partner on the TOPcities project"
        in text_of(page)
    )
    assert "Agree to all 20 remaining clauses" in text_of(page)


def test_the_number_of_queries_does_not_grow_with_the_clauses(django_assert_num_queries: object) -> None:
    few, many = make_agreement(), make_agreement()
    for number in range(40):
        added = Clause.objects.create(agreement=many, key=f"optional-{number}", kind="optional", position=900 + number)
        base = Wording.objects.create(
            clause=added,
            number=1,
            texts={"en": f"Clause {number}"},
            author=lead(many, Party.CITY),
            digest="0" * 64,
            created_at=many.changed_at,
        )
        Clause.objects.filter(pk=added.pk).update(base=base)
    counts = []
    for agreement in (few, many):
        client = signed_in(lead(agreement, Party.CITY))
        client.get(url(agreement))
        with CountQueries() as counted:
            assert client.get(url(agreement)).status_code == 200
        counts.append(len(counted))
    assert counts[0] == counts[1]
    assert counts[0] == 14


def CountQueries() -> object:  # noqa: N802  a context manager
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    return CaptureQueriesContext(connection)


@BOTH_WAYS
def test_agree_to_one_wording_then_to_all_that_remain(party: Party) -> None:
    agreement = make_agreement()
    client = signed_in(lead(agreement, party))
    first = standing(agreement, "goal-1")
    response = client.post(
        url(agreement, "clauses/goal-1/agree/"), {"wording": first.base.number, "shown": first.shown}
    )
    assert response.status_code == 302
    assert Assent.objects.get().party == party
    page = client.get(url(agreement))
    assert "Agree to all 19 remaining clauses" in text_of(page)
    shown = agreement_status(agreement).remaining_digest(party)
    client.post(url(agreement, "agree-to-remaining/"), {"shown": shown})
    assert Assent.objects.filter(party=party, withdrawn_at=None).count() == 20


@BOTH_WAYS
def test_a_clause_that_changed_meanwhile_is_not_agreed_to_by_mistake(party: Party) -> None:
    agreement = make_agreement()
    before = standing(agreement, "goal-1")
    all_before = agreement_status(agreement).remaining_digest(party)
    propose(agreement, "goal-1", "Build something else.", by=lead(agreement, party.other))
    client = signed_in(lead(agreement, party))
    stale = {"wording": before.base.number, "shown": before.shown}
    response = client.post(url(agreement, "clauses/goal-1/agree/"), stale)
    assert response.status_code == 409 and "has changed since you opened" in text_of(response)
    assert client.post(url(agreement, "agree-to-remaining/"), {"shown": all_before}).status_code == 409
    assert not Assent.objects.filter(party=party).exists()


@BOTH_WAYS
def test_a_proposal_reaches_the_other_side_as_a_redline_with_its_reason(party: Party) -> None:
    agreement = make_agreement()
    agree_to_all(agreement)
    on_clause = standing(agreement, "goal-2")
    text = on_clause.base_text.replace("Build local capacity", "Build lasting local capacity")
    sent = {"text": text, "reason": "It has to last.", "shown": on_clause.shown, "based_on": 1, "send": ""}
    response = signed_in(lead(agreement, party)).post(url(agreement, "clauses/goal-2/"), sent)
    assert response.status_code == 302
    page = signed_in(lead(agreement, party.other)).get(url(agreement))
    assert re.search(r"<ins\s*>.*?lasting", page.content.decode(), re.DOTALL)
    assert "It has to last." in text_of(page)
    untouched = Assent.objects.filter(withdrawn_at=None).exclude(clause__key="goal-2")
    assert untouched.count() == 2 * 19, "a changed clause loses just its own assents"


@BOTH_WAYS
def test_what_is_being_typed_is_its_authors_alone(party: Party) -> None:
    agreement = make_agreement()
    on_clause = standing(agreement, "goal-2")
    secret = "We are still thinking about this"
    saved = {"text": secret, "reason": "Not yet", "shown": on_clause.shown, "based_on": 1, "save": ""}
    author = member_of(agreement.partnership, party)
    assert signed_in(author).post(url(agreement, "clauses/goal-2/"), saved).status_code == 302
    assert secret in text_of(signed_in(author).get(url(agreement, "clauses/goal-2/")))
    for name, person in everybody(agreement.partnership).items():
        if person != author:
            for page in ("", "clauses/goal-2/"):
                assert secret not in text_of(signed_in(person).get(url(agreement, page))), name
    assert not Event.objects.filter(kind__startswith="wording").exists()


@BOTH_WAYS
def test_a_stale_proposal_shows_both_texts_and_loses_nothing(party: Party) -> None:
    agreement = make_agreement()
    before = standing(agreement, "goal-2")
    propose(agreement, "goal-2", "The second person was quicker.", by=lead(agreement, party))
    mine = {"text": "My own careful words.", "reason": "Mine", "shown": before.shown, "based_on": 1, "send": ""}
    response = signed_in(member_of(agreement.partnership, party)).post(url(agreement, "clauses/goal-2/"), mine)
    assert response.status_code == 409
    assert "My own careful words." in text_of(response)
    assert "second person was quicker" in text_of(response)
    assert WordingDraft.objects.get().text == "My own careful words."
    again = re.search(r'name="shown" value="([0-9a-f]{64})"', response.content.decode().split('id="change"')[1])[1]
    resent = signed_in(member_of(agreement.partnership, party)).post(
        url(agreement, "clauses/goal-2/"), {**mine, "shown": again, "based_on": 1}
    )
    assert resent.status_code == 302 and not WordingDraft.objects.exists()


@BOTH_WAYS
def test_a_members_suggestion_counts_when_their_own_lead_puts_it_forward(party: Party) -> None:
    agreement = make_agreement()
    agree_to_all(agreement)
    wording = propose(agreement, "goal-3", "Share what we learn.", by=member_of(agreement.partnership, party))
    assert standing(agreement, "goal-3").agreed is not None, "a suggestion changes nothing yet"
    sent = {"wording": wording.number, "shown": standing(agreement, "goal-3").shown}
    other = signed_in(lead(agreement, party.other))
    assert other.post(url(agreement, "clauses/goal-3/put-forward/"), sent).status_code == 403
    own = signed_in(lead(agreement, party))
    assert own.post(url(agreement, "clauses/goal-3/put-forward/"), sent).status_code == 302
    assert standing(agreement, "goal-3").stands_on(party) == wording
    assert standing(agreement, "goal-3").waits_for(party.other)


@BOTH_WAYS
def test_a_lead_of_one_side_cannot_decide_for_the_other(party: Party) -> None:
    """Whatever the form says (`party`, `role`, `signed_at`): the seat says whose yes it is."""
    agreement = make_agreement()
    on_clause = standing(agreement, "goal-1")
    sent = {"wording": 1, "shown": on_clause.shown, "party": party.other, "role": "lead", "at": "2020-01-01"}
    signed_in(lead(agreement, party)).post(url(agreement, "clauses/goal-1/agree/"), sent)
    assert [assent.party for assent in Assent.objects.all()] == [party]
    for person in (
        member_of(agreement.partnership, party),
        make_seat(agreement.partnership, Role.PRODUCT_ADVISOR).person,
    ):
        refused = signed_in(person).post(url(agreement, "clauses/goal-1/agree/"), sent)
        assert refused.status_code == 403
    assert Assent.objects.count() == 1
    assert Event.objects.filter(kind="refused").count() == 2


@BOTH_WAYS
def test_a_name_that_holds_a_web_address_is_refused_in_words(party: Party) -> None:
    agreement = make_agreement()
    form = {"organization": "Win at http://evil.example", "signatory": "See www.evil.example"}
    page = signed_in(lead(agreement, party)).post(url(agreement, "names/"), form)
    assert page.status_code == 422
    assert "cannot hold a web address" in page.content.decode()
    own = agreement.partnership.organizations.get(party=party)
    assert "evil.example" not in own.name + own.signatory


PAGES = ["", "clauses/goal-1/", "clauses/add/", "names/", "draft.pdf", "sign/", "sign/paper/", "reopen/", "end/"]
PAGES += ["editions/1/", "editions/1/signed.pdf", "editions/1/record.json"]


@pytest.mark.parametrize("page", PAGES)
def test_what_is_not_yours_does_not_exist(page: str) -> None:
    agreement = make_agreement()
    open_for_signing(agreement)
    elsewhere = lead(make_agreement(), Party.CITY)
    theirs = signed_in(elsewhere).get(url(agreement, page))
    never = signed_in(elsewhere).get(f"/partnerships/never-was/agreement/{page}")
    assert (theirs.status_code, never.status_code) == (404, 404)
    assert Client().get(url(agreement, page)).status_code == 302


def test_staff_see_the_state_but_not_the_draft() -> None:
    agreement = make_agreement()
    staff = everybody(agreement.partnership)["staff"]
    assert signed_in(staff).get(url(agreement)).status_code == 403
    home = signed_in(staff).get(f"/partnerships/{agreement.partnership.slug}/")
    assert home.status_code == 200 and "Drafting" in text_of(home)


@BOTH_WAYS
def test_the_page_lists_what_stands_in_the_way_with_links(party: Party) -> None:
    agreement = make_agreement()
    agree_to_all(agreement, party)
    page = signed_in(lead(agreement, party)).get(url(agreement)).content.decode()
    assert page.count("Put it right") == 20
    assert f'href="{url(agreement, "clauses/goal-1/")}"' in page
    assert "Open for signing" not in re.sub(r"<[^>]+>", " ", page).replace("open for signing", "")


@BOTH_WAYS
def test_sign_with_a_fresh_code(party: Party) -> None:
    agreement = make_agreement()
    edition = open_for_signing(agreement)
    person = lead(agreement, party)
    client = signed_in(person)
    page = client.get(url(agreement, "sign/"))
    assert "Sign agreement" in text_of(page) and "Sign on paper instead" in text_of(page)
    sent = {"shown": edition.digest, "name": person.name, "title": "Director", "consents": "on", "intends": "on"}
    assert client.post(url(agreement, "sign/"), sent).status_code == 302
    assert client.post(url(agreement, "sign/"), sent).status_code == 302, "a double click is one signature"
    signature = Signature.objects.get()
    assert (signature.party, signature.signed_by, signature.proof_method) == (party, person, "email code")


def test_signing_with_an_old_session_asks_for_a_code_first() -> None:
    agreement = make_agreement()
    edition = open_for_signing(agreement)
    person = lead(agreement, Party.CITY)
    client = signed_in(person, minutes_ago=60)
    sent = {"shown": edition.digest, "name": person.name, "consents": "on", "intends": "on"}
    response = client.post(url(agreement, "sign/"), sent)
    assert response.status_code == 302 and "/accounts/confirm/" in response["Location"]
    assert not Signature.objects.exists()


def test_a_name_that_differs_offers_to_put_the_block_right() -> None:
    agreement = make_agreement()
    edition = open_for_signing(agreement)
    client = signed_in(lead(agreement, Party.CITY))
    sent = {"shown": edition.digest, "name": "Zoë Ångström", "consents": "on", "intends": "on"}
    page = client.post(url(agreement, "sign/"), sent)
    assert page.status_code == 422 and "Change the block to “Zoë Ångström”" in text_of(page)
    client.post(url(agreement, "sign/name/"), {"shown": edition.digest, "name": "Zoë Ångström"})
    assert "Zoë Ångström" in text_of(client.get(url(agreement, "sign/")))


def test_a_spanish_reader_gets_a_reading_aid_that_is_marked_as_one() -> None:
    agreement = make_agreement()
    propose(agreement, "goal-2", "Changed by us.", by=lead(agreement, Party.COMMUNITY))
    client = signed_in(lead(agreement, Party.CITY))
    client.cookies["django_language"] = "es"
    with translation.override("es"):
        page = client.get(url(agreement), headers={"accept-language": "es"})
    assert "Difundir lo aprendido" in text_of(page)
    assert "Diffusion of learning" in text_of(page)
    assert "Desarrollar capacidad local" not in text_of(page), "a changed clause has no translation yet"


@BOTH_WAYS
def test_script_in_what_people_write_is_inert(party: Party) -> None:
    agreement = make_agreement()
    evil = '<script>alert("x")</script>{{ 7|add:7 }}'
    propose(agreement, "goal-1", evil, by=lead(agreement, party), reason=evil)
    for page in (
        url(agreement),
        url(agreement, "clauses/goal-1/"),
        f"/partnerships/{agreement.partnership.slug}/history/",
    ):
        html = signed_in(lead(agreement, party.other)).get(page).content.decode()
        assert "<script>alert" not in html
        if "goal-1" in page:
            assert "&lt;script&gt;" in html and "{{ 7|add:7 }}" in html


def test_a_clause_of_a_megabyte_is_refused_early_with_the_limit_named() -> None:
    agreement = make_agreement()
    on_clause = standing(agreement, "goal-1")
    sent = {"text": "x" * 1_000_000, "reason": "Long", "shown": on_clause.shown, "based_on": 1, "send": ""}
    page = signed_in(lead(agreement, Party.CITY)).post(url(agreement, "clauses/goal-1/"), sent)
    assert page.status_code == 422 and "4000 fit here" in text_of(page)


def test_an_offered_clause_is_added_when_both_agree() -> None:
    agreement = make_agreement()
    client = signed_in(lead(agreement, Party.COMMUNITY))
    assert client.post(url(agreement, "clauses/add/"), {"offered": "data-sharing"}).status_code == 302
    added = standing(agreement, "data-sharing")
    assert added.is_left_out and added.waits_for(Party.CITY)
    agree_to_all(agreement, Party.CITY)
    assert "We share no personal data of residents." in standing(agreement, "data-sharing").base_text


def test_the_history_tells_in_words_and_is_never_stored_by_a_browser() -> None:
    agreement = make_agreement()
    sign_both(open_for_signing(agreement))
    page = signed_in(lead(agreement, Party.CITY)).get(f"/partnerships/{agreement.partnership.slug}/history/")
    assert "came into force" in text_of(page) and "signed edition 1" in text_of(page)
    assert "no-store" in page["Cache-Control"]


def test_the_record_has_no_address_in_clear() -> None:
    agreement = make_agreement()
    edition = open_for_signing(agreement)
    for party in Party:
        sign(edition, party)
    data = signed_in(lead(agreement, Party.CITY)).get(url(agreement, "editions/1/record.json")).content.decode()
    for party in Party:
        assert lead(agreement, party).email not in data
        assert lead(agreement, party).name in data
    assert clause(agreement, "goal-1").key in data
