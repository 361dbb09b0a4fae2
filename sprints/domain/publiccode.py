"""publiccode.yml of the product: what is still missing for it, and what stands in it. Reads only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.domain.readiness import Blocker
from sprints.domain.product import owner_rows
from sprints.domain.sustainability import plan_gaps
from sprints.models import Maintenance, Product, SustainabilityPlan
from sprints.publiccode import SHORTEST_DESCRIPTION, VERSION, as_yaml


def publiccode_gaps(plan: SustainabilityPlan, product: Product, now: datetime) -> list[Blocker]:
    """What the publiccode.yml standard requires and nobody has written down yet, or what is not so any more."""
    slug = plan.sprint.partnership.slug
    page = reverse("product_change", args=[slug])
    asked = {
        "name": (product.name, _("The product has no name yet.")),
        "repository": (product.repository, _("Nobody has said yet where the repository is.")),
        "summary": (product.summary, _("Nobody has said yet, in one sentence, what the product is.")),
        "description": (
            len(product.description) >= SHORTEST_DESCRIPTION,
            _("What the product does is described in fewer than 150 characters."),
        ),
        "features": (product.features, _("Nobody has said yet what people can do with the product.")),
        "languages": (product.languages, _("The product's languages are not named.")),
        "categories": (product.categories, _("Nobody has chosen yet what kind of software it is.")),
    }
    found = [Blocker(name, text, f"{page}#id_{name}") for name, (there, text) in asked.items() if not there]
    needed = {"licence", "maintenance", "code_contact", *_contract(plan)}
    return found + [gap for gap in plan_gaps(plan, product, now) if gap.code in needed]


def _contract(plan: SustainabilityPlan) -> tuple[str, ...]:
    return ("code_support", "until") if plan.maintenance == Maintenance.CONTRACT else ("code_support",)


def publiccode(plan: SustainabilityPlan, product: Product) -> str:
    """The file. Every key that the standard requires is there; what was left open is checked before."""
    partnership = plan.sprint.partnership
    names = partnership.names_on_screen()
    said = [row.said.owner for row in owner_rows(plan.sprint, product, names) if row.said and row.holds]
    owners = " and ".join(said or names.values())
    words = {"shortDescription": product.summary, "longDescription": product.description, "features": product.features}
    content = {
        "publiccodeYmlVersion": VERSION,
        "name": product.name,
        "url": product.repository,
        "landingURL": product.address or product.repository,
        "platforms": ["web"],
        "categories": product.categories,
        "usedBy": list(names.values()),
        "developmentStatus": product.development_status,
        "softwareType": "standalone/web",
        "description": {partnership.agreement.language: words},
        "legal": {"license": plan.licence, "mainCopyrightOwner": owners, "repoOwner": owners},
        "maintenance": _maintenance(plan),
        "localisation": {"localisationReady": len(product.languages) > 1, "availableLanguages": product.languages},
    }
    return as_yaml(content)


def _maintenance(plan: SustainabilityPlan) -> dict[str, Any]:
    """Whom to turn to: a contract names who is paid and until when; else a person and where they work."""
    if plan.maintenance == Maintenance.CONTRACT:
        until = plan.until.isoformat() if plan.until else ""
        return {"type": "contract", "contractors": [{"name": plan.code_support, "until": until}]}
    if plan.maintenance == Maintenance.NONE:
        return {"type": "none"}
    return {"type": plan.maintenance, "contacts": [{"name": plan.code_contact, "affiliation": plan.code_support}]}
