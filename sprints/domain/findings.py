"""A finding's content: what is confirmed as accurate and comprehensive. What it changed comes later, and is no part."""

from __future__ import annotations

from typing import Any

from ledger.canonical import digest
from sprints.models import Finding


def finding_content(finding: Finding) -> dict[str, Any]:
    """Reads what it rests on, from what was prefetched where it was."""
    return {
        "finding": str(finding.pk),
        "title": finding.title,
        "analysis": finding.analysis,
        "activities": sorted(str(one.pk) for one in finding.activities.all()),
        "datasets": sorted(str(one.pk) for one in finding.datasets.all()),
        "withdrawn": finding.withdrawn_at is not None,
    }


def changes_digest(finding: Finding) -> str:
    """Of what it changed, as far as that is written down."""
    return digest(finding.changes)


def finding_digest(finding: Finding) -> str:
    return digest(finding_content(finding))
