"""The lead of a side changes: what happens to the agreement in each of its states, and what stands."""

from __future__ import annotations

from functools import partial

import pytest
from django.urls import reverse

from agreements import actions
from agreements.domain.clause_status import agreement_status
from agreements.domain.editions import content
from agreements.domain.readiness import blockers, warnings
from agreements.models import Agreement, Assent, Edition, PaperCopy, Signature
from agreements.refusals import Stale
from agreements.states import Draft, EditionState
from ledger.models import Event
from partners import actions as people
from partners.models import Handover, Organization, Person
from partners.parties import Party
from partners.rules import Refused
from tests.concurrency import at_once, chain_breaks
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
    standing,
)
from tests.factories.people import NOW, client_of, member_of, proved
from tests.mail.mailbox import deliver, text_of

pytestmark = pytest.mark.django_db


def offered(agreement: Agreement, party: Party) -> Handover:
    member = member_of(agreement.partnership, party)
    about = {"partnership": agreement.partnership, "to": member, "reason": "", **proved(NOW)}
    return people.offer_lead(by=lead(agreement, party), **about)


def hand_over(agreement: Agreement, party: Party) -> tuple[Person, Person]:
    """The lead before, and the one from now on."""
    offer = offered(agreement, party)
    people.accept_lead(by=offer.to, handover=offer, **proved(NOW))
    agreement.refresh_from_db()
    return offer.asked_by, offer.to


def block(agreement: Agreement, party: Party) -> str:
    return Organization.objects.get(partnership=agreement.partnership, party=party).signatory


def test_what_is_open_for_signing_is_void_and_both_leads_are_told(party: Party) -> None:
    agreement = make_agreement()
    edition = open_for_signing(agreement)
    sign(edition, party)
    old, new = hand_over(agreement, party)
    edition.refresh_from_db()
    assert (edition.state, agreement.draft) == (EditionState.VOID, Draft.OPEN)
    assert old.name in edition.void_reason and new.name in edition.void_reason
    events = Event.objects.filter(chain=agreement.partnership_id).order_by("sequence")
    assert list(events.values_list("kind", flat=True))[-3:] == ["lead.changed", "edition.reopened", "name.followed"]
    voided = Event.objects.get(kind="edition.reopened").content.payload
    assert (voided["voided_signatures"], voided["party"]) == ([party], party)
    for person in (new, lead(agreement, party.other)):
        mails = [mail for mail in deliver(NOW) if mail.to == [person.email]]
        (mail,) = [mail for mail in mails if "open for changes again" in mail.subject]
        assert edition.void_reason in text_of(mail)
    for side in Party:
        page = client_of(lead(agreement, side)).get(reverse("agreement", args=[agreement.partnership.slug]))
        assert edition.void_reason in page.content.decode()


def test_why_it_is_void_is_said_in_the_language_of_the_agreement(party: Party) -> None:
    agreement = make_agreement()
    edition = open_for_signing(agreement)
    offer = offered(agreement, party)
    Person.objects.filter(pk=offer.to.pk).update(language="es")
    reader = client_of(Person.objects.get(pk=offer.to.pk))
    reader.cookies["django_language"] = "es"
    reader.post(reverse("lead_accept", args=[agreement.partnership.slug, offer.pk]))
    edition.refresh_from_db()
    assert edition.void_reason.startswith("The lead for ")


def test_the_new_lead_signs_under_their_own_name_and_the_old_one_no_more(party: Party) -> None:
    agreement = make_agreement()
    void = open_for_signing(agreement)
    sign(void, party.other)
    old, new = hand_over(agreement, party)
    assert (block(agreement, party), block(agreement, party.other)) == (new.name, lead(agreement, party.other).name)
    with pytest.raises(Refused):
        actions.open_for_signing(by=old, agreement=agreement, now=NOW)
    assert blockers(agreement_status(agreement)) == [] == warnings(agreement_status(agreement))
    edition = actions.open_for_signing(by=new, agreement=agreement, now=NOW)
    assert content(edition)["parties"][party]["signatory"] == new.name
    for was in (void, edition):
        with pytest.raises(Refused):
            sign(was, party, by=old, name=old.name)
    with pytest.raises(Stale):
        sign(void, party.other)
    sign_both(edition)
    assert edition.state == EditionState.IN_FORCE
    assert Signature.objects.get(edition=edition, party=party).signed_by == new


def test_an_offer_that_is_not_accepted_voids_nothing(party: Party) -> None:
    agreement = make_agreement()
    edition = open_for_signing(agreement)
    sign(edition, party)
    offer, before = offered(agreement, party), block(agreement, party)
    people.decline_lead(by=offer.to, handover=offer, reason="", now=NOW)
    people.take_back_lead(by=lead(agreement, party), handover=offered(agreement, party), now=NOW)
    offered(agreement, party)
    edition.refresh_from_db()
    assert (edition.state, edition.signatures.count()) == (EditionState.SIGNING, 1)
    assert block(agreement, party) == before


def test_what_was_agreed_stands_while_it_is_written(party: Party) -> None:
    agreement = make_agreement()
    agree_to_all(agreement, party)
    given = set(Assent.objects.filter(withdrawn_at=None).values_list("pk", "person"))
    old, new = hand_over(agreement, party)
    assert given and given == set(Assent.objects.filter(withdrawn_at=None).values_list("pk", "person"))
    agree_to_all(agreement, party.other)
    assert blockers(agreement_status(agreement)) == []
    wording = propose(agreement, "goal-1", "Another goal.", by=lead(agreement, party.other))
    with pytest.raises(Refused):
        agree(agreement, "goal-1", wording, by=old)
    agree(agreement, "goal-1", wording, by=new)
    assert standing(agreement, "goal-1").base_text == "Another goal."


def test_a_clause_that_names_the_lead_names_the_new_one_and_is_agreed_again(party: Party) -> None:
    agreement = make_agreement()
    both = " and ".join(f"[{label}]" for label in ("City Team Lead", "Community Partner Lead"))
    wording = propose(agreement, "goal-1", f"{both} meet each week.", by=lead(agreement, party))
    agree(agreement, "goal-1", wording, by=lead(agreement, party.other))
    agree_to_all(agreement)
    old, new = hand_over(agreement, party)
    told = standing(agreement, "goal-1")
    assert new.name in told.base_text and old.name not in told.base_text
    assert told.waits_for(party.other) and not told.waits_for(party)
    assert [s.clause.key for s in agreement_status(agreement).waiting_for(party.other)] == ["goal-1"]


def test_what_is_in_force_stands_as_it_was_signed_and_the_amendment_names_the_new_lead(party: Party) -> None:
    agreement = make_agreement()
    edition = sign_both(open_for_signing(agreement))
    before = bytes(edition.canonical)
    old, new = hand_over(agreement, party)
    edition.refresh_from_db()
    assert (edition.state, bytes(edition.canonical), agreement.draft) == (EditionState.IN_FORCE, before, Draft.CLOSED)
    signature = Signature.objects.get(edition=edition, party=party)
    assert (signature.signed_by, signature.name) == (old, old.name)
    assert not Event.objects.filter(kind="edition.reopened").exists()
    actions.amend(by=new, agreement=agreement, reason="A new lead.", now=NOW)
    following = actions.open_for_signing(by=lead(agreement, party.other), agreement=agreement, now=NOW)
    assert content(following)["parties"][party]["signatory"] == new.name


def test_a_scan_that_waits_is_void_with_its_edition(party: Party) -> None:
    agreement = make_agreement()
    scan = hand_in(open_for_signing(agreement), party)
    hand_over(agreement, party)
    assert PaperCopy.objects.get(pk=scan.pk).edition.state == EditionState.VOID
    by = lead(agreement, party.other)
    with pytest.raises(Stale):
        actions.confirm_paper(by=by, paper=scan, shown=scan.edition.digest, proof=proof_for(by), now=NOW)
    assert not Signature.objects.exists()


def test_an_agreement_that_has_ended_is_left_as_it_is(party: Party) -> None:
    agreement = make_agreement()
    sign_both(open_for_signing(agreement))
    actions.end(by=lead(agreement, party), agreement=agreement, reason="Done.", **proved(NOW))
    before = block(agreement, party)
    hand_over(agreement, party)
    assert (block(agreement, party), Edition.objects.get().state) == (before, EditionState.ENDED)


# --- In the same instant ------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_nobody_signs_while_their_side_gets_another_lead(party: Party) -> None:
    """Whichever comes first: the edition is void, or the signature came too late, and never both halfway."""
    for _race in range(20):
        agreement = make_agreement()
        edition = open_for_signing(agreement)
        sign(edition, party.other)
        offer = offered(agreement, party)
        outcomes = at_once(
            partial(sign, edition, party, by=lead(agreement, party)),
            partial(people.accept_lead, by=offer.to, handover=offer, **proved(NOW)),
        )
        edition.refresh_from_db()
        agreement.refresh_from_db()
        signed = isinstance(outcomes[0], Signature)
        assert outcomes[1] is None and (signed or isinstance(outcomes[0], (Refused, Stale))), outcomes
        expected = (EditionState.IN_FORCE, Draft.CLOSED) if signed else (EditionState.VOID, Draft.OPEN)
        assert (edition.state, agreement.draft) == expected
        assert lead(agreement, party) == offer.to and block(agreement, party) == offer.to.name
        assert chain_breaks(agreement) is None
