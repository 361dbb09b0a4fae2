"""A file that was chosen with a form that was refused: held for whoever chose it, with that form, for a day."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from lxml import html

from agreements.domain.editions import content
from agreements.models import PaperCopy
from partners.actions import keep_unsent, uploads
from partners.actions.uploads import LASTS, MOST_BYTES, MOST_FILES, clear_uploads
from partners.models import Person, UnsentForm, Upload
from partners.parties import Party, Role
from sprints.models import BuyIn, Catalog, Evidence, Sprint
from tests.factories.agreements import lead, make_agreement, open_for_signing
from tests.factories.people import NOW, client_of, make_partnership, make_seat, member_of
from tests.factories.sprints import at, first_joint, lead_in, started_sprint
from text.fields import LATER

pytestmark = pytest.mark.django_db
SECRET = b"%PDF-1.7 What a tenant told us in confidence."


def pdf(name: str = "notes.pdf", data: bytes = SECRET) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


@pytest.fixture
def sprint() -> Sprint:
    return started_sprint()


def evidence_page(sprint: Sprint) -> str:
    return reverse("milestone_evidence", args=[sprint.partnership.slug, first_joint(sprint).number])


def refused(client: Client, page: str, **typed: object) -> list[str]:
    """Send a form in which something is missing; the ids of what its page holds for it."""
    answer = client.post(page, typed)
    assert answer.status_code == 422
    return held_on(answer.content.decode())


def held_on(page: str) -> list[str]:
    return re.findall(r'name="\w+_held" value="([^"]+)"', page)


def on_disk() -> set[str]:
    return set(default_storage.listdir("uploads")[1]) if default_storage.exists("uploads") else set()


def test_files_stay_with_their_form_until_it_is_taken(sprint: Sprint, party: Party) -> None:
    """Named on it, also when it is opened later; one that is taken away, and one that was itself refused, are not."""
    client, page = client_of(lead_in(sprint, party)), evidence_page(sprint)
    chosen = [pdf("one.pdf"), pdf("two.pdf", SECRET + b"2"), pdf("three.exe", b"MZ")]
    first = client.post(page, {"title": "", "attachments": chosen}).content.decode()
    assert "three.exe: Files of this kind cannot be handed in" in first and "What does it show? This field" in first
    one, two = held_on(first)
    assert "one.pdf" in first and len(on_disk()) == 2
    later = client.get(reverse("milestone", args=[sprint.partnership.slug, first_joint(sprint).number]))
    assert held_on(later.content.decode()) == [one, two]
    again = refused(client, page, title="", attachments_held=[two], attachments=[pdf("four.pdf", SECRET + b"4")])
    assert again[0] == two and len(again) == 2 and len(on_disk()) == 2
    assert client.post(page, {"title": "What we heard", "attachments_held": again}).status_code == 302
    kept = Evidence.objects.get()
    assert [one.file_name for one in kept.files] == ["two.pdf", "four.pdf"]
    assert kept.files[0].file.read().startswith(SECRET)
    assert not Upload.objects.exists() and on_disk() == set()


def test_nobody_else_gets_at_it_nor_does_another_form(sprint: Sprint, party: Party) -> None:
    own, page = lead_in(sprint, party), evidence_page(sprint)
    [held] = refused(client_of(own), page, title="", attachments=pdf())
    slug = sprint.partnership.slug
    others = [lead_in(sprint, party.other), member_of(sprint.partnership, party)]
    others += [make_seat(sprint.partnership, Role.PRODUCT_ADVISOR).person]
    for other in others:
        client = client_of(other)
        answer = client.post(page, {"title": "Mine now", "attachments_held": held})
        assert answer.status_code == 422 and "notes.pdf" not in answer.content.decode()
        shown = client.get(reverse("milestone", args=[slug, first_joint(sprint).number])).content.decode()
        assert "notes.pdf" not in shown and held not in shown
        assert client.get(f"/partnerships/{slug}/sprint/evidence/{held}/file/").status_code == 404
    elsewhere = reverse("milestone_evidence", args=[slug, first_joint(sprint).number + 1])
    assert refused(client_of(own), elsewhere, title="Another one", attachments_held=held) == []
    assert client_of(own).get(f"/partnerships/{slug}/sprint/evidence/{held}/file/").status_code == 404
    assert not Evidence.objects.exists() and Upload.objects.get().file.read() == SECRET


def test_after_a_day_it_is_gone_from_the_form_and_by_the_clock_from_the_storage(sprint: Sprint, party: Party) -> None:
    client, page = client_of(lead_in(sprint, party)), evidence_page(sprint)
    [held] = refused(client, page, title="", attachments=pdf())
    held_at = Upload.objects.get().at
    clear_uploads(held_at + LASTS - timedelta(seconds=1))
    assert len(on_disk()) == 1
    with time_machine.travel(held_at + LASTS + timedelta(seconds=1)):
        client = client_of(lead_in(sprint, party))
        assert refused(client, page, title="Late", attachments_held=held) == []
    clear_uploads(held_at + LASTS)
    assert not Upload.objects.exists() and on_disk() == set()


def test_a_held_file_that_is_gone_is_not_left_out_without_a_word(sprint: Sprint, party: Party) -> None:
    """Another tab of the same form took it, or a day has passed."""
    client, page = client_of(lead_in(sprint, party)), evidence_page(sprint)
    [held] = refused(client, page, title="", attachments=pdf())
    clear_uploads(Upload.objects.get().at + LASTS)
    answer = client.post(page, {"title": "Both", "attachments_held": held, "attachments": pdf("two.pdf")})
    assert answer.status_code == 422 and "is no longer held" in answer.content.decode()
    assert not Evidence.objects.exists()
    [again] = held_on(answer.content.decode())
    assert client.post(page, {"title": "One", "attachments_held": again}).status_code == 302


def test_what_stops_for_a_minute_lets_go_of_nothing(sprint: Sprint, party: Party, monkeypatch: object) -> None:
    client, page = client_of(lead_in(sprint, party)), evidence_page(sprint)
    held = refused(client, page, title="", attachments=pdf())

    def busy(*_given: object) -> None:
        raise ValidationError("Try again in a minute.", code=LATER)

    with monkeypatch.context() as changed:
        changed.setattr("sprints.forms.files.read_file", busy)
        assert refused(client, page, title="Now", attachments_held=held) == held

    def away(*_given: object) -> bool:
        raise RuntimeError("the bucket is away")

    with monkeypatch.context() as changed:
        changed.setattr(Upload._meta.get_field("file").storage.__class__, "exists", away)
        answer = client.post(page, {"title": "Now", "attachments_held": held})
        assert answer.status_code == 422 and "It is held; try again in a minute" in answer.content.decode()
        assert held_on(answer.content.decode()) == held
    assert client.post(page, {"title": "Later", "attachments_held": held}).status_code == 302


def test_one_too_many_leaves_those_that_may_be_handed_in(sprint: Sprint, party: Party) -> None:
    client, page = client_of(lead_in(sprint, party)), evidence_page(sprint)
    held = refused(client, page, title="", attachments=[pdf(f"{n}.pdf", SECRET + bytes([n])) for n in range(10)])
    left = refused(client, page, title="All", attachments_held=held, attachments=[pdf("more.pdf")])
    assert left == held and Upload.objects.count() == 10


def test_one_person_holds_so_many_and_no_more(sprint: Sprint, party: Party) -> None:
    client, slug = client_of(lead_in(sprint, party)), sprint.partnership.slug
    for number in range(1, 4):
        page = reverse("milestone_evidence", args=[slug, number])
        refused(client, page, title="", attachments=[pdf(f"{number}-{n}.pdf") for n in range(9)])
    assert Upload.objects.count() == MOST_FILES == len(on_disk())
    assert set(Upload.objects.filter(name__startswith="3-").values_list("name", flat=True)) == {
        f"3-{n}.pdf" for n in range(9)
    }, "what is newest stays"


@time_machine.travel(NOW, tick=False)
def test_a_scan_of_a_paper_stays_and_all_that_is_wrong_beside_it_is_said_at_once(party: Party) -> None:
    agreement = make_agreement(make_partnership())
    edition = open_for_signing(agreement)
    client, page = client_of(lead(agreement, party)), reverse("paper", args=[agreement.partnership.slug])
    said = {"name": "Somebody Else", "title": "", "shown": edition.digest, "scan": pdf("signed.pdf")}
    answer = client.post(page, said | day("paper_date", NOW + timedelta(days=3))).content.decode()
    assert "must be the one in the signature block" in answer and "lies in the future" in answer
    [held] = held_on(answer)
    said |= {"name": content(edition)["parties"][party]["signatory"], "scan": "", "scan_held": held}
    assert client.post(page, said | day("paper_date", NOW)).status_code == 302
    assert bytes(PaperCopy.objects.get().scan) == SECRET and not Upload.objects.exists()


def day(name: str, when: datetime) -> dict[str, int]:
    return {f"{name}_{part}": getattr(when, part) for part in ("year", "month", "day")}


def test_a_catalog_and_a_letter_stay_too(sprint: Sprint, party: Party) -> None:
    slug = sprint.partnership.slug
    client, page = client_of(lead_in(sprint, party)), reverse("catalog_add", args=[slug])
    [held] = refused(client, page, file=SimpleUploadedFile("data.json", b'{"dataset": []}'), source="not an address")
    assert client.post(page, {"file_held": held, "source": ""}).status_code == 302
    assert Catalog.objects.get().file_name == "data.json"
    client = client_of(make_seat(sprint.partnership, Role.EXECUTIVE_SPONSOR).person)
    page = reverse("buy_in_record", args=[slug])
    assert refused(client, page, occasion="\0") == [], "a letter that PostgreSQL keeps nowhere"
    [held] = refused(client, page, occasion="start", words="x" * 6000, file=pdf("letter.pdf"))
    assert client.post(page, {"occasion": "start", "words": "I stand behind it.", "file_held": held}).status_code == 302
    assert BuyIn.objects.get().file_name == "letter.pdf" and not Upload.objects.exists()


# --- The session has ended ---------------------------------------------------------------------------------------


def kept_when_signed_out(client: Client, page: str, form: str, **typed: object) -> dict[str, list[str]]:
    """Send a form of this page when the session has ended, and sign in again: what its one button sends."""
    person = Person.objects.get(pk=client.session["_auth_user_id"])
    form_on = html.fromstring(client.get(page, follow=True).content.decode())
    [named] = form_on.xpath(f"//main//form//input[@name='form' and contains(@value, '{form}')]/@value")
    Session.objects.all().delete()
    answer = client.post(page, {"form": named, **typed})
    assert answer.status_code == 403 and "These files are kept with it" in answer.content.decode()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    shown = html.fromstring(client.get(reverse("unsent")).content.decode())
    sent: dict[str, list[str]] = {}
    for one in shown.xpath(f"//main//form[@action='{page}']//input[@type='hidden']"):
        sent.setdefault(one.get("name"), []).append(one.get("value"))
    return sent


def test_files_of_an_ended_session_are_sent_with_the_words(sprint: Sprint, party: Party) -> None:
    client, page = client_of(lead_in(sprint, party)), evidence_page(sprint)
    chosen = [pdf("one.pdf"), pdf("two.pdf", SECRET + b"2")]
    sent = kept_when_signed_out(client, page, "Evidence", title="What we heard", attachments=chosen)
    assert "two.pdf" in client.get(reverse("unsent")).content.decode()
    other = client_of(lead_in(sprint, party.other))
    assert "two.pdf" not in other.get(reverse("unsent")).content.decode()
    assert other.post(page, sent).status_code == 422, "the files are not theirs"
    assert client.post(page, sent).status_code == 302
    assert [one.file_name for one in Evidence.objects.get().files] == ["one.pdf", "two.pdf"]
    assert Evidence.objects.get().files[0].file.read() == SECRET
    assert not Upload.objects.exists() and on_disk() == set() and not UnsentForm.objects.exists()


def test_they_come_back_to_the_form_they_were_chosen_with_to_be_changed_first(sprint: Sprint, party: Party) -> None:
    """Two forms of a page are sent to one address: a letter goes to its own occasion. A file may be all there is."""
    slug = sprint.partnership.slug
    client, page = client_of(lead_in(sprint, party)), reverse("catalog_add", args=[slug])
    kept_when_signed_out(client, page, "Catalog", file=SimpleUploadedFile("data.json", b'{"dataset": []}'))
    opened = client.post(reverse("unsent_change", args=[UnsentForm.objects.get().pk]), follow=True)
    assert "data.json" in opened.content.decode() and len(held_on(opened.content.decode())) == 1
    page = reverse("buy_in_record", args=[slug])
    with time_machine.travel(at(sprint, week=10), tick=False):
        client = client_of(make_seat(sprint.partnership, Role.EXECUTIVE_SPONSOR).person)
        sent = kept_when_signed_out(client, page, "concept", occasion="concept", words="", file=pdf("letter.pdf"))
        shown = html.fromstring(client.get(reverse("buy_in", args=[slug])).content.decode())
        assert shown.xpath("//section[.//input[@name='file_held']]/@id") == ["concept"]
        assert client.post(page, sent).status_code == 302
    assert (BuyIn.objects.get().occasion, BuyIn.objects.get().file_name) == ("concept", "letter.pdf")


def test_what_is_thrown_away_takes_its_files_along(sprint: Sprint, party: Party) -> None:
    client, page = client_of(lead_in(sprint, party)), evidence_page(sprint)
    kept_when_signed_out(client, page, "Evidence", title="Mine", attachments=pdf())
    client.post(reverse("unsent_drop", args=[UnsentForm.objects.get().pk]))
    assert not Upload.objects.exists() and on_disk() == set()


def test_a_request_of_an_ended_session_holds_no_more_than_one_person_may(
    sprint: Sprint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing in it is checked yet: it is bounded before its bytes are kept."""
    person, written, store = lead_in(sprint, Party.CITY), [], uploads._store
    monkeypatch.setattr(uploads, "_store", lambda upload, file: written.append(upload.name) or store(upload, file))
    many = [pdf(f"{number}.pdf") for number in range(MOST_FILES + 5)]
    large = pdf("large.pdf")
    large.size = MOST_BYTES + 1
    files = MultiValueDict({"attachments": [large, *many], "x" * 41: [pdf()], "a\0": [pdf()]})
    row = keep_unsent(person=person, address="/a/?b=c", words={"form": ["x"]}, files=files, now=NOW)
    assert row.words.keys() == {"form", "attachments_held"}
    assert len(row.words["attachments_held"]) == MOST_FILES == Upload.objects.count() == len(on_disk())
    assert written == [f"{number}.pdf" for number in range(MOST_FILES)], "no more was even written"
    assert not keep_unsent(person=person, address="/" * 501, words={}, files=MultiValueDict({"a": [pdf()]}), now=NOW)
    assert Upload.objects.count() == MOST_FILES
