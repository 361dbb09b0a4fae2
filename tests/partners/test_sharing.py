"""What staff may see beyond facts: two keys, one a side. Either alone opens nothing, and either alone closes it."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from ledger.models import Event
from mail.models import OutboxMail
from mail.outbox import message_of
from partners import actions
from partners.domain.sharing import seen_by_staff, staff_may_see
from partners.models import Partnership, Shared, Sharing
from partners.parties import Party
from tests.factories.handovers import claim_of
from tests.factories.people import NOW, client_of, lead_of, make_partnership, member_of, others, proved, staff_of
from tests.mail.mailbox import text_of, to
from tests.pages import page_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
DRAFTS, CHECK_INS = Shared.DRAFTS, Shared.CHECK_INS


@pytest.fixture
def partnership() -> Partnership:
    return make_partnership()


def press(partnership: Partnership, party: Party, act: str, shared: str = DRAFTS) -> HttpResponse:
    address = reverse(f"sharing_{act}", args=[partnership.slug, shared])
    return client_of(lead_of(partnership, party)).post(address)


def people_page(partnership: Partnership, person: object) -> str:
    return page_of(person, reverse("people", args=[partnership.slug]))


def kinds(partnership: Partnership) -> list[str]:
    return [event.kind for event in Event.objects.filter(chain=partnership.pk).order_by("sequence")]


def test_nothing_is_shared_until_both_sides_say_yes(partnership: Partnership, party: Party) -> None:
    other = make_partnership(program=partnership.program)
    assert not staff_may_see(DRAFTS, partnership)
    assert press(partnership, party, "agree").status_code == 302
    assert not staff_may_see(DRAFTS, partnership), "one key opens nothing"
    assert press(partnership, party.other, "agree").status_code == 302
    assert staff_may_see(DRAFTS, partnership) and not staff_may_see(CHECK_INS, partnership)
    found = seen_by_staff([partnership.pk, other.pk])
    assert (found[partnership.pk], found[other.pk]) == ({DRAFTS}, set())


def test_either_side_takes_it_back_alone_at_once_and_both_can_begin_again(
    partnership: Partnership, party: Party
) -> None:
    for side in Party:
        press(partnership, side, "agree")
    press(partnership, party, "take_back")
    assert not staff_may_see(DRAFTS, partnership)
    press(partnership, party.other, "agree")
    assert not staff_may_see(DRAFTS, partnership), "the other side's yes stood already"
    press(partnership, party, "agree")
    assert staff_may_see(DRAFTS, partnership)
    assert kinds(partnership) == [f"sharing.{end}" for end in ("agreed", "began", "taken_back", "began")]


def test_the_same_twice_changes_nothing(partnership: Partnership, party: Party) -> None:
    for act in ("take_back", "agree", "agree", "take_back", "take_back"):
        press(partnership, party, act)
    assert kinds(partnership) == ["sharing.agreed", "sharing.taken_back"]
    assert len(to(lead_of(partnership, party.other).email)) == 1, "the question fell with the yes, unsent"


def test_both_sides_are_told_and_read_who_said_what(partnership: Partnership, party: Party) -> None:
    one, other, member = (lead_of(partnership, party), lead_of(partnership, party.other), member_of(partnership, party))
    press(partnership, party, "agree")
    (asked,) = to(other.email)
    assert one.name in text_of(asked) and "until you say yes, too" in text_of(asked) and not to(one.email)
    press(partnership, party.other, "agree")
    assert "may see drafts, comments and evidence" in to(one.email)[-1].subject
    press(partnership, party.other, "take_back")
    assert "took back the yes" in text_of(to(one.email)[-1])
    for person in (one, other, member):
        assert "yes" in people_page(partnership, person) and "Not shared with staff" in people_page(partnership, person)
        history = page_of(person, reverse("history", args=[partnership.slug]))
        assert "took back the yes of their side" in history and "drafts, comments and evidence" in history


def test_staff_learn_whether_it_holds_and_not_who_withholds_it(partnership: Partnership, party: Party) -> None:
    """A side that says no is under no eye but the other side's."""
    staff = staff_of(partnership.program)
    before = people_page(partnership, staff)
    press(partnership, party, "agree")
    assert "Not shared with staff" in before and "not said yes" not in before
    assert _sharing_of(people_page(partnership, staff)) == _sharing_of(before)
    assert "not said yes" in people_page(partnership, lead_of(partnership, party.other))
    press(partnership, party.other, "agree")
    assert "Staff may see this" in people_page(partnership, staff)


def _sharing_of(page: str) -> str:
    return page.partition('id="sharing"')[2].partition("</section>")[0]


@pytest.mark.parametrize("act", ["agree", "take_back"])
def test_nobody_but_a_lead_turns_a_key(partnership: Partnership, act: str) -> None:
    if act == "take_back":
        for side in Party:
            press(partnership, side, "agree")
    leads = [lead_of(partnership, side) for side in Party]
    address = reverse(f"sharing_{act}", args=[partnership.slug, DRAFTS])
    for who, person in others(partnership, *leads):
        assert address not in people_page(partnership, person) if who not in {"outsider", "superuser"} else True
        assert client_of(person).post(address).status_code in {403, 404}, who
    assert staff_may_see(DRAFTS, partnership) == (act == "take_back")


def test_what_nobody_can_share_is_not_there(partnership: Partnership, party: Party) -> None:
    assert press(partnership, party, "agree", "signatures").status_code == 404


def test_a_sides_yes_stands_when_its_lead_changes_and_the_new_lead_takes_it_back(
    partnership: Partnership, party: Party
) -> None:
    for side in Party:
        press(partnership, side, "agree")
    claim = claim_of(partnership, party)
    proof = proved(timezone.now())
    actions.confirm_claim(by=staff_of(partnership.program), handover=claim, checked="They left.", **proof)
    assert staff_may_see(DRAFTS, partnership)
    press(partnership, party, "take_back")
    assert not staff_may_see(DRAFTS, partnership)
    taken_back = Sharing.objects.exclude(taken_back_at=None).get()
    assert (taken_back.party, taken_back.taken_back_by) == (party, claim.to)


def test_the_database_refuses_a_second_yes_of_one_side_and_half_a_fact(partnership: Partnership, party: Party) -> None:
    lead = lead_of(partnership, party)
    facts = {"partnership": partnership, "party": party, "said_at": NOW, "said_by": lead}
    Sharing.objects.create(shared=DRAFTS, **facts)
    for wrong in ({"shared": DRAFTS}, {"shared": "all"}, {"shared": CHECK_INS, "taken_back_at": NOW}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Sharing.objects.create(**facts | wrong)


def test_a_mail_that_is_true_no_more_when_it_would_leave_is_not_sent(partnership: Partnership, party: Party) -> None:
    press(partnership, party, "agree")
    press(partnership, party, "take_back")
    press(partnership, party.other, "agree")
    asked = OutboxMail.objects.filter(kind="sharing asked").order_by("pk")
    assert [one.about["party"] for one in asked] == [party, party.other]
    assert [message_of(one) is None for one in asked] == [True, False], "the first side says yes no more"
    press(partnership, party, "agree")
    began = OutboxMail.objects.get(kind="sharing began")
    assert message_of(began)
    press(partnership, party.other, "take_back")
    assert message_of(began) is None
