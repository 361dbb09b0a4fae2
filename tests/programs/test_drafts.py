"""Staff look at drafts, comments and evidence: where both sides share them, and each look is on record."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agreements.models import Comment
from ledger.models import Event
from partners import actions
from partners.models import Partnership, Shared
from partners.parties import Party
from partners.rules import Refused
from sprints.actions import add_evidence
from sprints.files import checked_file
from tests.crawl import addresses_in, body, walk
from tests.factories.agreements import clause, make_agreement, propose
from tests.factories.people import NOW, by_link, client_of, lead_of, make_partnership, others, staff_of
from tests.factories.sprints import started_sprint
from tests.pages import page_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
SECRETS = ("Quince proposes this", "because of the quince", "quince in a comment")


def share(partnership: Partnership, *parties: Party) -> None:
    for party in parties or Party:
        actions.share_with_staff(
            by=lead_of(partnership, party), partnership=partnership, shared=Shared.DRAFTS, now=timezone.now()
        )


@pytest.fixture
def partnership() -> Partnership:
    """Its drafts hold what could leak: a proposal, its reason, and a comment."""
    agreement = make_agreement()
    lead = lead_of(agreement.partnership, Party.CITY)
    propose(agreement, "goal-1", SECRETS[0], by=lead, reason=SECRETS[1])
    facts = {"text": SECRETS[2], "written_at": NOW, "written_by": lead, "party": Party.CITY}
    Comment.objects.create(clause=clause(agreement, "goal-1"), **facts)
    return agreement.partnership


def at(partnership: Partnership, name: str, *more: object) -> str:
    return reverse(name, args=[partnership.slug, *more])


def staff_client(partnership: Partnership) -> Client:
    return client_of(staff_of(partnership.program))


def looks(partnership: Partnership) -> int:
    return Event.objects.filter(chain=partnership.pk, kind="drafts.opened").count()


def opened(partnership: Partnership) -> Client:
    client = staff_client(partnership)
    assert client.post(at(partnership, "drafts_open")).status_code == 302
    return client


def seen(client: Client, partnership: Partnership) -> str:
    """All that this person can reach of the drafts, as one text."""
    pages = [at(partnership, "drafts"), at(partnership, "drafts_clause", "goal-1")]
    return unescape(" ".join(body(client.get(page)) for page in pages))


def test_staff_open_what_both_sides_share_and_both_sides_read_that_they_did(partnership: Partnership) -> None:
    share(partnership)
    client, staff = staff_client(partnership), staff_of(partnership.program)
    before = seen(client, partnership)
    assert "Open the drafts" in before and not any(secret in before for secret in SECRETS)
    assert looks(partnership) == 0, "nothing is opened by reading where it is done"
    assert client.get(at(partnership, "drafts_open")).status_code == 302 and looks(partnership) == 0
    client.post(at(partnership, "drafts_open"))
    client.post(at(partnership, "drafts_open"))
    assert all(secret in seen(client, partnership) for secret in SECRETS) and looks(partnership) == 1
    for party in Party:
        lead = lead_of(partnership, party)
        assert f"Opened by staff: {staff.name}" in " ".join(page_of(lead, at(partnership, "people")).split())
        assert "opened the drafts, comments and evidence" in page_of(lead, at(partnership, "history"))


@pytest.mark.parametrize("shared_by", [(Party.CITY,), (Party.COMMUNITY,)])
def test_without_both_keys_staff_find_nothing_at_any_address(
    partnership: Partnership, shared_by: tuple[Party, ...]
) -> None:
    """They walk all pages that they can reach, and try every address that there is."""
    share(partnership, *shared_by)
    client = staff_client(partnership)
    client.post(at(partnership, "drafts_open"))
    reached = walk(client, at(partnership, "partnership"))
    tried = [client.get(address) for _name, address in addresses_in(partnership.slug, key="goal-1")]
    tried += [client.post(address, {"comment": "x"}) for _name, address in addresses_in(partnership.slug, key="goal-1")]
    for response in [*reached.values(), *tried]:
        assert not any(secret in unescape(body(response)) for secret in SECRETS), response.request["PATH_INFO"]
    assert all(response.status_code == 200 for response in reached.values()), "and no link leads to a refusal"
    assert looks(partnership) == 0 and Comment.objects.count() == 1
    for name in ("drafts", "drafts_clause"):
        more = ["goal-1"] if name == "drafts_clause" else []
        assert client.get(at(partnership, name, *more)).status_code == 404


def test_what_staff_reach_with_both_keys_leads_to_no_refusal_and_offers_no_decision(partnership: Partnership) -> None:
    share(partnership)
    pages = walk(opened(partnership), at(partnership, "partnership"))
    assert at(partnership, "drafts_clause", "goal-1") in pages
    assert {page for page, response in pages.items() if response.status_code != 200} == set()
    for page, response in pages.items():
        if "/drafts/" in page:
            told = body(response)
            assert not any(f"/{act}/" in told for act in ("agree", "propose", "sign", "put-forward", "discard-draft"))


def test_a_yes_taken_back_closes_what_is_open_at_once_and_said_again_does_not_open_it(
    partnership: Partnership, party: Party
) -> None:
    share(partnership)
    client = opened(partnership)
    by = {"by": lead_of(partnership, party), "partnership": partnership, "shared": Shared.DRAFTS}
    actions.stop_sharing(**by, now=timezone.now())
    assert client.get(at(partnership, "drafts")).status_code == 404
    comment = at(partnership, "drafts_comment", "goal-1")
    assert client.post(comment, {"comment": "Late."}).status_code == 404
    actions.share_with_staff(**by, now=timezone.now())
    again = seen(client, partnership)
    assert "Open the drafts" in again and not any(secret in again for secret in SECRETS)
    assert client.post(comment, {"comment": "Late."})["Location"] == at(partnership, "drafts")
    assert Comment.objects.count() == 1


def test_it_is_open_for_an_hour_of_that_session(partnership: Partnership) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        share(partnership)
        client = opened(partnership)
        clock.shift(timedelta(minutes=59))
        assert SECRETS[0] in seen(client, partnership)
        assert SECRETS[0] not in seen(staff_client(partnership), partnership), "another session of theirs"
        clock.shift(timedelta(minutes=1))
        assert SECRETS[0] not in seen(client, partnership)
        client.post(at(partnership, "drafts_open"))
        assert SECRETS[0] in seen(client, partnership) and looks(partnership) == 2


def test_one_look_opens_one_partnership(partnership: Partnership) -> None:
    share(partnership)
    other = make_agreement(partnership=make_partnership(program=partnership.program)).partnership
    client = opened(partnership)
    assert client.get(at(other, "drafts")).status_code == 404
    share(other)
    assert "Open the drafts" in body(client.get(at(other, "drafts")))


def test_nobody_but_its_staff_comes_this_way(partnership: Partnership) -> None:
    share(partnership)
    staff = staff_of(partnership.program)
    for who, person in others(partnership, staff):
        client = client_of(person)
        for answer in (client.get(at(partnership, "drafts")), client.post(at(partnership, "drafts_open"))):
            assert answer.status_code in {403, 404}, who
    with pytest.raises(Refused):
        actions.open_drafts(by=by_link(staff), partnership=partnership, now=NOW)
    assert looks(partnership) == 0


def test_staff_comment_and_it_is_marked_as_theirs_and_moves_nothing(partnership: Partnership) -> None:
    share(partnership)
    client, staff = opened(partnership), staff_of(partnership.program)
    address = at(partnership, "drafts_comment", "goal-1")
    assert client.post(address, {"comment": " "}).status_code == 422
    assert client.post(address, {"comment": "Other cities name the days."}).status_code == 302
    written = Comment.objects.get(written_by=staff)
    assert (written.by_staff, written.party) == (True, None)
    for reader in (client, *(client_of(lead_of(partnership, party)) for party in Party)):
        page = reverse("drafts_clause" if reader is client else "clause", args=[partnership.slug, "goal-1"])
        shown = body(reader.get(page))
        assert "Other cities name the days." in shown and "Staff of the program" in shown
    with pytest.raises(IntegrityError), transaction.atomic():
        Comment.objects.filter(pk=written.pk).update(party=Party.CITY)


def test_evidence_is_read_and_its_files_come_as_they_were_handed_in() -> None:
    sprint = started_sprint()
    partnership, milestone = sprint.partnership, sprint.milestones.first()
    file = checked_file(b"plums;quinces\n1;2", "plums.csv")
    said = {"title": "The list", "words": "Plums were counted.", "attachments": [file]}
    kept = add_evidence(by=lead_of(partnership, Party.CITY), milestone=milestone, now=NOW, **said)
    client, address = staff_client(partnership), at(partnership, "drafts_file", kept.pk)
    assert client.get(address).status_code == 404
    share(partnership)
    assert client.get(address)["Location"] == at(partnership, "drafts")
    client.post(at(partnership, "drafts_open"))
    assert "Plums were counted." in body(client.get(at(partnership, "drafts")))
    assert "plums;quinces" in body(client.get(address))
    assert client.get(at(started_sprint().partnership, "drafts_file", kept.pk)).status_code == 404
    milestone.evidence.update(withdrawn_at=NOW, withdrawn_by=lead_of(partnership, Party.CITY))
    assert client.get(address).status_code == 404 and "Plums" not in body(client.get(at(partnership, "drafts")))
