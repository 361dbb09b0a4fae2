"""A partnership under way: what was done before it came here, said by one side and confirmed by the other."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine

from agreements.refusals import NotNow, Stale
from ledger.models import EventContent
from mail.models import OutboxMail
from mail.registry import build
from partners.parties import Party
from partners.rules import Refused
from sprints import actions
from sprints.domain.calendars import feed
from sprints.domain.milestones import MilestoneSubject, sprint_status
from sprints.domain.prior_work import prior_work
from sprints.emails.hourly import CHANGES
from sprints.models import Milestone, Proposal, SignOff, Sprint
from sprints.states import MilestoneState
from tests.factories.decisions import todo
from tests.factories.people import NOW, TODAY, client_of, staff_of
from tests.factories.sprints import agree_to, lead_in, recipients_of, say_outcome, sign_off, started_sprint
from tests.pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
BEFORE = TODAY - timedelta(days=56)
LATER = NOW + timedelta(days=1)


@pytest.fixture
def sprint() -> Sprint:
    """Eight weeks under way when both agreed to its first day."""
    return started_sprint(first_day=BEFORE)


def due_before(sprint: Sprint) -> list[Milestone]:
    return [one.milestone for one in prior_work(sprint_status(sprint, now=NOW))]


def say(sprint: Sprint, party: Party, milestones: list[Milestone], day: date = BEFORE) -> Proposal:
    days = {one.number: day for one in milestones}
    return actions.propose_prior_work(by=lead_in(sprint, party), sprint=sprint, days=days, now=NOW)


def states(sprint: Sprint) -> dict[int, MilestoneState]:
    return {one.milestone.number: one.state for one in sprint_status(sprint, now=LATER).milestones}


def late(sprint: Sprint) -> int:
    return sum(bool(one.days_late) for one in sprint_status(sprint, now=LATER).milestones)


@time_machine.travel(LATER, tick=False)
def test_one_side_says_it_and_the_other_confirms_it_in_one_go(sprint: Sprint, party: Party) -> None:
    """From the page of one lead to that of the other, with one left out; nothing is late from then on but that one."""
    page, found = f"/partnerships/{sprint.partnership.slug}/sprint/", due_before(sprint)
    one, other = (client_of(lead_in(sprint, side)) for side in (party, party.other))
    assert len(found) == late(sprint) > 3 and {True, False} == {milestone.joint for milestone in found}
    assert all("Say what was done before" in text_of(client.get(page)) for client in (one, other))
    typed = {f"done_{milestone.number}": "on" for milestone in found}
    for part, value in {"month": "1", "day": "8", "year": "2027"}.items():
        typed |= {f"day_{milestone.number}_{part}": value for milestone in found}
    assert one.post(f"{page}proposals/prior-work/", typed).status_code == 302
    assert late(sprint) == len(found), "one side alone changes nothing"
    assert "Your answer" not in text_of(one.get(f"{page}proposals/2/"))
    asked = [task for task in todo(sprint, party.other) if "proposal" in task]
    assert len(asked) == 1 and recipients_of("sprint.proposed").count(lead_in(sprint, party.other)) == 1
    shown = Proposal.objects.get(number=2).digest
    kept = [milestone.number for milestone in found[1:]]
    none = other.post(f"{page}proposals/2/", {"agree": "yes", "shown": shown})
    assert none.status_code == 422 and "Tick at least one" in text_of(none)
    other.post(f"{page}proposals/2/", {"agree": "yes", "shown": shown, "milestones": kept})
    assert {number for number, state in states(sprint).items() if state == MilestoneState.DONE} == set(kept)
    assert late(sprint) == 1
    for client in (one, other):
        said = text_of(client.get(f"{page}milestones/{kept[0]}/"))
        assert "Done before the partnership came here, on January 8, 2027" in said
        assert f"Confirmed by {lead_in(sprint, party.other).name}" in said
        assert "Not confirmed" in text_of(client.get(f"{page}proposals/2/"))


def test_each_is_signed_off_by_both_and_the_ledger_says_who_confirmed_it(sprint: Sprint, party: Party) -> None:
    found = due_before(sprint)
    agree_to(say(sprint, party, found), now=LATER)
    joint = [milestone for milestone in found if milestone.joint]
    answers = SignOff.objects.filter(milestone__in=joint, replaced_at=None, answer="yes")
    assert {(one.milestone_id, one.party, one.by, one.at) for one in answers} == {
        (milestone.pk, side, lead_in(sprint, side), NOW if side == party else LATER)
        for milestone in joint
        for side in Party
    }
    told = EventContent.objects.filter(event__kind="milestone.done_before").select_related("event")
    assert {one.payload["number"] for one in told} == {milestone.number for milestone in found}
    assert {one.payload["day"] for one in told} == {BEFORE.isoformat()}
    assert {one.event.actor for one in told} == {lead_in(sprint, party.other).pk}
    assert feed(sprint, lead_in(sprint, party), now=LATER).count(b"SUMMARY:Done: ") == len(found)
    assert OutboxMail.objects.filter(kind=CHANGES, person=lead_in(sprint, party.other)).count() == 1


def test_the_mail_names_the_whole_list(sprint: Sprint, party: Party) -> None:
    say(sprint, party, due_before(sprint)[:2], TODAY)
    queued = OutboxMail.objects.filter(kind=CHANGES, person=lead_in(sprint, party.other))
    told = build(queued.get()).body
    assert "says that 2 milestones of your plan were done before you came here" in told
    assert all(f"{milestone.name}, done on" in told for milestone in due_before(sprint)[:2])


def test_neither_the_side_that_says_it_nor_staff_confirm_it(sprint: Sprint, party: Party) -> None:
    proposal = say(sprint, party, due_before(sprint))
    for by in (lead_in(sprint, party), staff_of(sprint.partnership.program)):
        with pytest.raises(Refused):
            actions.agree_to_proposal(by=by, proposal=proposal, shown=proposal.digest, now=LATER)
    assert not SignOff.objects.exists() and not Milestone.objects.exclude(done_before=None).exists()


def test_what_is_not_agreed_to_stays_late_and_its_reason_in_sight(sprint: Sprint, party: Party) -> None:
    proposal, before = say(sprint, party, due_before(sprint)), late(sprint)
    act = {"by": lead_in(sprint, party.other), "proposal": proposal, "shown": proposal.digest, "now": LATER}
    with pytest.raises(NotNow, match="left everything out"):
        actions.agree_to_proposal(left_out=[one.number for one in due_before(sprint)], **act)
    actions.decline_proposal(reason="We never held the interviews.", **act)
    assert late(sprint) == before and len(due_before(sprint)) == before
    for side in Party:
        page = f"/partnerships/{sprint.partnership.slug}/sprint/proposals/prior-work/"
        assert "We never held the interviews." in text_of(client_of(lead_in(sprint, side)).get(page))


def test_what_was_worked_on_here_goes_the_usual_way(sprint: Sprint, party: Party) -> None:
    """Before it is said, and between the word of one side and that of the other."""
    first, second, *rest = due_before(sprint)
    say_outcome(first, by=lead_in(sprint, party))
    with pytest.raises(Stale):
        say(sprint, party, [first])
    proposal = say(sprint, party, [second, *rest])
    say_outcome(second, by=lead_in(sprint, party))
    with pytest.raises(Stale):
        agree_to(proposal, now=LATER)
    act = {"by": lead_in(sprint, party.other), "proposal": proposal, "shown": proposal.digest, "now": LATER}
    actions.agree_to_proposal(left_out=[second.number], **act)
    assert {one.number for one in sprint.milestones.exclude(done_before=None)} == {one.number for one in rest}


def test_a_day_after_they_came_or_long_before_the_first_day_is_refused_at_its_field(
    sprint: Sprint, party: Party
) -> None:
    number = due_before(sprint)[0].number
    client = client_of(lead_in(sprint, party))
    page = f"/partnerships/{sprint.partnership.slug}/sprint/proposals/prior-work/"
    for year in ("2029", "2020"):
        day = {"month": "1", "day": "8", "year": year}
        typed = {f"done_{number}": "on"} | {f"day_{number}_{part}": value for part, value in day.items()}
        answer = client.post(page, typed)
        assert answer.status_code == 422 and list(answer.context["form"].errors) == [f"day_{number}"]
    assert "Nothing is ticked" in text_of(client.post(page, {"done_99": "on"}))
    assert not Proposal.objects.filter(kind="prior_work").exists()


def test_it_can_be_opened_again_like_anything_that_was_signed_off(sprint: Sprint, party: Party) -> None:
    """A lead asks for changes, and both sign again, without evidence; what nobody signs off is taken up again."""
    found = due_before(sprint)
    agree_to(say(sprint, party, found), now=LATER)
    joint, free = (next(one for one in found if one.joint == joint) for joint in (True, False))
    subject = MilestoneSubject(Milestone.objects.get(pk=joint.pk))
    again = {"by": lead_in(sprint, party), "now": LATER, "shown": subject.digest, "subject": subject}
    actions.ask_for_changes(reason="Which interviews?", **again)
    assert states(sprint)[joint.number] == MilestoneState.CHANGES
    sign_off(joint, party, now=LATER)
    assert states(sprint)[joint.number] == MilestoneState.DONE
    leader = lead_in(sprint, Party(next(one for one in free.leaders if one in Party.values)))
    actions.take_up_again(by=leader, milestone=free, now=LATER)
    assert (
        Milestone.objects.get(pk=free.pk).done_before is None and states(sprint)[free.number] == MilestoneState.OVERDUE
    )


def test_a_sprint_that_began_here_asks_nothing_of_it(party: Party) -> None:
    sprint = started_sprint(first_day=TODAY)
    page = f"/partnerships/{sprint.partnership.slug}/sprint/"
    client = client_of(lead_in(sprint, party))
    assert "Say what was done before" not in text_of(client.get(page))
    assert client.get(f"{page}proposals/prior-work/").url == page
