"""What an operator takes out by command: the sealed PDF, the text and the ledger; and what the admin site shows."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.contrib import admin
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from agreements import actions
from agreements.actions import seals
from agreements.models import Agreement, Commitment, Edition, Goal, Seal, Signature
from agreements.seal import seal
from agreements.seal.verdict import Kind
from ledger.models import Event, EventContent, Head
from ledger.verify import verify_ledger
from mail.models import OutboxMail
from partners.models import Person
from partners.parties import Party
from tests.factories.agreements import lead, make_agreement, open_for_signing, propose, sign_both
from tests.factories.people import NOW, client_of, make_partnership, make_person
from tests.truncate_ledger import as_owner

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture(autouse=True)
def own_folder(settings: object, tmp_path: Path) -> None:
    settings.DATA_DIR, settings.SEAL_PKCS12, settings.TSA_URL = tmp_path / "data", "", ""


@pytest.fixture
def edition() -> Edition:
    signed = sign_both(open_for_signing(make_agreement()))
    seals.seal_waiting(clock=lambda: NOW)
    return signed


def export(slug: str, out: Path) -> None:
    call_command("export_agreement", slug, "--out", str(out), stdout=io.StringIO())


def test_the_command_writes_the_pdf_its_text_and_the_ledger(edition: Edition, tmp_path: Path) -> None:
    partnership = edition.agreement.partnership
    export(partnership.slug, tmp_path / "new" / "folder")
    out = tmp_path / "new" / "folder"
    assert {each.name for each in out.iterdir()} == {"agreement.pdf", "agreement.json", "ledger.json"}
    assert seal.check((out / "agreement.pdf").read_bytes(), known=True, now=NOW).kind == Kind.VALID
    assert (out / "agreement.json").read_bytes() == bytes(edition.canonical)
    ledger = json.loads((out / "ledger.json").read_text())
    assert [each["digest"] for each in ledger] == list(
        Event.objects.filter(chain=partnership.pk).order_by("sequence").values_list("digest", flat=True)
    )
    assert edition.head in [each["digest"] for each in ledger]
    assert ledger[-1]["kind"] == "edition.sealed" and ledger[-1]["payload"]["number"] == 1


@pytest.mark.parametrize("state", ["no partnership", "no agreement", "drafting", "open for signing", "seal waits"])
def test_what_cannot_be_exported_is_said_in_words_and_nothing_is_written(tmp_path: Path, state: str) -> None:
    words = {
        "no partnership": "There is no partnership",
        "no agreement": "has no agreement",
        "drafting": "not signed by both",
        "open for signing": "not signed by both",
        "seal waits": "its seal still waits",
    }
    slug = {"no partnership": lambda: "nowhere", "no agreement": lambda: make_partnership().slug}.get(
        state, lambda: ""
    )()
    if not slug:
        agreement = make_agreement()
        slug = agreement.partnership.slug
        if state != "drafting":
            opened = open_for_signing(agreement)
            if state == "seal waits":
                sign_both(opened)
    with pytest.raises(CommandError, match=words[state]):
        export(slug, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_is_said_in_words(edition: Edition, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CommandError, match="Cannot write"):
        export(edition.agreement.partnership.slug, tmp_path / "file")


# --- The admin site -------------------------------------------------------------------------------------------


@pytest.fixture
def root() -> Client:
    client = Client()
    client.force_login(
        make_person("Root", is_staff=True, is_superuser=True), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


@pytest.mark.parametrize("model", [Agreement, Goal, Commitment, Edition, Signature, Seal])
def test_the_admin_site_shows_and_never_changes(edition: Edition, root: Client, model: type) -> None:
    name = f"admin:agreements_{model._meta.model_name}"
    listed = root.get(reverse(f"{name}_changelist"))
    assert listed.status_code == 200
    row = model.objects.first()
    page = root.get(reverse(f"{name}_change", args=[row.pk]))
    assert page.status_code == 200 and 'name="_save"' not in page.content.decode()
    assert root.get(reverse(f"{name}_add")).status_code == 403
    assert (
        root.post(reverse(f"{name}_change", args=[row.pk]), {"state": "void", "draft": "drafting"}).status_code == 403
    )
    assert root.post(reverse(f"{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    assert model.objects.filter(pk=row.pk).exists()
    assert "delete_selected" not in admin.site.get_model_admin(model).get_actions(listed.wsgi_request)


def test_goals_and_commitments_stand_side_by_side_on_the_admin_site(edition: Edition, root: Client) -> None:
    goals = root.get(reverse("admin:agreements_goal_changelist")).content.decode()
    commitments = root.get(reverse("admin:agreements_commitment_changelist")).content.decode()
    assert "goal-1" in goals and "community-1" not in goals
    assert "community-1" in commitments and "goal-1" not in commitments


@pytest.mark.parametrize("fields", [{}, {"is_staff": True}], ids=["somebody", "staff without rights"])
def test_nobody_else_sees_agreements_there(edition: Edition, fields: dict) -> None:
    client = Client()
    person: Person = make_person("Nobody", **fields)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    response = client.get(reverse("admin:agreements_agreement_changelist"))
    assert response.status_code in {302, 403}


def test_a_superuser_reads_what_was_signed_and_no_draft() -> None:
    agreement = make_agreement()
    sign_both(open_for_signing(agreement))
    actions.amend(by=lead(agreement, Party.CITY), agreement=agreement, reason="One more thing.", now=NOW)
    propose(agreement, "goal-1", "A draft that is nobody else's business.", by=lead(agreement, Party.COMMUNITY))
    root = client_of(make_person("Root", is_staff=True, is_superuser=True))
    shown = root.get(reverse("admin:agreements_goal_changelist")).content.decode()
    goal = Goal.objects.get(agreement=agreement, key="goal-1")
    shown += root.get(reverse("admin:agreements_goal_change", args=[goal.pk])).content.decode()
    assert "Develop a product to tackle systemic issues" in shown
    assert "nobody else" not in shown


@pytest.mark.parametrize("kept", ["the edition", "nothing but the partnership"])
def test_a_chain_that_is_gone_as_a_whole_is_missed(edition: Edition, kept: str) -> None:
    assert verify_ledger().intact
    chain = edition.agreement.partnership_id
    if kept != "the edition":
        other = make_agreement(make_partnership())
        chain = other.partnership_id
    with as_owner():
        EventContent.objects.filter(event__chain=chain).delete()
        Event.objects.filter(chain=chain).delete()
        Head.objects.filter(chain=chain).delete()
        OutboxMail.objects.filter(chain=chain).delete()
    found = verify_ledger().problems
    assert [problem.chain for problem in found] == [chain]
