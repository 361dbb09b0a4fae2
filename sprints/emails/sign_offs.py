"""Messages about what waits for a side's sign-off."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from mail.outbox import Message, absolute
from partners.parties import Party
from sprints.domain.blockers import sign_off_blockers
from sprints.domain.decisions import decision_row
from sprints.domain.milestones import answers_to, voices_of
from sprints.domain.product import product_of
from sprints.domain.report_requests import report_id, report_waits_for
from sprints.domain.research import finding_rows
from sprints.domain.sustainability import plan_of, plan_standing
from sprints.emails.hourly import mail_for, organization_name
from sprints.models import Decision, Finding, Milestone, Sprint
from sprints.states import Voices


@mail_for("milestone.waits")
def milestone_waits(about: dict[str, Any]) -> Message | None:
    """The other side has signed off a milestone, or asks for changes; or it has changed since the reader answered."""
    milestone = Milestone.objects.select_related("sprint__partnership").get(pk=about["milestone"])
    party = Party(about["party"])
    voices = voices_of([milestone])[milestone.pk]
    if voices.says_yes(party) or milestone.dropped_at:
        return None
    asked, says = voices.asks_for_changes(party.other), _says(voices, party)
    if not says or (not asked and sign_off_blockers(milestone)):
        return None
    subject = _("Changes are asked for: %(title)s") if asked else _("Your sign-off is asked for: %(title)s")
    name = {"name": organization_name(milestone.sprint, party.other)}
    return Message(
        subject=subject % {"title": milestone.name},
        paragraphs=[each % name for each in says],
        button=(
            _("Open the milestone"),
            absolute(reverse("milestone", args=[milestone.sprint.partnership.slug, milestone.number])),
        ),
    )


def _says(voices: Voices, party: Party) -> list[str]:
    asked_before = voices.asked_before_it_changed(party)
    says = {
        _("%(name)s asks for changes."): voices.asks_for_changes(party.other),
        _("%(name)s has signed off. It is done when you do too."): voices.says_yes(party.other),
        _("It has changed since you signed it off. Its page shows what is new."): voices.is_asked_again(party),
        _("It has changed since you asked for changes. Its page shows what is new."): asked_before,
    }
    return [words for words, holds in says.items() if holds]


@mail_for("finding.waits")
def finding_waits(about: dict[str, Any]) -> Message | None:
    """An analysis waits to be confirmed."""
    finding = Finding.objects.select_related("sprint__partnership").get(pk=about["finding"])
    partnership, party = finding.sprint.partnership, Party(about["party"])
    if party not in finding_rows([finding], partnership)[0].waits_for:
        return None
    says = _("Please say whether it is accurate and comprehensive. It supports a sign-off when you have confirmed it.")
    return Message(
        subject=_("An analysis waits for your check: %(title)s") % {"title": finding.title},
        paragraphs=[says],
        button=(_("Read the finding"), absolute(reverse("finding", args=[partnership.slug, finding.number]))),
    )


@mail_for("decision.waits")
def decision_waits(about: dict[str, Any]) -> Message | None:
    """A decision is written down or changed; the other side has signed it off, or asks for changes."""
    decision = Decision.objects.select_related("sprint__partnership").get(pk=about["decision"])
    party, row = Party(about["party"]), decision_row(decision)
    if party not in row.waits_for:
        return None
    voices, sprint = row.answered.voices, decision.sprint
    asked = voices.asks_for_changes(party.other)
    subject = _("Changes are asked for: %(title)s") if asked else _("Your sign-off is asked for: %(title)s")
    says = _("It is decided when both sides have signed it off, and not before.")
    if asked or voices.says_yes(party.other):
        says = _("%(name)s asks for changes.") if asked else _("%(name)s has signed off. It is done when you do too.")
        says %= {"name": organization_name(sprint, party.other)}
    return Message(
        subject=subject % {"title": decision.question},
        paragraphs=[says],
        button=(_("Read the decision"), absolute(reverse("decision", args=[sprint.partnership.slug, decision.number]))),
    )


@mail_for("plan.waits")
def plan_waits(about: dict[str, Any]) -> Message | None:
    """The other side has signed off the sustainability plan, or asks for changes; or it has changed since."""
    sprint = Sprint.objects.select_related("partnership").get(pk=about["sprint"])
    party, plan = Party(about["party"]), plan_of(sprint)
    voices = plan_standing(plan, product_of(sprint)).voices
    asked, says = voices.asks_for_changes(party.other), _says(voices, party)
    if voices.says_yes(party) or not says:
        return None
    name = {"name": organization_name(sprint, party.other)}
    return Message(
        subject=_("Changes are asked for: sustainability plan")
        if asked
        else _("Your sign-off is asked for: sustainability plan"),
        paragraphs=[each % name for each in says],
        button=(_("Open the plan"), absolute(reverse("sustainability", args=[sprint.partnership.slug]))),
    )


@mail_for("report.waits")
def report_waits(about: dict[str, Any]) -> Message | None:
    """The other side asks for a sealed report on the promises."""
    sprint = Sprint.objects.select_related("partnership__program").get(pk=about["sprint"])
    party = Party(about["party"])
    if not report_waits_for(answers_to([report_id(sprint)]).get(report_id(sprint), {}), party):
        return None
    says = _("%(name)s asks for a sealed report on the promises. It is made when you ask for the same one.")
    return Message(
        subject=_("Your yes is asked for: sealed report on the promises"),
        paragraphs=[says % {"name": organization_name(sprint, party.other)}],
        button=(_("Read the promises"), absolute(reverse("promises", args=[sprint.partnership.slug]))),
    )
