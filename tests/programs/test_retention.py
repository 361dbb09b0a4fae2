"""Records that go: years after the end, asked for by one, confirmed by another or by a day, never under a legal hold;
and a ledger that still verifies."""

from __future__ import annotations

import io
import json
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import transaction

from agreements import actions as on_agreements
from agreements.models import Agreement, SealFile
from agreements.refusals import NotNow
from ledger.models import Event, EventContent
from ledger.record import CannotErase, erase_all
from ledger.verify import verify_ledger
from mail.models import OutboxMail
from partners.models import Partnership, Person
from partners.parties import Party
from partners.rules import Refused
from programs import actions
from programs.actions.archives import Held, TakenOver, clear_exports
from programs.domain.retention import due_records
from programs.models import Deletion, Export, LegalHold
from sprints import actions as sprint_actions
from sprints.domain.pictures import picture_name
from sprints.files import checked_file
from sprints.models import Catalog, CatalogEntry, Evidence, Sprint
from tests.factories.exports import asked, made, program_with
from tests.factories.kept_files import phone_picture, sprint_with_files
from tests.factories.people import NOW, client_of, lead_of, make_person, proved, staff_of
from tests.factories.research import catalog_of
from tests.factories.research import hand_in as hand_in_catalog
from tests.factories.sheets import csv_of, hand_in, line_of
from tests.factories.sprints import first_joint, lead_in, started_sprint
from tests.pages import sprint_url

pytestmark = pytest.mark.django_db
A_DAY = NOW + timedelta(days=1)
CATALOG = catalog_of([{"identifier": "1", "title": "Permits"}])


@pytest.fixture
def admin() -> Person:
    return make_person("One who runs it", is_staff=True, is_superuser=True)


@pytest.fixture
def other() -> Person:
    return make_person("Another who runs it", is_staff=True, is_superuser=True)


@pytest.fixture
def sprint() -> Sprint:
    return sprint_with_files()


def ask(sprint: Sprint, by: Person, kind: str = "all", *, now: datetime = NOW) -> Deletion:
    act = {"by": by, "partnership": sprint.partnership, "kind": kind, "reason": "Its time is over."}
    return actions.ask_deletion(**act, now=now)


def rows() -> dict[str, list[dict]]:
    """Each row that people or the product wrote."""
    rooms = ("partners", "agreements", "sprints", "programs", "mail", "ledger")
    every = [model for room in rooms for model in apps.get_app_config(room).get_models()]
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in every}


def mentions(found: dict[str, list[dict]], wanted: object) -> set[str]:
    return {label for label, some in found.items() if any(wanted in row.values() for row in some)}


def test_a_day_after_it_was_asked_for_all_is_gone_and_the_chain_still_verifies(sprint: Sprint, admin: Person) -> None:
    beside = started_sprint()
    of_others = [Event.objects.filter(chain=beside.partnership_id).count(), beside.milestones.count()]
    file, chain = Evidence.objects.get().file.name, sprint.partnership_id
    events = Event.objects.filter(chain=chain).count()
    ask(sprint, admin)
    actions.delete_due(clock=lambda: A_DAY - timedelta(seconds=1))
    assert Sprint.objects.filter(pk=sprint.pk).exists() and default_storage.exists(file)
    actions.delete_due(clock=lambda: A_DAY)
    assert not Partnership.objects.filter(pk=chain).exists()
    assert not default_storage.exists(file)
    assert not OutboxMail.objects.filter(chain=chain).exists()
    assert mentions(rows(), chain) == {"ledger.Head", "ledger.Event", "programs.Deletion"}
    kept = EventContent.objects.filter(event__chain=chain).values_list("event__kind", flat=True)
    assert set(kept) == {"erased", "deletion.asked", "deletion.done"}
    assert Event.objects.filter(chain=chain).count() == 2 * events + 2
    report = verify_ledger()
    assert (report.problems, report.erased) == ([], events)
    assert [Event.objects.filter(chain=beside.partnership_id).count(), beside.milestones.count()] == of_others


def test_the_work_of_a_sprint_goes_alone_and_what_was_signed_stays(sprint: Sprint, admin: Person) -> None:
    chain, sealed = sprint.partnership_id, SealFile.objects.count()
    ask(sprint, admin, "work")
    actions.delete_due(clock=lambda: A_DAY)
    assert not Sprint.objects.filter(pk=sprint.pk).exists() and not Evidence.objects.exists()
    assert Agreement.objects.filter(partnership=chain).exists() and SealFile.objects.count() == sealed
    kept = set(EventContent.objects.filter(event__chain=chain).values_list("event__kind", flat=True))
    assert "edition.signed" in kept and not kept & {"evidence.added", "start.agreed"}
    assert verify_ledger().intact


def test_a_second_person_confirms_it_at_once_and_the_first_one_cannot(
    sprint: Sprint, admin: Person, other: Person
) -> None:
    deletion = ask(sprint, admin)
    with pytest.raises(ValidationError):
        actions.confirm_deletion(by=admin, deletion=deletion, now=NOW)
    for nobody in (staff_of(sprint.partnership.program), lead_of(sprint.partnership, Party.CITY)):
        with pytest.raises(Refused):
            actions.confirm_deletion(by=nobody, deletion=deletion, now=NOW)
    assert Sprint.objects.filter(pk=sprint.pk).exists()
    actions.confirm_deletion(by=other, deletion=deletion, now=NOW)
    assert not Partnership.objects.filter(pk=sprint.partnership_id).exists()
    deletion.refresh_from_db()
    assert (deletion.done_at, deletion.confirmed_by, deletion.files) == (NOW, other, [])
    assert verify_ledger().intact


def test_what_was_taken_back_is_not_done_and_can_be_asked_for_anew(
    sprint: Sprint, admin: Person, other: Person
) -> None:
    deletion = ask(sprint, admin)
    with pytest.raises(ValidationError):
        ask(sprint, other)
    actions.take_back_deletion(by=admin, deletion=deletion, now=NOW)
    with pytest.raises(ValidationError):
        actions.confirm_deletion(by=other, deletion=deletion, now=NOW)
    actions.delete_due(clock=lambda: A_DAY)
    assert Sprint.objects.filter(pk=sprint.pk).exists()
    assert ask(sprint, admin).pk != deletion.pk


def test_a_legal_hold_stops_even_what_was_asked_for_before(sprint: Sprint, admin: Person, other: Person) -> None:
    deletion = ask(sprint, admin)
    actions.place_hold(by=admin, partnership=sprint.partnership, reason="A court asks.", now=NOW)
    actions.delete_due(clock=lambda: A_DAY)
    with pytest.raises(ValidationError, match="A court asks"):
        actions.confirm_deletion(by=other, deletion=deletion, now=A_DAY)
    assert Sprint.objects.filter(pk=sprint.pk).exists()
    assert Deletion.objects.get().confirmed_at is None
    actions.lift_hold(by=admin, partnership=sprint.partnership, reason="It is over.", now=A_DAY)
    actions.delete_due(clock=lambda: A_DAY)
    assert not Partnership.objects.filter(pk=sprint.partnership_id).exists() and not LegalHold.objects.exists()


def test_under_a_hold_no_word_of_the_ledger_is_erased_and_no_catalog_goes(sprint: Sprint, admin: Person) -> None:
    """What sides and operators let go by other ways than a deletion asks for it too."""
    partnership, lead = sprint.partnership, client_of(lead_in(sprint, Party.CITY))
    hand_in_catalog(sprint, CATALOG)
    actions.place_hold(by=admin, partnership=partnership, reason="A court asks.", now=NOW)
    words = EventContent.objects.filter(event__chain=partnership.pk)
    before = [words.count(), Catalog.objects.get().pk, CatalogEntry.objects.count()]
    with pytest.raises(CommandError, match="A court asks"):
        call_command("erase_event", partnership.pk, 1, "--reason", "Asked for")
    with pytest.raises(CannotErase), transaction.atomic():
        erase_all(chain=partnership.pk, contents=words, reason="Asked for", now=NOW)
    away, page = sprint_url(sprint, "datasets/catalog/put-away/"), sprint_url(sprint, "datasets/catalog/")
    refused = lead.post(away)
    assert refused.status_code == 409 and "A court asks" in refused.content.decode()
    assert away not in (shown := lead.get(page).content.decode()) and "A court asks" in shown
    with pytest.raises(NotNow, match="A court asks"):
        hand_in_catalog(sprint, CATALOG)
    assert [words.count(), Catalog.objects.get().pk, CatalogEntry.objects.count()] == before
    actions.lift_hold(by=admin, partnership=partnership, reason="The court is done.", now=NOW)
    call_command("erase_event", partnership.pk, 1, "--reason", "Asked for", stdout=io.StringIO())
    assert lead.post(away).status_code == 302 and not Catalog.objects.exists() and verify_ledger().intact


def test_a_storage_that_is_away_is_asked_again(sprint: Sprint, admin: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    file = Evidence.objects.get().file.name
    ask(sprint, admin)
    with monkeypatch.context() as away:
        away.setattr("django.core.files.storage.FileSystemStorage.delete", lambda *_a: (_ for _ in ()).throw(OSError()))
        actions.delete_due(clock=lambda: A_DAY)
    assert not Partnership.objects.filter(pk=sprint.partnership_id).exists()
    assert file in Deletion.objects.get().files and default_storage.exists(file)
    actions.delete_due(clock=lambda: A_DAY)
    assert Deletion.objects.get().files == [] and not default_storage.exists(file)


def due(sprint: Sprint, now: datetime) -> list[str]:
    return [str(one.kind) for one in due_records(sprint.partnership.program, now)]


def test_records_are_due_years_after_the_end_and_the_preview_changes_nothing(sprint: Sprint, admin: Person) -> None:
    program, ends = sprint.partnership.program, NOW + timedelta(days=40)
    for kind, years in {"work": 2, "all": 7}.items():
        actions.set_retention(by=admin, program=program, kind=kind, years=years, now=NOW)
    assert due(sprint, NOW + timedelta(days=40)) == []
    lead, agreement = lead_of(sprint.partnership, Party.CITY), sprint.partnership.agreement
    on_agreements.end(by=lead, agreement=agreement, reason="Done.", **proved(ends))
    before = rows()
    assert due(sprint, ends.replace(year=ends.year + 2) - timedelta(days=1)) == []
    assert due(sprint, ends.replace(year=ends.year + 2)) == ["work"]
    assert due(sprint, ends.replace(year=ends.year + 7)) == ["work", "all"]
    assert rows() == before
    actions.place_hold(by=admin, partnership=sprint.partnership, reason="A court asks.", now=ends)
    assert due(sprint, ends.replace(year=ends.year + 7)) == []


def test_one_that_nobody_ended_comes_to_its_end_after_its_weeks_and_the_last_thing_that_happened(
    sprint: Sprint, admin: Person
) -> None:
    actions.set_retention(by=admin, program=sprint.partnership.program, kind="all", years=1, now=NOW)
    last = sprint.timeline.last_day
    over = datetime(last.year + 1, last.month, last.day, 12, tzinfo=sprint.partnership.program.zone)
    assert due(sprint, over - timedelta(days=1)) == []
    assert due(sprint, over) == ["all"]


def records(*words: str) -> str:
    said = io.StringIO()
    call_command("records", *words, stdout=said)
    return said.getvalue()


def test_the_command_goes_the_whole_way(sprint: Sprint, admin: Person, other: Person) -> None:
    slug, program = sprint.partnership.slug, sprint.partnership.program.slug
    records("keep", program, "work", "2", "--by", admin.email)
    assert json.loads(records("due", program, "--json")) == []
    assert "Held" in records("hold", slug, "--reason", "A court asks.", "--by", admin.email)
    with pytest.raises(CommandError, match="A court asks"):
        records("delete", slug, "--kind", "work", "--reason", "Over.", "--by", admin.email)
    records("lift", slug, "--reason", "It is over.", "--by", admin.email)
    assert "1 of sprints.Sprint" in records("delete", slug, "--kind", "work", "--reason", "Over.", "--by", admin.email)
    with pytest.raises(CommandError, match="Only those who run this site"):
        records("confirm", slug, "--by", staff_of(sprint.partnership.program).email)
    assert "Deleted" in records("confirm", slug, "--by", other.email)
    assert not Sprint.objects.filter(pk=sprint.pk).exists()


def test_the_pictures_that_were_drawn_of_a_phones_photos_go_with_them(sprint: Sprint, admin: Person) -> None:
    act = {"by": lead_in(sprint, Party.CITY), "milestone": first_joint(sprint), "now": NOW}
    photo = checked_file(phone_picture(), "photo.heic")
    evidence = sprint_actions.add_evidence(title="The block", attachments=[photo], **act)
    assert default_storage.exists(picture_name(evidence))
    ask(sprint, admin, "work")
    actions.delete_due(clock=lambda: A_DAY)
    assert not default_storage.exists(evidence.file.name) and not default_storage.exists(picture_name(evidence))


def test_one_that_cannot_be_done_stops_no_other(sprint: Sprint, admin: Person) -> None:
    facts = {"kind": "all", "reason": "Its time is over.", "counts": {}, "asked_by": admin}
    lost = Deletion.objects.create(chain=uuid4(), name="lost", asked_at=A_DAY - timedelta(2), due_at=NOW, **facts)
    ask(sprint, admin)
    actions.delete_due(clock=lambda: A_DAY)
    assert not Partnership.objects.filter(pk=sprint.partnership_id).exists()
    assert Deletion.objects.get(pk=lost.pk).done_at is None


def test_archives_that_it_is_in_go_too_and_so_do_the_names_in_the_table_that_it_came_from(
    admin: Person, other: Person, settings: object, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path / "data"
    program = program_with(2)
    gone, stays = program.partnerships.order_by("slug")
    export, half = made(asked(program)), asked(program, partnerships=[gone])
    beside = asked(program, partnerships=[stays])
    sheet = hand_in(program, csv_of(line_of(1)))
    sheet.lines.update(asked_at=NOW, asked_by=admin, made_at=NOW, made_as="x", partnership=gone)
    sprint = Sprint(partnership=gone)
    actions.confirm_deletion(by=other, deletion=ask(sprint, admin), now=NOW)
    assert not Export.objects.asked_by(export.asked_by, NOW).exclude(pk=beside.pk).exists()
    with pytest.raises(TakenOver):
        Held(half, lambda: NOW).renew()
    clear_exports(NOW)
    assert not default_storage.exists(export.stored_as) and list(Export.objects.all()) == [beside]
    assert sheet.lines.get().cells == {}
