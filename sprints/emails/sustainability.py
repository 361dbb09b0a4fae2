"""The message that what the sustainability plan says is certain no longer: once, for each day that it named."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from mail.models import OutboxMail
from mail.outbox import Message, absolute, queue_for_each, register
from partners.dates import day_words
from partners.models import Seat
from partners.parties import Role
from sprints.domain.mail_kinds import PLAN_OVER
from sprints.models import Maintenance, SustainabilityPlan


def notify_of_ended_plans(plans: Iterable[SustainabilityPlan], *, now: datetime) -> int:
    """Tell the leads of both sides, who were not told of this day before; how many mails."""
    plan_of = {plan.sprint.partnership_id: plan for plan in plans}
    seats = Seat.objects.filter(partnership__in=list(plan_of), role=Role.LEAD, ended_at=None).select_related("person")
    keys = {f"{_key(plan_of[seat.partnership_id])}:{seat.person_id}": seat for seat in seats}
    told = set(OutboxMail.objects.filter(key__in=keys).values_list("key", flat=True))
    for key, seat in keys.items():
        if key not in told:
            plan = plan_of[seat.partnership_id]
            about = {"plan": str(plan.pk), "until": plan.until.isoformat() if plan.until else ""}
            chain = seat.partnership_id
            queue_for_each([seat.person], key=_key(plan), kind=PLAN_OVER, about=about, chain=chain, now=now)
    return len(keys.keys() - told)


def _key(plan: SustainabilityPlan) -> str:
    return f"{PLAN_OVER}:{plan.pk}:{plan.until}"


@register(PLAN_OVER)
def plan_over(queued: OutboxMail) -> Message | None:
    """None where the plan says another day by now, or the agreement has ended."""
    plans = SustainabilityPlan.objects.select_related("sprint__partnership__agreement")
    plan = plans.get(pk=queued.about["plan"])
    partnership = plan.sprint.partnership
    if plan.until is None or plan.until.isoformat() != queued.about["until"] or partnership.agreement.ended_at:
        return None
    says = [
        _("Your sustainability plan said that the support of the product is certain until %(day)s.")
        % {"day": day_words(plan.until)},
        _("Look at it together, and write down what holds now. The plan and its page say that this is open."),
    ]
    if plan.maintenance == Maintenance.CONTRACT:
        says.append(_("Until you do, publiccode.yml is not made: it would name a contract that has ended."))
    return Message(
        subject=_("The support of your product was certain until %(day)s") % {"day": day_words(plan.until)},
        paragraphs=says,
        button=(_("Open the plan"), absolute(reverse("sustainability", args=[partnership.slug]))),
    )
