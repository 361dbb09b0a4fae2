"""From a draft to an agreement in force: opened, signed by both, reopened, on paper, ended, amended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.urls import reverse

from agreements import actions
from agreements.domain.editions import content, record_of, text_of
from agreements.models import Agreement, Edition, PaperCopy, Seal, Signature
from agreements.pdf import layout
from agreements.refusals import NotNow, NotReady, Stale
from agreements.states import Draft, EditionState
from ledger.models import Event
from mail.models import OutboxMail
from partners.authentication_proof import NeedsFreshCode
from partners.dates import date_words
from partners.models import Seat
from partners.parties import Party, Role
from partners.rules import Refused
from tests.agreements.pdf_tools import text_of as text_on_paper
from tests.factories.agreements import (
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
from tests.factories.kept_files import phone_picture
from tests.factories.people import NOW, TODAY, by_link, client_of, everybody, make_seat, member_of, proved

pytestmark = pytest.mark.django_db
BOTH_WAYS = pytest.mark.parametrize("party", list(Party))


def kinds(agreement: object) -> list[str]:
    return list(Event.objects.filter(chain=agreement.partnership_id).values_list("kind", flat=True))


@BOTH_WAYS
def test_either_lead_opens_it_when_nothing_stands_in_the_way(party: Party) -> None:
    agreement = make_agreement()
    edition = open_for_signing(agreement, by=party)
    agreement.refresh_from_db()
    assert agreement.draft == Draft.FROZEN
    assert (edition.number, edition.state) == (1, EditionState.SIGNING)
    assert OutboxMail.objects.filter(kind="opened for signing").count() == 2


@BOTH_WAYS
def test_it_cannot_be_opened_while_a_clause_waits(party: Party) -> None:
    agreement = make_agreement()
    agree_to_all(agreement, party)
    with pytest.raises(NotReady) as refusal:
        actions.open_for_signing(by=lead(agreement, party), agreement=agreement, now=NOW)
    assert {blocker.code for blocker in refusal.value.blockers} == {"clause"}
    assert all(blocker.waits_for == (party.other,) for blocker in refusal.value.blockers)
    assert not Edition.objects.exists()


@BOTH_WAYS
def test_it_cannot_be_opened_while_a_lead_is_missing(party: Party) -> None:
    agreement = make_agreement()
    agree_to_all(agreement)
    Seat.objects.filter(person=lead(agreement, party.other)).update(ended_at=NOW, ended_by=lead(agreement, party))
    with pytest.raises(NotReady) as refusal:
        actions.open_for_signing(by=lead(agreement, party), agreement=agreement, now=NOW)
    assert [blocker.code for blocker in refusal.value.blockers] == ["lead"]


@BOTH_WAYS
def test_two_signatures_put_it_in_force_whoever_signs_first(party: Party) -> None:
    agreement = make_agreement()
    edition = open_for_signing(agreement)
    sign(edition, party)
    edition.refresh_from_db()
    assert edition.state == EditionState.SIGNING and not Seal.objects.exists()
    sign(edition, party.other, now=NOW + timedelta(hours=1))
    edition.refresh_from_db()
    agreement.refresh_from_db()
    assert (edition.state, agreement.draft) == (EditionState.IN_FORCE, Draft.CLOSED)
    assert edition.in_force_at == NOW + timedelta(hours=1)
    in_force = Event.objects.get(chain=agreement.partnership_id, kind="agreement.in_force")
    assert edition.head == in_force.digest
    assert Seal.objects.get().sealed_at is None, "signed and sealed are two facts"


@BOTH_WAYS
def test_signing_again_is_the_same_signature(party: Party) -> None:
    edition = open_for_signing(make_agreement())
    first = sign(edition, party)
    assert sign(edition, party, now=NOW + timedelta(minutes=2)) == first
    sign(edition, party.other)
    assert sign(edition, party) == first
    assert Signature.objects.count() == 2


@BOTH_WAYS
def test_a_disk_that_is_full_at_any_moment_of_signing_keeps_nothing_half(party: Party) -> None:
    """The second signature writes the most: itself, the state, the edition before, the events, the seal, the mails."""
    edition = open_for_signing(make_agreement())
    sign(edition, party.other)
    before, refused_writes = rows_of_everything(), 0
    while True:
        with connection.execute_wrapper(DiskFull(after=refused_writes)):
            try:
                sign(edition, party)
            except OperationalError:
                refused_writes += 1
                assert rows_of_everything() == before
            else:
                break
    assert refused_writes >= 8
    edition.refresh_from_db()
    assert edition.state == EditionState.IN_FORCE


class DiskFull:
    """The database takes so many writes, and no more."""

    def __init__(self, *, after: int) -> None:
        self.left = after

    def __call__(self, execute: Callable, sql: str, params: object, many: bool, context: object) -> object:
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            self.left -= 1
            if self.left < 0:
                raise OperationalError("database or disk is full")
        return execute(sql, params, many, context)


def rows_of_everything() -> dict[str, list[tuple]]:
    models = (Agreement, Edition, Signature, Seal, Event, OutboxMail)
    return {model.__name__: sorted(model.objects.values_list(), key=str) for model in models}


@BOTH_WAYS
def test_nobody_but_the_lead_signs_for_a_party(party: Party) -> None:
    agreement = make_agreement()
    edition = open_for_signing(agreement)
    people = everybody(agreement.partnership)
    del people[f"{party} lead"], people[f"{party.other} lead"]
    for person in people.values():
        with pytest.raises(Refused):
            sign(edition, party, by=person)
    assert not Signature.objects.exists()


@BOTH_WAYS
def test_a_session_from_an_operators_link_cannot_sign_or_agree(party: Party) -> None:
    agreement = make_agreement()
    edition = open_for_signing(agreement)
    person = by_link(lead(agreement, party))
    with pytest.raises(Refused):
        sign(edition, party, by=person)


@BOTH_WAYS
def test_an_old_code_does_not_sign(party: Party) -> None:
    agreement = make_agreement()
    edition = open_for_signing(agreement)
    with pytest.raises(NeedsFreshCode):
        sign(edition, party, proof=proof_for(lead(agreement, party), minutes_ago=16))
    assert not Signature.objects.exists()


@pytest.mark.parametrize("missing", ["consents", "intends"])
def test_consent_and_intent_are_both_needed(missing: str) -> None:
    edition = open_for_signing(make_agreement())
    with pytest.raises(ValidationError):
        sign(edition, Party.CITY, **{missing: False})
    assert not Signature.objects.exists()


@BOTH_WAYS
def test_another_text_than_the_one_shown_is_not_signed(party: Party) -> None:
    edition = open_for_signing(make_agreement())
    with pytest.raises(Stale):
        sign(edition, party, shown="0" * 64)
    assert not Signature.objects.exists()


@BOTH_WAYS
def test_either_lead_reopens_it_and_the_first_signature_is_void(party: Party) -> None:
    agreement = make_agreement()
    edition = open_for_signing(agreement)
    sign(edition, party)
    actions.reopen(by=lead(agreement, party.other), edition=edition, reason="A name is wrong.", now=NOW)
    edition.refresh_from_db()
    agreement.refresh_from_db()
    assert (edition.state, agreement.draft) == (EditionState.VOID, Draft.OPEN)
    assert Signature.objects.count() == 1, "history keeps it"
    assert OutboxMail.objects.filter(kind="reopened").count() == 2
    with pytest.raises(Stale):
        sign(edition, party)
    again = actions.open_for_signing(by=lead(agreement, party), agreement=agreement, now=NOW)
    assert (again.number, again.signatures.count()) == (1, 0)
    assert again.digest != edition.digest


@BOTH_WAYS
def test_it_cannot_be_reopened_after_the_second_signature(party: Party) -> None:
    agreement = make_agreement()
    edition = sign_both(open_for_signing(agreement))
    with pytest.raises(NotNow, match="in force"):
        actions.reopen(by=lead(agreement, party), edition=edition, reason="Too late", now=NOW)
    edition.refresh_from_db()
    assert edition.state == EditionState.IN_FORCE


@BOTH_WAYS
def test_the_text_cannot_change_while_it_is_open_for_signing(party: Party) -> None:
    agreement = make_agreement()
    open_for_signing(agreement)
    with pytest.raises(NotNow):
        propose(agreement, "goal-1", "Something else", by=lead(agreement, party))


@BOTH_WAYS
def test_a_name_that_differs_from_the_block_can_be_put_right(party: Party) -> None:
    agreement = make_agreement()
    edition = open_for_signing(agreement)
    sign(edition, party.other)
    with pytest.raises(ValidationError):
        sign(edition, party, name="María Núñez")
    corrected = actions.put_name_right(by=lead(agreement, party), edition=edition, signatory="María Núñez", now=NOW)
    assert content(corrected)["parties"][party]["signatory"] == "María Núñez"
    assert corrected.signatures.count() == 0
    assert sign(corrected, party, name="maría  núñez").name == "maría núñez"


@BOTH_WAYS
def test_an_amendment_supersedes_what_is_in_force_only_when_both_signed_it(party: Party) -> None:
    agreement = make_agreement()
    first = sign_both(open_for_signing(agreement))
    actions.amend(by=lead(agreement, party), agreement=agreement, reason="The beta comes later.", now=NOW)
    with pytest.raises(NotReady) as refusal:
        actions.open_for_signing(by=lead(agreement, party), agreement=agreement, now=NOW)
    assert [blocker.code for blocker in refusal.value.blockers] == ["no change"]
    propose(agreement, "goal-2", "Build local capacity together.", by=lead(agreement, party))
    second = open_for_signing(agreement)
    sign(second, party)
    first.refresh_from_db()
    assert first.state == EditionState.IN_FORCE
    sign(second, party.other)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.superseded_by) == (EditionState.SUPERSEDED, second)
    assert (second.state, second.number) == (EditionState.IN_FORCE, 2)
    assert content(second)["edition"]["supersedes"] == first.digest
    assert text_of(content(first)) != text_of(content(second))


@BOTH_WAYS
def test_either_side_ends_it_alone_and_nothing_is_erased(party: Party) -> None:
    agreement = make_agreement()
    edition = sign_both(open_for_signing(agreement))
    actions.end(by=lead(agreement, party), agreement=agreement, reason="Our funding ended.", **proved(NOW))
    agreement.refresh_from_db()
    edition.refresh_from_db()
    assert (agreement.state, edition.state) == ("ended", EditionState.ENDED)
    assert Signature.objects.count() == 2
    assert OutboxMail.objects.filter(kind="ended").count() == 2
    with pytest.raises(NotNow):
        actions.end(by=lead(agreement, party.other), agreement=agreement, reason="Again", **proved(NOW))


@BOTH_WAYS
def test_a_signature_on_paper_counts_when_the_other_lead_confirms_it(party: Party) -> None:
    agreement = make_agreement()
    edition = open_for_signing(agreement)
    sign(edition, party.other)
    paper = hand_in(edition, party)
    assert not edition.signatures.filter(party=party).exists()
    other = lead(agreement, party.other)
    with pytest.raises(Refused):
        own = lead(agreement, party)
        actions.confirm_paper(by=own, paper=paper, shown=edition.digest, proof=proof_for(own), now=NOW)
    with pytest.raises(NeedsFreshCode):
        stale = proof_for(other, minutes_ago=20)
        actions.confirm_paper(by=other, paper=paper, shown=edition.digest, proof=stale, now=NOW)
    actions.confirm_paper(by=other, paper=paper, shown=edition.digest, proof=proof_for(other), now=NOW)
    edition.refresh_from_db()
    assert edition.state == EditionState.IN_FORCE
    signature = edition.signatures.get(party=party)
    assert signature.method == Signature.Method.PAPER
    told = Event.objects.filter(chain=agreement.partnership_id, kind="edition.signed").order_by("sequence").last()
    assert told.actor == lead(agreement, party).pk, "who signed, not who confirmed it"
    proof = next(each["proof"] for each in record_of(edition)["signatures"] if each["party"] == party)
    words = layout._proof(proof, ZoneInfo("UTC"))
    assert "by hand on paper" in words and "made-up" not in words


def test_the_text_to_sign_by_hand_is_the_edition_with_its_fingerprint() -> None:
    agreement = make_agreement()
    client = client_of(lead(agreement, Party.CITY))
    address = f"/partnerships/{agreement.partnership.slug}/agreement/draft.pdf"
    assert "DRAFT" in text_on_paper(client.get(address).content)
    edition = open_for_signing(agreement)
    text = text_on_paper(client.get(address).content)
    assert "DRAFT" not in text and "may still change" not in text
    assert f"{edition.digest[:4]} {edition.digest[4:8]}" in text


@BOTH_WAYS
def test_a_scan_can_be_refused_with_a_reason_and_handed_in_again(party: Party) -> None:
    agreement = make_agreement()
    edition = open_for_signing(agreement)
    paper = hand_in(edition, party)
    actions.refuse_paper(by=lead(agreement, party.other), paper=paper, reason="The page is cut off.", now=NOW)
    again = hand_in(edition, party)
    paper.refresh_from_db()
    assert paper.refuse_reason == "The page is cut off." and again.refused_at is None


def test_a_phones_picture_is_a_scan_that_the_other_side_can_look_at(party: Party) -> None:
    """It stays as it came, since its fingerprint is sealed; as a JPEG every program opens it."""
    agreement, photo = make_agreement(), phone_picture()
    edition, page = open_for_signing(agreement), reverse("paper", args=[agreement.partnership.slug])
    said = {"shown": edition.digest, "title": "Clerk", "name": content(edition)["parties"][party]["signatory"]}
    said |= {"paper_date_year": TODAY.year, "paper_date_month": TODAY.month, "paper_date_day": TODAY.day}
    with time_machine.travel(NOW, tick=False):
        client, other = client_of(lead(agreement, party)), client_of(lead(agreement, party.other))
        refused = client.post(page, said | {"scan": SimpleUploadedFile("a.heic", photo[:200])})
        assert refused.status_code == 422 and "cannot be read" in refused.content.decode()
        assert client.post(page, said | {"scan": SimpleUploadedFile("a.heic", photo)}).status_code == 302
        paper = PaperCopy.objects.get()
        assert (paper.scan_type, bytes(paper.scan)) == ("image/heic", photo)
        picture = reverse("paper_picture", args=[agreement.partnership.slug, paper.pk])
        assert f'href="{picture}"' in other.get(page).content.decode()
        assert other.get(picture).content.startswith(b"\xff\xd8\xff")
        scan = hand_in(edition, party.other)
        assert client.get(picture.replace(str(paper.pk), str(scan.pk))).status_code == 404, "it is no phone's"
        beside = client_of(make_seat(agreement.partnership, Role.PRODUCT_ADVISOR).person)
        assert beside.get(picture).status_code == 403
        assert "as JPEG" not in beside.get(page).content.decode()


def test_a_scan_that_is_none_is_refused_in_words() -> None:
    edition = open_for_signing(make_agreement())
    with pytest.raises(ValidationError, match="PDF"):
        hand_in(edition, Party.CITY, scan=b"MZ\x90 an executable")


@pytest.mark.parametrize(
    ("days", "says"), [(-2, f"opened for signing on {date_words(TODAY)}"), (1, "lies in the future")]
)
def test_the_date_on_the_paper_is_one_on_which_there_was_this_text(days: int, says: str, party: Party) -> None:
    """Or the day before: where they signed it may have been that day still."""
    edition = open_for_signing(make_agreement())
    with pytest.raises(ValidationError, match=says) as refused:
        hand_in(edition, party, paper_date=TODAY + timedelta(days=days))
    assert set(refused.value.message_dict) == {"paper_date"}
    for possible in (-1, 0):
        assert hand_in(edition, party, paper_date=TODAY + timedelta(days=possible)).refused_at is None


def test_reopening_voids_a_scan_that_waits() -> None:
    agreement = make_agreement()
    edition = open_for_signing(agreement)
    paper = hand_in(edition, Party.CITY)
    actions.reopen(by=lead(agreement, Party.CITY), edition=edition, reason="A mistake", now=NOW)
    other = lead(agreement, Party.COMMUNITY)
    with pytest.raises(Stale):
        actions.confirm_paper(by=other, paper=paper, shown=edition.digest, proof=proof_for(other), now=NOW)
    assert not Signature.objects.exists()


def test_members_and_others_neither_open_nor_reopen_nor_end() -> None:
    agreement = make_agreement()
    agree_to_all(agreement)
    partnership = agreement.partnership
    for person in (member_of(partnership, Party.CITY), make_seat(partnership, Role.PRODUCT_ADVISOR).person):
        with pytest.raises(Refused):
            actions.open_for_signing(by=person, agreement=agreement, now=NOW)
        with pytest.raises(Refused):
            actions.end(by=person, agreement=agreement, reason="No", **proved(NOW))
    assert "edition.opened" not in kinds(agreement)


@BOTH_WAYS
def test_why_the_agreement_was_reopened_stays_in_sight_until_both_have_signed_another_text(party: Party) -> None:
    agreement = make_agreement()
    slug, why, again = agreement.partnership.slug, "The year is wrong.", "So is the month."

    def seen(page: str, words: str = why) -> bool:
        address = f"/partnerships/{slug}/agreement/{page}"
        found = {words in client_of(lead(agreement, side)).get(address).content.decode() for side in Party}
        assert len(found) == 1, "both sides read the same"
        return found.pop()

    actions.reopen(by=lead(agreement, party), edition=open_for_signing(agreement), reason=why, now=NOW)
    assert seen("")
    propose(agreement, "vision", "Another year.", by=lead(agreement, party.other))
    edition = open_for_signing(agreement, now=NOW + timedelta(minutes=1))
    assert seen("") and seen("sign/")
    actions.reopen(by=lead(agreement, party.other), edition=edition, reason=again, now=NOW + timedelta(minutes=2))
    assert seen("") and seen("", again)
    edition = open_for_signing(agreement, now=NOW + timedelta(minutes=3))
    sign(edition, party, now=NOW + timedelta(minutes=3))
    assert seen("") and seen("sign/", again)
    sign(edition, party.other, now=NOW + timedelta(minutes=3))
    assert not seen("") and not seen("", again)
