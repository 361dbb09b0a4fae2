"""An archive of signed agreements: how it is asked for, made and made again, and whose it is."""

from __future__ import annotations

import io
import json
import os
import random
import shutil
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ledger.models import Event
from mail.models import OutboxMail
from mail.outbox import message_of
from partners.models import Partnership, Person, Program, ProgramStaff
from partners.parties import Party
from partners.rules import Refused
from programs.actions import archives, ask_export_of
from programs.actions.archives import clear_exports, make_exports, work_path
from programs.archive import verify
from programs.archive.folder import WorkFolder
from programs.forms.exports import ExportForm
from programs.models import Export
from tests.factories.agreements import lead, make_agreement
from tests.factories.exports import asked, made, program_with, sealed_agreement, unpacked
from tests.factories.people import NOW, by_link, client_of, make_partnership, make_person, make_program, staff_of
from tests.factories.sprints import signed_agreement
from tests.running import bucket
from tests.running.bucket import Bucket
from topcities.file_storage import storage

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
SEED = int(os.environ.get("SEED", "1"))
LATER, NEXT_DAY = NOW + timedelta(minutes=2), NOW + timedelta(days=1, minutes=3)


@pytest.fixture(autouse=True)
def own_folder(settings: object, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "data"


@pytest.fixture
def program() -> Program:
    return program_with(2)


# --- How it is made -----------------------------------------------------------------------------------------------


def test_it_is_made_in_pieces_whose_progress_is_seen_and_the_asker_may_leave(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    export, page = asked(program), reverse("program_exports", args=[program.slug])
    staff = client_of(staff_of(program))
    looked_at: list[Partnership] = []
    pack_one = archives.packed
    monkeypatch.setattr(archives, "packed", lambda one, number: looked_at.append(one) or pack_one(one, number))
    monkeypatch.setattr(archives, "SWEEP_SECONDS", 0.0001)
    while Export.objects.get().made_at is None:
        before = Export.objects.get().packed
        make_exports(clock=lambda: NOW)
        make_exports(clock=lambda: NOW)
        monkeypatch.setattr(archives, "SWEEP_SECONDS", 0.0001 if before == 0 else 10)
        if Export.objects.get().made_at is None:
            assert "1 of 2 partnerships" in staff.get(page).content.decode() or before == 0
    assert sorted(one.slug for one in looked_at) == sorted(one.slug for one in program.partnerships.all())
    assert not work_path(export).exists()


def same(now: datetime) -> datetime:
    return now


class Killed(BaseException):
    """The process is gone: nothing that waits for errors sees it."""


def kill_after(steps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every step that leaves something behind counts; this one is the last."""
    left = [steps]

    def counted(step: Callable) -> Callable:
        def act(*args: object, **kwargs: object) -> object:
            left[0] -= 1
            if left[0] < 0:
                raise Killed
            return step(*args, **kwargs)

        return act

    for owner, name in (
        *((Path, each) for each in ("mkdir", "write_bytes", "rename", "replace")),
        *((zipfile.ZipFile, "open"), (FileSystemStorage, "save")),
        *((shutil, "rmtree"), (archives.Held, "renew"), (archives, "notify_of_export")),
    ):
        monkeypatch.setattr(owner, name, counted(getattr(owner, name)))


def test_ten_kills_at_any_moment_leave_one_whole_archive_and_one_mail(tmp_path: Path, settings: object) -> None:
    chance, program = random.Random(SEED), program_with(3)  # noqa: S311
    export, now, kills = asked(program), NOW, 0
    while kills < 10:
        now += timedelta(minutes=25)
        with pytest.MonkeyPatch.context() as patched:
            kill_after(chance.randrange(50), patched)
            try:
                make_exports(clock=partial(same, now))
            except Killed:
                kills += 1
        export.refresh_from_db()
        if export.made_at:  # it came through: once more from the beginning
            OutboxMail.objects.all().delete()
            archives.clear(export)
            export = asked(program)
            Export.objects.update(due_at=now, expires_at=now + timedelta(days=1))
    made(export, now=now + timedelta(minutes=25))
    assert verify.checked(unpacked(export, tmp_path)).startswith("OK: 14 files, 3 signed editions")
    assert OutboxMail.objects.filter(kind="export ready").count() == 1
    assert not list((settings.DATA_DIR / "exports").iterdir())
    assert len(default_storage.listdir("exports")[1]) == 1


def test_two_workers_share_nothing_until_one_has_been_silent_for_a_while(program: Program) -> None:
    asked(program)
    assert archives._claim(now=NOW) and archives._claim(now=NOW) is None
    first = archives._claim(now=LATER)
    assert first
    held = archives.Held(first, lambda: LATER)
    second = archives._claim(now=LATER + timedelta(minutes=2))
    assert second
    with pytest.raises(archives.TakenOver):
        held.renew(packed=1)


def test_what_was_damaged_before_it_was_put_together_is_packed_again(program: Program, tmp_path: Path) -> None:
    export = asked(program)
    list(
        archives.pack(
            WorkFolder(work_path(export)), export.partnerships.order_by("created_at", "pk").values_list("pk", flat=True)
        )
    )
    next(work_path(export).rglob("agreement-1.pdf")).write_bytes(b"lost")
    make_exports(clock=lambda: NOW)
    export.refresh_from_db()
    assert (export.made_at, export.failures) == (None, 1) and "packed again" in export.problem
    assert verify.checked(unpacked(made(export, now=LATER), tmp_path)).startswith("OK")


def test_a_full_disk_is_said_in_words_and_it_is_tried_again(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    export = asked(program)
    with monkeypatch.context() as patched:
        patched.setattr(archives, "put_together", lambda *_a, **_k: (_ for _ in ()).throw(OSError(28, "No space")))
        make_exports(clock=lambda: NOW)
    page = client_of(staff_of(program)).get(reverse("program_exports", args=[program.slug]))
    assert "Perhaps the disk is full" in page.content.decode()
    made(export, now=LATER)


def test_it_is_kept_in_the_bucket_and_goes_from_there(program: Program, settings: object, tmp_path: Path) -> None:
    with bucket.running() as server:
        keep_in(server, settings)
        export = made(asked(program))
        assert list(Bucket.kept) == [f"/evidence-bucket/{export.stored_as}"]
        answer = client_of(staff_of(program)).get(file_of(export))
        assert zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))).testzip() is None
        clear_exports(NEXT_DAY)
        assert Bucket.kept == {}
        assert not Export.objects.exists()


def keep_in(server: ThreadingHTTPServer, settings: object) -> None:
    settings.STORAGES = {**settings.STORAGES, "default": storage(bucket.address_of(server))}


# --- Whose it is --------------------------------------------------------------------------------------------------


def file_of(export: Export) -> str:
    return reverse("program_export_file", args=[export.program.slug, export.pk])


def test_the_link_is_for_who_asked_and_for_nobody_else(program: Program) -> None:
    asker = staff_of(program)
    export = made(asked(program))
    answer = client_of(asker).get(file_of(export))
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == f'attachment; filename="{program.slug}-signed-agreements.zip"'
    assert "no-store" in answer["Cache-Control"]
    assert int(answer["Content-Length"]) == len(b"".join(answer.streaming_content)) == export.size
    colleague = make_person("A colleague")
    ProgramStaff.objects.create(program=program, person=colleague, since=NOW)
    page = reverse("program_exports", args=[program.slug])
    assert str(export.pk) in client_of(asker).get(page).content.decode()
    assert str(export.pk) not in client_of(colleague).get(page).content.decode()
    root = make_person("Root", is_staff=True, is_superuser=True)
    party_lead = lead(program.partnerships.first().agreement, Party.CITY)
    for other in (colleague, staff_of(make_program()), root, party_lead):
        assert client_of(other).get(file_of(export)).status_code == 404, other
    assert Client().get(file_of(export)).status_code == 302
    # Under another program of the same person it is not there either.
    elsewhere = make_program(staff=asker)
    assert client_of(asker).get(reverse("program_export_file", args=[elsewhere.slug, export.pk])).status_code == 404


def test_a_session_from_an_operators_link_takes_nothing_and_is_offered_nothing(program: Program) -> None:
    export, staff = made(asked(program)), staff_of(program)
    client = client_of(staff, by_link=True)
    page = client.get(reverse("program_exports", args=[program.slug])).content.decode()
    assert file_of(export) not in page and 'action="/programs' not in page.replace('role="search" action=', "")
    assert client.get(file_of(export)).status_code == 403
    with pytest.raises(Refused):
        asked(program, by=by_link(staff))


def test_after_its_day_it_is_gone(program: Program) -> None:
    export = made(asked(program))
    Export.objects.update(expires_at=timezone.now())
    assert client_of(staff_of(program)).get(file_of(export)).status_code == 404
    clear_exports(NOW)
    assert not default_storage.exists(export.stored_as)
    assert not Export.objects.exists()


@pytest.mark.parametrize("when", ["made", "being made"])
def test_nothing_is_left_when_staff_rights_end(program: Program, when: str) -> None:
    export, asker = asked(program), staff_of(program)
    if when == "made":
        made(export)
    ProgramStaff.objects.filter(person=asker).delete()
    assert client_of(asker).get(file_of(export)).status_code == 404
    mail = OutboxMail.objects.filter(kind="export ready").first()
    assert mail is None or message_of(mail) is None
    make_exports(clock=lambda: LATER)
    clear_exports(LATER)
    assert not Export.objects.exists() and not default_storage.exists(export.stored_as)
    assert not OutboxMail.objects.exclude(pk=mail and mail.pk).filter(kind="export ready").exists()


def test_the_mail_says_how_much_is_in_it_and_leads_to_the_page_and_not_to_the_file(program: Program) -> None:
    Partnership.objects.filter(pk=make_agreement().partnership_id).update(program=program)
    export = made(asked(program))
    message = message_of(OutboxMail.objects.get(kind="export ready"))
    said = " ".join(message.paragraphs)
    assert "signed and sealed of 2 partnerships, of 3 that you chose" in said and "names the others" in said
    assert "Wednesday, March 3, 2027" in said and export.manifest_sha256 in said
    assert [link for link in message.links() if "/exports/" in link] == [message.button[1]]
    assert message.button[1].endswith(f"/programs/{program.slug}/exports/")
    clear_exports(NEXT_DAY)
    assert message_of(OutboxMail.objects.get(kind="export ready")) is None


# --- Asking for it ------------------------------------------------------------------------------------------------


def test_staff_choose_some_or_take_all_and_the_programs_chain_says_who_asked(program: Program) -> None:
    staff, new = client_of(staff_of(program)), reverse("program_export_new", args=[program.slug])
    one = program.partnerships.first()
    assert staff.post(new, {"chosen": "yes", "partnerships": [one.slug]}).status_code == 302
    assert staff.post(new).status_code == 302
    assert sorted(Export.objects.values_list("total", flat=True)) == [1, 2]
    assert list(Export.objects.get(total=1).partnerships.all()) == [one]
    events = Event.objects.filter(chain=program.chain, kind="export.asked")
    assert {event.actor for event in events} == {staff_of(program).pk}
    assert sorted(event.content.payload["count"] for event in events) == [1, 2]


def test_who_presses_twice_has_one_archive_and_nobody_has_more_than_three_made_at_once(program: Program) -> None:
    assert asked(program) == asked(program)
    rows = list(program.partnerships.all())
    asked(program, partnerships=rows[:1])
    asked(program, partnerships=rows[1:])
    Partnership.objects.filter(pk=make_partnership().pk).update(program=program)
    page = client_of(staff_of(program)).post(reverse("program_export_new", args=[program.slug]))
    assert page.status_code == 422
    assert "3 archives are being made for you" in page.content.decode()
    assert Export.objects.count() == 3


def test_nothing_chosen_and_what_is_of_another_program_are_refused(program: Program) -> None:
    foreign = sealed_agreement().partnership
    for chosen in ([], [foreign], [program.partnerships.first(), foreign]):
        with pytest.raises(ValidationError):
            asked(program, partnerships=chosen)
    answer = client_of(staff_of(program)).post(
        reverse("program_export_new", args=[program.slug]), {"chosen": "yes", "partnerships": [foreign.slug]}
    )
    assert answer.status_code == 422
    assert not Export.objects.exists()


def test_a_partnership_is_found_by_its_name_and_a_long_list_says_that_there_are_more(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("programs.forms.exports.MOST_SHOWN", 1)
    one = program.partnerships.first()
    one.organizations.filter(party=Party.COMMUNITY).update(name="Riverside Tenants")
    staff, page = client_of(staff_of(program)), reverse("program_exports", args=[program.slug])
    everything = staff.get(page).content.decode()
    assert everything.count('name="partnerships"') == 1 and "Search by a name" in everything
    found = staff.get(page, {"search": "riverside"}).content.decode()
    assert f'value="{one.slug}"' in found and "Search by a name" not in found


# --- The admin site -----------------------------------------------------------------------------------------------


@pytest.fixture
def root() -> Person:
    return make_person("Root", is_staff=True, is_superuser=True)


def test_who_runs_the_site_makes_one_of_several_programs_and_takes_their_own(program: Program, root: Person) -> None:
    other = sealed_agreement()
    client, agreements = client_of(root), reverse("admin:agreements_agreement_changelist")
    chosen = [other.pk, program.partnerships.first().agreement.pk]
    page = client.post(agreements, {"action": "export", "_selected_action": chosen}, follow=True).content.decode()
    assert "You get a mail when it is ready." in page and "is being made" in page
    export = made(Export.objects.get(), now=timezone.now())
    file = reverse("admin:programs_export_file", args=[export.pk])
    assert file in client.get(reverse("admin:programs_export_changelist")).content.decode()
    packed = zipfile.ZipFile(io.BytesIO(b"".join(client.get(file).streaming_content)))
    assert len(json.loads(packed.read("manifest.json"))["agreements"]) == 2
    another = client_of(make_person("Another root", is_staff=True, is_superuser=True))
    assert another.get(file).status_code == 404
    assert file not in another.get(reverse("admin:programs_export_changelist")).content.decode()
    assert message_of(OutboxMail.objects.get(kind="export ready")).button[1].endswith("/admin/programs/export/")
    Person.objects.filter(pk=root.pk).update(is_superuser=False)
    assert client.get(file).status_code in {302, 403, 404}
    clear_exports(timezone.now())
    assert not Export.objects.exists()


def test_nobody_else_asks_for_agreements_of_any_program(program: Program) -> None:
    for person in (staff_of(program), make_person("Site staff", is_staff=True)):
        with pytest.raises(Refused):
            ask_export_of(by=person, partnerships=list(program.partnerships.all()), now=NOW)


# --- The command --------------------------------------------------------------------------------------------------


def export_signed(program: str, out: Path, *more: str) -> str:
    said = io.StringIO()
    call_command("export_signed", "--program", program, "--out", str(out), *more, stdout=said)
    return said.getvalue()


def test_the_command_writes_the_archive_and_says_what_is_not_in_it(program: Program, tmp_path: Path) -> None:
    drafting = make_agreement().partnership
    Partnership.objects.filter(pk=drafting.pk).update(program=program)
    out = tmp_path / "signed.zip"
    said = json.loads(export_signed(program.slug, out, "--json"))
    assert (said["agreements"], said["size"]) == (2, out.stat().st_size)
    assert said["missing"] == [
        {"partnership": drafting.slug, "edition": None, "why": "The agreement is not signed by both parties."}
    ]
    assert verify.sha256(out.read_bytes()) == said["sha256"]
    zipfile.ZipFile(out).extractall(tmp_path / "out")
    assert verify.checked(tmp_path / "out", said["manifest_sha256"]).startswith("OK")
    assert sorted(path.name for path in tmp_path.glob("signed*")) == ["signed.zip"]
    with pytest.raises(CommandError, match="is there already"):
        export_signed(program.slug, out)
    with pytest.raises(CommandError, match="There is no program"):
        export_signed("nowhere", tmp_path / "new.zip")


def test_the_command_says_by_its_status_that_a_signed_agreement_is_not_in_it(program: Program, tmp_path: Path) -> None:
    Partnership.objects.filter(pk=signed_agreement().partnership_id).update(program=program)
    with pytest.raises(SystemExit) as ended:
        export_signed(program.slug, tmp_path / "signed.zip")
    assert ended.value.code == 2 and (tmp_path / "signed.zip").exists()


def test_what_no_database_keeps_is_no_partnership(program: Program) -> None:
    slug = program.partnerships.first().slug
    form = ExportForm({"partnerships": [slug, f"\0{slug}"]}, program=program)
    assert list(form.errors) == ["partnerships"]


def test_a_sign_that_no_database_keeps_is_not_searched_for(program: Program) -> None:
    found, other = program.partnerships.order_by("slug")
    address = reverse("program_exports", args=[program.slug])
    page = client_of(staff_of(program)).get(address, {"search": f"\0{found.slug}"}).content.decode()
    assert f'value="{found.slug}"' in page and f'value="{other.slug}"' not in page
