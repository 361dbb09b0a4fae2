"""A lead is gone without a word: a member asks, staff check, both sides are told, and nobody else decides."""

from __future__ import annotations

from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agreements import actions as agreement_actions
from agreements.states import EditionState
from ledger.models import Event
from mail.models import OutboxMail
from partners import actions
from partners.models import Handover, HandoverOutcome, Organization, Partnership, Person
from partners.parties import Party, Role
from partners.rules import Refused
from tests.concurrency import at_once, chain_breaks
from tests.factories.agreements import make_agreement, open_for_signing, sign
from tests.factories.handovers import GONE, at, claim_of, offer_of, roles
from tests.factories.handovers import lead_events as kinds
from tests.factories.people import NOW, client_of, everybody, lead_of, make_seat, member_of, others, proved, staff_of
from tests.mail.mailbox import deliver, text_of, to
from tests.pages import page_of

pytestmark = pytest.mark.django_db
CHECKED = "I called their office on Monday. They left in March."


@pytest.fixture
def partnership() -> Partnership:
    made = make_agreement().partnership
    for party in Party:
        member_of(made, party)
    return made


def claim(partnership: Partnership, party: Party, *, client: Client | None = None, reason: str = GONE) -> HttpResponse:
    client = client or client_of(member_of(partnership, party))
    return client.post(at(partnership, "lead_ask_for"), {"reason": reason})


def staff(partnership: Partnership) -> Person:
    return staff_of(partnership.program)


def test_a_member_asks_staff_check_and_the_member_leads(partnership: Partnership, party: Party) -> None:
    gone, new, other = lead_of(partnership, party), member_of(partnership, party), lead_of(partnership, party.other)
    before = roles(partnership)
    assert claim(partnership, party).status_code == 302 and roles(partnership) == before
    found = Handover.objects.get()
    page = at(partnership, "lead_claim", pk=found.pk)
    for person in (gone, other, staff(partnership)):
        (mail,) = to(person.email)
        assert "asks for the lead" in mail.subject and GONE in text_of(mail) and page in text_of(mail)
        assert GONE in page_of(person, page)
    assert roles(partnership) == before, "until staff checked it nothing changes"

    address = at(partnership, "lead_claim_confirm", pk=found.pk)
    client = client_of(staff(partnership))
    assert client.post(address, {"checked": " "}).status_code == 422 and roles(partnership) == before
    assert client.post(address, {"checked": CHECKED}).status_code == 302
    assert roles(partnership) == before - {(gone, Role.LEAD, party), (new, Role.MEMBER, party)} | {
        (new, Role.LEAD, party),
        (gone, Role.MEMBER, party),
    }
    assert kinds(partnership) == ["lead.claimed", "lead.given"]
    event = Event.objects.get(kind="lead.given")
    assert (event.actor, event.content.payload["reason"]) == (staff(partnership).pk, CHECKED)
    for person in (gone, new, other):
        mail = to(person.email)[-1]
        assert f"{new.name} is now the lead" in mail.subject and CHECKED in text_of(mail)


def test_history_tells_both_sides_what_was_said_and_what_was_checked(partnership: Partnership, party: Party) -> None:
    gone = lead_of(partnership, party)
    actions.confirm_claim(
        by=staff(partnership), handover=claim_of(partnership, party), checked=CHECKED, **proved(timezone.now())
    )
    for side in Party:
        page = page_of(lead_of(partnership, side), at(partnership, "history"))
        assert GONE in page and CHECKED in page and f"checked that {gone.name} is gone" in page


def test_it_waits_for_staff_and_for_the_lead_who_is_said_to_be_gone(partnership: Partnership, party: Party) -> None:
    asks = f"{member_of(partnership, party)} asks for the lead for"
    people = everybody(partnership)
    for person in people.values():
        assert asks not in page_of(person, at(partnership, "partnership"))
    claim_of(partnership, party)
    for who, person in people.items():
        waits = who in {f"{party} lead", "staff"}
        assert (asks in page_of(person, at(partnership, "partnership"))) == waits, who
        forms = page_of(person, at(partnership, "lead_claim", pk=Handover.objects.get().pk))
        assert ("What you checked" in forms) == (who == "staff"), who
        assert ("Why you refuse" in forms) == waits, who


def test_the_list_of_a_program_leads_its_staff_to_the_request(partnership: Partnership, party: Party) -> None:
    place = reverse("program_partnerships", args=[partnership.program.slug])
    offer_of(partnership, party.other)
    assert "asks for the lead" not in page_of(staff(partnership), place), "an offer is not the staff's to check"
    found = claim_of(partnership, party)
    page = page_of(staff(partnership), place)
    assert at(partnership, "lead_claim", pk=found.pk) in page and f"{found.to} asks for the lead" in page
    actions.take_back_claim(by=found.to, handover=found, now=timezone.now())
    assert "asks for the lead" not in page_of(staff(partnership), place)


def test_staff_refuse_with_a_reason_and_nothing_changes(partnership: Partnership, party: Party) -> None:
    found, before = claim_of(partnership, party), roles(partnership)
    address = at(partnership, "lead_claim_refuse", pk=found.pk)
    client = client_of(staff(partnership))
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "They are on leave until June."}).status_code == 302
    assert roles(partnership) == before
    for person in (found.to, lead_of(partnership, party), lead_of(partnership, party.other)):
        assert "They are on leave until June." in text_of(to(person.email)[-1])
    page = client.post(at(partnership, "lead_claim_confirm", pk=found.pk), {"checked": CHECKED}, follow=True)
    assert "declined already" in page.content.decode() and roles(partnership) == before


def test_a_lead_who_is_there_refuses_it_themselves(partnership: Partnership, party: Party) -> None:
    found, before = claim_of(partnership, party), roles(partnership)
    lead = client_of(lead_of(partnership, party))
    lead.post(at(partnership, "lead_claim_refuse", pk=found.pk), {"reason": "I was ill, and I am back."})
    found.refresh_from_db()
    assert (found.outcome, found.answered_by) == (HandoverOutcome.DECLINED, lead_of(partnership, party))
    assert roles(partnership) == before and "I am back" in text_of(to(found.to.email)[-1])


def test_who_asks_can_take_it_back_and_the_other_side_is_told(partnership: Partnership, party: Party) -> None:
    found, before = claim_of(partnership, party), roles(partnership)
    client_of(found.to).post(at(partnership, "lead_claim_take_back", pk=found.pk))
    with pytest.raises(actions.HandoverClosed):
        actions.confirm_claim(by=staff(partnership), handover=found, checked=CHECKED, **proved(timezone.now()))
    assert roles(partnership) == before
    for party_ in Party:
        assert "no longer asks" in text_of(to(lead_of(partnership, party_).email)[-1])


# --- Who may not --------------------------------------------------------------------------------------------


def test_nobody_but_a_member_of_a_side_asks(partnership: Partnership, party: Party) -> None:
    for who, person in everybody(partnership).items():
        if who not in {f"{each} member" for each in Party}:
            assert claim(partnership, party, client=client_of(person)).status_code in {403, 404}, who
    by_link = client_of(member_of(partnership, party), by_link=True)
    assert claim(partnership, party, client=by_link).status_code == 403
    assert claim(partnership, party, reason="").status_code == 422
    assert not Handover.objects.exists() and not [mail for mail in deliver() if "lead" in mail.subject]


def test_a_member_asks_for_the_lead_of_their_own_side_whatever_they_send(
    partnership: Partnership, party: Party
) -> None:
    client = client_of(member_of(partnership, party))
    more = {"party": party.other, "to": lead_of(partnership, party.other).pk}
    client.post(at(partnership, "lead_ask_for"), {"reason": GONE, **more})
    found = Handover.objects.get()
    assert (found.party, found.to) == (party, member_of(partnership, party))


def test_nobody_but_staff_of_the_program_confirms(partnership: Partnership, party: Party) -> None:
    found, before = claim_of(partnership, party), roles(partnership)
    elsewhere = staff_of(make_agreement().partnership.program)
    refused = [*others(partnership, staff(partnership)), ("staff of another program", elsewhere)]
    for who, person in refused:
        answer = client_of(person).post(at(partnership, "lead_claim_confirm", pk=found.pk), {"checked": CHECKED})
        assert answer.status_code in {403, 404}, who
        with pytest.raises(Refused):
            actions.confirm_claim(by=person, handover=found, checked=CHECKED, **proved(timezone.now()))
    by_link = client_of(staff(partnership), by_link=True)
    assert by_link.post(at(partnership, "lead_claim_confirm", pk=found.pk), {"checked": CHECKED}).status_code == 403
    found.refresh_from_db()
    assert found.is_open and before <= roles(partnership)


def test_nobody_but_staff_and_that_sides_lead_refuses_or_who_asked_takes_back(
    partnership: Partnership, party: Party
) -> None:
    found, lead = claim_of(partnership, party), lead_of(partnership, party)
    for who, person in others(partnership, lead, staff(partnership)):
        answer = client_of(person).post(at(partnership, "lead_claim_refuse", pk=found.pk), {"reason": "No."})
        assert answer.status_code in {403, 404}, who
    for who, person in others(partnership, found.to):
        answer = client_of(person).post(at(partnership, "lead_claim_take_back", pk=found.pk))
        assert answer.status_code in {403, 404}, who
    by_link = client_of(lead, by_link=True).post(at(partnership, "lead_claim_refuse", pk=found.pk), {"reason": "No."})
    assert by_link.status_code == 403
    found.refresh_from_db()
    assert found.is_open


def test_staff_do_not_answer_what_a_lead_offers_and_a_lead_does_not_give_what_staff_check(
    partnership: Partnership, party: Party
) -> None:
    offer, now = offer_of(partnership, party), timezone.now()
    client = client_of(staff(partnership))
    assert client.post(at(partnership, "lead_claim_confirm", pk=offer.pk), {"checked": CHECKED}).status_code == 404
    with pytest.raises(Refused):
        actions.confirm_claim(by=staff(partnership), handover=offer, checked=CHECKED, **proved(now))
    found = claim_of(partnership, party)
    for act in (partial(actions.accept_lead, proof=None), partial(actions.decline_lead, reason="")):
        with pytest.raises(Refused):
            act(by=found.to, handover=found, now=now)
    assert client_of(found.to).post(at(partnership, "lead_accept", pk=found.pk)).status_code == 404
    with pytest.raises(Refused):
        actions.take_back_lead(by=offer.asked_by, handover=found, now=now)


def test_a_request_of_another_partnership_is_not_found_under_ones_own(partnership: Partnership, party: Party) -> None:
    own = make_agreement().partnership
    found = claim_of(partnership, party)
    for person in (staff(own), lead_of(own, party)):
        for name in ("lead_claim", "lead_claim_refuse", "lead_claim_confirm", "lead_claim_take_back"):
            ask = client_of(person).get if name == "lead_claim" else client_of(person).post
            assert ask(at(own, name, pk=found.pk), {"reason": "No.", "checked": "x"}).status_code in {403, 404}, name
        assert client_of(person).get(at(own, "lead_claim", pk=found.pk)).status_code == 404


# --- Twice, and what it touches -----------------------------------------------------------------------------


def test_one_asks_at_a_time_and_a_second_press_changes_nothing(partnership: Partnership, party: Party) -> None:
    assert [claim(partnership, party).status_code for _press in range(2)] == [302, 302]
    found = Handover.objects.get()
    beside = client_of(make_seat(partnership, Role.MEMBER, party).person)
    assert "Ask for the lead" not in beside.get(at(partnership)).content.decode()
    answer = claim(partnership, party, client=beside)
    assert answer.status_code == 422 and "asks for the lead already" in answer.content.decode()
    facts = {"partnership": partnership, "party": party, "asked_at": timezone.now()}
    person = make_seat(partnership, Role.MEMBER, party).person
    with pytest.raises(IntegrityError), transaction.atomic():
        Handover.objects.create(to=person, asked_by=person, **facts)
    client = client_of(staff(partnership))
    for _press in range(2):
        assert client.post(at(partnership, "lead_claim_confirm", pk=found.pk), {"checked": CHECKED}).status_code == 302
    assert kinds(partnership) == ["lead.claimed", "lead.given"]
    assert OutboxMail.objects.filter(kind="lead changed").count() == 3


def test_an_offer_that_is_open_does_not_hold_it_up_and_is_closed_by_it(partnership: Partnership, party: Party) -> None:
    absent = make_seat(partnership, Role.MEMBER, party).person
    lead, now = lead_of(partnership, party), timezone.now()
    offer = actions.offer_lead(by=lead, partnership=partnership, to=absent, reason="", **proved(now))
    found = claim_of(partnership, party)
    actions.confirm_claim(by=staff(partnership), handover=found, checked=CHECKED, **proved(now))
    assert lead_of(partnership, party) == found.to
    with pytest.raises(actions.HandoverClosed):
        actions.accept_lead(by=absent, handover=offer, **proved(now))


def test_a_member_who_left_does_not_become_the_lead(partnership: Partnership, party: Party) -> None:
    found = claim_of(partnership, party)
    actions.end_seat(by=found.to, seat=partnership.seats.get(person=found.to), now=timezone.now())
    with pytest.raises(actions.HandoverClosed):
        actions.confirm_claim(by=staff(partnership), handover=found, checked=CHECKED, **proved(timezone.now()))


def test_a_side_without_a_lead_is_the_staffs_to_look_after(partnership: Partnership, party: Party) -> None:
    member = member_of(partnership, party)
    partnership.seats.filter(party=party, role=Role.LEAD).update(ended_at=timezone.now(), ended_by=member)
    assert "Ask for the lead" not in page_of(member, at(partnership))
    assert claim(partnership, party).status_code == 422


def test_what_is_open_for_signing_is_void_and_the_block_names_the_new_lead(party: Party) -> None:
    agreement = make_agreement()
    edition = open_for_signing(agreement)
    sign(edition, party)
    found = claim_of(agreement.partnership, party)
    edition.refresh_from_db()
    assert edition.state == EditionState.SIGNING, "to ask voids nothing"
    actions.confirm_claim(by=staff(agreement.partnership), handover=found, checked=CHECKED, **proved(NOW))
    edition.refresh_from_db()
    assert edition.state == EditionState.VOID
    assert Organization.objects.get(partnership=agreement.partnership, party=party).signatory == found.to.name
    with pytest.raises(Refused):
        agreement_actions.open_for_signing(by=staff(agreement.partnership), agreement=agreement, now=NOW)
    agreement.refresh_from_db()
    assert agreement_actions.open_for_signing(by=found.to, agreement=agreement, now=NOW)


def test_reasons_are_text(partnership: Partnership, party: Party) -> None:
    claim(partnership, party, reason="<script>alert(1)</script>")
    page = page_of(staff(partnership), at(partnership, "lead_claim", pk=Handover.objects.get().pk))
    assert "<script>alert(1)" not in page and "&lt;script&gt;alert(1)" in page
    home = page_of(staff(partnership), reverse("home"))
    assert at(partnership, "partnership") in home


@pytest.mark.django_db(transaction=True)
def test_confirmed_and_refused_in_one_instant_is_one_of_the_two(party: Party) -> None:
    for _race in range(8):
        agreement = make_agreement()
        partnership, now = agreement.partnership, timezone.now()
        lead, found = lead_of(partnership, party), claim_of(partnership, party)
        outcomes = at_once(
            partial(
                actions.confirm_claim,
                by=staff(partnership),
                handover=found,
                checked=CHECKED,
                **proved(now),
            ),
            partial(actions.refuse_claim, by=lead, handover=found, reason="I am here.", now=now),
        )
        found.refresh_from_db()
        first = found.outcome == HandoverOutcome.ACCEPTED
        assert lead_of(partnership, party) == (found.to if first else lead), outcomes
        assert isinstance(outcomes[1 if first else 0], actions.HandoverClosed | Refused), outcomes
        assert outcomes[0 if first else 1] is None and chain_breaks(agreement) is None
