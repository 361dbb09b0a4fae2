"""What each page tells each person to do next: always what is true for them, in their words."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils.formats import date_format

from agreements import actions
from agreements.domain import readiness
from agreements.domain.clause_status import agreement_status
from agreements.models import Agreement
from partners import actions as partners
from partners.models import Person
from partners.parties import Party, Role
from tests.factories.agreements import (
    agree,
    agree_to_all,
    hand_in,
    lead,
    make_agreement,
    open_for_signing,
    proof_for,
    propose,
    sign,
    sign_both,
)
from tests.factories.people import (
    NOW,
    ZONE,
    client_of,
    make_invitation,
    make_partnership,
    make_seat,
    member_of,
    staff_of,
)
from tests.mail.mailbox import deliver
from tests.pages import agreement_url as url
from tests.pages import signed_in, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
LATER = NOW + timedelta(days=3)


@pytest.fixture
def agreement() -> Agreement:
    return make_agreement()


def home(agreement: Agreement, person: Person) -> str:
    return unescape(text_of(client_of(person).get(f"/partnerships/{agreement.partnership.slug}/")))


def page(agreement: Agreement, person: Person, rest: str = "") -> str:
    return unescape(text_of(client_of(person).get(url(agreement, rest))))


# --- Writing ---------------------------------------------------------------------------------------------------------


def test_of_two_proposals_each_side_knows_its_own(agreement: Agreement, party: Party) -> None:
    mine, theirs = lead(agreement, party), lead(agreement, party.other)
    propose(agreement, "goal-1", "As they would have it.", by=theirs)
    propose(agreement, "goal-1", "As we would have it.", by=mine)
    for person in (mine, theirs):
        said = page(agreement, person, "clauses/goal-1/")
        assert "What your side proposes" in said and "Take our proposal back" in said
        assert said.count("Agree to this wording") == 1
    assert "Stay with our wording" in page(agreement, theirs, "clauses/goal-1/"), "it is their turn to answer"
    assert "Stay with our wording" not in page(agreement, mine, "clauses/goal-1/")


def test_a_clause_that_is_proposed_anew_is_left_out_or_taken_back(agreement: Agreement, party: Party) -> None:
    act = {"kind": "optional", "owner": "", "text": "We share what we learn.", "reason": "", "now": NOW}
    added = actions.add_clause(by=lead(agreement, party), agreement=agreement, **act)
    assert "Leave it out" in page(agreement, lead(agreement, party.other), f"clauses/{added.key}/")
    own = page(agreement, lead(agreement, party), f"clauses/{added.key}/")
    assert "Take our proposal back" in own and "Leave it out" not in own


def test_after_an_answer_the_next_clause_comes_and_not_the_first(agreement: Agreement, party: Party) -> None:
    client = client_of(lead(agreement, party))
    keys = [on_clause.clause.key for on_clause in agreement_status(agreement).clauses]

    def answer(key: str) -> str:
        on_clause = agreement_status(agreement).of(key)
        sent = {"wording": on_clause.base.number, "shown": on_clause.shown}
        return client.post(url(agreement, f"clauses/{key}/agree/"), sent)["Location"]

    assert answer(keys[4]).endswith(f"#{keys[5]}")
    assert answer(keys[-1]).endswith(f"#{keys[0]}"), "and round again"


def test_members_read_what_waits_for_their_lead(agreement: Agreement, party: Party) -> None:
    member = member_of(agreement.partnership, party)
    assert "20 clauses wait for your lead" in home(agreement, member)
    assert "20 wait for your lead" in page(agreement, member) and "Waits for you " not in page(agreement, member)
    assert "20 clauses wait for your answer" in home(agreement, lead(agreement, party))


def test_what_is_not_sent_yet_is_brought_to_mind_of_its_author_alone(agreement: Agreement, party: Party) -> None:
    sent = {"text": "Half a sent", "reason": "", "save": "", "based_on": 1}
    sent["shown"] = agreement_status(agreement).of("goal-2").shown
    client_of(lead(agreement, party)).post(url(agreement, "clauses/goal-2/"), sent)
    for read in (home, page):
        assert "You have not sent what you wrote: Goal 2" in read(agreement, lead(agreement, party))
        for other in (lead(agreement, party.other), member_of(agreement.partnership, party)):
            assert "You have not sent what you wrote" not in read(agreement, other)


def test_what_stands_in_the_way_is_grouped_by_what_it_is_about(agreement: Agreement, party: Party) -> None:
    first = lead(agreement, party)
    for key in ("goal-1", "goal-2"):
        agree(agreement, key, agreement_status(agreement).of(key).base, by=first)
    found = readiness.blockers(agreement_status(agreement))
    groups = readiness.grouped(found)
    names = {one.party: one.name for one in agreement.partnership.organizations.all()}
    said = page(agreement, first)
    assert f"Waits for {names[party.other]} (2)" in said and said.count("(18)") == 1
    assert sorted(one.text for _about, these in groups for one in these) == sorted(one.text for one in found)
    assert [about for about, _these in readiness.grouped(found[:3])] == [""], "a few lines are a plain list"


def test_the_top_of_the_page_opens_it_for_signing_once_nothing_stands_in_the_way(
    agreement: Agreement, party: Party
) -> None:
    opens = f'action="{url(agreement, "open/")}"'
    client = client_of(lead(agreement, party))
    assert opens not in client.get(url(agreement)).content.decode()
    agree_to_all(agreement)
    top, rest = client.get(url(agreement)).content.decode().split('<article class="agreement">')
    assert opens in top and opens in rest
    assert opens not in client_of(member_of(agreement.partnership, party)).get(url(agreement)).content.decode()


def test_a_new_issue_waits_for_both_sides_and_both_are_told(agreement: Agreement, party: Party) -> None:
    agree_to_all(agreement)
    wording = propose(agreement, "issue", "unsafe rental homes", by=lead(agreement, party))
    later = NOW + timedelta(hours=3)
    agree(agreement, "issue", wording, by=lead(agreement, party.other), now=later)
    told = [mail for mail in deliver(later + timedelta(hours=2)) if "Changes to your agreement" in mail.subject]
    assert {mail.to[0] for mail in told} == {lead(agreement, each).email for each in Party}


def test_an_amendment_that_has_just_begun_is_not_called_ready(agreement: Agreement, party: Party) -> None:
    sign_both(open_for_signing(agreement))
    agreement.refresh_from_db()
    actions.amend(by=lead(agreement, party), agreement=agreement, reason="A new goal.", now=NOW)
    for side in Party:
        said = home(agreement, lead(agreement, side))
        assert "An amendment is begun. Propose what should change." in said
        assert "Everything is agreed" not in said
        said = page(agreement, lead(agreement, side))
        assert "Edition 1 stays in force until both sides sign the next one." in said
        assert "Nothing differs from it yet: propose what should change." in said and "parts are agreed" not in said
    propose(agreement, "goal-1", "Otherwise.", by=lead(agreement, party))
    said = page(agreement, lead(agreement, party.other))
    assert "Nothing differs from it yet" not in said and "19 of 20 parts are agreed." in said


def test_a_block_that_names_another_than_the_lead_is_pointed_out(agreement: Agreement, party: Party) -> None:
    person = lead(agreement, party)
    assert not readiness.warnings(agreement_status(agreement))
    Person.objects.filter(pk=person.pk).update(name="Somebody Newer")
    block = agreement.partnership.organizations.get(party=party)
    for side in Party:
        said = page(agreement, lead(agreement, side))
        assert f"The signature block of {block.name} names {block.signatory}. Its lead is Somebody Newer." in said


def test_the_names_are_everybodys_to_read_and_a_leads_to_correct(agreement: Agreement, party: Party) -> None:
    everyone = [lead(agreement, side) for side in Party] + [member_of(agreement.partnership, party)]
    for person in everyone:
        said = page(agreement, person, "names/")
        assert all(f"{lead(agreement, side).name} stands in the signature block." in said for side in Party)
        assert ("Save the names" in said) is (person in everyone[:2])
    sent = {"organization": "Ours now", "signatory": "Somebody Else"}
    assert client_of(everyone[-1]).post(url(agreement, "names/"), sent).status_code == 403


@pytest.mark.parametrize("how", ["corrected", "declined and invited anew"])
def test_the_block_names_the_lead_who_is_invited_now(party: Party, how: str) -> None:
    partnership = make_partnership(seated=False)
    make_seat(partnership, Role.LEAD, party.other)
    agreement = make_agreement(partnership)
    staff = staff_of(partnership.program)
    new = {"name": "Nadia Newlead", "email": "nadia@example.org", "language": "en", "now": NOW}
    if how == "corrected":
        first = make_invitation(partnership, Role.LEAD, party, name="First Lead")
        partners.send_again(by=staff, invitation=first, **new)
    else:
        make_invitation(partnership, Role.LEAD, party, name="First Lead", declined_at=NOW)
        partners.invite_lead(by=staff, partnership=partnership, party=party, **new)
    names = {one.party: one.signatory for one in partnership.organizations.all()}
    assert names[party] == "Nadia Newlead" != names[party.other]
    assert {one.code for one in readiness.blockers(agreement_status(agreement))} == {"clause", "lead"}


# --- Signing ---------------------------------------------------------------------------------------------------------


def test_who_has_signed_is_not_asked_to_sign(agreement: Agreement, party: Party) -> None:
    edition = open_for_signing(agreement)
    assert "Read and sign" in page(agreement, lead(agreement, party))
    sign(edition, party)
    own, other = lead(agreement, party), lead(agreement, party.other)
    for rest in ("", "sign/"):
        assert "Read what you signed" in page(agreement, own, rest)
        assert "Read and sign" not in page(agreement, own, rest) and "Read and sign" in page(agreement, other, rest)
        member = page(agreement, member_of(agreement.partnership, party.other), rest)
        assert "Read the text for signing" in member and "Read and sign" not in member


def test_a_scan_that_waits_is_seen_wherever_the_other_lead_looks(agreement: Agreement, party: Party) -> None:
    hand_in(open_for_signing(agreement), party)
    waits = "Look at its scan, and confirm it or say why it does not count."
    for read in (home, page):
        assert waits in read(agreement, lead(agreement, party.other))
        member = read(agreement, member_of(agreement.partnership, party.other))
        assert "Its scan waits to be confirmed by your side's lead." in member
        assert waits not in read(agreement, lead(agreement, party))
    assert waits in page(agreement, lead(agreement, party.other), "sign/")
    whose = home(agreement, lead(agreement, party))
    other = agreement.partnership.organizations.get(party=party.other).name
    assert f"Nothing waits for you now. It waits for {other}." in whose


def test_it_is_said_who_reopened_it_and_why_and_that_a_signature_is_void(agreement: Agreement, party: Party) -> None:
    edition = open_for_signing(agreement)
    sign(edition, party.other)
    actions.reopen(by=lead(agreement, party), edition=edition, reason="The date is wrong.", now=NOW)
    for side in Party:
        said = page(agreement, lead(agreement, side))
        assert f"{lead(agreement, party).name} reopened the agreement for changes" in said
        assert "The reason: The date is wrong." in said and "What was signed on that text is void." in said
    again = open_for_signing(agreement)
    assert "The date is wrong." in page(agreement, lead(agreement, party)), "who signs again reads why"
    sign_both(again)
    assert "The date is wrong." not in page(agreement, lead(agreement, party)), "it is over when both have signed"


def test_what_was_typed_is_still_there_when_the_name_is_put_right(agreement: Agreement, party: Party) -> None:
    edition = open_for_signing(agreement)
    client: Client = signed_in(lead(agreement, party))
    sent = {"shown": edition.digest, "name": "Zoë Ångström", "title": "Head of data", "consents": "on"}
    assert 'name="title" value="Head of data"' in client.post(url(agreement, "sign/"), sent).content.decode()
    client.post(url(agreement, "sign/name/"), sent | {"intends": "on"})
    again = client.get(url(agreement, "sign/")).content.decode()
    assert "Zoë Ångström" in again and "Head of data" in again
    assert re.findall(r'name="(\w+)"[^>]* checked', again) == [], (
        "each tick is of the text and the name as they are now"
    )


def test_a_signature_on_paper_bears_the_date_on_the_paper(agreement: Agreement, party: Party) -> None:
    edition = open_for_signing(agreement)
    paper = hand_in(edition, party)
    proof, other = proof_for(lead(agreement, party.other), LATER), lead(agreement, party.other)
    actions.confirm_paper(by=other, paper=paper, shown=edition.digest, proof=proof, now=LATER)
    sign(edition, party.other, now=LATER)
    for side in Party:
        said = page(agreement, lead(agreement, side), "editions/1/")
        block, record = said.split("Record of signing")
        assert f"Date: {date_format(paper.paper_date)} Signature: {paper.name}" in block
        assert f"on paper, dated {date_format(paper.paper_date)}" in record
        handed_in, confirmed = record.split("Handed in:")[1].split("Confirmed:")
        for moment, said in ((NOW, handed_in), (LATER, confirmed)):
            assert date_format(moment.astimezone(ZONE), "F j") in said


# --- Staff -----------------------------------------------------------------------------------------------------------


def test_staff_read_of_the_partnership_as_of_somebody_elses(agreement: Agreement) -> None:
    said = home(agreement, staff_of(agreement.partnership.program))
    assert "Where they are" in said and agreement.partnership.program.name in said
    assert not re.search(r"\b(Your partnership|Where you are|your (side|lead|answer))\b", said)


def test_staff_find_no_door_that_is_shut_to_them(agreement: Agreement) -> None:
    client = client_of(staff_of(agreement.partnership.program))
    slug = agreement.partnership.slug
    seen = client.get(f"/partnerships/{slug}/").content.decode()
    doors = {f"/partnerships/{slug}/{door}" for door in ("", "sprint/", "people/")}
    assert all(f'href="{door}"' in seen and client.get(door).status_code == 200 for door in doors)
    for shut in (f"/partnerships/{slug}/history/", f"/partnerships/{slug}/agreement/"):
        assert f'href="{shut}"' not in seen and client.get(shut).status_code == 403


def test_a_wording_that_both_agreed_to_asks_nobody(agreement: Agreement, party: Party) -> None:
    wording = propose(agreement, "goal-1", "Better.", by=lead(agreement, party))
    agree(agreement, "goal-1", wording, by=lead(agreement, party.other))
    assert "Agree to this wording" not in page(agreement, lead(agreement, party), "clauses/goal-1/")
