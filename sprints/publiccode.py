"""publiccode.yml, the file by which public software is found and reused. Pure: no database.

It follows version 0.4 of the standard's core.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

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
    return as_yaml(content)


def _maintenance(kind: str, *, contact: str, supporter: str, until: str) -> dict[str, Any]:
    """Whom to turn to: a contract names who is paid and until when; else a person and where they work."""
    if kind == "contract":
        return {"type": kind, "contractors": [{"name": supporter, "until": until}]}
    if kind == "none":
        return {"type": kind}
    return {"type": kind, "contacts": [{"name": contact, "affiliation": supporter}]}


class Dumper(yaml.SafeDumper):
    """PyYAML leaves without quotes what only YAML 1.2 reads as a number, and loses breaks of a line other than LF."""

    def represent_str(self, data: str) -> yaml.ScalarNode:
        odd = re.fullmatch(r"[-+]?(0o[0-7]+|\.?\d.*)", data) or re.search("[\x85\u2028\u2029]", data)
        return self.represent_scalar("tag:yaml.org,2002:str", data, style='"' if odd else None)


Dumper.add_representer(str, Dumper.represent_str)


def as_yaml(content: dict[str, Any]) -> str:
    """In the order given. A text reads back as the same text, in either version of YAML."""
    return yaml.dump(content, Dumper=Dumper, sort_keys=False, allow_unicode=True)
