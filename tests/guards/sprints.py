"""Each act of a sprint but those of research, the product and Demo Day: where it is tried, and whom it lets in."""

from __future__ import annotations

from datetime import timedelta

from partners.models import Person
from partners.parties import Party
from sprints import actions
from sprints.domain.action_items import action_item_digest
from sprints.domain.check_ins import check_in_digest, week_now
from sprints.domain.decisions import decision_digest
from sprints.domain.learning import learning_digest, stage_now
from sprints.domain.meetings import meeting_digest, record_digest
from sprints.domain.milestones import plan_content, plan_digest, signed_digest
from sprints.domain.reminders import matters_for
from sprints.models import CalendarFeed, Evidence, Milestone, Proposal, Sprint
from tests.factories.decisions import CHECK_IN, DECISION, NOTE, decide
from tests.factories.meetings import MEETING, schedule, take_on
from tests.factories.people import NOW, TODAY, member_of
from tests.factories.sprints import FIRST_DAY, add_words, first_joint, fresh, lead_in
from tests.guards.people import LEADS, SEATED, SIDES
from tests.guards.scenes import OTHER, OWN, Said, Scene, Table, World, table_of

TABLE: Table = {}
guarded = table_of(actions, TABLE)
NOBODY_ASKS = {
    "read_catalogs": "the worker, for files that people with a seat handed in",
    "tell_of_ended_plans": "the worker, when a day that both sides wrote down is over",
}
ANY_SEAT, A_SIDE = set(SEATED), set(SIDES)
AUTHOR = {"community member"}


def on_sprint(w: World, **said: object) -> Scene:
    return Scene(w.sprint.partnership, {"sprint": w.sprint, **said})


def on(w: World, **said: object) -> Scene:
    return Scene(w.sprint.partnership, said)


def author(w: World) -> Said:
    """Who writes down what only its author takes back: no lead, so that a lead is refused."""
    return {"by": member_of(w.sprint.partnership, OWN), "now": NOW}


@guarded({"sponsor"}, doer="sponsor")
def record_buy_in(w: World) -> Scene:
    return on_sprint(w, occasion="start", words="This has my word.")


@guarded(ANY_SEAT)
def make_calendar_feed(w: World) -> Scene:
    return on_sprint(w)


@guarded(ANY_SEAT)
def revoke_calendar_feed(w: World) -> Scene:
    """Everybody has one, also those who could not have made it."""
    for number, person in enumerate(w.people(w.sprint.partnership).values()):
        CalendarFeed.objects.create(sprint=w.sprint, person=person, token_hash=f"{w.sprint.pk} {number}", made_at=NOW)
    return on_sprint(w)


@guarded(A_SIDE)
def check_in(w: World) -> Scene:
    return on_sprint(w, shown=check_in_digest(week_now(w.sprint, NOW), None), **CHECK_IN)


@guarded(A_SIDE)
def note_learning(w: World) -> Scene:
    return on_sprint(w, shown=learning_digest(stage_now(w.sprint, NOW), None), **NOTE)


@guarded({*A_SIDE, "staff"})
def remind(w: World) -> Scene:
    """Something waits for either side."""
    partnership = w.sprint.partnership
    _proposal(w)
    change = later(first_joint(w.sprint))
    actions.propose_milestone(by=lead_in(w.sprint, OWN), sprint=w.sprint, now=NOW, **change)

    of_the_lead = matters_for(lead_in(w.sprint, OWN), partnership, NOW)

    def said(person: Person) -> Said:
        matters = matters_for(person, partnership, NOW) or of_the_lead
        return {"partnership": partnership, "matter": matters[0].key, "word": "We count on you."}

    return Scene(partnership, said)


# --- Decisions ----------------------------------------------------------------------------------------------


@guarded(A_SIDE)
def propose_decision(w: World) -> Scene:
    return on_sprint(w, **DECISION)


def _decision(w: World) -> Said:
    decision = decide(w.sprint)
    return {"decision": decision, "shown": decision_digest(decision)}


@guarded(A_SIDE)
def change_decision(w: World) -> Scene:
    return on(w, **_decision(w), **(DECISION | {"choice": "A letter."}))


@guarded(ANY_SEAT)
def dissent(w: World) -> Scene:
    return on(w, decision=decide(w.sprint), words="A letter is slow.")


# --- Meetings -----------------------------------------------------------------------------------------------


@guarded({*A_SIDE, "staff"})
def schedule_meeting(w: World) -> Scene:
    return on_sprint(w, **MEETING)


@guarded(A_SIDE)
def change_meeting(w: World) -> Scene:
    meeting = schedule(w.sprint)
    return on(w, meeting=meeting, shown=meeting_digest(meeting), **(MEETING | {"place": "Room 5"}))


@guarded(A_SIDE)
def cancel_meeting(w: World) -> Scene:
    return on(w, meeting=schedule(w.sprint))


@guarded(ANY_SEAT)
def record_meeting(w: World) -> Scene:
    meeting = schedule(w.sprint)
    return on(w, meeting=meeting, notes="We met.", present=[], guests=2, shown=record_digest(meeting))


@guarded(ANY_SEAT)
def add_action_item(w: World) -> Scene:
    item = {"what": "Ask the clinic", "owner": lead_in(w.sprint, OTHER), "due": TODAY + timedelta(3)}
    return on(w, meeting=schedule(w.sprint), **item)


@guarded(ANY_SEAT)
def say_action_item(w: World) -> Scene:
    return on(w, item=take_on(schedule(w.sprint)), done=True)


def _taken_on(w: World) -> Said:
    item = take_on(schedule(w.sprint))
    return {"item": item, "shown": action_item_digest(item), "why": "Rest."}


@guarded(ANY_SEAT)
def change_action_item(w: World) -> Scene:
    return on(w, **_taken_on(w), owner=lead_in(w.sprint, OWN), due=TODAY + timedelta(9))


@guarded(ANY_SEAT)
def take_back_action_item(w: World) -> Scene:
    return on(w, **_taken_on(w))


# --- The plan and its milestones ----------------------------------------------------------------------------


@guarded(LEADS)
def propose_start(w: World) -> Scene:
    said = {"partnership": w.signed.partnership, "first_day": FIRST_DAY, "weeks": 18}
    return Scene(w.signed.partnership, said)


@guarded(LEADS)
def propose_pause(w: World) -> Scene:
    return on_sprint(w, first=TODAY + timedelta(30), last=TODAY + timedelta(33), reason="Rest.")


@guarded(LEADS)
def propose_prior_work(w: World) -> Scene:
    """It began here on its second day."""
    return on_sprint(w, days={w.sprint.milestones.filter(last_week=0).first().number: TODAY})


def later(milestone: Milestone) -> Said:
    content = plan_content(milestone) | {"last_week": milestone.last_week + 1}
    return {"milestone": milestone, "content": content, "reason": "Time."}


@guarded(LEADS)
def propose_milestone(w: World) -> Scene:
    return on_sprint(w, **later(first_joint(w.sprint)))


def _proposal(w: World) -> Said:
    """Of the other side."""
    pause = {"first": TODAY + timedelta(30), "last": TODAY + timedelta(33), "reason": "Rest."}
    proposal = actions.propose_pause(by=lead_in(w.sprint, OTHER), sprint=w.sprint, now=NOW, **pause)
    return {"proposal": Proposal.objects.get(pk=proposal.pk), "shown": proposal.digest}


@guarded({"community lead"})
def agree_to_proposal(w: World) -> Scene:
    return on(w, **_proposal(w))


@guarded({"community lead"})
def decline_proposal(w: World) -> Scene:
    return on(w, **_proposal(w), reason="Too long.")


def own_milestone(w: World, sprint: Sprint | None = None) -> Milestone:
    """One that the own side leads, and finishes alone."""
    free = (sprint or w.sprint).milestones.filter(joint=False).order_by("number")
    return fresh(next(one for one in free if OWN in one.leaders and Party(OTHER) not in one.leaders))


@guarded(LEADS)
def change_freely(w: World) -> Scene:
    milestone = own_milestone(w)
    return on_sprint(w, **later(milestone), shown=plan_digest(milestone))


@guarded(ANY_SEAT)
def say_outcome(w: World) -> Scene:
    milestone = own_milestone(w)
    return on(w, milestone=milestone, outcome="They told us.", shown=signed_digest(milestone))


def _leaders(w: World) -> Milestone:
    milestone = own_milestone(w)
    add_words(milestone, by=lead_in(w.sprint, OTHER))
    return fresh(milestone)


@guarded({"community lead", "community member"})
def finish(w: World) -> Scene:
    return on(w, milestone=_leaders(w))


@guarded({"community lead", "community member"})
def take_up_again(w: World) -> Scene:
    milestone = _leaders(w)
    actions.finish(by=lead_in(w.sprint, OWN), milestone=milestone, now=NOW)
    return on(w, milestone=fresh(milestone))


@guarded(ANY_SEAT)
def add_evidence(w: World) -> Scene:
    return on(w, milestone=own_milestone(w), title="Notes", words="What we heard.")


@guarded(AUTHOR, doer="community member")
def withdraw_evidence(w: World) -> Scene:
    add_words(own_milestone(w), by=author(w)["by"])
    written = Evidence.objects.select_related("milestone__sprint")
    return on(w, evidence=written.get(milestone__sprint=w.sprint, added_by=author(w)["by"]))
