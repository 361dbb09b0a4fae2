"""Messages about a sprint: one function a message, registered with the outbox."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ledger.canonical import digest
from ledger.models import Notice
from ledger.outbox import Message, absolute, queue_notice, register
from partners.models import Organization, Seat
from partners.parties import Party, Role
from sprints.asked_for import asks_for_report
from sprints.decided import decision_row
from sprints.models import Decision, Finding, Milestone, Proposal, SealedReport, Sprint
from sprints.owned import product_of
from sprints.research import finding_rows
from sprints.standing import answers_to, voices_of, voices_on
from sprints.sustaining import plan_content, plan_of

SETTLES = timedelta(minutes=10)  # so that several acts at one sitting are one mail


def tell_lead(
    sprint: Sprint, party: Party, kind: str, *, about: dict, key: str, now: datetime, wait: timedelta = SETTLES
) -> None:
    """Queue a message for the lead of a party, in their language."""
    seats = Seat.objects.filter(partnership=sprint.partnership_id, role=Role.LEAD, party=party, ended_at=None)
    for seat in seats.select_related("person"):
        queue_notice(
            key=f"{key}:{kind}:{seat.person_id}",
            kind=kind,
            to=seat.person.email,
            person=seat.person,
            language=seat.person.language,
            about=about,
            chain=sprint.partnership_id,
            now=now,
            due_at=now + wait,
        )


def name_of(sprint: Sprint, party: str) -> str:
    return Organization.objects.get(partnership=sprint.partnership_id, party=party).name


@register("sprint.proposed")
def proposed(notice: Notice) -> Message | None:
    """The other side proposes a first day, a pause, or a change of a milestone."""
    proposal = Proposal.objects.select_related("sprint__partnership", "milestone").get(pk=notice.about["proposal"])
    if proposal.settled_at:
        return None
    slug = proposal.sprint.partnership.slug
    return Message(
        subject=_("A proposal for your sprint waits for your answer"),
        paragraphs=[
            _("%(name)s proposes a change of the plan of your sprint.")
            % {"name": name_of(proposal.sprint, proposal.party)},
            _("It takes effect when you agree, and not before. You can also say why not."),
        ],
        button=(_("Read the proposal"), absolute(reverse("proposal", args=[slug, proposal.number]))),
    )


@register("milestone.waits")
def milestone_waits(notice: Notice) -> Message | None:
    """The other side has signed off a milestone, or asks for changes."""
    milestone = Milestone.objects.select_related("sprint__partnership").get(pk=notice.about["milestone"])
    party = Party(notice.about["party"])
    voices = voices_of([milestone])[milestone.pk]
    if voices.says_yes(party) or milestone.dropped_at:
        return None
    asked = voices.asks_for_changes(party.other)
    subject = _("Changes are asked for: %(title)s") if asked else _("Your sign-off is asked for: %(title)s")
    says = _("%(name)s asks for changes.") if asked else _("%(name)s has signed off. It is done when you do too.")
    return Message(
        subject=subject % {"title": milestone.name},
        paragraphs=[says % {"name": name_of(milestone.sprint, party.other)}],
        button=(
            _("Open the milestone"),
            absolute(reverse("milestone", args=[milestone.sprint.partnership.slug, milestone.number])),
        ),
    )


@register("finding.waits")
def finding_waits(notice: Notice) -> Message | None:
    """An analysis waits to be confirmed."""
    finding = Finding.objects.select_related("sprint__partnership").get(pk=notice.about["finding"])
    partnership, party = finding.sprint.partnership, Party(notice.about["party"])
    if party not in finding_rows([finding], partnership)[0].waits_for:
        return None
    says = _("Please say whether it is accurate and comprehensive. It supports a sign-off when you have confirmed it.")
    return Message(
        subject=_("An analysis waits for your check: %(title)s") % {"title": finding.title},
        paragraphs=[says],
        button=(_("Read the finding"), absolute(reverse("finding", args=[partnership.slug, finding.number]))),
    )


@register("decision.waits")
def decision_waits(notice: Notice) -> Message | None:
    """A decision is written down or changed; the other side has signed it off, or asks for changes."""
    decision = Decision.objects.select_related("sprint__partnership").get(pk=notice.about["decision"])
    party, row = Party(notice.about["party"]), decision_row(decision)
    if party not in row.waits_for:
        return None
    voices, sprint = row.answered.voices, decision.sprint
    asked = voices.asks_for_changes(party.other)
    subject = _("Changes are asked for: %(title)s") if asked else _("Your sign-off is asked for: %(title)s")
    says = _("It is decided when both sides have signed it off, and not before.")
    if asked or voices.says_yes(party.other):
        says = _("%(name)s asks for changes.") if asked else _("%(name)s has signed off. It is done when you do too.")
        says %= {"name": name_of(sprint, party.other)}
    return Message(
        subject=subject % {"title": decision.question},
        paragraphs=[says],
        button=(_("Read the decision"), absolute(reverse("decision", args=[sprint.partnership.slug, decision.number]))),
    )


@register("plan.waits")
def plan_waits(notice: Notice) -> Message | None:
    """The other side has signed off the sustainability plan, or asks for changes."""
    sprint = Sprint.objects.select_related("partnership").get(pk=notice.about["sprint"])
    party, plan = Party(notice.about["party"]), plan_of(sprint)
    voices = voices_on(digest(plan_content(plan, product_of(sprint))), answers_to([plan.pk]).get(plan.pk, {}))
    asked = voices.asks_for_changes(party.other)
    if voices.says_yes(party) or not (asked or voices.says_yes(party.other)):
        return None
    says = _("%(name)s asks for changes.") if asked else _("%(name)s has signed off. It is done when you do too.")
    return Message(
        subject=_("Changes are asked for: sustainability plan")
        if asked
        else _("Your sign-off is asked for: sustainability plan"),
        paragraphs=[says % {"name": name_of(sprint, party.other)}],
        button=(_("Open the plan"), absolute(reverse("sustainability", args=[sprint.partnership.slug]))),
    )


@register("report.waits")
def report_waits(notice: Notice) -> Message | None:
    """The other side asks for a sealed report on the promises."""
    sprint = Sprint.objects.select_related("partnership__program").get(pk=notice.about["sprint"])
    party = Party(notice.about["party"])
    if not asks_for_report(sprint, party, timezone.now()):
        return None
    says = _("%(name)s asks for a sealed report on the promises. It is made when you ask for the same one.")
    return Message(
        subject=_("Your yes is asked for: sealed report on the promises"),
        paragraphs=[says % {"name": name_of(sprint, party.other)}],
        button=(_("Read the promises"), absolute(reverse("promises", args=[sprint.partnership.slug]))),
    )


@register("report.sealed")
def report_sealed(notice: Notice) -> Message | None:
    """The report that both sides asked for can be downloaded."""
    report = SealedReport.objects.select_related("sprint__partnership").get(pk=notice.about["report"])
    return Message(
        subject=_("Your sealed report on the promises is ready"),
        paragraphs=[_("Both sides asked for it. You can download it, and hand it on: anybody can verify it.")],
        button=(_("Read the promises"), absolute(reverse("promises", args=[report.sprint.partnership.slug]))),
    )
