"""Research and datasets for tests that begin there."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date

from partners.parties import Party
from sprints import actions
from sprints.domain.research import FindingSubject
from sprints.models import Activity, Catalog, Dataset, Finding, Sprint
from tests.factories.people import NOW
from tests.factories.sprints import lead_in


def ask_for(sprint: Sprint, party: Party = Party.COMMUNITY, **said: object) -> Dataset:
    act = {"by": lead_in(sprint, party), "sprint": sprint, "dataset": None, "now": NOW}
    return actions.set_dataset(**act, **({"title": "Rental inspections"} | said))


def hand_in(sprint: Sprint, data: bytes, *, party: Party = Party.CITY, source: str = "", read: bool = True) -> Catalog:
    chunks = (data[at : at + 65536] for at in range(0, len(data), 65536))
    act = {"by": lead_in(sprint, party), "sprint": sprint, "now": NOW}
    catalog = actions.hand_in_catalog(chunks=chunks, file_name="data.json", source=source, **act)
    if read:
        actions.read_catalogs(clock=lambda: NOW)
        catalog.refresh_from_db()
    return catalog


def catalog_of(entries: Iterable[object]) -> bytes:
    head = {"conformsTo": "https://project-open-data.cio.gov/v1.1/schema", "@type": "dcat:Catalog"}
    return json.dumps(head | {"dataset": list(entries)}).encode()


def hold_talks(sprint: Sprint, party: Party = Party.COMMUNITY, **changed: object) -> Activity:
    said = {
        "title": "Talks in the laundry room",
        "method": "interview",
        "held_on": date(2027, 3, 1),
        "people": 12,
        "languages": "Spanish, English",
        "compensation": "A grocery card of 40 dollars each",
        "consent": "A signed form, read aloud first",
    }
    return actions.add_activity(by=lead_in(sprint, party), sprint=sprint, now=NOW, **(said | changed))


def find(
    sprint: Sprint, party: Party = Party.CITY, *, activity: Activity | None = None, title: str = "Notices come late"
) -> Finding:
    activity = activity or hold_talks(sprint)
    said = {"title": title, "analysis": "Ten of twelve had less than a week.", "activities": [activity], "datasets": []}
    return actions.set_finding(by=lead_in(sprint, party), sprint=sprint, finding=None, now=NOW, **said)


def confirm(finding: Finding, party: Party, *, shown: str = "") -> None:
    finding = Finding.objects.select_related("sprint").get(pk=finding.pk)
    subject = FindingSubject(finding)
    actions.sign_off(by=lead_in(finding.sprint, party), subject=subject, shown=shown or subject.digest, now=NOW)
