"""What the wall says of a partnership, from the facts of all rooms. Reads only.

What is late, and whose turn it is, comes from where home, the plan and the mails read it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from agreements.domain.clause_status import AgreementStatus
from agreements.domain.editions import content
from agreements.domain.todo import whose_turn
from agreements.models import ClauseKind
from agreements.states import AgreementState, Draft, EditionState
from partners.models import Partnership
from partners.parties import Party
from programs.domain.wall_sources import Sources
from programs.wall import BEFORE_SIGNING, Coming, Mark, Open, OpenThing, Stage, WallFacts, WeekMark
from sprints.domain.check_ins import is_held
from sprints.domain.delays import Delay
from sprints.domain.milestones import MilestoneStatus, SprintStatus
from sprints.domain.overview import SprintOverview
from sprints.domain.proposals import agree_closed
from sprints.domain.sign_offs import Subject
from sprints.domain.states import pause_on
from sprints.domain.todo import asked_of
from sprints.models import Meeting
from sprints.plan import Phase
from sprints.states import ASKS, MilestoneState, SprintState

STAGES = {
    SprintState.UNSIGNED: Stage.SIGNED,
    SprintState.UNBEGUN: Stage.SIGNED,
    SprintState.AHEAD: Stage.AHEAD,
    SprintState.RUNNING: Stage.RUNNING,
    SprintState.PAUSED: Stage.PAUSED,
    SprintState.OVER: Stage.OVER,
    SprintState.ENDED: Stage.ENDED,
}


def facts_of(partnership: Partnership, seen: Sources) -> WallFacts:
    """Raises KeyError for a partnership of which nothing was read."""
    status, sprint = seen.agreements[partnership.pk], seen.sprints.get(partnership.pk)
    stage, zone = _stage(status, sprint), partnership.program.zone
    parts = {
        **_agreement(status),
        **(_signing(status, zone) if stage in BEFORE_SIGNING else {}),
        **(_sprint(sprint, stage) if sprint and sprint.standing else {}),
        **_people(partnership, seen, stage),
    }
    rated = seen.ratings.get(partnership.pk)
    if rated is not None and sprint and sprint.standing:
        parts["ratings"] = _ratings(sprint.standing, rated)
    turn = _turn(status, sprint, partnership, stage)
    return WallFacts(
        stage=stage.value,
        late=[_late(one, sprint.today) for one in _delays(sprint)] if sprint else [],
        waiting=[*_agreement_waits(status, stage, zone), *_sprint_waits(sprint, stage, turn)],
        waits_for=[party.value for party in turn],
        meeting=None if stage == Stage.ENDED else _meeting(seen.meetings.get(partnership.pk), zone),
        **parts,
    )


def _stage(status: AgreementStatus, sprint: SprintOverview | None) -> Stage:
    state = status.agreement.state
    if state == AgreementState.ENDED:
        return Stage.ENDED
    if state != AgreementState.IN_FORCE:
        return Stage(state.value)
    return STAGES[sprint.state] if sprint else Stage.SIGNED


def _turn(
    status: AgreementStatus, sprint: SprintOverview | None, partnership: Partnership, stage: Stage
) -> list[Party]:
    """Whose turn it is in the agreement or in the sprint, in the order of the screens."""
    order, turn = partnership.parties_on_screen(), whose_turn(status.agreement, status)
    if stage == Stage.SIGNED and not (sprint and sprint.proposals):
        return order
    return [party for party in order if party in turn or (sprint and asked_of(sprint, party))]


# --- The agreement -----------------------------------------------------------------------------------------------


def _agreement(status: AgreementStatus) -> dict[str, Any]:
    agreement = status.agreement
    edition = agreement.edition_in(EditionState.SIGNING) or agreement.edition_in(EditionState.IN_FORCE)
    in_force = agreement.state == AgreementState.IN_FORCE
    return {
        "agreement": agreement.state.value,
        "names": {party.value: status.organizations[party].name for party in Party},
        "issue": _issue(status),
        "amending": in_force and agreement.draft != Draft.CLOSED,
        "edition": edition.number if edition else None,
    }


def _issue(status: AgreementStatus) -> str:
    """As both signed it; until then as staff gave it, for what the two write is theirs."""
    signed = [one for one in status.agreement.editions.all() if one.in_force_at]
    if signed:
        latest = max(signed, key=lambda one: one.number)
        return str(content(latest)["issue"][status.agreement.language])
    clause = next(one for one in status.clauses if one.clause.kind == ClauseKind.ISSUE)
    return clause.text(clause.wordings[0])


def _signing(status: AgreementStatus, zone: ZoneInfo) -> dict[str, Any]:
    """Whose yes stands on each clause, and who has signed what is open for signing."""
    asked = [one for one in status.clauses if one.assents or not one.base.removes]
    edition = status.agreement.edition_in(EditionState.SIGNING)
    signed = {one.party: one.signed_at for one in edition.signatures.all()} if edition else {}
    return {
        "clauses": {party.value: [one.settled or not one.waits_for(party) for one in asked] for party in Party},
        "signed": {party.value: local_day(signed.get(party), zone) for party in Party} if edition else {},
    }


def _agreement_waits(status: AgreementStatus, stage: Stage, zone: ZoneInfo) -> Iterator[OpenThing]:
    agreement, turn = status.agreement, whose_turn(status.agreement, status)
    edition = agreement.edition_in(EditionState.SIGNING)
    if not turn or stage == Stage.ENDED:
        return
    if edition:
        since = max([edition.opened_at, *(one.signed_at for one in edition.signatures.all())])
        yield OpenThing(Open.SIGNATURE, "", _values(turn), local_day(since, zone), count=len(turn))
    elif count := len([one for one in status.clauses if not one.settled]):
        yield OpenThing(Open.CLAUSES, "", _values(turn), local_day(agreement.changed_at, zone), count=count)


# --- The sprint --------------------------------------------------------------------------------------------------


def _sprint(overview: SprintOverview, stage: Stage) -> dict[str, Any]:
    standing, timeline = _standing(overview), overview.sprint.timeline
    counted = [one for one in standing.milestones if one.state != MilestoneState.DROPPED]
    ahead = [] if stage == Stage.ENDED else standing.ahead
    plain, joint = [one for one in ahead if not one.milestone.joint], [one for one in ahead if one.milestone.joint]
    return {
        "week": standing.week,
        "weeks": overview.sprint.weeks,
        "first_day": timeline.first_day,
        "last_day": timeline.last_day,
        "until": pause_on(overview.sprint, standing.today).last if stage == Stage.PAUSED else None,
        "marks": [_mark(one, stage) for one in counted],
        "done": len([one for one in counted if not one.is_open]),
        "of": len(counted),
        "milestone": _coming(plain),
        "sign_off": _coming(joint),
    }


def _standing(overview: SprintOverview) -> SprintStatus:
    if overview.standing is None:
        raise ValueError("this sprint has not begun")
    return overview.standing


def _ratings(standing: SprintStatus, said: Any) -> dict[str, list[str]]:
    """Up to the week that it is. Of that one, nothing of a side that spoke alone."""
    weeks, current = range(1, min(standing.week, standing.sprint.weeks) + 1), standing.week
    spoken = [party for party in Party if (current, party.value) in said]
    return {
        party.value: [
            "" if is_held(week, party, spoken=spoken, current=current) else said.get((week, party.value), "")
            for week in weeks
        ]
        for party in Party
    }


def _mark(one: MilestoneStatus, stage: Stage) -> WeekMark:
    return WeekMark(max(1, one.milestone.last_week), _mark_of(one, stage).value, one.milestone.title)


def _mark_of(one: MilestoneStatus, stage: Stage) -> Mark:
    if one.state == MilestoneState.DONE:
        return Mark.DONE
    waits = bool(one.subject.waits_for)
    if one.days_late and stage not in {Stage.PAUSED, Stage.ENDED}:
        return Mark.SIGN_OFF_LATE if waits else Mark.LATE
    if waits:
        return Mark.WAITS
    if one.milestone.joint:
        return Mark.SIGN_OFF_COMING
    return Mark.DEMO_DAY if one.milestone.phase == Phase.SHOW else Mark.COMING


def _coming(found: list[MilestoneStatus]) -> Coming | None:
    return Coming(found[0].due, found[0].milestone.title) if found else None


def _meeting(found: Meeting | None, zone: ZoneInfo) -> Coming | None:
    """Its day and hour; what it is called is its people's own."""
    return Coming(found.starts_at.astimezone(zone).date(), "", found.starts_at, found.time_zone) if found else None


def _delays(overview: SprintOverview) -> list[Delay]:
    """Of a sprint that is over only what still waits for somebody: the rest would be said for ever."""
    return [one for one in overview.delays if one.waits_for or overview.state != SprintState.OVER]


def _late(delay: Delay, today: date) -> OpenThing:
    milestone, turn, since = delay.milestone, _values(delay.waits_for), today - timedelta(delay.days)
    if milestone is None:
        return OpenThing(Open.SPONSOR, "", turn, since)
    sign_off, row = bool(milestone.subject.waits_for), milestone.milestone
    return OpenThing(Open.MILESTONE, row.title, turn, since, number=row.number, sign_off=sign_off)


def _sprint_waits(overview: SprintOverview | None, stage: Stage, turn: list[Party]) -> Iterator[OpenThing]:
    if stage == Stage.SIGNED and not (overview and overview.proposals):
        yield OpenThing(Open.FIRST_DAY, "", _values(turn), None)
    if overview is None or overview.state not in ASKS:
        return
    zone = overview.sprint.partnership.program.zone
    about = Open.FIRST_DAY if stage == Stage.SIGNED else Open.PROPOSAL
    for one in overview.proposals:
        if not agree_closed(one, overview.now):
            yield OpenThing(about, "", [Party(one.party).other.value], local_day(one.proposed_at, zone))
    late = {one.milestone.milestone.pk for one in _delays(overview) if one.milestone}
    for kind, subjects in overview.subjects.items():
        for subject in subjects:
            if subject.waits_for and subject.row.pk not in late:
                yield _sign_off(Open(kind), subject, zone)


def _sign_off(kind: Open, subject: Subject[Any], zone: ZoneInfo) -> OpenThing:
    title, number = (subject.row.title, subject.row.number) if kind == Open.MILESTONE else ("", None)
    since = local_day(_shown_at(subject), zone)
    return OpenThing(kind, title, _values(subject.waits_for), since, number=number, sign_off=True)


def _shown_at(subject: Subject[Any]) -> datetime | None:
    """When there was last something new to answer: evidence, words, or the answer of one side."""
    row = subject.row
    moments = [answer.at for answer in subject.given.values()]
    moments += [moment for name in ("changed_at", "proposed_at", "added_at") if (moment := getattr(row, name, None))]
    if subject.kind == "milestone":
        moments = [answer.at for answer in subject.given.values()]
        moments += [one.added_at for one in row.evidence.all() if one.withdrawn_at is None]
    return max(moments, default=None)


# --- People ------------------------------------------------------------------------------------------------------


def _people(partnership: Partnership, seen: Sources, stage: Stage) -> dict[str, Any]:
    pk, zone = partnership.pk, partnership.program.zone
    acts = seen.acts.get(pk, {})
    return {
        "last": {party.value: local_day(acts.get(party.value), zone) for party in Party},
        "no_lead": [] if stage == Stage.ENDED else _values(seen.no_lead[pk]),
        "claims": len(seen.claims[pk]),
    }


def local_day(moment: datetime | None, zone: ZoneInfo) -> date | None:
    return moment.astimezone(zone).date() if moment else None


def _values(turn: Any) -> list[str]:
    return [one.value for one in turn]
