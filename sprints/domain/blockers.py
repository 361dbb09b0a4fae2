"""What stands in the way of a sign-off: the page shows this list, and the gate reads the same one. And what to think
about in the plan. Reads only."""

from __future__ import annotations

import re

from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.domain.readiness import Blocker, Warning
from agreements.models import Agreement
from partners.parties import Party
from sprints.domain.commitments import signed_texts
from sprints.domain.milestones import standing_evidence
from sprints.domain.research import unconfirmed
from sprints.models import Maintenance, Milestone, Ownership, Product, Sprint, SustainabilityPlan
from sprints.publiccode import SHORTEST_DESCRIPTION


def sign_off_blockers(milestone: Milestone) -> list[Blocker]:
    """Nothing can be signed off that nobody has described, or that nothing shows."""
    page = reverse("milestone", args=[milestone.sprint.partnership.slug, milestone.number])
    found = []
    if not milestone.outcome:
        says = _("Nobody has written down yet what came of it.")
        found.append(Blocker(code="no outcome", text=says, url=f"{page}#outcome"))
    if not standing_evidence(milestone):
        found.append(Blocker(code="no evidence", text=_("Nothing shows it yet: add evidence."), url=f"{page}#evidence"))
    return [*found, *_unconfirmed(milestone)]


def _unconfirmed(milestone: Milestone) -> list[Blocker]:
    """A finding supports a sign-off when it is confirmed as accurate and comprehensive."""
    partnership = milestone.sprint.partnership
    says = _("This finding is not confirmed as accurate and comprehensive: %(finding)s")
    return [
        Blocker(
            code="finding not confirmed",
            text=says % {"finding": row.finding.title},
            url=reverse("finding", args=[partnership.slug, row.finding.number]),
            waits_for=tuple(row.waits_for),
        )
        for row in unconfirmed(standing_evidence(milestone), partnership)
    ]


WEEKS_IN_WORDS = re.compile(r"\b(\d+)-week\b")


def plan_warnings(sprint: Sprint, agreement: Agreement) -> list[Warning]:
    """A plan of another length than what was signed. The words of the agreement change by agreement, never here."""
    found = []
    for key, text in signed_texts(sprint.partnership).items():
        says = {int(weeks) for weeks in WEEKS_IN_WORDS.findall(text)}
        if says and says != {sprint.weeks}:
            wording = WEEKS_IN_WORDS.sub(f"{sprint.weeks}-week", text)
            message = _(
                "The plan has %(weeks)s weeks, but you signed: “%(signed)s” To amend it, propose: “%(wording)s”"
            )
            words = {"weeks": sprint.weeks, "signed": text, "wording": wording}
            page = reverse("clause", args=[sprint.partnership.slug, key])
            found.append(Warning(code="another length", text=message % words, url=page))
    return found


def plan_gaps(plan: SustainabilityPlan, product: Product) -> list[Blocker]:
    """What a sustainability plan leaves open. Both sides sign off one that leaves nothing open."""
    page = reverse("sustainability_change", args=[plan.sprint.partnership.slug])
    asked = {
        "maintenance": _("Nobody has said yet who keeps up the code."),
        "code_support": _("The organization that supports the code is not named."),
        "data_support": _("Nobody is named who supports the data."),
        "governance": _("It does not say how changes are decided afterwards."),
        "hosting": _("It does not say where the product is hosted."),
        "cost": _("It does not say what the product costs a year."),
        "money": _("It does not say where the money comes from."),
        "licence": _("The code has no licence yet."),
        "until": _("It does not say until when all of this is certain."),
        "when_it_ends": _("It does not say what happens if it ends."),
        "review_on": _("No day is set on which both sides look at the plan again."),
    }
    found = [Blocker(name, text, f"{page}#id_{name}") for name, text in asked.items() if not getattr(plan, name)]
    if plan.maintenance in {Maintenance.INTERNAL, Maintenance.COMMUNITY} and not plan.code_contact:
        found.append(Blocker("code_contact", _("No technical contact is named."), f"{page}#id_code_contact"))
    return [*found, *_product_gaps(plan.sprint, product)]


def _product_gaps(sprint: Sprint, product: Product) -> list[Blocker]:
    """Where the code is, and that both sides own it and administer its repository."""
    slug = sprint.partnership.slug
    if not product.repository:
        says = _("Nobody has said yet where the repository is.")
        return [Blocker("repository", says, f"{reverse('product_change', args=[slug])}#id_repository")]
    said = Ownership.objects.filter(sprint=sprint, replaced_at=None, repository=product.repository)
    missing = set(Party) - {Party(party) for party in said.values_list("party", flat=True)}
    says = _("%(name)s has not said yet who owns the product and administers its repository there.")
    page = f"{reverse('product', args=[slug])}#owners"
    waits = [(Party(party), name) for party, name in sprint.partnership.names_on_screen().items() if party in missing]
    return [Blocker("owner", says % {"name": name}, page, (party,)) for party, name in waits]


def publiccode_gaps(plan: SustainabilityPlan, product: Product) -> list[Blocker]:
    """What the publiccode.yml standard requires and nobody has written down yet."""
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
    return found + [gap for gap in plan_gaps(plan, product) if gap.code in needed]


def _contract(plan: SustainabilityPlan) -> tuple[str, ...]:
    return ("code_support", "until") if plan.maintenance == Maintenance.CONTRACT else ("code_support",)
