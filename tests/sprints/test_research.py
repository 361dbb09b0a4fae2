"""Research with residents: an analysis counts when whoever promised to check it has confirmed it."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements.models import Clause
from agreements.refusals import NotNow, NotReady, Stale
from ledger.models import Event
from partners.parties import Party, Role
from partners.rules import Refused
from sprints import actions
from sprints.domain.milestones import MilestoneSubject
from sprints.domain.research import (
    FindingSubject,
    changes_digest,
    checkers,
    finding_digest,
    research_plan_digest,
    research_plan_of,
)
from sprints.models import Activity, Evidence, Finding, Milestone, Sprint
from sprints.plan import ANALYSIS_CLAUSE
from tests.factories.decisions import todo
from tests.factories.people import NOW, TODAY, client_of, everybody, lead_of, member_of
from tests.factories.research import ask_for, confirm, find, hold_talks
from tests.factories.sprints import (
    first_joint,
    fresh,
    lead_in,
    ready,
    recipients_of,
    say_outcome,
    sign_off,
    stands,
    started_sprint,
)

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def sprint() -> Sprint:
    return started_sprint()


@pytest.fixture
def checks(sprint: Sprint, party: Party) -> Party:
    """The party that owns the clause about checking the analysis: each of the two, in turn."""
    Clause.objects.filter(agreement__partnership=sprint.partnership, key=ANALYSIS_CLAUSE).update(owner=party)
    return party


def url(sprint: Sprint, rest: str = "") -> str:
    return f"/partnerships/{sprint.partnership.slug}/sprint/research/{rest}"


def text_of(response: object) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())))


def again(finding: Finding) -> Finding:
    return Finding.objects.select_related("sprint__partnership").get(pk=finding.pk)


def is_confirmed(finding: Finding) -> bool:
    return FindingSubject(again(finding)).is_done


def support(sprint: Sprint, finding: Finding, party: Party = Party.CITY) -> Milestone:
    """A milestone that both sides sign off, with this finding as its evidence."""
    milestone = first_joint(sprint)
    say_outcome(milestone, by=lead_in(sprint, party))
    act = {"by": lead_in(sprint, party), "milestone": milestone, "title": "What residents said", "now": NOW}
    actions.add_evidence(finding=finding, **act)
    return fresh(milestone)


def rework(finding: Finding, party: Party, reason: str = "Two talks are left out.") -> None:
    finding = again(finding)
    act = {"by": lead_in(finding.sprint, party), "subject": FindingSubject(finding), "now": NOW}
    actions.ask_for_changes(shown=finding_digest(finding), reason=reason, **act)


def change(finding: Finding, party: Party = Party.CITY, **said: object) -> Finding:
    finding = again(finding)
    kept = {"title": finding.title, "analysis": finding.analysis, "datasets": []}
    act = {"by": lead_in(finding.sprint, party), "sprint": finding.sprint, "finding": finding, "now": NOW}
    rests_on = {"activities": finding.activities.all(), "shown": finding_digest(finding)}
    return actions.set_finding(**act, **(kept | rests_on | said))


# --- Who confirms ----------------------------------------------------------------------------------------------------


def test_whoever_owns_the_clause_confirms_and_nobody_else(sprint: Sprint, checks: Party) -> None:
    finding = find(sprint)
    assert checkers(sprint.partnership) == [checks]
    shown = {"shown": finding_digest(finding)}
    other = client_of(lead_in(sprint, checks.other))
    assert other.post(url(sprint, "findings/1/confirm/"), shown).status_code == 403
    assert not is_confirmed(finding)
    assert Event.objects.filter(kind="refused", chain=sprint.partnership_id).exists()
    own = client_of(lead_in(sprint, checks))
    assert own.post(url(sprint, "findings/1/confirm/"), shown).status_code == 302
    assert is_confirmed(finding)
    page = text_of(other.get(url(sprint, "findings/1/")))
    assert f"Confirmed by {lead_in(sprint, checks).name}" in page


def test_as_the_agreement_is_written_it_is_the_community_partner(sprint: Sprint) -> None:
    assert checkers(sprint.partnership) == [Party.COMMUNITY]


def test_where_nobody_promises_it_either_side_confirms(sprint: Sprint, party: Party) -> None:
    Clause.objects.filter(agreement__partnership=sprint.partnership, key=ANALYSIS_CLAUSE).update(key="another")
    finding = find(sprint)
    confirm(finding, party)
    assert is_confirmed(finding)
    rework(finding, party.other)
    assert not is_confirmed(finding), "one side's word against it is not outvoted"


def test_a_member_staff_and_those_beside_confirm_nothing(sprint: Sprint) -> None:
    finding = find(sprint)
    people, shown = everybody(sprint.partnership), {"shown": finding_digest(finding)}
    for name in (f"{Party.CITY} member", f"{Party.COMMUNITY} member", Role.TECHNOLOGY_PARTNER, "staff"):
        assert client_of(people[name]).post(url(sprint, "findings/1/confirm/"), shown).status_code == 403
    for name in ("outsider", "superuser"):
        assert client_of(people[name]).post(url(sprint, "findings/1/confirm/"), shown).status_code == 404
        assert client_of(people[name]).get(url(sprint, "findings/1/")).status_code == 404
        assert client_of(people[name]).get(url(sprint)).status_code == 404
    by_link = client_of(lead_of(sprint.partnership, Party.COMMUNITY), by_link=True)
    assert by_link.post(url(sprint, "findings/1/confirm/"), shown).status_code == 403
    with pytest.raises(Refused):
        confirm(finding, Party.CITY)
    assert not is_confirmed(finding)


def test_it_waits_for_them_and_they_are_told(sprint: Sprint, checks: Party) -> None:
    finding = find(sprint, checks.other)
    says = "An analysis waits for your check: Notices come late"
    assert [says in todo(sprint, party) for party in (checks, checks.other)] == [True, False]
    assert recipients_of("finding.waits") == [lead_in(sprint, checks)]
    confirm(finding, checks)
    assert says not in todo(sprint, checks)


# --- What it supports ------------------------------------------------------------------------------------------------


def test_a_finding_that_is_not_confirmed_stands_in_the_way_of_a_sign_off(sprint: Sprint, checks: Party) -> None:
    finding = find(sprint)
    milestone = support(sprint, finding)
    blockers = MilestoneSubject(milestone).blockers
    assert [(one.code, one.waits_for) for one in blockers] == [("finding not confirmed", (checks,))]
    page = client_of(lead_in(sprint, Party.CITY)).get(f"/partnerships/{sprint.partnership.slug}/sprint/milestones/5/")
    assert "This finding is not confirmed as accurate and comprehensive: Notices come late" in text_of(page)
    for party in Party:
        with pytest.raises(NotReady):
            sign_off(milestone, party)
    confirm(finding, checks)
    for party in Party:
        sign_off(milestone, party)
    assert stands(milestone).state == "done"


def test_asking_for_changes_stands_in_the_way_too_and_says_why(sprint: Sprint, checks: Party) -> None:
    finding = find(sprint)
    milestone = support(sprint, finding)
    confirm(finding, checks)
    said = {"shown": finding_digest(again(finding)), "reason": "Who speaks Vietnamese was not asked."}
    client_of(lead_in(sprint, checks)).post(url(sprint, "findings/1/rework/"), said)
    assert [one.code for one in MilestoneSubject(milestone).blockers] == ["finding not confirmed"]
    page = text_of(client_of(lead_in(sprint, checks.other)).get(url(sprint, "findings/1/")))
    assert "Who speaks Vietnamese was not asked." in page


def test_a_changed_finding_asks_all_who_said_yes_again(sprint: Sprint, checks: Party) -> None:
    finding = find(sprint)
    milestone = support(sprint, finding)
    confirm(finding, checks)
    sign_off(milestone, checks)
    change(finding, analysis="Eleven of twelve had less than a week.")
    assert not is_confirmed(finding)
    assert stands(milestone).answers.is_asked_again(checks)
    page = client_of(lead_in(sprint, checks)).get(f"/partnerships/{sprint.partnership.slug}/sprint/milestones/5/")
    assert "The finding was changed: What residents said" in text_of(page)
    assert "It has changed since it was confirmed." in text_of(
        client_of(lead_in(sprint, checks)).get(url(sprint, "findings/1/"))
    )


def test_what_both_sides_signed_off_stays_as_it_is(sprint: Sprint) -> None:
    finding = find(sprint)
    milestone = support(sprint, finding)
    confirm(finding, Party.COMMUNITY)
    for party in Party:
        sign_off(milestone, party)
    with pytest.raises(NotNow, match="Write a new one"):
        change(finding, analysis="Otherwise.")
    with pytest.raises(NotNow):
        act = {"by": lead_in(sprint, Party.CITY), "finding": again(finding), "now": NOW}
        actions.withdraw_finding(shown=finding_digest(again(finding)), **act)
    assert stands(milestone).state == "done"


def test_what_it_changed_is_written_later_and_asks_nobody_again(sprint: Sprint, party: Party) -> None:
    finding = find(sprint)
    confirm(finding, Party.COMMUNITY)
    said = {
        "changes": "It now tells the day of the visit.\nIn two languages.",
        "shown": changes_digest(finding),
    }
    client = client_of(member_of(sprint.partnership, party))
    assert client.post(url(sprint, "findings/1/led-to/"), said).status_code == 302
    assert is_confirmed(finding)
    assert "It now tells the day of the visit." in text_of(client.get(url(sprint)))
    stale = client.post(url(sprint, "findings/1/led-to/"), said | {"changes": "Otherwise."})
    assert stale.status_code == 409
    assert "Otherwise." in text_of(stale)
    said = {"changes": "It changed more.", "shown": changes_digest(again(finding))}
    assert client.post(url(sprint, "findings/1/led-to/"), said).status_code == 302


def test_a_yes_to_another_text_than_shown_is_refused(sprint: Sprint) -> None:
    finding = find(sprint)
    before = finding_digest(finding)
    change(finding, analysis="Eleven of twelve had less than a week.")
    with pytest.raises(Stale):
        confirm(finding, Party.COMMUNITY, shown=before)
    assert not is_confirmed(finding)


def test_a_finding_is_added_to_a_milestone_in_the_browser_once(sprint: Sprint, party: Party) -> None:
    finding = find(sprint)
    address = f"/partnerships/{sprint.partnership.slug}/sprint/milestones/5/evidence/"
    client = client_of(member_of(sprint.partnership, party))
    said = {"title": "What residents said", "finding": str(finding.pk)}
    assert client.post(address, said | {"words": "And words."}).status_code == 422
    assert client.post(address, said).status_code == 302
    assert client.post(address, said).status_code == 422
    assert Evidence.objects.get().finding == finding
    assert "Research report and problem statement" in text_of(client.get(url(sprint, "findings/1/")))


def test_another_sprints_finding_is_no_evidence_here(sprint: Sprint) -> None:
    other = find(started_sprint())
    with pytest.raises(ValidationError):
        support(sprint, other)
    address = f"/partnerships/{sprint.partnership.slug}/sprint/milestones/5/evidence/"
    answer = client_of(lead_in(sprint, Party.CITY)).post(address, {"title": "Theirs", "finding": str(other.pk)})
    assert answer.status_code == 422
    assert not Evidence.objects.exists()


def test_other_evidence_needs_no_confirmation(sprint: Sprint, party: Party) -> None:
    find(sprint)
    assert MilestoneSubject(ready(first_joint(sprint))).blockers == []


# --- Plan and activities ---------------------------------------------------------------------------------------------


def test_the_plan_is_written_by_either_side(sprint: Sprint, party: Party) -> None:
    client = client_of(member_of(sprint.partnership, party))
    shown = research_plan_digest(research_plan_of(sprint))
    said = {"questions": "Why do notices come late?", "languages": "English, Spanish", "compensation": "40 dollars"}
    assert client.post(url(sprint, "plan/"), said | {"shown": shown}).status_code == 302
    page = text_of(client_of(lead_in(sprint, party.other)).get(url(sprint)))
    assert "Why do notices come late?" in page and "Not decided yet" in page
    stale = client.post(url(sprint, "plan/"), {"questions": "Something else?", "shown": shown})
    assert stale.status_code == 409
    assert "Something else?" in text_of(stale)


def test_an_activity_is_counts_and_words(sprint: Sprint, party: Party) -> None:
    day = {"held_on_month": "3", "held_on_day": "1", "held_on_year": "2020"}
    said = {"title": "Talks", "method": "interview", "people": "12", "languages": "Spanish"}
    ways = {"compensation": "A grocery card", "consent": "A signed form"}
    client = client_of(member_of(sprint.partnership, party))
    assert client.post(url(sprint, "activities/add/"), day | said | ways | {"people": "0"}).status_code == 422
    assert client.post(url(sprint, "activities/add/"), day | said | ways | {"compensation": ""}).status_code == 422
    assert client.post(url(sprint, "activities/add/"), day | said | ways).status_code == 302
    page = text_of(client_of(lead_in(sprint, party.other)).get(url(sprint)))
    assert "12 residents took part" in page and "A grocery card" in page
    assert not {field.name for field in Activity._meta.get_fields()} & {
        "name",
        "names",
        "email",
        "phone",
        "participants",
    }


def test_it_is_written_down_after_it_was_held(sprint: Sprint) -> None:
    with pytest.raises(ValidationError, match="after it was held"):
        hold_talks(sprint, held_on=TODAY + timedelta(days=1))


def test_its_author_takes_an_activity_back_while_nothing_rests_on_it(sprint: Sprint, party: Party) -> None:
    activity = hold_talks(sprint, party)
    address = url(sprint, f"activities/{activity.pk}/withdraw/")
    assert client_of(lead_in(sprint, party.other)).post(address).status_code == 403
    finding = find(sprint, activity=activity)
    assert client_of(lead_in(sprint, party)).post(address).status_code == 409
    actions.withdraw_finding(
        by=lead_in(sprint, Party.CITY), finding=finding, shown=finding_digest(again(finding)), now=NOW
    )
    assert client_of(lead_in(sprint, party)).post(address).status_code == 302
    assert not Activity.objects.filter(withdrawn_at=None).exists()


def test_a_finding_rests_on_something_of_this_sprint(sprint: Sprint) -> None:
    said = {"title": "So it is", "analysis": "It is so.", "sprint": sprint, "finding": None}
    act = {"by": lead_in(sprint, Party.CITY), "now": NOW}
    for activities in ([], [hold_talks(started_sprint())]):
        with pytest.raises(ValidationError, match="rests on"):
            actions.set_finding(activities=activities, datasets=[], **said, **act)
    data = ask_for(sprint)
    finding = actions.set_finding(activities=[], datasets=[data], **said, **act)
    assert list(finding.datasets.all()) == [data]
    assert "So it is" in text_of(
        client_of(lead_in(sprint, Party.CITY)).get(f"/partnerships/{sprint.partnership.slug}/sprint/datasets/1/")
    )


def test_the_pages_cost_the_same_with_one_and_with_many(sprint: Sprint) -> None:
    client, counts = client_of(member_of(sprint.partnership, Party.CITY)), []
    milestone = f"/partnerships/{sprint.partnership.slug}/sprint/milestones/5/"
    for many in (1, 20):
        for number in range(many):
            finding = find(sprint, title=f"Finding {len(counts)} {number}")
            support(sprint, finding)
            confirm(finding, Party.COMMUNITY)
        for address in (url(sprint), milestone):
            client.get(address)
            with CaptureQueriesContext(connection) as counted:
                client.get(address)
            counts.append(len(counted))
    assert counts[:2] == counts[2:]
