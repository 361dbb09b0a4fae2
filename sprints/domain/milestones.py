"""How things stand in a sprint: the content that is signed off, who said yes to it, and the state of each milestone.

Reads only, and everything for many milestones in a constant number of queries.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.domain.readiness import Blocker
from ledger.canonical import digest
from partners.parties import Party
from sprints.domain.research import finding_digest, resting_on, unconfirmed
from sprints.domain.sign_offs import Change, Subject
from sprints.models import Evidence, Finding, Milestone, SignOff, SignOffAnswer, Sprint
from sprints.states import Answers, Facts, MilestoneState, days_late, milestone_state


def content_of(milestone: Milestone) -> dict[str, Any]:
    """What both sides sign off: the outcome and the evidence for it; of what was done before they came here, its day.
    Reads the milestone's standing evidence."""
    content: dict[str, Any] = {
        "milestone": str(milestone.pk),
        "title": milestone.title,
        "outcome": milestone.outcome,
        "evidence": [_evidence(one) for one in standing_evidence(milestone)],
    }
    return content | ({"done_before": milestone.done_before.isoformat()} if milestone.done_before else {})


def _evidence(one: Evidence) -> dict[str, Any]:
    content: dict[str, Any] = {
        "id": str(one.pk),
        "kind": one.kind,
        "title": one.title,
        "words": one.words,
        "link": one.link,
    }
    content |= {"file": one.file_sha256, "name": one.file_name}
    if further := [[file.file_sha256, file.file_name] for file in one.files[1:]]:
        content["further"] = further
    return content | {"finding": finding_digest(one.finding)} if one.finding else content


def standing_evidence(milestone: Milestone) -> list[Evidence]:
    """What was not taken back; from what was prefetched, where it was."""
    return [one for one in milestone.evidence.all() if one.withdrawn_at is None]


def finish_closed(milestone: Milestone) -> str:
    """Why nobody can say that it is done, in words; empty where those who lead it can."""
    if milestone.joint:
        return _("This milestone is done when both sides have signed it off.")
    if not (milestone.outcome or standing_evidence(milestone)):
        return _("Nothing shows yet that it was done. Say what came of it, or add evidence first.")
    return ""


def finding_closed(finding: Finding) -> str:
    """Why a finding stays as it is, in words; empty where it can be changed or taken back."""
    if not any(subject.answers.both for subject in MilestoneSubject.of_all(resting_on(finding))):
        return ""
    return _("Both sides signed off a milestone with this finding, so it stays as it is. Write a new one.")


def plan_content(milestone: Milestone) -> dict[str, Any]:
    """What of a milestone belongs to the plan, and is moved or reassigned."""
    return {
        "title": milestone.title,
        "week": milestone.week,
        "last_week": milestone.last_week,
        "phase": milestone.phase,
        "leaders": milestone.leaders,
        "joint": milestone.joint,
        "fulfils": sorted(clause.key for clause in milestone.fulfils.all()),
        "dropped": milestone.dropped_at is not None,
    }


def plan_digest(milestone: Milestone) -> str:
    return digest(plan_content(milestone))


def signed_digest(milestone: Milestone) -> str:
    """The digest of what is signed off now: a page carries it, and an act upon another one is refused."""
    return digest(content_of(milestone))


class MilestoneSubject(Subject[Milestone]):
    """The outcome of a milestone and the evidence for it."""

    kind = key = "milestone"
    model, page = Milestone, "milestone"
    signed_event, changes_event = "milestone.signed_off", "milestone.changes_asked"
    open_label = gettext_lazy("Open the milestone")
    yes_note = gettext_lazy(
        "You sign off exactly what is written above, with this evidence. It is done when both sides have."
    )

    @cached_property
    def content(self) -> dict[str, Any]:
        return content_of(self.row)

    @property
    def waits_for(self) -> list[Party]:
        if not self.row.joint or self.row.dropped_at:
            return []
        shown = standing_evidence(self.row) or any(map(self.answers.says_yes, Party))
        return self.asked_to_change or (self.answers.missing if shown else [])

    @property
    def blockers(self) -> list[Blocker]:
        """Nothing can be signed off that nobody has described, or that nothing shows; but of what was done before they
        came here no proof is asked for."""
        if self.row.done_before:
            return self._unconfirmed()
        found = []
        if not self.row.outcome:
            says = _("Nobody has written down yet what came of it.")
            found.append(Blocker(code="no outcome", text=says, url=f"{self.url}#outcome"))
        if not standing_evidence(self.row):
            says = _("Nothing shows it yet: add evidence.")
            found.append(Blocker(code="no evidence", text=says, url=f"{self.url}#evidence"))
        return [*found, *self._unconfirmed()]

    def _unconfirmed(self) -> list[Blocker]:
        """A finding supports a sign-off when it is confirmed as accurate and comprehensive."""
        says = _("This finding is not confirmed as accurate and comprehensive: %(finding)s")
        return [
            Blocker("finding not confirmed", says % {"finding": one.title}, one.url, waits_for=tuple(one.waits_for))
            for one in unconfirmed(standing_evidence(self.row), self.sprint)
        ]

    def closed_to(self, answer: SignOffAnswer, shown: str) -> str:
        if self.row.joint and not self.row.dropped_at:
            return ""
        return _("No sign-off of both sides is asked for here any more. Nothing was changed.")

    @property
    def title(self) -> str:
        return self.row.name

    @property
    def says_who(self) -> object:
        return "" if self.row.dropped_at else super().says_who

    def mail_says(self, party: Party) -> list[Promise | str]:
        asked = self.answers.asks_for_changes(party.other)
        return [] if self.row.dropped_at or (not asked and self.blockers) else super().mail_says(party)

    def change_since(self, before: dict[str, Any]) -> Change:
        old = {one["id"]: one for one in before["evidence"]}
        new = {one["id"]: one for one in self.content["evidence"]}
        both = [key for key in new if key in old and new[key].get("finding") != old[key].get("finding")]
        notes = [_("New evidence: %(title)s") % {"title": new[key]["title"]} for key in new if key not in old]
        notes += [_("Taken back: %(title)s") % {"title": old[key]["title"]} for key in old if key not in new]
        notes += [_("The finding was changed: %(title)s") % {"title": new[key]["title"]} for key in both]
        if before["title"] != self.content["title"]:
            notes.append(_("The milestone has another title."))
        return Change(notes, super().change_since(before).texts)

    @property
    def labels(self) -> dict[str, str]:
        return {"outcome": _("What came of it, changed:")}


@dataclass(frozen=True)
class MilestoneStatus:
    """A milestone with what follows from its facts today."""

    milestone: Milestone
    starts: date
    due: date
    state: MilestoneState
    days_late: int
    evidence: list[Evidence]
    subject: MilestoneSubject

    @property
    def is_open(self) -> bool:
        return self.state not in {MilestoneState.DONE, MilestoneState.DROPPED}

    @property
    def answers(self) -> Answers | None:
        return self.subject.answers if self.milestone.joint else None

    @property
    def missing(self) -> list[Party]:
        """The parties that have not said yes to it as it is now."""
        return self.answers.missing if self.answers else []

    @property
    def yes_answers(self) -> list[SignOff]:
        """The answers that say yes to it as it is now, in the order in which they were given."""
        said = [self.subject.given[party] for party in Party if self.answers and self.answers.says_yes(party)]
        return sorted(said, key=lambda answer: answer.at)

    @property
    def confirmed(self) -> tuple[str, datetime] | None:
        """Of one that was done before they came here: who said the last word, and when; None where it is open."""
        if self.milestone.done_before is None or self.is_open:
            return None
        if self.milestone.finished_by and self.milestone.finished_at:
            return self.milestone.finished_by.name, self.milestone.finished_at
        return next(((last.by.name, last.at) for last in reversed(self.yes_answers)), None)


@dataclass(frozen=True)
class SprintStatus:
    """A sprint that has begun, today in the program's zone. `milestones` are in the order of the plan."""

    sprint: Sprint
    today: date
    week: int
    milestones: list[MilestoneStatus]

    @property
    def ahead(self) -> list[MilestoneStatus]:
        """What is open and not late, the next one due first."""
        return sorted((one for one in self.milestones if one.is_open and not one.days_late), key=lambda one: one.due)

    @property
    def is_paused(self) -> bool:
        return self.sprint.timeline.is_paused(self.today)

    @property
    def is_over(self) -> bool:
        return self.week > self.sprint.weeks


def today_of(sprint: Sprint, now: datetime) -> date:
    """The day that it is now where the program is."""
    return now.astimezone(sprint.partnership.program.zone).date()


def lies_ahead(day: date | None, sprint: Sprint, now: datetime) -> bool:
    """Whether a day has not come yet, in the zone of the program; one that could not be read has."""
    return day is not None and day > today_of(sprint, now)


def sprint_status(sprint: Sprint, *, now: datetime) -> SprintStatus:
    """Raises ValueError for a sprint that has not begun."""
    return sprint_statuses([sprint], now=now)[sprint.pk]


def sprint_statuses(sprints: Iterable[Sprint], *, now: datetime) -> dict[int, SprintStatus]:
    """Many sprints by their id, in a constant number of queries. Raises ValueError for one that has not begun."""
    sprints = list(sprints)
    prefetch_related_objects(sprints, "pauses")
    found = Evidence.objects.filter(withdrawn_at=None).select_related("added_by", "finding")
    evidence = Prefetch("evidence", found.prefetch_related("finding__activities", "finding__datasets", "further_files"))
    milestones = list(Milestone.objects.filter(sprint__in=sprints).prefetch_related(evidence, "fulfils", "leader_rows"))
    rows: dict[int, list[MilestoneStatus]] = {sprint.pk: [] for sprint in sprints}
    days = {sprint.pk: (sprint, today_of(sprint, now)) for sprint in sprints}
    for subject in MilestoneSubject.of_all(milestones):
        sprint, today = days[subject.row.sprint_id]
        subject.row.sprint = sprint
        rows[sprint.pk].append(_status(subject, sprint, today))
    return {
        pk: SprintStatus(sprint, today, sprint.timeline.week_of(today), rows[pk])
        for pk, (sprint, today) in days.items()
    }


def _status(subject: MilestoneSubject, sprint: Sprint, today: date) -> MilestoneStatus:
    milestone, timeline = subject.row, sprint.timeline
    evidence = standing_evidence(milestone)
    facts = Facts(
        starts=timeline.starts(milestone.week),
        due=timeline.ends(milestone.last_week),
        has_evidence=bool(evidence),
        finished=milestone.finished_at is not None,
        dropped=milestone.dropped_at is not None,
        answers=subject.answers if milestone.joint else None,
    )
    return MilestoneStatus(
        milestone=milestone,
        starts=facts.starts,
        due=facts.due,
        state=milestone_state(facts, today),
        days_late=days_late(facts, today),
        evidence=evidence,
        subject=subject,
    )
