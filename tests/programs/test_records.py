"""The records of a partnership: handed out whole or redacted, and the events of the site for a city's own watch."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from agreements.models import Edition
from ledger.models import Event
from partners.models import Partnership
from partners.parties import Party
from programs.domain.audit import audit_lines, settled_events
from programs.domain.record_rows import record_rows
from programs.domain.records import one_row
from sprints.models import Evidence, Sprint, Story
from tests.factories.agreements import make_agreement, open_for_signing, sign_both
from tests.factories.exports import asked, program_with, seal
from tests.factories.kept_files import SCAN, sprint_with_files
from tests.factories.people import NOW, make_partnership
from tests.factories.research import hand_in
from tests.factories.showcase import add_story
from tests.factories.sprints import add_words, first_joint, lead_in, started_sprint

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
SAID = "Ask Ana at ana.q@example.com or (213) 555-0142 by 2027-03-02, page 12345."


@pytest.fixture
def sprint() -> Sprint:
    sprint = sprint_with_files()
    milestone = first_joint(sprint)
    add_words(milestone, by=lead_in(sprint, Party.CITY), title=SAID)
    add_story(sprint)
    return sprint


def records_of(partnership: Partnership, out: Path, *more: str) -> dict[str, bytes]:
    call_command("export_records", partnership.slug, "--out", str(out), *more, stdout=io.StringIO())
    with zipfile.ZipFile(out) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def test_it_is_whole_and_each_file_has_its_fingerprint(sprint: Sprint, tmp_path: Path) -> None:
    found = records_of(sprint.partnership, tmp_path / "records.zip")
    sums = dict(reversed(line.split("  ", 1)) for line in found["SHA256SUMS"].decode().splitlines())
    assert set(sums) == set(found) - {"SHA256SUMS"}
    assert all(hashlib.sha256(found[name]).hexdigest() == digest for name, digest in sums.items())
    evidence = {row["title"]: row for row in json.loads(found["rows/sprints.evidence.json"])}
    assert SAID in evidence and found[evidence["The residents' survey"]["file"]] == SCAN
    assert json.loads(found["redactions.json"]) == []
    assert len(json.loads(found["ledger.json"])) == Event.objects.filter(chain=sprint.partnership_id).count() - 1
    people = json.loads(found["rows/people.json"])
    assert lead_in(sprint, Party.CITY).email in {person["email"] for person in people}
    assert b"token_hash" not in b"".join(found.values())


def test_nothing_of_another_partnership_is_in_it(sprint: Sprint, tmp_path: Path) -> None:
    other = started_sprint()
    add_words(first_joint(other), by=lead_in(other, Party.CITY), title="What only the others know")
    found = b"".join(records_of(sprint.partnership, tmp_path / "records.zip").values())
    for theirs in (b"What only the others know", other.partnership.slug.encode(), str(other.partnership_id).encode()):
        assert theirs not in found


def test_redacted_it_lists_what_was_taken_out_and_the_rest_is_as_it_was(sprint: Sprint, tmp_path: Path) -> None:
    found = records_of(sprint.partnership, tmp_path / "records.zip", "--redact")
    everything = b"".join(found.values()).decode(errors="replace")
    for gone in ("ana.q@example.com", "555-0142", Story.objects.get().about, lead_in(sprint, Party.CITY).email):
        assert gone not in everything
    evidence = [row["title"] for row in json.loads(found["rows/sprints.evidence.json"])]
    assert "Ask Ana at [redacted] or [redacted] by 2027-03-02, page 12345." in evidence
    listed = {(one["where"].split(" ")[0], one["why"].split(":")[0]) for one in json.loads(found["redactions.json"])}
    assert ("sprints.story", "may name a resident") in listed
    assert ("partners.person", "contact data") in listed
    assert ("sprints.evidence", "a file that was handed in") in listed
    assert SCAN not in b"".join(found.values())
    # An event says what it said, or nothing: its fingerprint is that of the whole.
    said = [event for event in json.loads(found["ledger.json"]) if event["kind"] == "evidence.added"]
    assert [event["payload"] and event["payload"]["title"] for event in said] == ["The residents' survey", None]


def test_its_ledger_says_that_it_was_handed_out(sprint: Sprint, tmp_path: Path) -> None:
    records_of(sprint.partnership, tmp_path / "records.zip", "--redact")
    event = Event.objects.filter(chain=sprint.partnership_id).order_by("sequence").last()
    assert (event.kind, event.content.payload) == ("records.exported", {"redacted": True})
    with pytest.raises(CommandError, match="is there already"):
        records_of(sprint.partnership, tmp_path / "records.zip")


def test_what_a_partnership_is_made_of_is_found_without_being_named(sprint: Sprint) -> None:
    found = {model.__name__ for model in record_rows(one_row(sprint.partnership))}
    assert {
        "Partnership",
        "Seat",
        "Agreement",
        "Wording",
        "SealFile",
        "Evidence",
        "Consent",
        "Milestone_fulfils",
    } <= found
    assert not found & {"Person", "Program", "ProgramStaff", "Event", "Sheet"}
    assert len(record_rows(one_row(sprint.partnership))[Evidence]) == Evidence.objects.count()


# --- The events of the site ---------------------------------------------------------------------------------------


def told(**asked_for: object) -> list[dict]:
    return list(audit_lines(settled_events(NOW + timedelta(hours=1), **asked_for)))


def test_every_event_is_told_once_in_an_order_that_stays_and_can_be_gone_on_with() -> None:
    program = program_with(2)
    asked(program)
    whole = told()
    assert [line["number"] for line in whole] == sorted(Event.objects.values_list("pk", flat=True))
    assert told(after=whole[4]["number"]) == whole[5:]
    assert told(since=NOW + timedelta(minutes=1)) == []
    # What happened just now may still get a number before it.
    assert list(audit_lines(settled_events(NOW + timedelta(minutes=1)))) == []


def test_it_says_who_and_about_what_and_nothing_that_the_sides_wrote_to_each_other() -> None:
    program = program_with(1)
    asked(program)
    lines = told()
    partnership = program.partnerships.get()
    lead = partnership.seats.filter(party=Party.CITY).first().person
    signed = next(line for line in lines if line["kind"] == "edition.signed" and line["says"]["party"] == Party.CITY)
    assert (signed["email"], signed["about"]) == (lead.email, {"partnership": partnership.slug})
    assert [line["about"] for line in lines if line["kind"] == "export.asked"] == [{"program": program.slug}]
    between = [line for line in lines if line["kind"] in {"clause.assented", "agreement.started"}]
    assert between and all(line["says"] is None for line in between)


def test_the_command_writes_a_line_of_json_for_each() -> None:
    program_with(1)
    said = io.StringIO()
    call_command("export_audit", "--since", "2020-01-01T00:00:00Z", stdout=said)
    now: datetime = timezone.now()
    settled = Event.objects.filter(at__lte=now - timedelta(minutes=2)).count()
    assert len([json.loads(line) for line in said.getvalue().splitlines()]) == settled
    with pytest.raises(CommandError, match="with its zone"):
        call_command("export_audit", "--since", "yesterday", stdout=said)


def test_redacted_no_catalog_and_no_report_and_no_agreement_that_names_an_address_is_in_it(
    sprint: Sprint, tmp_path: Path
) -> None:
    hand_in(sprint, b"mailto:ana.q@example.com", read=False)
    found = records_of(sprint.partnership, tmp_path / "records.zip", "--redact")
    assert b"ana.q@" not in b"".join(found.values()) and b"report" not in found.values()
    assert b"sealed" in found.values(), "the agreement's own PDF, whose text names nobody's address"
    agreement = make_agreement(make_partnership(), issue="what ana.q@example.com asked for")
    sign_both(open_for_signing(agreement))
    seal(Edition.objects.get(agreement=agreement))
    found = records_of(agreement.partnership, tmp_path / "others.zip", "--redact")
    assert b"ana.q@" not in b"".join(found.values()) and not [name for name in found if name.startswith("files/")]
    listed = {(one["where"].split(" ")[0], one["why"]) for one in json.loads(found["redactions.json"])}
    assert listed >= {("agreements.edition", "contact data"), ("agreements.sealfile", "contact data")}
