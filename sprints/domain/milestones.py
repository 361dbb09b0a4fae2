"""How things stand in a sprint: the content that is signed off, who said yes to it, and the state of each milestone.

Reads only, and everything for many milestones in a constant number of queries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Prefetch

from ledger.canonical import digest
from partners.parties import Party
from sprints.domain.findings import finding_digest
from sprints.models import Evidence, Milestone, SignOff, SignOffAnswer, Sprint
from sprints.states import Facts, MilestoneState, Voice, Voices, days_late, milestone_state


def content_of(milestone: Milestone) -> dict[str, Any]:
    """What both sides sign off: the outcome and the evidence for it. Reads the milestone's standing evidence."""
    return {
        "milestone": str(milestone.pk),
        "title": milestone.title,
        "outcome": milestone.outcome,
        "evidence": [_evidence(one) for one in standing_evidence(milestone)],
    }


def _evidence(one: Evidence) -> dict[str, Any]:
    content = {"id": str(one.pk), "kind": one.kind, "title": one.title, "words": one.words, "link": one.link}
    content |= {"file": one.file_sha256, "name": one.file_name}
    return content | {"finding": finding_digest(one.finding)} if one.finding else content


def standing_evidence(milestone: Milestone) -> list[Evidence]:
    """What was not taken back; from what was prefetched, where it was."""
    return [one for one in milestone.evidence.all() if one.withdrawn_at is None]


def plan_content(milestone: Milestone) -> dict[str, Any]:
    """What of a milestone belongs to the plan, and is moved or reassigned."""
    return {
        "title": milestone.title,
        "week": milestone.week,
        "last_week": milestone.last_week,
        "phase": milestone.phase,
        "leaders": sorted(milestone.leaders),
        "joint": milestone.joint,
        "fulfils": sorted(clause.key for clause in milestone.fulfils.all()),
        "dropped": milestone.dropped_at is not None,
    }


def plan_digest(milestone: Milestone) -> str:
    return digest(plan_content(milestone))


def signed_digest(milestone: Milestone) -> str:
    """The digest of what is signed off now: a page carries it, and an act upon another one is refused."""
    return digest(content_of(milestone))


def voices_of(milestones: Iterable[Milestone]) -> dict[UUID, Voices]:
    """Both parties' answers to each of these, by its id."""
    milestones = list(milestones)
    answers = answers_to(milestone.pk for milestone in milestones)
    return {m.pk: voices_on(digest(content_of(m)), answers.get(m.pk, {})) for m in milestones}


def answers_to(subjects: Iterable[UUID]) -> dict[UUID, dict[Party, SignOff]]:
    """The standing answers, by subject and party."""
    found: dict[UUID, dict[Party, SignOff]] = {}
    for answer in SignOff.objects.filter(subject__in=list(subjects), replaced_at=None).select_related("by"):
        found.setdefault(answer.subject, {})[Party(answer.party)] = answer
    return found


def voices_on(current: str, answers: Mapping[Party, SignOff]) -> Voices:
    said = {party: Voice(answer.answer == SignOffAnswer.YES, answer.digest) for party, answer in answers.items()}
    return Voices(digest=current, by_party=said)


@dataclass(frozen=True)
class MilestoneStatus:
    """A milestone with what follows from its facts today."""

    milestone: Milestone
    starts: date
    due: date
    state: MilestoneState
    days_late: int
    evidence: list[Evidence]
    voices: Voices | None
    answers: Mapping[Party, SignOff]

    @property
    def is_open(self) -> bool:
        return self.state not in {MilestoneState.DONE, MilestoneState.DROPPED}

    @property
    def missing(self) -> list[Party]:
        """The parties that have not said yes to it as it is now."""
        return self.voices.missing() if self.voices else []

    @property
    def yes_answers(self) -> list[SignOff]:
        """The answers that say yes to it as it is now, in the order in which they were given."""
        said = [self.answers[party] for party in Party if self.voices and self.voices.says_yes(party)]
        return sorted(said, key=lambda answer: answer.at)

    def waits_for(self, party: Party) -> bool:
        """The party's sign-off is what is asked for now."""
        return self.state == MilestoneState.WAITS and self.voices is not None and not self.voices.says_yes(party)


@dataclass(frozen=True)
class SprintStatus:
    """A sprint that has begun, today in the program's zone. `milestones` are in the order of the plan."""

    sprint: Sprint
    today: date
    week: int
    milestones: list[MilestoneStatus]

    def waiting_for(self, party: Party) -> list[MilestoneStatus]:
        return [one for one in self.milestones if one.waits_for(party)]

    @property
    def late(self) -> list[MilestoneStatus]:
        return [one for one in self.milestones if one.days_late]

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


def sprint_status(sprint: Sprint, *, now: datetime) -> SprintStatus:
    """Raises ValueError for a sprint that has not begun."""
    return sprint_statuses([sprint], now=now)[sprint.pk]


def sprint_statuses(sprints: Iterable[Sprint], *, now: datetime) -> dict[int, SprintStatus]:
    """Many sprints by their id, in a constant number of queries. Raises ValueError for one that has not begun."""
    sprints = list(sprints)
    found = Evidence.objects.filter(withdrawn_at=None).select_related("added_by", "finding")
    evidence = Prefetch("evidence", found.prefetch_related("finding__activities", "finding__datasets"))
    milestones = list(Milestone.objects.filter(sprint__in=sprints).prefetch_related(evidence, "fulfils"))
    answers = answers_to(m.pk for m in milestones)
    rows: dict[int, list[MilestoneStatus]] = {sprint.pk: [] for sprint in sprints}
    days = {sprint.pk: (sprint, today_of(sprint, now)) for sprint in sprints}
    for milestone in milestones:
        milestone.sprint, today = days[milestone.sprint_id]
        rows[milestone.sprint_id].append(_standing(milestone, milestone.sprint, answers.get(milestone.pk, {}), today))
    return {
        pk: SprintStatus(sprint, today, sprint.timeline.week_of(today), rows[pk])
        for pk, (sprint, today) in days.items()
    }


def _standing(milestone: Milestone, sprint: Sprint, answers: dict[Party, SignOff], today: date) -> MilestoneStatus:
    timeline, evidence = sprint.timeline, standing_evidence(milestone)
    facts = Facts(
        starts=timeline.starts(milestone.week),
        due=timeline.ends(milestone.last_week),
        has_evidence=bool(evidence),
        finished=milestone.finished_at is not None,
        dropped=milestone.dropped_at is not None,
        voices=voices_on(digest(content_of(milestone)), answers) if milestone.joint else None,
    )
    return MilestoneStatus(
        milestone=milestone,
        starts=facts.starts,
        due=facts.due,
        state=milestone_state(facts, today),
        days_late=days_late(facts, today),
        evidence=evidence,
        voices=facts.voices,
        answers=answers,
    )
