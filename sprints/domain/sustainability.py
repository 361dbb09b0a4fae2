"""The sustainability plan as people see it: what both sides sign off, and whether its review is near. Reads only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Self

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.domain.readiness import Blocker
from partners.dates import day_words
from partners.models import Seat
from partners.parties import Party
from sprints.domain.milestones import today_of
from sprints.domain.product import product_of
from sprints.domain.sign_offs import SprintSubject
from sprints.models import Maintenance, Ownership, Product, SignOffAnswer, Sprint, SustainabilityPlan

NEAR = timedelta(days=21)
TEXTS: tuple[str, ...] = ("maintenance", "code_support", "code_contact", "data_support", "governance", "hosting")
TEXTS += ("cost", "money", "licence", "when_it_ends")
DAYS = ("until", "review_on")


def plan_of(sprint: Sprint) -> SustainabilityPlan:
    """The one there is, or an empty one that is not kept."""
    return SustainabilityPlan.objects.filter(sprint=sprint).first() or SustainabilityPlan(sprint=sprint)


def plan_content(plan: SustainabilityPlan, product: Product) -> dict[str, Any]:
    """What both sides sign off: the plan, and the repository that it speaks of."""
    days = {name: _iso(getattr(plan, name)) for name in DAYS}
    texts = {name: getattr(plan, name) for name in TEXTS}
    return {"plan": str(plan.sprint_id), "repository": product.repository} | texts | days


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def review_is_near(plan: SustainabilityPlan, today: date) -> bool:
    return plan.review_on is not None and today >= plan.review_on - NEAR


def plan_labels() -> dict[str, str]:
    """What each part of the plan answers, in the order in which it is read."""
    return {
        "maintenance": _("Who keeps up the code"),
        "code_support": _("Who supports the code"),
        "code_contact": _("Technical contact"),
        "data_support": _("Who supports the data"),
        "governance": _("How changes are decided"),
        "hosting": _("Where it is hosted"),
        "cost": _("What it costs a year"),
        "money": _("Where the money comes from"),
        "licence": _("Licence of the code"),
        "repository": _("Repository"),
        "until": _("Certain until"),
        "when_it_ends": _("What happens if it ends"),
        "review_on": _("Next review"),
    }


def plan_rows(plan: SustainabilityPlan, product: Product) -> list[tuple[str, str, object]]:
    """(name, what it answers, the answer): a text, a date or nothing."""
    answers = plan_content(plan, product) | {name: getattr(plan, name) for name in DAYS}
    answers["maintenance"] = Maintenance(plan.maintenance).label if plan.maintenance else ""
    return [(name, label, answers[name]) for name, label in plan_labels().items()]


class PlanSubject(SprintSubject[SustainabilityPlan]):
    """The sustainability plan, and the repository that it speaks of."""

    kind = key = "plan"
    model, page = SustainabilityPlan, "sustainability"
    signed_event, changes_event = "sustainability.signed_off", "sustainability.changes_asked"
    done_label = gettext_lazy("Both sides have signed off this plan")
    open_label = gettext_lazy("Open the plan")

    @classmethod
    def find(cls, sprint: Sprint, number: int | None = None, *, now: datetime | None = None) -> Self:
        return cls(plan_of(sprint), now=now)

    @classmethod
    def of_mail(cls, about: Mapping[str, object]) -> Self:
        """One that was queued long ago names its sprint."""
        named = {"pk": about["plan"]} if "plan" in about else {"sprint": about["sprint"]}
        return cls(SustainabilityPlan.objects.select_related("sprint__partnership__program").get(**named))

    @cached_property
    def product(self) -> Product:
        return product_of(self.sprint)

    @cached_property
    def content(self) -> dict[str, Any]:
        return plan_content(self.row, self.product)

    @property
    def waits_for(self) -> list[Party]:
        """Those who have not signed it off as it is now, where the other side has, or they had answered before."""
        if self.asks_for_changes:
            return self.asked_to_change
        answers = self.answers
        return [one for one in answers.missing if answers.says_yes(one.other) or answers.answered_before(one)]

    @property
    def blockers(self) -> list[Blocker]:
        return plan_gaps(self.row, self.product, self.now)

    def closed_to(self, answer: SignOffAnswer, shown: str) -> str:
        return _("Nobody has written the plan yet.") if self.row.changed_at is None else ""

    @property
    def title(self) -> str:
        return _("sustainability plan")

    @property
    def labels(self) -> dict[str, str]:
        return plan_labels()


def plan_subjects(plans: list[SustainabilityPlan]) -> list[PlanSubject]:
    """In two queries, however many."""
    products = {one.sprint_id: one for one in Product.objects.filter(sprint__in=[plan.sprint_id for plan in plans])}
    subjects = PlanSubject.of_all(plans)
    for subject in subjects:
        subject.product = products.get(subject.sprint.pk) or Product(sprint=subject.sprint)
    return subjects


def plan_gaps(plan: SustainabilityPlan, product: Product, now: datetime | None) -> list[Blocker]:
    """What a sustainability plan leaves open. Both sides sign off one that leaves nothing open. With `now`, also what
    was so when it was written and is not any more."""
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
    return [*found, *(_outlived(plan, page, now) if now else []), *_product_gaps(plan.sprint, product)]


def _outlived(plan: SustainabilityPlan, page: str, now: datetime) -> Iterator[Blocker]:
    """Days that are over, and a person who has left."""
    if plan.until and support_is_over(plan, now):
        says = _("This was certain until %(day)s. Say who supports the product now, and until when.")
        yield Blocker("until", says % {"day": day_words(plan.until)}, f"{page}#id_until")
    if plan.review_on and plan.review_on < today_of(plan.sprint, now):
        says = _("The day of the next review was %(day)s. Look at the plan together, and set the next one.")
        yield Blocker("review_on", says % {"day": day_words(plan.review_on)}, f"{page}#id_review_on")
    if plan.code_contact and _has_left(plan):
        says = _("The technical contact, %(name)s, is no longer in this partnership. Name somebody, or name them anew.")
        yield Blocker("code_contact", says % {"name": plan.code_contact}, f"{page}#id_code_contact")


def ended_plans(now: datetime) -> list[SustainabilityPlan]:
    """Those whose support is certain no longer, under agreements that have not ended."""
    lives = SustainabilityPlan.objects.filter(sprint__partnership__agreement__ended_at=None, until__lte=now.date())
    return [plan for plan in lives.select_related("sprint__partnership__program") if support_is_over(plan, now)]


def support_is_over(plan: SustainabilityPlan, now: datetime) -> bool:
    """The day until which it was certain is past."""
    return plan.until is not None and plan.until < today_of(plan.sprint, now)


def _has_left(plan: SustainabilityPlan) -> bool:
    """Somebody of this name had a seat when it was written down, and nobody of this name has one now. Who left and
    stays the contact is named anew."""
    seats = Seat.objects.filter(partnership=plan.sprint.partnership_id, person__name=plan.code_contact)
    later = Q(ended_at__gt=plan.changed_at) if plan.changed_at else Q()
    return not seats.filter(ended_at=None).exists() and seats.filter(later, ended_at__isnull=False).exists()


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
