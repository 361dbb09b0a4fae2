"""What is as heavy as signing asks for a code typed just now, as signing does; what was typed and chosen is kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agreements.models import Edition, PaperCopy
from agreements.states import EditionState
from partners.models import Handover, Partnership, Person, Upload
from partners.parties import Party
from tests.factories.agreements import SCAN, hand_in, make_agreement, open_for_signing
from tests.factories.handovers import claim_of, offer_of
from tests.factories.people import NOW, client_of, lead_of, member_of, staff_of
from tests.factories.sprints import signed_agreement
from tests.mail.mailbox import code_to, deliver

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def later() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def weeks_later(clock: time_machine.Coordinates, person: Person) -> Client:
    """A session of thirty days on a device of one's own."""
    client = client_of(person)
    clock.shift(timedelta(days=20))
    return client


def at(partnership: Partnership, name: str, *more: object) -> str:
    return reverse(name, args=[partnership.slug, *more])


def with_code(client: Client, person: Person, asked: HttpResponse) -> HttpResponse:
    """Through the page that asks for the code; the page on which it ends."""
    assert asked.status_code == 302 and asked.url.startswith(reverse("confirm_identity")), asked
    deliver()
    client.post(asked.url, {"send": "1"})
    return client.get(client.post(asked.url, {"code": code_to(person.email)}).url, follow=True)


def test_ending_an_agreement_asks_first_and_keeps_the_reason(later: time_machine.Coordinates, party: Party) -> None:
    agreement = signed_agreement()
    person, page = lead_of(agreement.partnership, party), at(agreement.partnership, "end")
    client = weeks_later(later, person)
    assert "Get a code, then end the agreement" in client.get(page).content.decode()
    back = with_code(client, person, client.post(page, {"reason": "Our funding ended."}))
    assert Edition.objects.get().state == EditionState.IN_FORCE
    assert "Our funding ended." in back.content.decode()
    assert client.post(page, {"reason": "Our funding ended."}).status_code == 302
    assert Edition.objects.get().state == EditionState.ENDED


def test_a_scan_that_was_chosen_and_what_was_typed_are_there_after_the_code(
    later: time_machine.Coordinates, party: Party
) -> None:
    edition = open_for_signing(make_agreement())
    partnership = edition.agreement.partnership
    person, page = lead_of(partnership, party), at(partnership, "paper")
    client, day = weeks_later(later, person), timezone.localdate()
    typed = {"shown": edition.digest, "name": partnership.organizations.get(party=party).signatory, "title": "Dean"}
    typed |= {"paper_date_month": day.month, "paper_date_day": day.day, "paper_date_year": day.year}
    back = with_code(client, person, client.post(page, {**typed, "scan": SimpleUploadedFile("IMG_1.pdf", SCAN)}))
    assert not PaperCopy.objects.exists()
    drawn = back.content.decode()
    assert "IMG_1.pdf" in drawn and "Dean" in drawn and str(day.year) in drawn
    typed["scan_held"] = str(Upload.objects.get().pk)
    assert client.post(page, typed).status_code == 302
    paper = PaperCopy.objects.get()
    assert (bytes(paper.scan), paper.title, paper.party) == (SCAN, "Dean", party)
    assert "IMG_1.pdf" not in client.get(page).content.decode()


def test_a_scan_that_is_kept_is_of_its_own_session(later: time_machine.Coordinates, party: Party) -> None:
    edition = open_for_signing(make_agreement())
    partnership = edition.agreement.partnership
    page, other = at(partnership, "paper"), lead_of(partnership, party.other)
    typed = {"shown": edition.digest, "scan": SimpleUploadedFile("IMG_1.pdf", SCAN)}
    typed |= {"name": partnership.organizations.get(party=party).signatory, "title": "Dean"}
    day = timezone.localdate()
    typed |= {"paper_date_month": day.month, "paper_date_day": day.day, "paper_date_year": day.year}
    weeks_later(later, lead_of(partnership, party)).post(page, typed)
    assert "IMG_1.pdf" not in client_of(other).get(page).content.decode()


def test_confirming_a_scan_asks_for_a_code(later: time_machine.Coordinates, party: Party) -> None:
    edition = open_for_signing(make_agreement())
    partnership, paper = edition.agreement.partnership, hand_in(edition, party.other)
    person, page = lead_of(partnership, party), at(partnership, "paper")
    client = weeks_later(later, person)
    assert at(partnership, "paper_confirm", paper.pk) not in client.get(page).content.decode()
    back = with_code(client, person, client.post(at(partnership, "paper_confirm", paper.pk), {"shown": edition.digest}))
    assert PaperCopy.objects.get().confirmed_at is None
    assert at(partnership, "paper_confirm", paper.pk) in back.content.decode()


def test_handing_over_the_lead_asks_whoever_offers_and_whoever_accepts(
    later: time_machine.Coordinates, party: Party
) -> None:
    partnership = make_agreement().partnership
    lead, member = lead_of(partnership, party), member_of(partnership, party)
    client, send = weeks_later(later, lead), at(partnership, "lead_hand_over")
    assert f'action="{send}"' not in client.get(at(partnership, "people")).content.decode()
    typed = {"to": str(member.pk), "reason": "I change to the water department."}
    back = with_code(client, lead, client.post(send, typed))
    assert not Handover.objects.exists() and "I change to the water department." in back.content.decode()
    assert client.post(send, typed).status_code == 302
    offer, client = Handover.objects.get(), weeks_later(later, member)
    page = at(partnership, "lead_offer", offer.pk)
    assert "Get a code, then take over the lead" in client.get(page).content.decode()
    back = with_code(client, member, client.post(at(partnership, "lead_accept", offer.pk)))
    assert lead_of(partnership, party) == lead and "Take over the lead" in back.content.decode()
    client.post(at(partnership, "lead_accept", offer.pk))
    assert lead_of(partnership, party) == member


def test_the_staff_say_that_a_lead_is_gone_with_a_fresh_code(later: time_machine.Coordinates, party: Party) -> None:
    partnership = make_agreement().partnership
    claim, staff = claim_of(partnership, party), staff_of(partnership.program)
    client, send = weeks_later(later, staff), at(partnership, "lead_claim_confirm", claim.pk)
    back = with_code(client, staff, client.post(send, {"checked": "I called the office."}))
    assert Handover.objects.get().is_open and "I called the office." in back.content.decode()
    client.post(send, {"checked": "I called the office."})
    assert lead_of(partnership, party) == claim.to


def test_what_only_asks_or_can_be_asked_again_takes_no_code(later: time_machine.Coordinates, party: Party) -> None:
    """To take an offer back, to decline it, to ask for the lead: nobody's place changes."""
    partnership = make_agreement().partnership
    offer = offer_of(partnership, party)
    client = weeks_later(later, offer.to)
    declined = client.post(at(partnership, "lead_decline", offer.pk), {"reason": "I cannot."})
    assert declined.status_code == 302 and declined.url == at(partnership, "people")
