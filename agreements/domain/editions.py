"""Freeze: the agreement as it stands -> the edition's content -> canonical bytes; and the record of its signing.

The formats are in docs/edition-format.md. Reads only, but for `freeze`, which returns an unsaved Edition.
"""

from __future__ import annotations

import json
import secrets
import uuid
from datetime import UTC, datetime
from itertools import takewhile
from typing import Any

from django.urls import reverse

from agreements.domain.clause_status import AgreementStatus, ClauseStatus
from agreements.domain.templates import template_behind
from agreements.models import Agreement, ClauseKind, Edition, Signature
from agreements.states import SIGNED, Draft, EditionState
from agreements.wording import template
from ledger.canonical import canonical_bytes, digest_of_bytes
from mail.outbox import absolute
from partners.models import Person

SCHEMA = 1
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that look alike


def reopenings(agreement: Agreement) -> list[Edition]:
    """What was open for signing and was reopened, the latest first: each reason stays in sight until both sides have
    signed another text. From what was prefetched, where it was."""
    if agreement.draft == Draft.CLOSED:
        return []
    known = sorted(agreement.editions.all(), key=lambda one: one.opened_at, reverse=True)
    unsigned = takewhile(lambda one: one.in_force_at is None, known)
    return [one for one in unsigned if one.state == EditionState.VOID]


def freeze(standing: AgreementStatus, *, by: Person, now: datetime) -> Edition:
    """The agreement as it stands, frozen: an Edition that is not saved yet."""
    agreement = standing.agreement
    editions = Edition.objects.filter(agreement=agreement).exclude(state=EditionState.VOID)
    latest = editions.order_by("-number").first()
    edition = Edition(
        agreement=agreement,
        number=latest.number + 1 if latest else 1,
        code=new_code(),
        notice=agreement.partnership.program.signing_notice,
        opened_at=now,
        opened_by=by,
    )
    content = content_of(standing, edition_id=edition.id, number=edition.number, now=now)
    content["edition"]["supersedes"] = latest.digest if latest else None
    edition.canonical = canonical_bytes(content)
    edition.digest = digest_of_bytes(edition.canonical)
    return edition


def new_code() -> str:
    """A short code for the PDF, "K7QF-3M9T": about 39 bits; it opens nothing but the public page of the edition."""
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def content_of(
    standing: AgreementStatus, *, now: datetime, edition_id: uuid.UUID | None = None, number: int = 0
) -> dict[str, Any]:
    """The whole text as the edition's content (schema 1). Also what a draft is printed from."""
    agreement, facts = standing.agreement, standing.facts
    return {
        "schema": SCHEMA,
        "agreement": str(agreement.partnership_id),
        "edition": {"id": str(edition_id or ""), "number": number, "frozen_at": in_utc(now), "supersedes": None},
        "language": agreement.language,
        "template": agreement.template,
        "parties": {
            party: {"organization": organization.name, "signatory": organization.signatory}
            for party, organization in standing.organizations.items()
        },
        "issue": {agreement.language: facts[template.ISSUE]},
        "body": _body(standing),
    }


def _body(standing: AgreementStatus) -> list[dict[str, Any]]:
    """The template's order, with what was added at the end of its own group, and what was left out not there."""
    language, facts = standing.agreement.language, standing.facts
    groups = _groups(standing)
    body: list[dict[str, Any]] = []
    goals = 0
    for part in template_behind(standing.agreement).parts(language):
        if part.type == "signature":
            body.append({"type": "signature", "party": part.owner})
        elif part.type != "clause":
            body.append(_line(part.type, template.fill(part.text, facts), language, owner=part.owner))
        for on_clause in groups.pop((part.type, part.key, part.owner), []):
            goals += on_clause.clause.kind == ClauseKind.GOAL
            body.append(_clause(on_clause, goals if on_clause.clause.kind == ClauseKind.GOAL else None))
    return _with_lead_ins(body, language, facts)


def _groups(standing: AgreementStatus) -> dict[tuple[str, str, str], list[ClauseStatus]]:
    """Clauses by the part of the template that they come with: their own, or the last part of their group."""
    written = template_behind(standing.agreement).clauses(standing.agreement.language)
    anchors = {part.key: ("clause", part.key, part.owner) for part in written}
    groups: dict[tuple[str, str, str], list[ClauseStatus]] = {}
    anchor = ("", "", "")
    for on_clause in standing.clauses:
        if on_clause.clause.kind == ClauseKind.ISSUE:
            continue
        anchor = anchors.get(on_clause.clause.key, anchor)
        if not on_clause.is_left_out:
            groups.setdefault(anchor, []).append(on_clause)
    return groups


def _line(type_: str, text: str, language: str, **more: str) -> dict[str, Any]:
    return {"type": type_, "texts": {language: text}, **{key: value for key, value in more.items() if value}}


def _clause(on_clause: ClauseStatus, number: int | None) -> dict[str, Any]:
    clause, wording = on_clause.clause, on_clause.base
    return {
        "type": "clause",
        "key": clause.key,
        "kind": clause.kind,
        "owner": clause.owner,
        "number": number,
        "texts": {on_clause.language: on_clause.text(wording)},
        "wording": wording.digest,
    }


def _with_lead_ins(body: list[dict[str, Any]], language: str, facts: dict[str, str]) -> list[dict[str, Any]]:
    """Put our own lines before what the template has no place for: joint commitments and optional clauses."""
    result: list[dict[str, Any]] = []
    together = further = False
    for line in body:
        if line.get("kind") == ClauseKind.COMMITMENT and not line["owner"] and not together:
            together = True
            result.append(_line("lead-in", template.fill(template.TOGETHER[language], facts), language))
        if line.get("kind") == ClauseKind.OPTIONAL and not further:
            further = True
            result.append(_line("heading", template.FURTHER[language], language))
        result.append(line)
    return result


def record_of(edition: Edition) -> dict[str, Any]:
    """The record of signing: apart from the text, attached beside it and printed after it (schema 1)."""
    program = edition.agreement.partnership.program
    signatures = edition.signatures.select_related("paper__confirmed_by").order_by("signed_at")
    return {
        "schema": SCHEMA,
        "demonstration": program.is_demo,
        "edition": {
            "digest": edition.digest,
            "number": edition.number,
            "code": edition.code,
            "verify_url": absolute(reverse("verify_code", args=[edition.code])),
            "opened_at": in_utc(edition.opened_at),
            "in_force_at": in_utc(edition.in_force_at) if edition.in_force_at else None,
        },
        "program": {
            "name": program.name,
            "contact": program.contact_email,
            "time_zone": program.time_zone,
            "notice": edition.notice,
        },
        "ledger": {"chain": str(edition.agreement.partnership_id), "head": edition.head},
        "signatures": [_signature(signature) for signature in signatures],
    }


def _signature(signature: Signature) -> dict[str, Any]:
    paper = signature.paper
    return {
        "party": signature.party,
        "method": signature.method,
        "name": signature.name,
        "title": signature.title,
        "organization": signature.organization,
        "signed_at": in_utc(signature.signed_at),
        "consent_version": signature.consent_version,
        "intent_version": signature.intent_version,
        "language": signature.language,
        "proof": {"method": signature.proof_method, "at": in_utc(signature.proved_at), "address": signature.address},
        "paper": paper
        and {
            "paper_date": paper.paper_date.isoformat(),
            "scan_sha256": paper.scan_sha256,
            "uploaded_at": in_utc(paper.uploaded_at),
            "confirmed_at": paper.confirmed_at and in_utc(paper.confirmed_at),
            "confirmed_by": paper.confirmed_by and paper.confirmed_by.name,
        },
    }


def in_utc(moment: datetime) -> str:
    """A time as canonical content has it: UTC, to the second, "2027-03-02T15:04:05Z"."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def latest_signed(agreement: Agreement) -> Edition | None:
    return agreement.editions.filter(state__in=SIGNED).order_by("-number").first()


def text_of(content: dict[str, Any]) -> list[tuple[str, str]]:
    """What an edition says, line by line as (type, text): to compare two of them, whatever else they record."""
    return [(line["type"], next(iter(line.get("texts", {}).values()), "")) for line in content["body"]]


def content(edition: Edition) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(bytes(edition.canonical))
    return read
