"""How publiccode.yml is written, the file by which public software is found and reused. Pure: no database.

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


class Dumper(yaml.SafeDumper):
    """PyYAML leaves without quotes what only YAML 1.2 reads as a number, and loses breaks of a line other than LF."""

    def represent_str(self, data: str) -> yaml.ScalarNode:
        odd = re.fullmatch(r"[-+]?(0o[0-7]+|\.?\d.*)", data) or re.search("[\x85\u2028\u2029]", data)
        return self.represent_scalar("tag:yaml.org,2002:str", data, style='"' if odd else None)


Dumper.add_representer(str, Dumper.represent_str)


def as_yaml(content: dict[str, Any]) -> str:
    """In the order given. A text reads back as the same text, in either version of YAML."""
    return yaml.dump(content, Dumper=Dumper, sort_keys=False, allow_unicode=True)
