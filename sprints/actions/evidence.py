"""Add evidence, or take one's own back. Each changes what is signed off, so whoever said yes is asked again."""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from partners import rules
from partners.models import Person
from sprints.actions.milestones import open_milestone
from sprints.actions.sign_offs import ask_again
from sprints.actions.transactions import record_event
from sprints.domain.milestones import MilestoneSubject
from sprints.files import checked_file
from sprints.models import BuyIn, Evidence, EvidenceKind, Finding, Milestone
from text.fields import clean_words, set_words

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
    file: bytes | None = None,
    file_name: str = "",
    finding: Finding | None = None,
) -> Evidence:
    """Hand in words, a link, a file or a finding: exactly one of them. Raises ValidationError, in words."""
    sprint, milestone = open_milestone(milestone, by=by)
    if [bool(words.strip()), bool(link.strip()), file is not None, finding is not None].count(True) != 1:
        raise ValidationError({"words": _("Hand in one thing at a time: a link, a file, words or a finding.")})
    evidence = Evidence(
        milestone=milestone,
        party=rules.party_of(by, sprint.partnership),
        added_at=now,
        added_by=by,
        **clean_words(Evidence, title=title),
    )
    if finding is not None:
        _take_finding(evidence, finding)
    elif file is not None:
        evidence.kind = EvidenceKind.FILE
        keep_file(evidence, file, file_name)
    elif link.strip():
        evidence.kind = EvidenceKind.LINK
        set_words(evidence, blank=False, link=link)
    else:
        evidence.kind = EvidenceKind.WORDS
        set_words(evidence, blank=False, words=words)
    evidence.save()
    record_event(sprint, "evidence.added", by=by, now=now, payload=_payload(evidence))
    ask_again([MilestoneSubject(milestone)], by=by, now=now)
    return evidence


def _take_finding(evidence: Evidence, finding: Finding) -> None:
    sprint = evidence.milestone.sprint_id
    evidence.finding = Finding.objects.filter(pk=finding.pk, sprint=sprint, withdrawn_at=None).first()
    if evidence.finding is None:
        raise ValidationError({"finding": _("This finding was taken back. Choose another one.")})
    if evidence.milestone.evidence.filter(finding=finding, withdrawn_at=None).exists():
        raise ValidationError({"finding": _("This finding is among the evidence already.")})
    evidence.kind = EvidenceKind.FINDING


def keep_file(row: Evidence | BuyIn, data: bytes, name: str) -> None:
    """Check a file and put it into the row that is to hold it. Raises ValidationError, in words."""
    try:
        checked = checked_file(data, name)
        set_words(row, blank=False, file_name=checked.name)
    except ValidationError as refusal:
        raise ValidationError({"file": refusal.messages}) from refusal
    row.file_type = checked.kind
    row.file_size = len(checked.data)
    row.file_sha256 = hashlib.sha256(checked.data).hexdigest()
    try:
        row.file.save(checked.name, ContentFile(checked.data), save=False)
    except Exception as error:  # each storage fails in its own way
        log.error("a file could not be kept: %s", type(error).__name__)
        says = _("The file could not be kept now. Nothing was saved; try again in a minute.")
        raise ValidationError({"file": says}) from error


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
    return named | said | finding | {"file": evidence.file_name, "sha256": evidence.file_sha256}
