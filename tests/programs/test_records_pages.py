"""Records as pages, for those who run the site: what is due, holds, deletions by two, and what is taken out."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ledger.models import Event
from ledger.verify import verify_ledger
from mail.models import MailState, OutboxMail
from mail.outbox import message_of
from mail.registry import build
from partners.models import Partnership, Person
from partners.parties import Party
from programs import actions
from programs.actions.archives import clear_exports, make_exports
from programs.models import Deletion, Export
from sprints.models import Sprint
from tests.factories.kept_files import SCAN, sprint_with_files
from tests.factories.people import NOW, client_of, lead_of, make_person, staff_of
from tests.factories.showcase import add_story
from tests.factories.sprints import lead_in
from tests.pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture(autouse=True)
def own_folder(settings: object, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "data"


@pytest.fixture
def sprint() -> Sprint:
    return sprint_with_files()


def operator(name: str, **more: object) -> Person:
    return make_person(name, is_staff=True, is_superuser=True, **more)


@pytest.fixture
def admin() -> Client:
    return client_of(operator("Olga Operator"))


@pytest.fixture
def other() -> Client:
    return client_of(operator("Another Operator"))


def at(sprint: Sprint, name: str, *more: object) -> str:
    partnership = sprint.partnership
    return reverse(name, args=[partnership.program.slug, partnership.slug, *more])


def test_the_pages_are_for_those_who_run_the_site_and_for_nobody_else(sprint: Sprint, admin: Client) -> None:
    program, partnership = sprint.partnership.program, sprint.partnership
    actions.place_hold(by=operator("One more"), partnership=partnership, reason="A court asks.", now=NOW)
    of_program = reverse("program_records", args=[program.slug])
    pages = [of_program, reverse("records"), *(at(sprint, one) for one in ("partnership_records", "deletion_ask"))]
    for page in pages:
        assert admin.get(page).status_code == 200, page
    others = [staff_of(program), lead_of(partnership, Party.CITY), make_person("Site staff", is_staff=True)]
    for person in others:
        client = client_of(person)
        assert {client.get(page).status_code for page in pages} == {403}, person
        for act in ("hold_lift", "deletion_ask", "records_ask"):
            assert client.post(at(sprint, act), {"reason": "x", "kind": "all"}).status_code == 403
        assert client.post(reverse("audit")).status_code == 403
        never = reverse("partnership_records", args=["never-was", "never-was"])
        assert client.get(never).status_code == 403, "what is there and what is not look alike"
    by_link = client_of(operator("By link"), by_link=True)
    assert {by_link.get(page).status_code for page in pages} == {403}
    assert {Client().get(page).status_code for page in pages} == {302}
    assert not Deletion.objects.exists() and partnership.legal_holds.get().lifted_at is None
    # Who may use them is led there: staff read how long records are kept, and no more.
    settings = reverse("program_settings", args=[program.slug])
    shown = client_of(staff_of(program)).get(settings).content.decode()
    assert "kept for ever" in shown and of_program not in shown
    Person.objects.filter(pk=staff_of(program).pk).update(is_superuser=True, is_staff=True)
    assert of_program in client_of(staff_of(program)).get(settings).content.decode()
    assert reverse("records") in admin.get("/admin/").content.decode()
    assert of_program in admin.get(reverse("records")).content.decode()


def test_years_are_set_by_kind_and_what_is_due_is_listed_with_what_would_go(
    sprint: Sprint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(days=900))
    program, admin = sprint.partnership.program, client_of(operator("Olga Operator"))
    page = reverse("program_records", args=[program.slug])
    assert "Nothing is due." in text_of(admin.get(page))
    assert admin.post(page, {"work": "200"}).status_code == 422
    assert admin.post(page, {"work": "1", "all": ""}).status_code == 302
    assert [(one.kind, one.years) for one in program.retentions.all()] == [("work", 1)]
    assert Event.objects.filter(chain=program.chain, kind="retention.set").count() == 1
    due = admin.get(page).content.decode()
    assert "Nothing is due." not in due and at(sprint, "deletion_ask") in due
    before = Event.objects.count()
    preview = text_of(admin.get(at(sprint, "deletion_ask")))
    assert "Pieces of evidence 1" in preview and "Sealed PDFs 1" in preview and "sprints.Sprint 1" in preview
    assert Event.objects.count() == before and Sprint.objects.filter(pk=sprint.pk).exists()
    assert admin.post(page, {"work": "", "all": ""}).status_code == 302 and not program.retentions.exists()


def test_a_hold_is_placed_and_lifted_with_a_reason_and_both_are_shown(sprint: Sprint, admin: Client) -> None:
    page = at(sprint, "partnership_records")
    assert admin.post(at(sprint, "hold_place"), {"reason": " "}).status_code == 422
    assert admin.post(at(sprint, "hold_place"), {"reason": "A court asks."}).status_code == 302
    shown = text_of(admin.get(page))
    assert (
        "A court asks. Placed by Olga Operator" in shown and at(sprint, "hold_lift") in admin.get(page).content.decode()
    )
    answer = admin.post(at(sprint, "deletion_ask"), {"kind": "all", "reason": "Its time is over."})
    assert answer.status_code == 422 and "A legal hold stands" in text_of(answer)
    assert "A court asks." in text_of(admin.get(reverse("records")))
    assert admin.post(at(sprint, "hold_lift"), {"reason": "The court is done."}).status_code == 302
    assert "The court is done. Lifted by Olga Operator" in text_of(admin.get(page))
    assert not Deletion.objects.exists()
    events = Event.objects.filter(chain=sprint.partnership_id, kind__startswith="hold.").order_by("sequence")
    assert [one.content.payload["reason"] for one in events] == ["A court asks.", "The court is done."]


def test_two_people_delete_and_the_ledger_holds(sprint: Sprint, admin: Client, other: Client) -> None:
    page, chain = at(sprint, "partnership_records"), sprint.partnership_id
    assert admin.post(at(sprint, "deletion_ask"), {"kind": "all", "reason": "Its time is over."}).status_code == 302
    deletion = Deletion.objects.get()
    yes, back = (at(sprint, f"deletion_{act}", deletion.pk) for act in ("confirm", "take_back"))
    own, theirs = admin.get(page).content.decode(), other.get(page).content.decode()
    assert yes not in own and back in own and yes in theirs and back in theirs
    admin.post(yes)
    assert Partnership.objects.filter(pk=chain).exists()
    assert other.post(back).status_code == 302
    assert "Taken back by Another Operator" in text_of(other.get(page))
    admin.post(at(sprint, "deletion_ask"), {"kind": "all", "reason": "Its time is over."})
    assert "Deletions that wait" in text_of(other.get(reverse("records")))
    assert other.post(yes).status_code == 302 and Partnership.objects.filter(pk=chain).exists(), "that one is over"
    again = Deletion.objects.get(taken_back_at=None)
    gone = other.post(at(sprint, "deletion_confirm", again.pk), follow=True)
    assert not Partnership.objects.filter(pk=chain).exists() and "Deleted" in text_of(gone)
    assert verify_ledger().intact and admin.get(page).status_code == 404


def test_both_leads_are_told_in_the_same_words_of_what_goes_and_when_and_that_it_was_taken_back(
    sprint: Sprint, admin: Client
) -> None:
    admin.post(at(sprint, "deletion_ask"), {"kind": "work", "reason": "Its time is over."})
    mails = OutboxMail.objects.filter(kind="deletion asked")
    leads = {lead_in(sprint, party).pk for party in Party}
    assert {queued.person_id for queued in mails} == leads and mails.count() == 2
    first, second = (message_of(queued) for queued in mails)
    assert first == second
    said = " ".join(first.paragraphs)
    for words in ("Olga Operator", "Its time is over.", "milestones, evidence", "What stays: the agreement"):
        assert words in said
    program = sprint.partnership.program
    assert first.reply_to == program.contact_email and program.contact_email in said
    deletion = Deletion.objects.get()
    admin.post(at(sprint, "deletion_take_back", deletion.pk))
    assert message_of(mails.first()) is None, "what was taken back is not announced"
    over = OutboxMail.objects.filter(kind="deletion taken back")
    assert {queued.person_id for queued in over} == leads and over.count() == 2
    assert "Nothing was deleted." in " ".join(message_of(over.first()).paragraphs)


def test_however_quickly_it_is_done_the_leads_are_told(sprint: Sprint, admin: Client, other: Client) -> None:
    admin.post(at(sprint, "deletion_ask"), {"kind": "all", "reason": "Its time is over."})
    sent = OutboxMail.objects.filter(kind="deletion asked").first()
    OutboxMail.objects.filter(pk=sent.pk).update(state=MailState.SENT)
    other.post(at(sprint, "deletion_confirm", Deletion.objects.get().pk))
    left = OutboxMail.objects.get()
    assert (left.kind, left.chain) == ("deletion asked", None)
    assert "It was done on" in " ".join(message_of(left).paragraphs) and build(left)


# --- What is taken out ----------------------------------------------------------------------------------------------


def test_records_are_made_in_the_background_for_the_asker_alone_and_for_a_day(
    sprint: Sprint, admin: Client, other: Client
) -> None:
    add_story(sprint)
    page, ask = at(sprint, "partnership_records"), at(sprint, "records_ask")
    for redact in ({}, {"redact": "on"}, {"redact": "on"}):
        assert admin.post(ask, redact).status_code == 302
    assert "An archive is being made" in text_of(admin.get(page))
    assert Export.objects.count() == 2, "who presses twice has one"
    make_exports(clock=timezone.now)
    whole, redacted = Export.objects.order_by("contents")
    found = {one.contents: packed(admin, at(sprint, "records_file", one.pk)) for one in Export.objects.all()}
    assert SCAN in found["records"].values() and SCAN not in found["redacted"].values()
    listed = json.loads(found["redacted"]["redactions.json"])
    assert listed and (whole.redactions, redacted.redactions) == (None, len(listed))
    assert f"{len(listed)} places were taken out" in text_of(admin.get(page))
    mail = message_of(OutboxMail.objects.filter(kind="export ready").first())
    assert mail.button[1].endswith(page)
    file = at(sprint, "records_file", whole.pk)
    assert other.get(file).status_code == 404 and file not in other.get(page).content.decode()
    told = Event.objects.filter(chain=sprint.partnership_id, kind="records.taken")
    assert sorted(one.content.payload["redacted"] for one in told) == [False, True]
    Export.objects.update(expires_at=timezone.now())
    assert admin.get(file).status_code == 404
    clear_exports(timezone.now())
    assert not Export.objects.exists()


def packed(client: Client, address: str) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(b"".join(client.get(address).streaming_content))) as found:
        return {name: found.read(name) for name in found.namelist()}


def test_the_sites_events_are_taken_as_the_command_writes_them_and_that_is_an_event_too(
    sprint: Sprint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(hours=1))
    admin = client_of(operator("Olga Operator"))
    said = io.StringIO()
    call_command("export_audit", "--since", "2027-01-01T00:00:00Z", stdout=said)
    assert str(sprint.partnership_id) in said.getvalue()
    typed = {"day_month": "1", "day_day": "1", "day_year": "2027"}
    answer = admin.post(reverse("audit"), {**typed, "at": ""})
    assert answer.streaming and "attachment" in answer["Content-Disposition"]
    assert b"".join(answer.streaming_content).decode() == said.getvalue()
    taken = Event.objects.get(kind="audit.exported")
    assert taken.content.payload == {"since": "2027-01-01T00:00:00+00:00"}
    assert admin.post(reverse("audit"), {"at": "10:00"}).status_code == 422
