"""The last mail of a sprint's weekly ones: that all weeks are over, what came of them, and what is asked after.

One a person and sprint, by its key in the outbox, on the morning after the last day. From then on the weekly mail
writes of this sprint where something waits, and never that nothing does.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mail.models import OutboxMail
from mail.outbox import MailLine, Message, Section, absolute, register, wake
from mail.render import new_message_id
from partners.dates import day_words
from partners.models import Person, Seat, WeeklyMail
from partners.timetable import WEEK
from partners.tokens import stop_token_for
from programs.domain.mail import SPRINT_OVER
from sprints.domain.overview import SprintOverview
from sprints.domain.states import state_of
from sprints.models import Sprint
from sprints.states import MilestoneState, SprintState
from topcities.todo import PartnershipOverview, partnership_overviews
from topcities.weekly.truncate import LINES, shortened


def queue_closing_mails(now: datetime) -> int:
    """For each sprint whose weeks are over and who has a seat in it then; how many mails."""
    return sum(_queue(sprint, now) for sprint in _untold(now) if state_of(sprint, now) == SprintState.OVER)


def _untold(now: datetime) -> Iterator[Sprint]:
    """Sprints that may be over: so many weeks have passed, and nobody was told."""
    told = OutboxMail.objects.filter(kind=SPRINT_OVER, chain=OuterRef("partnership"))
    begun = Sprint.objects.filter(~Exists(told), partnership__agreement__ended_at=None, first_day__lt=now.date())
    found = begun.select_related("partnership__program", "partnership__agreement").prefetch_related("pauses")
    return (sprint for sprint in found if sprint.timeline.first_day + sprint.weeks * WEEK <= now.date() + WEEK)


@transaction.atomic
def _queue(sprint: Sprint, now: datetime) -> int:
    seats = Seat.objects.filter(partnership=sprint.partnership_id, ended_at=None, person__is_active=True)
    people = {seat.person_id: seat.person for seat in seats.select_related("person")}.values()
    # Somebody else may queue the same at this moment: then theirs stands.
    OutboxMail.objects.bulk_create([_row(sprint, one, now) for one in people], ignore_conflicts=True)
    wake("mail.send_waiting")
    return len(people)


def _row(sprint: Sprint, person: Person, now: datetime) -> OutboxMail:
    """Due at the hour of the weekly mail, by the person's own clock."""
    program = sprint.partnership.program
    morning = sprint.timeline.last_day + timedelta(days=1)
    hour = datetime.combine(morning, time(program.mail_hour), person.zone(program.zone))
    return OutboxMail(
        key=f"{SPRINT_OVER}:{sprint.pk}:{person.pk}",
        kind=SPRINT_OVER,
        to=person.email,
        person=person,
        language=person.language,
        about={"sprint": sprint.pk},
        chain=sprint.partnership_id,
        created_at=now,
        due_at=max(now, hour),
        message_id=new_message_id(),
    )


# --- The mail ----------------------------------------------------------------------------------------------


@register(SPRINT_OVER)
def sprint_over(queued: OutboxMail) -> Message | None:
    """None for who gets no weekly mail or left, and where the agreement ended before it left."""
    sprint = Sprint.objects.select_related("partnership__program").get(pk=queued.about["sprint"])
    seats = Seat.objects.filter(partnership=sprint.partnership_id, person=queued.person, ended_at=None)
    seat = seats.select_related("person").first()
    if seat is None or not seat.person.is_active or seat.person.weekly_mail == WeeklyMail.NEVER:
        return None
    found = partnership_overviews([sprint.partnership], readers=[seat.person], now=queued.due_at)
    overview = found.get(sprint.partnership_id)
    return _message(overview, seat) if overview and not overview.agreement.ended_at else None


def _message(overview: PartnershipOverview, seat: Seat) -> Message | None:
    outlook, partnership = overview.outlook, overview.agreement.partnership
    if outlook is None or outlook.standing is None:
        return None
    waits = [MailLine(task.text, (task.label, absolute(task.url))) for task in overview.todo(seat.person, seat)]
    page = _("Open your partnership"), absolute(reverse("partnership", args=[partnership.slug]))
    sections = [
        Section(_("What came of these weeks"), list(_kept(outlook))),
        Section(_("What waits for you"), shortened(waits, LINES, page)),
        Section(_("What is asked later"), list(_asked_later(outlook))),
    ]
    return Message(
        subject=_("All %(weeks)s weeks of your sprint are over") % {"weeks": outlook.sprint.weeks},
        paragraphs=[
            _("Thank you for these weeks. Everything stays where it is, and what is still open can be finished."),
            _("The weekly mail about this sprint ends here. From now on we write when something waits for you."),
        ],
        sections=[section for section in sections if section.lines],
        button=(_("Read the promises"), absolute(reverse("promises", args=[partnership.slug]))),
        reply_to=partnership.program.contact_email,
        stop=absolute(reverse("mail_stop", args=[stop_token_for(seat.person)])),
        settings_url=absolute(reverse("mail")),
    )


def _kept(outlook: SprintOverview) -> Iterator[MailLine]:
    milestones = outlook.standing.milestones if outlook.standing else []
    kept = [one for one in milestones if one.state != MilestoneState.DROPPED]
    done = sum(one.state == MilestoneState.DONE for one in kept)
    yield MailLine(_("%(done)s of %(all)s milestones are done.") % {"done": done, "all": len(kept)})
    decided = sum(one.is_done for one in outlook.subjects.get("decision", []))
    if decided:
        says = ngettext("%(n)s decision was made together.", "%(n)s decisions were made together.", decided)
        yield MailLine(says % {"n": decided})
    if outlook.datasets:
        says = ngettext("%(n)s dataset is on the list.", "%(n)s datasets are on the list.", len(outlook.datasets))
        yield MailLine(says % {"n": len(outlook.datasets)})


def _asked_later(outlook: SprintOverview) -> Iterator[MailLine]:
    """With its day: what the two sides wrote into the sustainability plan."""
    page = _("Open the plan"), absolute(reverse("sustainability", args=[outlook.sprint.partnership.slug]))
    for plan in outlook.subjects.get("plan", []):
        for day, says in (
            (plan.row.review_on, _("On %(day)s you both look at the sustainability plan again.")),
            (plan.row.until, _("The support of the product is certain until %(day)s.")),
        ):
            if day and day >= outlook.today:
                yield MailLine(says % {"day": day_words(day)}, page)
