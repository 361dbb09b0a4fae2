"""Writing together: what agreeing to many clauses does, whose suggestions are whose, and how often mail goes out."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.apps import apps
from django.urls import reverse

from agreements import actions
from agreements.domain import readiness
from agreements.domain.clause_status import agreement_status
from agreements.emails.clauses import CHANGES_WAIT, PROPOSALS_EVERY, PROPOSALS_WAIT
from agreements.models import Wording
from agreements.refusals import NotReady, Stale
from mail.models import OutboxMail
from mail.outbox import send_waiting
from mail.registry import build
from partners.parties import Party
from partners.rules import Refused
from tests.factories.agreements import (
    agree_to_all,
    clause,
    hand_in,
    lead,
    make_agreement,
    open_for_signing,
    propose,
    sign,
    sign_both,
    standing,
)
from tests.factories.people import NOW, client_of, member_of, proved

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("party", Party)
def test_agreeing_to_a_new_issue_with_all_the_rest_brings_it_into_every_clause(party: Party) -> None:
    agreement = make_agreement(issue="evictions")
    propose(agreement, "issue", "unsafe rental homes", by=lead(agreement, party))
    agree_to_all(agreement, party, party.other)
    now = agreement_status(agreement)
    assert now.facts["issue"] == "unsafe rental homes"
    holding = [each for each in now.clauses if "evictions" in each.base_text]
    assert holding == [], "no clause keeps the issue that is no longer agreed"
    renamed = [each for each in now.clauses if each.clause.kind != "issue" and "unsafe rental homes" in each.base_text]
    assert renamed and not any(each.agreed for each in renamed), "a text that was not shown is not agreed to"
    agree_to_all(agreement, party.other, party)
    assert all(each.settled for each in agreement_status(agreement).clauses)


@pytest.mark.parametrize("party", Party)
def test_a_corrected_name_of_an_organization_is_agreed_to_again_where_it_stands(party: Party) -> None:
    """The side that corrected it stands behind the new words; the other side has not read them."""
    agreement = make_agreement()
    agree_to_all(agreement, party, party.other)
    own = agreement.partnership.organizations.get(party=party)
    naming = {each.clause.key for each in agreement_status(agreement).clauses if own.name in each.base_text}
    name = {"organization": "The Office for Homes", "signatory": own.signatory}
    touched = actions.correct_names(by=lead(agreement, party), agreement=agreement, **name, now=NOW)
    after = agreement_status(agreement)
    assert naming and set(touched) == naming == {each.clause.key for each in after.clauses if not each.agreed}
    assert not any(own.name in each.base_text for each in after.clauses)
    with pytest.raises(NotReady):
        actions.open_for_signing(by=lead(agreement, party), agreement=agreement, now=NOW)
    agree_to_all(agreement, party.other)
    assert all(each.agreed for each in agreement_status(agreement).clauses)
    with pytest.raises(Refused):
        actions.correct_names(by=member_of(agreement.partnership, party), agreement=agreement, **name, now=NOW)


@pytest.mark.parametrize("party", Party)
def test_a_suggestion_is_no_proposal_until_its_own_lead_says_so(party: Party) -> None:
    agreement = make_agreement()
    suggestion = propose(agreement, "goal-1", "Build it with us.", by=member_of(agreement.partnership, party))
    shown = standing(agreement, "goal-1").shown
    act = {"clause": clause(agreement, "goal-1"), "wording": suggestion, "shown": shown, "now": NOW}
    with pytest.raises(Stale):
        actions.agree(by=lead(agreement, party.other), **act)
    assert standing(agreement, "goal-1").assents == {}
    actions.put_forward(by=lead(agreement, party), **act)
    assert standing(agreement, "goal-1").stands_on(party) == suggestion


def test_a_clause_that_names_another_issue_stands_in_the_way() -> None:
    """Nothing in the product leads here; should something ever, it is not signed."""
    agreement = make_agreement()
    agree_to_all(agreement)
    assert readiness.blockers(agreement_status(agreement)) == []
    vision = Wording.objects.get(clause__agreement=agreement, clause__key="vision")
    Wording.objects.filter(pk=vision.pk).update(facts=vision.facts | {"issue": "something else"})
    assert [blocker.code for blocker in readiness.blockers(agreement_status(agreement))] == ["fact"]


def test_a_letter_that_no_font_draws_stands_in_the_way() -> None:
    agreement = make_agreement()
    propose(agreement, "goal-1", "Build it \U0001f333 together.", by=lead(agreement, Party.CITY))
    agree_to_all(agreement)
    assert [blocker.code for blocker in readiness.blockers(agreement_status(agreement))] == ["letter"]
    with pytest.raises(NotReady):
        actions.open_for_signing(by=lead(agreement, Party.CITY), agreement=agreement, now=NOW)


@pytest.mark.parametrize("party", Party)
def test_a_suggestion_is_set_aside_by_its_own_side_alone(party: Party) -> None:
    agreement = make_agreement()
    author = member_of(agreement.partnership, party)
    suggestion = propose(agreement, "goal-1", "Build it with us.", by=author)
    act = {"clause": clause(agreement, "goal-1"), "wording": suggestion, "now": NOW}
    for other in (lead(agreement, party.other), member_of(agreement.partnership, party.other)):
        with pytest.raises(Refused):
            actions.set_aside(by=other, **act)
    assert standing(agreement, "goal-1").suggestions == [suggestion]
    actions.set_aside(by=lead(agreement, party), **act)
    assert standing(agreement, "goal-1").suggestions == []


@pytest.mark.parametrize("party", Party)
def test_ten_changes_are_one_mail_and_a_later_one_is_told_an_hour_after(party: Party) -> None:
    agreement = make_agreement()
    for number in range(1, 4):
        propose(agreement, f"goal-{number}", f"Another goal {number}.", by=lead(agreement, party))
    waiting = OutboxMail.objects.filter(kind=CHANGES_WAIT, person=lead(agreement, party.other))
    assert waiting.count() == 1
    first = waiting.get()
    assert first.due_at == NOW + PROPOSALS_WAIT
    assert send_waiting(first.due_at) >= 1
    later = NOW + timedelta(minutes=20)
    propose(agreement, "vision", "A shared vision.", by=lead(agreement, party), now=later)
    second = waiting.exclude(pk=first.pk).get()
    assert second.due_at == first.due_at + PROPOSALS_EVERY
    assert build(second) is not None


# --- What anybody may type -----------------------------------------------------------------------------------


def test_a_clause_beyond_the_most_is_refused_with_the_limit_named_and_nothing_typed_is_lost(
    party: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    agreement = make_agreement()
    there = len(agreement_status(agreement).clauses)
    monkeypatch.setattr("agreements.actions.clauses.MOST_CLAUSES", there + 1)
    client, page = client_of(lead(agreement, party)), reverse("add_clause", args=[agreement.partnership.slug])
    form = {"kind": "goal", "owner": "", "text": "The last that fits.", "reason": "More"}
    assert client.post(page, form).status_code == 302
    for more in (form | {"text": "One too many."}, {"offered": "data-sharing"}):
        refused = client.post(page, more)
        assert refused.status_code == 422
        assert f"at most {there + 1} clauses" in refused.content.decode()
        assert more.get("text", "") in refused.content.decode()
    assert len(agreement_status(agreement).clauses) == there + 1


HIDDEN = "\u202e\u200b\x07"


def test_what_cannot_be_seen_comes_into_no_table_by_any_act(party: Party) -> None:
    """Wordings, reasons, names and titles: each act passes the gate itself, whichever page or program calls it."""
    agreement = make_agreement()
    by, other = lead(agreement, party), lead(agreement, party.other)
    act = {"now": NOW, "agreement": agreement}
    hidden = f"We{HIDDEN} meet"
    propose(agreement, "goal-1", hidden, by=by, reason=hidden)
    propose(agreement, "issue", f"unsafe{HIDDEN} homes", by=by, reason=hidden)
    actions.add_clause(by=other, kind="goal", owner="", text=hidden, reason=hidden, **act)
    actions.correct_names(by=by, organization=hidden, signatory=hidden, **act)
    agree_to_all(agreement)  # to the issue first: it then stands in other clauses
    edition = open_for_signing(agreement)
    edition = actions.put_name_right(by=by, edition=edition, signatory=f"Zoë{HIDDEN}", now=NOW)
    sign(edition, party, name=f"Zoë{HIDDEN}", title=hidden)
    paper = hand_in(edition, party.other, title=hidden)
    actions.refuse_paper(by=by, paper=paper, reason=hidden, now=NOW)
    actions.reopen(by=other, edition=edition, reason=hidden, now=NOW)
    sign_both(actions.open_for_signing(by=by, **act))
    actions.amend(by=by, reason=hidden, **act)
    actions.end(by=other, reason=hidden, **act | proved(NOW))
    kept = json.dumps([list(model._base_manager.values()) for model in apps.get_models()], default=str)
    assert kept.count("We meet") > 10
    assert not [letter for letter in HIDDEN if json.dumps(letter)[1:-1] in kept]


@pytest.mark.parametrize("party", Party)
def test_why_a_side_asked_for_another_wording_stays_in_sight_until_it_agrees(party: Party) -> None:
    agreement, why = make_agreement(), "Ours is a neighborhood, not a district."
    pages = [f"/partnerships/{agreement.partnership.slug}/agreement/{rest}" for rest in ("", "clauses/vision/")]

    def seen() -> set[bool]:
        clients = [client_of(lead(agreement, side)) for side in Party]
        return {why in client.get(page).content.decode() for client in clients for page in pages}

    propose(agreement, "vision", "A neighborhood in bloom.", by=lead(agreement, party), reason=why)
    assert seen() == {True}
    counter = propose(agreement, "vision", "A quarter in bloom.", by=lead(agreement, party.other))
    assert seen() == {True}, "the other side changed it, and has not agreed"
    shown = standing(agreement, "vision").shown
    act = {"clause": clause(agreement, "vision"), "wording": counter, "shown": shown, "now": NOW}
    actions.agree(by=lead(agreement, party), **act)
    page = client_of(lead(agreement, party)).get(pages[0]).content.decode()
    assert why not in page
