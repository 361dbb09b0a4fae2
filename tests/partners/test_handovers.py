"""A lead hands over: who may ask, who may answer, what changes then, and what never does."""

from __future__ import annotations

from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from agreements import actions as agreement_actions
from ledger.models import Event
from mail.models import OutboxMail
from partners import actions
from partners.domain.names import both_names
from partners.models import Handover, HandoverOutcome, Partnership, Person, Seat
from partners.parties import Party, Role
from partners.rules import Refused
from tests.concurrency import at_once
from tests.factories.agreements import make_agreement
from tests.factories.handovers import WHY, at, offer_of, roles
from tests.factories.handovers import lead_events as kinds
from tests.factories.people import (
    by_link,
    client_of,
    everybody,
    lead_of,
    make_partnership,
    make_person,
    make_seat,
    member_of,
    others,
    proved,
    staff_of,
)
from tests.mail.mailbox import deliver, text_of, to
from tests.pages import page_of
from topcities.weekly.digest import parts_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def partnership() -> Partnership:
    """With a member on either side, and an agreement, so that its pages are there."""
    made = make_agreement().partnership
    for party in Party:
        member_of(made, party)
    return made


def ask(partnership: Partnership, party: Party, *, client: Client | None = None, **form: object) -> HttpResponse:
    """The lead of the party asks its member, as by the page's form."""
    client = client or client_of(lead_of(partnership, party))
    form = {"to": member_of(partnership, party).pk, "reason": WHY, **form}
    return client.post(at(partnership, "lead_hand_over"), form)


# --- From the page to the seat ------------------------------------------------------------------------------


def test_a_lead_asks_a_member_who_accepts_and_leads_from_then_on(partnership: Partnership, party: Party) -> None:
    old, new, other = lead_of(partnership, party), member_of(partnership, party), lead_of(partnership, party.other)
    before = roles(partnership)
    assert new.name in page_of(old, at(partnership)) and ask(partnership, party).status_code == 302
    assert roles(partnership) == before, "until it is accepted nothing changes"
    (mail,) = to(new.email)
    offer = Handover.objects.get()
    page = at(partnership, "lead_offer", pk=offer.pk)
    assert page in text_of(mail) and WHY in text_of(mail) and old.name in text_of(mail)
    told = page_of(new, page)
    assert WHY in told and old.name in told and roles(partnership) == before, "to look changes nothing"

    done = client_of(new).post(at(partnership, "lead_accept", pk=offer.pk), follow=True)
    assert "You are now the lead for" in done.content.decode()
    assert roles(partnership) == before - {(old, Role.LEAD, party), (new, Role.MEMBER, party)} | {
        (new, Role.LEAD, party),
        (old, Role.MEMBER, party),
    }
    assert kinds(partnership) == ["lead.offered", "lead.changed"]
    event = Event.objects.get(kind="lead.changed")
    assert (event.actor, event.content.payload["before"]) == (new.pk, old.name)
    for person in (old, new, other):
        said = f"{new.name} is now the lead for {organization(offer)} · {both_names(partnership)}"
        assert [m.subject for m in to(person.email)].count(said) == 1
    assert not [m for m in deliver() if staff_of(partnership.program).email in m.to]


def organization(offer: Handover) -> str:
    return str(offer.organization)


def test_what_a_lead_may_goes_with_the_seat(partnership: Partnership, party: Party) -> None:
    old, new = lead_of(partnership, party), member_of(partnership, party)
    sessions = {person: client_of(person) for person in (old, new)}
    invite = {"role": "advisor", "name": "Ines", "email": "ines@example.org", "language": "en"}
    assert sessions[new].post(at(partnership, "people_invite"), invite).status_code == 403
    actions.accept_lead(by=new, handover=offer_of(partnership, party), **proved(timezone.now()))
    assert sessions[old].post(at(partnership, "people_invite"), invite).status_code == 403
    assert sessions[new].post(at(partnership, "people_invite"), invite).status_code == 302
    assert ask(partnership, party).status_code == 302, "and the new lead can hand it back"
    actions.accept_lead(by=old, handover=Handover.objects.unanswered().get(), **proved(timezone.now()))
    assert lead_of(partnership, party) == old


def test_it_waits_for_the_member_who_is_asked_and_for_nobody_else(partnership: Partnership, party: Party) -> None:
    asks = f"{lead_of(partnership, party)} asks you to take over the lead of your side."
    member, beside = member_of(partnership, party), make_seat(partnership, Role.MEMBER, party).person
    assert asks not in page_of(member, at(partnership, "partnership"))
    offer = offer_of(partnership, party)
    assert asks in page_of(member, at(partnership, "partnership"))
    for who, person in others(partnership, member):
        assert asks not in page_of(person, at(partnership, "partnership")), who
    assert asks not in page_of(beside, at(partnership, "partnership"))
    actions.decline_lead(by=member, handover=offer, reason="", now=timezone.now())
    assert asks not in page_of(member, at(partnership, "partnership"))


def test_the_partnership_stands_among_those_that_wait_for_the_member(partnership: Partnership, party: Party) -> None:
    by, now = lead_of(partnership, party.other), timezone.now()
    agreement_actions.end(by=by, agreement=partnership.agreement, reason="Done.", **proved(now))
    member = member_of(partnership, party)
    make_seat(make_agreement().partnership, Role.PRODUCT_ADVISOR, person=member)
    client = client_of(member)
    assert client.get(reverse("home")).context["waiting"] == []
    offer_of(partnership, party)
    assert [row.partnership for row in client.get(reverse("home")).context["waiting"]] == [partnership]


def test_the_weekly_mail_says_that_an_answer_is_waited_for(partnership: Partnership, party: Party) -> None:
    member, now = member_of(partnership, party), timezone.now()
    offer_of(partnership, party)
    (part,) = parts_for([member], now=now)[member.pk]
    assert f"{lead_of(partnership, party)} asks you to take over the lead of your side." in [t.text for t in part.todo]


def test_everybody_of_the_partnership_sees_who_is_asked_and_the_lead_alone_can_take_it_back(
    partnership: Partnership, party: Party
) -> None:
    offer, old = offer_of(partnership, party), lead_of(partnership, party)
    take_back, answer = at(partnership, "lead_take_back", pk=offer.pk), at(partnership, "lead_offer", pk=offer.pk)
    for who, person in everybody(partnership).items():
        page = page_of(person, at(partnership))
        seen = who not in {"outsider", "superuser"}
        assert ("Asked to take over the lead" in page) == seen, who
        assert (take_back in page) == (person == old), who
        assert (f'"{answer}"' in page) == (person == offer.to), who


def test_the_history_tells_both_sides_the_same(partnership: Partnership, party: Party) -> None:
    old, new = lead_of(partnership, party), member_of(partnership, party)
    actions.accept_lead(by=new, handover=offer_of(partnership, party), **proved(timezone.now()))
    for side in Party:
        page = page_of(lead_of(partnership, side), at(partnership, "history"))
        assert f"asked {new.name} to take over the lead" in page and WHY in page
        assert f"took over the lead for {partnership.organizations.get(party=party)} from {old.name}" in page


# --- Declined, taken back -----------------------------------------------------------------------------------


def test_who_declines_stays_a_member_and_the_lead_is_told_why(partnership: Partnership, party: Party) -> None:
    offer, before = offer_of(partnership, party), roles(partnership)
    form = {"reason": "I have no time."}
    page = client_of(offer.to).post(at(partnership, "lead_decline", pk=offer.pk), form, follow=True)
    assert "You have declined." in page.content.decode() and roles(partnership) == before
    mail = to(offer.asked_by.email)[-1]
    assert "I have no time." in text_of(mail) and "declined to take over" in text_of(mail)
    assert ask(partnership, party).status_code == 302, "the lead can ask again"


def test_what_is_taken_back_cannot_be_accepted(partnership: Partnership, party: Party) -> None:
    offer, before = offer_of(partnership, party), roles(partnership)
    client_of(offer.asked_by).post(at(partnership, "lead_take_back", pk=offer.pk))
    for name in ("lead_accept", "lead_decline"):
        page = client_of(offer.to).post(at(partnership, name, pk=offer.pk), follow=True)
        assert "no longer asks" in page.content.decode()
    assert "no longer asks" in page_of(offer.to, at(partnership, "lead_offer", pk=offer.pk))
    assert roles(partnership) == before and kinds(partnership) == ["lead.offered", "lead.offer_taken_back"]
    assert [m.subject.partition(" · ")[0] for m in to(offer.to.email)] == [
        "You are no longer asked to take over the lead"
    ]


def test_an_answer_that_came_first_is_not_taken_back(partnership: Partnership, party: Party) -> None:
    offer, old = offer_of(partnership, party), lead_of(partnership, party)
    lead = client_of(old)
    actions.decline_lead(by=offer.to, handover=offer, reason="", now=timezone.now())
    page = lead.post(at(partnership, "lead_take_back", pk=offer.pk), follow=True)
    assert "declined already" in page.content.decode()
    offer.refresh_from_db()
    assert offer.outcome == HandoverOutcome.DECLINED


# --- Who may not --------------------------------------------------------------------------------------------


def test_nobody_but_the_lead_of_that_side_asks_and_only_a_member_of_it_is_asked(
    partnership: Partnership, party: Party
) -> None:
    old, member = lead_of(partnership, party), member_of(partnership, party)
    for who, person in others(partnership, old):
        answer = ask(partnership, party, client=client_of(person))
        assert answer.status_code in {403, 404, 422}, who
    gone = make_seat(partnership, Role.MEMBER, party)
    actions.end_seat(by=old, seat=gone, now=timezone.now())
    people = [old, gone.person, *(person for _who, person in others(partnership, old, member))]
    for person in people:
        assert ask(partnership, party, to=person.pk).status_code == 422, person
        with pytest.raises((Refused, ValidationError)):
            actions.offer_lead(by=old, partnership=partnership, to=person, reason="", **proved(timezone.now()))
    assert not Handover.objects.exists() and not OutboxMail.objects.filter(kind="lead offered").exists()


def test_nobody_but_the_member_who_is_asked_reads_or_answers_it(partnership: Partnership, party: Party) -> None:
    offer, before = offer_of(partnership, party), roles(partnership)
    beside = make_seat(partnership, Role.MEMBER, party).person
    for who, person in [*others(partnership, offer.to), ("another member", beside)]:
        client, never = client_of(person), {403} if who == "staff" else {404}
        assert client.get(at(partnership, "lead_offer", pk=offer.pk)).status_code in never, who
        for name in ("lead_accept", "lead_decline"):
            assert client.post(at(partnership, name, pk=offer.pk)).status_code in never, who
        for act in (partial(actions.accept_lead, proof=None), partial(actions.decline_lead, reason="")):
            with pytest.raises(Refused):
                act(by=person, handover=offer, now=timezone.now())
    offer.refresh_from_db()
    assert offer.is_open and before <= roles(partnership)


def test_nobody_but_the_lead_who_asked_takes_it_back(partnership: Partnership, party: Party) -> None:
    offer = offer_of(partnership, party)
    for who, person in others(partnership, offer.asked_by):
        answer = client_of(person).post(at(partnership, "lead_take_back", pk=offer.pk))
        assert answer.status_code in {403, 404}, who
        with pytest.raises(Refused):
            actions.take_back_lead(by=person, handover=offer, now=timezone.now())
    offer.refresh_from_db()
    assert offer.is_open


def test_a_session_from_an_operators_link_neither_asks_nor_accepts(partnership: Partnership, party: Party) -> None:
    old, new = lead_of(partnership, party), member_of(partnership, party)
    assert ask(partnership, party, client=client_of(old, by_link=True)).status_code == 403
    offer = offer_of(partnership, party)
    client = client_of(new, by_link=True)
    page = client.get(at(partnership, "lead_offer", pk=offer.pk)).content.decode()
    assert "link from an operator" in page and at(partnership, "lead_accept", pk=offer.pk) not in page
    assert client.post(at(partnership, "lead_accept", pk=offer.pk)).status_code == 403
    assert client_of(old, by_link=True).post(at(partnership, "lead_take_back", pk=offer.pk)).status_code == 403
    for act in (
        partial(actions.offer_lead, partnership=partnership, to=new, reason="", proof=None),
        partial(actions.take_back_lead, handover=offer),
    ):
        with pytest.raises(Refused):
            act(by=by_link(old), now=timezone.now())
    offer.refresh_from_db()
    assert offer.is_open and lead_of(partnership, party) == old


def test_an_offer_of_another_partnership_is_not_found_under_ones_own(partnership: Partnership, party: Party) -> None:
    own = make_partnership()
    offer = offer_of(partnership, party)
    make_seat(own, Role.MEMBER, party, person=offer.to)
    for name in ("lead_accept", "lead_decline"):
        assert client_of(offer.to).post(at(own, name, pk=offer.pk)).status_code == 404
    assert client_of(lead_of(own, party)).post(at(own, "lead_take_back", pk=offer.pk)).status_code == 404


def test_who_is_removed_or_leaves_is_asked_no_more(partnership: Partnership, party: Party) -> None:
    offer = offer_of(partnership, party)
    seat = partnership.seats.get(person=offer.to)
    actions.end_seat(by=offer.to, seat=seat, now=timezone.now())
    assert client_of(offer.to).post(at(partnership, "lead_accept", pk=offer.pk)).status_code == 404
    make_seat(partnership, Role.MEMBER, party, person=offer.to)
    page = client_of(offer.to).post(at(partnership, "lead_accept", pk=offer.pk), follow=True)
    assert "no longer asks" in page.content.decode(), "nor after they were invited again"
    assert lead_of(partnership, party) == offer.asked_by and not Handover.objects.unanswered().exists()


# --- Twice, and once ----------------------------------------------------------------------------------------


def test_a_second_press_changes_nothing(partnership: Partnership, party: Party) -> None:
    new = member_of(partnership, party)
    assert [ask(partnership, party).status_code for _press in range(2)] == [302, 302]
    offer = Handover.objects.get()
    client = client_of(new)
    for _press in range(2):
        page = client.post(at(partnership, "lead_accept", pk=offer.pk), follow=True)
        assert "You are now the lead for" in page.content.decode()
    assert kinds(partnership) == ["lead.offered", "lead.changed"]
    assert OutboxMail.objects.filter(kind="lead changed").count() == 3
    assert partnership.seats.filter(person=new).count() == 2


def test_one_person_at_a_time_is_asked(partnership: Partnership, party: Party) -> None:
    offer, beside = offer_of(partnership, party), make_seat(partnership, Role.MEMBER, party).person
    answer = ask(partnership, party, to=beside.pk)
    assert answer.status_code == 422 and f"You have asked {offer.to.name} already." in answer.content.decode()
    facts = {"partnership": partnership, "party": party, "asked_by": offer.asked_by, "asked_at": timezone.now()}
    with pytest.raises(IntegrityError, match=r"one_open_offer_a_party|handover"), transaction.atomic():
        Handover.objects.create(to=beside, **facts)
    assert offer_of(partnership, party.other), "what one side asks holds nothing up on the other"


def test_without_a_member_there_is_nobody_to_ask(party: Party) -> None:
    partnership = make_agreement().partnership
    page = page_of(lead_of(partnership, party), at(partnership))
    assert "Nobody else is on it yet" in page and at(partnership, "lead_hand_over") not in page
    member_of(partnership, party.other)
    assert "Nobody else is on it yet" in page_of(lead_of(partnership, party), at(partnership))


def test_reason_and_answer_are_text_and_not_too_long(partnership: Partnership, party: Party) -> None:
    assert ask(partnership, party, reason="x" * 1001).status_code == 422
    assert ask(partnership, party, reason="<script>alert(1)</script>").status_code == 302
    page = page_of(member_of(partnership, party), at(partnership, "lead_offer", pk=Handover.objects.get().pk))
    assert "<script>alert(1)" not in page and "&lt;script&gt;alert(1)" in page


def test_mail_and_pages_are_in_the_readers_language(partnership: Partnership, party: Party) -> None:
    new = member_of(partnership, party)
    Person.objects.filter(pk=new.pk).update(language="es")
    ask(partnership, party)
    subject = to(new.email)[-1].subject.partition(" · ")[0]
    with translation.override("es"):
        said = translation.gettext("You are asked to take over the lead for %(organization)s")
    assert said % {"organization": organization(Handover.objects.get())} == subject
    assert "You are asked" not in subject


def test_staff_see_that_a_mail_left_and_not_what_people_wrote_in_it(partnership: Partnership, party: Party) -> None:
    offer = offer_of(partnership, party)
    actions.decline_lead(by=offer.to, handover=offer, reason="Between us: no.", now=timezone.now())
    staff, program = client_of(staff_of(partnership.program)), partnership.program
    assert (
        "Taking over the lead was declined" in staff.get(reverse("program_mail", args=[program.slug])).content.decode()
    )
    for queued in OutboxMail.objects.filter(kind__startswith="lead "):
        page = staff.get(reverse("program_mail_one", args=[program.slug, queued.pk]), follow=True).content.decode()
        assert WHY not in page and "Between us" not in page


def test_somebody_new_signs_nothing_before_they_accepted(partnership: Partnership, party: Party) -> None:
    """An offer gives no right to speak for the side."""
    offer = offer_of(partnership, party)
    with pytest.raises(Refused):
        agreement_actions.open_for_signing(by=offer.to, agreement=partnership.agreement, now=timezone.now())
    assert make_person() not in {person for person, _role, _party in roles(partnership)}


# --- In the same instant ------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_what_comes_first_counts_alone(party: Party) -> None:
    """Accepted and taken back, accepted twice, or accepted while the member is removed: one lead, whoever it is."""
    for race in range(12):
        partnership, now = make_agreement().partnership, timezone.now()
        offer = offer_of(partnership, party)
        seat = partnership.seats.get(person=offer.to)
        accept = partial(actions.accept_lead, by=offer.to, handover=offer, **proved(now))
        against = [
            partial(actions.take_back_lead, by=offer.asked_by, handover=offer, now=now),
            accept,
            partial(actions.end_seat, by=offer.asked_by, seat=seat, now=now),
        ][race % 3]
        outcomes = at_once(accept, against)
        assert any(not isinstance(outcome, Exception) for outcome in outcomes), outcomes
        assert all(isinstance(o, Seat | Refused | actions.HandoverClosed | None) for o in outcomes), outcomes
        accepted = Handover.objects.get(pk=offer.pk).outcome == HandoverOutcome.ACCEPTED
        assert lead_of(partnership, party) == (offer.to if accepted else offer.asked_by), outcomes
        assert kinds(partnership).count("lead.changed") == accepted


@pytest.mark.django_db(transaction=True)
def test_two_members_asked_in_one_instant_are_one(party: Party) -> None:
    for _race in range(8):
        partnership, now = make_agreement().partnership, timezone.now()
        members = [make_seat(partnership, Role.MEMBER, party).person for _one in range(2)]
        about = {"by": lead_of(partnership, party), "partnership": partnership, "reason": "", **proved(now)}
        outcomes = at_once(*[partial(actions.offer_lead, to=member, **about) for member in members])
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Handover", "ValidationError"], outcomes
        assert Handover.objects.unanswered().filter(partnership=partnership).count() == 1
