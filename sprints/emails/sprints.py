"""Messages about a sprint: one function for each thing that is told. What comes within an hour is one mail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from mail.models import MailState, OutboxMail
from mail.outbox import MailLine, Message, Section, absolute, queue_mail, register
from partners.dates import moment_words
from partners.models import Organization, Person, Seat
from partners.parties import Party, Role
from sprints.domain.blockers import sign_off_blockers
from sprints.domain.decisions import decision_row
from sprints.domain.milestones import answers_to, voices_of
from sprints.domain.product import product_of
from sprints.domain.report_requests import report_id, report_waits_for
from sprints.domain.research import finding_rows
from sprints.domain.sustainability import plan_of, plan_standing
from sprints.models import Decision, Finding, Meeting, Milestone, Proposal, SealedReport, Sprint
from sprints.states import Voices

# One mail a person, shortly after the first change and at most one an hour, tells of all that came together.
SOON = timedelta(minutes=10)
EVERY = timedelta(hours=1)
CHANGES = "sprint.changes"

_tells: dict[str, Callable[[dict], Message | None]] = {}


def mail_for(kind: str) -> Callable[[Callable[[dict], Message | None]], Callable[[dict], Message | None]]:
    """Register what is said of one thing: `about` holds its ids, and None means that it is no longer due."""

    def keep(builder: Callable[[dict], Message | None]) -> Callable[[dict], Message | None]:
        _tells[kind] = builder
        return builder

    return keep


def tell_lead(sprint: Sprint, party: Party, kind: str, *, about: dict, now: datetime) -> None:
    """Tell the lead of a party, in the mail of the hour."""
    seats = Seat.objects.filter(partnership=sprint.partnership_id, role=Role.LEAD, party=party, ended_at=None)
    for seat in seats.select_related("person"):
        _gather(sprint, seat.person, {"kind": kind, **about}, now)


def tell_everybody(sprint: Sprint, kind: str, *, about: dict, by: Person, now: datetime) -> None:
    """Tell all who have a seat, but not the person who did it."""
    people = Person.objects.filter(seats__partnership=sprint.partnership_id, seats__ended_at=None)
    for person in people.exclude(pk=by.pk).distinct():
        _gather(sprint, person, {"kind": kind, **about}, now)


def _gather(sprint: Sprint, person: Person, thing: dict, now: datetime) -> None:
    """Runs under the sprint's lock. Nothing is told twice: each thing is told as it is when the mail leaves."""
    earlier = OutboxMail.objects.filter(kind=CHANGES, person=person, chain=sprint.partnership_id)
    # Locked: a worker that wants to write this mail waits for us, and then tells of this, too.
    if waiting := earlier.filter(state=MailState.WAITING).select_for_update().first():
        if not any({**one, "kind": ""} == {**thing, "kind": ""} for one in waiting.about["things"]):
            waiting.about["things"].append(thing)
            waiting.save(update_fields=["about"])
        return
    latest = earlier.order_by("created_at").last()
    queue_mail(
        key=f"sprint:{sprint.pk}:{person.pk}:{earlier.count()}",
        kind=CHANGES,
        to=person.email,
        person=person,
        language=person.language,
        about={"sprint": sprint.pk, "things": [thing]},
        chain=sprint.partnership_id,
        now=now,
        due_at=max(now + SOON, latest.due_at + EVERY) if latest else now + SOON,
    )


@register(CHANGES)
def changes(notice: OutboxMail) -> Message | None:
    """One thing is a mail of its own; several are its lines. None for who reads it in the weekly mail."""
    if notice.person is None or not notice.person.wants_news(notice.chain):
        return None
    told = [message for one in notice.about["things"] if (message := _tells[one["kind"]](one))]
    if not told:
        return None
    return replace(told[0] if len(told) == 1 else _together(notice, told), settings_url=absolute(reverse("mail")))


def _together(notice: OutboxMail, told: list[Message]) -> Message:
    slug = Sprint.objects.select_related("partnership").get(pk=notice.about["sprint"]).partnership.slug
    return Message(
        subject=_("Your sprint: %(count)s things to look at") % {"count": len(told)},
        paragraphs=[],
        sections=[Section(_("What is new"), [MailLine(message.subject, message.button) for message in told])],
        button=(_("Open the sprint"), absolute(reverse("sprint", args=[slug]))),
    )


def organization_name(sprint: Sprint, party: str) -> str:
    return Organization.objects.get(partnership=sprint.partnership_id, party=party).name


@mail_for("sprint.proposed")
def proposed(about: dict) -> Message | None:
    """The other side proposes a first day, a pause, or a change of a milestone."""
    proposal = Proposal.objects.select_related("sprint__partnership", "milestone").get(pk=about["proposal"])
    if proposal.settled_at:
        return None
    slug = proposal.sprint.partnership.slug
    return Message(
        subject=_("A proposal for your sprint waits for your answer"),
        paragraphs=[
            _("%(name)s proposes a change of the plan of your sprint.")
            % {"name": organization_name(proposal.sprint, proposal.party)},
            _("It takes effect when you agree, and not before. You can also say why not."),
        ],
        button=(_("Read the proposal"), absolute(reverse("proposal", args=[slug, proposal.number]))),
    )


@mail_for("milestone.waits")
def milestone_waits(about: dict) -> Message | None:
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
def finding_waits(about: dict) -> Message | None:
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
def decision_waits(about: dict) -> Message | None:
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
def plan_waits(about: dict) -> Message | None:
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
def report_waits(about: dict) -> Message | None:
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


@mail_for("report.sealed")
def report_sealed(about: dict) -> Message | None:
    """The report that both sides asked for can be downloaded."""
    report = SealedReport.objects.select_related("sprint__partnership").get(pk=about["report"])
    return Message(
        subject=_("Your sealed report on the promises is ready"),
        paragraphs=[_("Both sides asked for it. You can download it, and hand it on: anybody can verify it.")],
        button=(_("Read the promises"), absolute(reverse("promises", args=[report.sprint.partnership.slug]))),
    )


@mail_for("meeting.set")
def meeting_set(about: dict) -> Message | None:
    """A meeting is planned; as it stands when the mail leaves."""
    return _meeting(about, _("A meeting is planned: %(title)s"))


@mail_for("meeting.changed")
def meeting_changed(about: dict) -> Message | None:
    return _meeting(about, _("A meeting has changed: %(title)s"), cancelled=_("A meeting is cancelled: %(title)s"))


def _meeting(about: dict, says: str, *, cancelled: str = "") -> Message | None:
    """Of one that was planned and cancelled within the same mail nobody needs to hear."""
    meeting = Meeting.objects.select_related("sprint__partnership__program").get(pk=about["meeting"])
    if meeting.cancelled_at and not cancelled:
        return None
    zone = ZoneInfo(meeting.time_zone)
    when = moment_words(meeting.starts_at, zone, meeting.starts_at.astimezone(zone).date())
    return Message(
        subject=(cancelled if meeting.cancelled_at else says) % {"title": f"{meeting.title}, {when}"},
        paragraphs=[meeting.place] if meeting.place else [],
        button=(
            _("Open the meeting"),
            absolute(reverse("meeting", args=[meeting.sprint.partnership.slug, meeting.number])),
        ),
    )
