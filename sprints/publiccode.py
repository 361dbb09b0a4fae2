"""publiccode.yml, the file by which public software is found and reused. Pure: no database.

It follows version 0.4 of the standard's core. Each text is written as a JSON string, which YAML reads as the same text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

VERSION = "0.4"
SHORTEST_DESCRIPTION, LONGEST_SUMMARY = 150, 150

# Of the standard's list, what a city and its community partner may build.
CATEGORIES: tuple[str, ...] = (
    "appointment-scheduling",
    "business-intelligence",
    "collaboration",
    "communications",
    "compliance-management",
    "contact-management",
    "content-management",
    "data-analytics",
    "data-collection",
    "data-visualization",
    "digital-citizenship",
    "document-management",
    "educational-content",
    "event-management",
    "facility-management",
    "feedback-and-reviews-management",
    "geographic-information-systems",
    "grant-management",
    "help-desk",
    "inventory-management",
    "knowledge-management",
    "online-booking",
    "online-community",
    "predictive-analysis",
    "project-collaboration",
    "property-management",
    "real-estate-management",
    "resource-management",
    "survey",
    "task-management",
    "translation",
    "workflow-management",
)


def publiccode(
    *,
    name: str,
    repository: str,
    address: str,
    categories: list[str],
    status: str,
    language: str,
    summary: str,
    description: str,
    features: list[str],
    licence: str,
    owners: str,
    maintenance: str,
    contact: str,
    supporter: str,
    until: str,
    languages: list[str],
    used_by: list[str],
) -> str:
    """The file. Every key that the standard requires is there; what was left open is checked before."""
    content = {
        "publiccodeYmlVersion": VERSION,
        "name": name,
        "url": repository,
        "landingURL": address or repository,
        "platforms": ["web"],
        "categories": categories,
        "usedBy": used_by,
        "developmentStatus": status,
        "softwareType": "standalone/web",
        "description": {
            language: {"shortDescription": summary, "longDescription": description, "features": features},
        },
        "legal": {"license": licence, "mainCopyrightOwner": owners, "repoOwner": owners},
        "maintenance": _maintenance(maintenance, contact=contact, supporter=supporter, until=until),
        "localisation": {"localisationReady": len(languages) > 1, "availableLanguages": languages},
    }
    return "\n".join(lines(content)) + "\n"


def _maintenance(kind: str, *, contact: str, supporter: str, until: str) -> dict:
    """Whom to turn to: a contract names who is paid and until when; else a person and where they work."""
    if kind == "contract":
        return {"type": kind, "contractors": [{"name": supporter, "until": until}]}
    if kind == "none":
        return {"type": kind}
    return {"type": kind, "contacts": [{"name": contact, "affiliation": supporter}]}


def lines(content: dict, indent: str = "") -> Iterator[str]:
    """YAML in block style of texts, truth values, and lists and mappings of these."""
    for key, value in content.items():
        if isinstance(value, dict):
            yield f"{indent}{key}:"
            yield from lines(value, f"{indent}  ")
        elif isinstance(value, list) and value:
            yield f"{indent}{key}:"
            yield from _items(value, f"{indent}  ")
        else:
            yield f"{indent}{key}: {json.dumps(value, ensure_ascii=False)}"


def _items(values: list, indent: str) -> Iterator[str]:
    for value in values:
        if isinstance(value, dict):
            first, *rest = lines(value, f"{indent}  ")
            yield f"{indent}- {first.strip()}"
            yield from rest
        else:
            yield f"{indent}- {json.dumps(value, ensure_ascii=False)}"
