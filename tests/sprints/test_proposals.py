"""The first day, and what both sides agree to: neither sets it alone, whichever side proposes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError

from agreements.refusals import NotNow, Stale
from ledger.models import Event
from ledger.verify import verify_ledger
from mail.models import OutboxMail
from mail.registry import build
from partners.parties import Party, Role
from partners.rules import Refused
from sprints import actions
from sprints.domain.commitments import signed_promises
from sprints.domain.milestones import plan_content
from sprints.emails.hourly import CHANGES
from sprints.emails.proposals import declined as declined_message
from sprints.models import Milestone, Proposal, Sprint
from sprints.plan import Phase
from tests.factories.agreements import lead, make_agreement
from tests.factories.people import NOW, client_of, make_partnership, make_seat, member_of
from tests.factories.sprints import (
    FIRST_DAY,
    agree_to,
    at,
    lead_in,
    propose_start,
    recipients_of,
    signed_agreement,
    started_sprint,
)
from tests.pages import text_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("party", Party)
def test_one_side_proposes_and_the_other_confirms(party: Party) -> None:
    agreement = signed_agreement()
    proposal = propose_start(agreement, party)
    assert not Milestone.objects.exists()
    with pytest.raises(Refused):
        actions.agree_to_proposal(by=lead(agreement, party), proposal=proposal, shown=proposal.digest, now=NOW)
    agree_to(proposal)
    sprint = Sprint.objects.get()
    assert sprint.first_day == FIRST_DAY and sprint.milestones.count() == 17
    assert recipients_of("sprint.proposed") == [lead(agreement, party.other)]


def test_a_program_may_set_another_number_of_weeks() -> None:
    agreement = signed_agreement()
    program = agreement.partnership.program
    program.sprint_weeks = 12
    program.save()
    client = client_of(lead(agreement, Party.COMMUNITY))
    page = f"/partnerships/{agreement.partnership.slug}/sprint/"
    assert client.get(page).context["form"]["weeks"].value() == 12
    agree_to(propose_start(agreement, weeks=12))
    assert [one.last_week for one in Milestone.objects.filter(joint=True)] == [3, 6, 11, 11]
    warning = client.get(page).context["warnings"][0].text
    assert "The plan has 12 weeks" in warning and "12-week" in warning


def test_a_program_of_22_weeks_begins_with_the_plan_of_22(party: Party) -> None:
    agreement = signed_agreement()
    proposal = propose_start(agreement, party, weeks=22)
    page = f"/partnerships/{agreement.partnership.slug}/sprint/proposals/1/"
    assert "Built-in plan of 22 weeks" in client_of(lead(agreement, party.other)).get(page).content.decode()
    agree_to(proposal)
    assert Sprint.objects.get().plan == "built-in-22"
    assert [one.last_week for one in Milestone.objects.filter(joint=True)] == [7, 11, 20, 21]


def test_a_proposal_from_before_there_was_a_choice_begins_with_the_usual_plan() -> None:
    proposal = propose_start(signed_agreement(), weeks=22)
    del proposal.content["plan"]
    proposal.save()
    agree_to(proposal)
    assert Sprint.objects.get().plan == "built-in-18"
    assert [one.last_week for one in Milestone.objects.filter(joint=True)] == [6, 11, 20, 21]


@time_machine.travel(NOW, tick=False)
def test_who_agrees_to_a_start_sees_its_last_day_and_what_is_late_at_once(party: Party) -> None:
    """A slip in the year: nobody would see it in eighteen weeks."""
    agreement = signed_agreement()
    sprint = f"/partnerships/{agreement.partnership.slug}/sprint/"
    typed = {"first_day_month": "3", "first_day_day": "8", "weeks": "18"}
    client, other = client_of(lead(agreement, party)), client_of(lead(agreement, party.other))
    page = client.post(f"{sprint}proposals/start/", typed | {"first_day_year": "2026"}, follow=True).content.decode()
    assert "from Sunday, March 8, 2026 to Saturday, July 11, 2026" in page
    assert "17 milestones would be late at once" in page
    asked = other.get(f"{sprint}proposals/1/").content.decode()
    assert "Sunday, March 8, 2026" in asked and "Saturday, July 11, 2026" in asked
    assert "this is late at once" in asked and "Kick-off: roles, working norms, compensation" in asked
    client.post(f"{sprint}proposals/start/", typed | {"first_day_year": "2027"})
    asked = other.get(f"{sprint}proposals/2/").content.decode()
    assert "Monday, March 8, 2027" in asked and "Sunday, July 11, 2027" in asked
    assert "late at once" not in asked
    mail = [build(one).body for one in OutboxMail.objects.filter(kind=CHANGES)]
    assert ["Last day: Sunday, July 11, 2027" in said for said in mail] == [True]


@time_machine.travel(NOW, tick=False)
def test_a_pause_shows_the_last_day_that_it_moves_and_a_change_the_day_that_is_due(party: Party) -> None:
    sprint = started_sprint()
    act = {"by": lead_in(sprint, party), "sprint": sprint, "reason": "Holidays.", "now": NOW}
    actions.propose_pause(first=date(2027, 3, 8), last=date(2027, 3, 14), **act)
    milestone = sprint.milestones.filter(joint=True).first()
    content = plan_content(milestone) | {"week": 0, "last_week": 0}
    actions.propose_milestone(milestone=milestone, content=content, **act)
    client = client_of(lead_in(sprint, party.other))
    pages = [client.get(f"/partnerships/{sprint.partnership.slug}/sprint/proposals/{n}/") for n in (2, 3)]
    paused, moved = (page.content.decode() for page in pages)
    assert "Last day of the sprint" in paused and "Sunday, July 11, 2027" in paused
    assert "Sunday, February 28, 2027" in moved and "this is late at once" in moved


def test_each_promise_has_a_milestone_from_the_first_day() -> None:
    sprint = started_sprint()
    fulfilled = {clause.key for one in sprint.milestones.all() for clause in one.fulfils.all()}
    assert fulfilled == {promise.key for promise in signed_promises(sprint.partnership)}


@pytest.mark.parametrize("party", Party)
def test_another_proposal_takes_the_place_of_the_first(party: Party) -> None:
    agreement = signed_agreement()
    first = propose_start(agreement, party)
    second = propose_start(agreement, party.other, first_day=FIRST_DAY + timedelta(7))
    with pytest.raises(Stale):
        agree_to(first)
    agree_to(second)
    assert Sprint.objects.get().first_day == FIRST_DAY + timedelta(7)


def test_agreeing_twice_unfolds_the_plan_once() -> None:
    proposal = propose_start(signed_agreement())
    agree_to(proposal)
    agree_to(proposal)
    assert Milestone.objects.count() == 17
    assert Event.objects.filter(kind="start.agreed").count() == 1
    assert verify_ledger().intact


def test_what_was_not_shown_is_not_agreed_to() -> None:
    agreement = signed_agreement()
    proposal = propose_start(agreement)
    with pytest.raises(Stale):
        actions.agree_to_proposal(by=lead(agreement, Party.COMMUNITY), proposal=proposal, shown="0" * 64, now=NOW)
    assert Sprint.objects.get().first_day is None


def test_no_sprint_without_a_signed_agreement() -> None:
    agreement = make_agreement()
    with pytest.raises(NotNow):
        propose_start(agreement)
    assert not Sprint.objects.exists()


def test_a_day_in_another_year_is_taken_for_a_mistake() -> None:
    with pytest.raises(ValidationError):
        propose_start(signed_agreement(), first_day=date(2037, 3, 1))


@pytest.mark.parametrize("party", Party)
def test_a_pause_shifts_the_plan_when_the_other_side_agrees(party: Party) -> None:
    sprint = started_sprint()
    now, ends = at(sprint, week=3), sprint.timeline.last_day
    first = sprint.timeline.starts(5)
    act = {"sprint": sprint, "first": first, "last": first + timedelta(6), "reason": "Holidays.", "now": now}
    proposal = actions.propose_pause(by=lead_in(sprint, party), **act)
    sprint.refresh_from_db()
    assert sprint.timeline.last_day == ends
    agree_to(proposal, now=now)
    sprint.refresh_from_db()
    assert sprint.timeline.last_day == ends + timedelta(7)
    assert sprint.timeline.ends(4) == first - timedelta(1)


@pytest.mark.parametrize("party", Party)
def test_a_no_says_why_and_changes_nothing(party: Party) -> None:
    agreement = signed_agreement()
    proposal = propose_start(agreement, party)
    act = {"by": lead(agreement, party.other), "proposal": proposal, "shown": proposal.digest, "now": NOW}
    actions.decline_proposal(**act, reason="Ramadan is in that month.")
    proposal.refresh_from_db()
    assert (proposal.outcome, proposal.answer) == ("declined", "Ramadan is in that month.")
    assert Sprint.objects.get().first_day is None


def test_the_pages_from_the_proposal_to_the_plan() -> None:
    agreement = signed_agreement()
    page = f"/partnerships/{agreement.partnership.slug}/sprint/"
    one, other = client_of(lead(agreement, Party.COMMUNITY)), client_of(lead(agreement, Party.CITY))
    typed = {"first_day_month": "3", "first_day_day": "1", "first_day_year": "2027", "weeks": "18"}
    assert one.post(f"{page}proposals/start/", typed).status_code == 302
    proposal = Proposal.objects.get()
    assert "Your answer" not in one.get(f"{page}proposals/1/").content.decode()
    assert "Your answer" in other.get(f"{page}proposals/1/").content.decode()
    assert other.post(f"{page}proposals/1/", {"agree": "yes", "shown": proposal.digest}).status_code == 302
    assert "Research report and problem statement" in one.get(page).content.decode()


def test_the_table_names_each_phase_that_the_picture_draws(party: Party) -> None:
    sprint = started_sprint()
    page = client_of(lead_in(sprint, party)).get(f"/partnerships/{sprint.partnership.slug}/sprint/").content.decode()
    drawn, table = page.split('<table class="usa-table usa-table--stacked plan-table">')
    in_plan = {Phase(milestone.phase).label for milestone in sprint.milestones.all()}
    assert in_plan == {phase.label for phase in Phase}
    for label in in_plan:
        assert f"<title>{label}</title>" in drawn
        assert f'<span class="note">{label}</span>' in table


def test_a_refused_first_day_comes_back_as_it_was_typed() -> None:
    agreement = signed_agreement()
    page = f"/partnerships/{agreement.partnership.slug}/sprint/proposals/start/"
    typed = {"first_day_month": "2", "first_day_day": "31", "first_day_year": "2027", "weeks": "18"}
    answer = client_of(lead(agreement, Party.CITY)).post(page, typed)
    assert answer.status_code == 422
    assert 'value="31"' in answer.content.decode()


def test_who_may_see_and_who_may_propose() -> None:
    agreement = signed_agreement()
    partnership = agreement.partnership
    page = f"/partnerships/{partnership.slug}/sprint/"
    stranger = lead(make_agreement(make_partnership(program=partnership.program)), Party.CITY)
    assert client_of(stranger).get(page).status_code == 404
    for person in (member_of(partnership, Party.CITY), make_seat(partnership, Role.TECHNOLOGY_PARTNER).person):
        assert client_of(person).get(page).status_code == 200
        assert client_of(person).post(f"{page}proposals/start/", {}).status_code == 403


# --- A reason stays in sight -----------------------------------------------------------------------------------------

WHY_NOT = "Our clinics close that week."


def decline(proposal: Proposal) -> None:
    by = lead(proposal.sprint.partnership.agreement, Party(proposal.party).other)
    actions.decline_proposal(by=by, proposal=proposal, shown=proposal.digest, reason=WHY_NOT, now=NOW)


def seen_by_both(agreement: object, address: str, words: str = WHY_NOT) -> bool:
    seen = {words in text_of(client_of(lead(agreement, party)).get(address)) for party in Party}
    assert len(seen) == 1, "both sides read the same"
    return seen.pop()


@pytest.mark.parametrize("party", Party)
def test_why_a_first_day_was_not_agreed_to_stays_in_sight_until_one_is(party: Party) -> None:
    agreement = signed_agreement()
    declined = propose_start(agreement, party)
    decline(declined)
    page = f"/partnerships/{agreement.partnership.slug}/sprint/"
    assert seen_by_both(agreement, page)
    again = propose_start(agreement, party, first_day=FIRST_DAY + timedelta(7))
    assert seen_by_both(agreement, page)
    assert seen_by_both(agreement, f"{page}proposals/{again.number}/")
    agree_to(again)
    assert not seen_by_both(agreement, f"{page}proposals/{again.number}/")
    assert not seen_by_both(agreement, page)


@pytest.mark.parametrize("party", Party)
def test_why_a_pause_or_a_change_was_not_agreed_to_stays_in_sight_until_one_is(party: Party) -> None:
    sprint = started_sprint()
    agreement, milestone = sprint.partnership.agreement, sprint.milestones.filter(joint=True).first()
    page = f"/partnerships/{sprint.partnership.slug}/sprint/"
    by = {"by": lead_in(sprint, party), "sprint": sprint, "now": NOW}
    first = at(sprint, week=5).date()

    def propose_a_pause(days: int) -> Proposal:
        return actions.propose_pause(first=first, last=first + timedelta(days), reason="Rest.", **by)

    def propose_a_change(weeks: int) -> Proposal:
        content = plan_content(Milestone.objects.get(pk=milestone.pk))
        later = content | {"last_week": milestone.last_week + weeks}
        return actions.propose_milestone(milestone=milestone, content=later, reason="Time.", **by)

    for propose, address in (
        (propose_a_pause, "proposals/pause/"),
        (propose_a_change, f"milestones/{milestone.number}/"),
    ):
        decline(propose(5))
        assert seen_by_both(agreement, page + address)
        other = propose(2)
        assert seen_by_both(agreement, f"{page}proposals/{other.number}/")
        agree_to(other)
        assert not seen_by_both(agreement, page + address)
        assert not seen_by_both(agreement, f"{page}proposals/{other.number}/")


@pytest.mark.parametrize("party", Party)
def test_whose_proposal_was_declined_is_told_why(party: Party) -> None:
    sprint = started_sprint()
    first = at(sprint, week=5).date()
    act = {"by": lead_in(sprint, party), "sprint": sprint, "now": NOW, "reason": "Rest."}
    decline(actions.propose_pause(first=first, last=first + timedelta(5), **act))
    assert lead_in(sprint, party) in recipients_of("sprint.declined")
    mail = declined_message({"proposal": Proposal.objects.latest("pk").pk})
    assert WHY_NOT in mail.paragraphs[0] and lead_in(sprint, party.other).name in mail.paragraphs[0]
