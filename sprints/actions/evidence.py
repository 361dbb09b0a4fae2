"""Add evidence, or take one's own back. Each changes what is signed off, so whoever said yes is asked again."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from agreements.pictures import as_jpeg
from partners import rules
from partners.models import Person
from sprints.actions.milestones import open_milestone
from sprints.actions.sign_offs import ask_again
from sprints.actions.transactions import record_event
from sprints.domain.milestones import MilestoneSubject
from sprints.domain.pictures import picture_name
from sprints.files import PHONES, CheckedFile
from sprints.models import BuyIn, Evidence, EvidenceFile, EvidenceKind, Finding, Milestone
from text.fields import clean_words, refuse, set_words

log = logging.getLogger(__name__)


@transaction.atomic
def add_evidence(
    *,
    by: Person,
    milestone: Milestone,
    title: str,
    now: datetime,
    words: str = "",
    link: str = "",
    attachments: Sequence[CheckedFile] = (),
    finding: Finding | None = None,
) -> Evidence:
    """Hand in words, a link and files, of each what there is; or a finding. Raises ValidationError by field."""
    sprint, milestone = open_milestone(milestone, by=by)
    said = clean_words(Evidence, title=title, words=words, link=link)
    refuse(refused_evidence(said | {"attachments": attachments, "finding": finding}))
    party = rules.party_of(by, sprint.partnership)
    evidence = Evidence(milestone=milestone, party=party, added_at=now, added_by=by, **said)
    evidence.kind = EvidenceKind.FILE if attachments else EvidenceKind.LINK if evidence.link else EvidenceKind.WORDS
    if finding is not None:
        _take_finding(evidence, finding)
    _keep_files(evidence, attachments)
    record_event(sprint, "evidence.added", by=by, now=now, payload=_payload(evidence))
    ask_again([MilestoneSubject(milestone)], by=by, now=now)
    return evidence


def refused_evidence(typed: Mapping[str, Any]) -> dict[str, str]:
    """What of it does not go together, by field."""
    parts = [name for name in ("words", "link", "attachments") if typed.get(name)]
    if typed.get("finding"):
        alone = _("A finding stands alone. Hand in the rest as evidence of its own.")
        return {"finding": alone if parts else ""}
    nothing = not parts and {"words", "link", "attachments"} <= typed.keys()
    return {"words": _("Write words, give a link, or choose a file: one of them at least.") if nothing else ""}


def _keep_files(evidence: Evidence, files: Sequence[CheckedFile]) -> None:
    """The first one stands with the evidence itself."""
    for first in files[:1]:
        keep_file(evidence, first, field="attachments")
    evidence.save()
    for number, file in enumerate(files[1:], start=2):
        further = EvidenceFile(evidence=evidence, number=number)
        keep_file(further, file, field="attachments")
        further.save()


def _take_finding(evidence: Evidence, finding: Finding) -> None:
    sprint = evidence.milestone.sprint_id
    evidence.finding = Finding.objects.filter(pk=finding.pk, sprint=sprint, withdrawn_at=None).first()
    if evidence.finding is None:
        raise ValidationError({"finding": _("This finding was taken back. Choose another one.")})
    if evidence.milestone.evidence.filter(finding=finding, withdrawn_at=None).exists():
        raise ValidationError({"finding": _("This finding is among the evidence already.")})
    evidence.kind = EvidenceKind.FINDING


def keep_file(row: Evidence | EvidenceFile | BuyIn, checked: CheckedFile, *, field: str) -> None:
    """Put a file into the row that is to hold it; of a picture that few programs open, a JPEG beside it. Raises
    ValidationError at this field."""
    try:
        set_words(row, blank=False, file_name=checked.name)
        picture = checked.picture or (as_jpeg(checked.data) if checked.kind in PHONES else b"")
    except ValidationError as refusal:
        raise ValidationError({field: refusal.messages}) from refusal
    row.file_type = checked.kind
    row.file_size = len(checked.data)
    row.file_sha256 = hashlib.sha256(checked.data).hexdigest()
    try:
        row.file.save(checked.name, ContentFile(checked.data), save=False)
        if picture:
            row.file.storage.save(picture_name(row), ContentFile(picture))
    except Exception as error:  # each storage fails in its own way
        log.error("a file could not be kept: %s", type(error).__name__)
        says = _("The file could not be kept now. Nothing was saved; try again in a minute.")
        raise ValidationError({field: says}) from error


@transaction.atomic
def withdraw_evidence(*, by: Person, evidence: Evidence, now: datetime) -> None:
    """Take back what one added oneself. It stays in the history."""
    sprint, milestone = open_milestone(evidence.milestone, by=by)
    if evidence.added_by_id != by.pk:
        raise rules.Refused(_("Evidence is taken back by the person who added it."))
    changed = Evidence.objects.filter(pk=evidence.pk, withdrawn_at=None).update(withdrawn_at=now, withdrawn_by=by)
    if changed:
        record_event(sprint, "evidence.withdrawn", by=by, now=now, payload=_payload(evidence))
        ask_again([MilestoneSubject(milestone)], by=by, now=now)


def _payload(evidence: Evidence) -> dict[str, Any]:
    named = {"milestone": evidence.milestone.title, "number": evidence.milestone.number}
    said = {"kind": evidence.kind, "title": evidence.title, "words": evidence.words, "link": evidence.link}
    finding = {"finding": evidence.finding.title} if evidence.finding else {}
    further = [{"file": one.file_name, "sha256": one.file_sha256} for one in evidence.files[1:]]
    files = {"file": evidence.file_name, "sha256": evidence.file_sha256} | ({"further": further} if further else {})
    return named | said | finding | files
