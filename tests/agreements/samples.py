"""An edition and its record of signing as the PDF and the seal get them: the template's own sentences, filled in."""

from __future__ import annotations

import copy
import json
from typing import Any

from agreements.wording import template
from ledger.canonical import canonical_bytes, digest

PARTNERSHIP = "5f0c1c6e-8d0e-4c43-9f5e-5a8f3e0d7b11"
EDITION = "0b6a2b1e-63f1-4d7b-8f0a-3c1f0e9d2a44"
COMMUNITY = "Eastside Neighbors Association"
CITY = "City of San Alma, Office of Housing"
COMMUNITY_LEAD = "Rosa Delgado Whitfield"
CITY_LEAD = "Thomas Adeyemi"
ISSUE = "evictions that tenants could have answered in time"
FACTS = {
    "community": COMMUNITY,
    "city": CITY,
    "issue": ISSUE,
    "community_lead": COMMUNITY_LEAD,
    "city_lead": CITY_LEAD,
}
HEAD = "9b1f0c7d2e6a4853b7c1d0e9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c3d2e1f00a"
NOTICE = (
    "This is an informal agreement. It says what both partners mean to do. It is not meant as a contract, and neither "
    "side can enforce it in court."
)


def _item(part: template.TemplatePart, facts: dict[str, str]) -> dict[str, Any]:
    if part.type == "signature":
        return {"type": "signature", "party": str(part.owner)}
    item: dict[str, Any] = {"type": part.type, "texts": {"en": template.fill(part.text, facts)}}
    if part.type == "lead-in":
        item["owner"] = str(part.owner)
    if part.type == "clause":
        number = int(part.key.removeprefix("goal-")) if part.kind == "goal" else None
        item |= {"key": part.key, "kind": str(part.kind), "owner": str(part.owner), "number": number}
        item["wording"] = "0" * 64
    return item


def content(**facts: str) -> dict[str, Any]:
    """The first edition of the template's agreement. Facts given by name stand in place of the usual ones."""
    filled = FACTS | facts
    return {
        "schema": 1,
        "agreement": PARTNERSHIP,
        "edition": {"id": EDITION, "number": 1, "frozen_at": "2027-03-01T22:15:40Z", "supersedes": None},
        "language": "en",
        "template": template.DEFAULT,
        "parties": {
            "city": {"organization": filled["city"], "signatory": filled["city_lead"]},
            "community": {"organization": filled["community"], "signatory": filled["community_lead"]},
        },
        "issue": {"en": filled["issue"]},
        "body": [_item(part, filled) for part in template.parts()],
    }


def canonical(of: dict[str, Any]) -> bytes:
    return canonical_bytes(of)


def _signature(party: str, of: dict[str, Any], *, title: str, signed_at: str, proved_at: str) -> dict[str, Any]:
    return {
        "party": party,
        "method": "electronic",
        "name": of["parties"][party]["signatory"],
        "title": title,
        "organization": of["parties"][party]["organization"],
        "signed_at": signed_at,
        "consent_version": "consent-1",
        "intent_version": "intent-1",
        "language": "en",
        "proof": {"method": "email code", "at": proved_at, "address": f"{party[0]}•••@example.org"},
        "paper": None,
    }


def record(of: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """The record of signing of an edition, both sides electronically. `changes` replace its top-level parts."""
    of = of or content()
    made: dict[str, Any] = {
        "schema": 1,
        "demonstration": False,
        "edition": {
            "digest": digest(of),
            "number": 1,
            "code": "K7QF-3M9T",
            "verify_url": "https://partnership.example.org/verify/K7QF-3M9T/",
            "opened_at": "2027-03-01T22:15:40Z",
            "in_force_at": "2027-03-03T00:31:09Z",
        },
        "program": {
            "name": "San Alma Spring Cohort",
            "contact": "cohort@example.org",
            "time_zone": "America/Los_Angeles",
            "notice": NOTICE,
        },
        "ledger": {"chain": PARTNERSHIP, "head": HEAD},
        "signatures": [
            _signature(
                "community", of, title="Board chair", signed_at="2027-03-02T18:04:11Z", proved_at="2027-03-02T18:02:57Z"
            ),
            _signature(
                "city", of, title="Deputy director", signed_at="2027-03-03T00:31:09Z", proved_at="2027-03-03T00:29:30Z"
            ),
        ],
    }
    return made | changes


def on_paper(of: dict[str, Any] | None = None, *, index: int = 0) -> dict[str, Any]:
    """A record where one side signed a print by hand and the other side's lead confirmed the scan."""
    made = copy.deepcopy(record(of))
    signature = made["signatures"][index]
    signature |= {
        "method": "paper",
        "paper": {
            "paper_date": "2027-03-01",
            "scan_sha256": "c4" * 32,
            "uploaded_at": "2027-03-02T18:04:11Z",
            "confirmed_at": "2027-03-02T20:11:00Z",
            "confirmed_by": made["signatures"][1 - index]["name"],
        },
    }
    return made


def of_a_year_ago(of: Any) -> Any:
    """The same, dated before the clock of this machine: for what is checked in a process of its own."""
    return json.loads(json.dumps(of).replace("2027-", "2026-"))
