"""The sustainability plan: gaps, both sides' sign-off of its exact words, its review, and publiccode.yml."""

from __future__ import annotations

import html
import re
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
import time_machine
import yaml
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from agreements.actions import end
from agreements.refusals import NotNow, NotReady, Stale
from ledger.models import Event
from mail.models import OutboxMail
from mail.outbox import message_of
from partners.actions import end_seat
from partners.parties import Party, Role
from partners.rules import Refused
from sprints import actions
from sprints.domain.publiccode import publiccode_gaps
from sprints.domain.sustainability import PlanSubject, plan_of
from sprints.emails.hourly import CHANGES, changes
from sprints.models import Sprint
from sprints.publiccode import as_yaml
from sprints.states import Answers
from tests.factories import decisions
from tests.factories.people import NOW, ZONE, client_of, everybody, make_seat, member_of, proved
from tests.factories.sprints import lead_in, recipients_of, started_sprint
from tests.factories.sustainability import PLAN, describe, own, shown_plan, sign_plan, sustained, write
from topcities.weekly.digest import parts_for

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def sprint() -> Sprint:
    return started_sprint()


def url(sprint: Sprint, rest: str = "") -> str:
    return f"/partnerships/{sprint.partnership.slug}/sprint/sustainability/{rest}"


def text_of(response: object) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())))


def gaps(sprint: Sprint) -> set[str]:
    return {gap.code for gap in PlanSubject.find(sprint).blockers}


def answers(sprint: Sprint) -> Answers:
    return PlanSubject.find(sprint).answers


def todo(sprint: Sprint, party: Party, now: datetime = NOW) -> list[str]:
    return [text for text in decisions.todo(sprint, party, now) if "ustainab" in text]


@pytest.mark.parametrize("name", sorted(PLAN))
def test_each_thing_left_open_is_a_gap(sprint: Sprint, name: str) -> None:
    sustained(sprint)
    assert gaps(sprint) == set()
    write(sprint, **{name: None if name in {"until", "review_on"} else ""})
    assert gaps(sprint) == {name}


def test_a_plan_needs_a_repository_that_both_own_and_administer(sprint: Sprint, party: Party) -> None:
    write(sprint)
    assert gaps(sprint) == {"repository"}
    describe(sprint)
    own(sprint, party)
    missing = PlanSubject.find(sprint).blockers
    assert [gap.waits_for for gap in missing] == [(party.other,)]
    own(sprint, party.other)
    assert gaps(sprint) == set()


def test_what_leaves_something_open_is_not_signed_off(sprint: Sprint, party: Party) -> None:
    sustained(sprint)
    write(sprint, money="")
    with pytest.raises(NotReady) as refusal:
        sign_plan(sprint, party)
    assert [gap.code for gap in refusal.value.blockers] == ["money"]
    page = client_of(lead_in(sprint, party)).get(url(sprint))
    assert "It does not say where the money comes from." in text_of(page)


def test_both_sides_sign_off_the_same_words(sprint: Sprint, party: Party) -> None:
    sustained(sprint)
    client = client_of(lead_in(sprint, party))
    client.post(url(sprint, "sign-off/"), {"shown": shown_plan(sprint)})
    assert answers(sprint).missing == [party.other]
    assert recipients_of("plan.waits") == [lead_in(sprint, party.other)]
    assert todo(sprint, party.other) == ["Your sign-off is asked for: sustainability plan"]
    assert todo(sprint, party) == []
    sign_plan(sprint, party.other)
    assert answers(sprint).both
    assert "Both sides have signed off this plan" in text_of(client.get(url(sprint)))


@pytest.mark.parametrize("change", ["words", "repository"])
def test_a_change_asks_again_and_shows_what_changed(sprint: Sprint, party: Party, change: str) -> None:
    sustained(sprint)
    sign_plan(sprint, party)
    if change == "words":
        write(sprint, party.other, hosting="On the library's account.")
    else:
        describe(sprint, party.other, repository="https://code.example.org/elsewhere")
    assert not answers(sprint).says_yes(party)
    mail = changes(OutboxMail.objects.filter(kind=CHANGES, person=lead_in(sprint, party)).last())
    assert mail.subject == "Your sign-off is asked for: sustainability plan"
    assert mail.paragraphs == ["It has changed since you signed it off. Its page shows what is new."]
    page = text_of(client_of(lead_in(sprint, party)).get(url(sprint)))
    assert "Asked again: it has changed since they signed off" in page
    assert ("library's" if change == "words" else "code.example.org/elsewhere") in page


def test_a_yes_to_other_words_than_those_shown_is_refused(sprint: Sprint, party: Party) -> None:
    sustained(sprint)
    before = shown_plan(sprint)
    write(sprint, party.other, cost="Ten times as much.")
    answer = client_of(lead_in(sprint, party)).post(url(sprint, "sign-off/"), {"shown": before})
    assert answer.status_code == 409
    assert not answers(sprint).says_yes(party)


def test_two_who_write_at_once_lose_nothing(sprint: Sprint, party: Party) -> None:
    before = shown_plan(sprint)
    sustained(sprint)
    client = client_of(lead_in(sprint, party))
    answer = client.post(url(sprint, "change/"), {"shown": before, "governance": "A council decides."})
    assert answer.status_code == 409
    assert "A council decides." in text_of(answer)
    assert plan_of(sprint).governance == PLAN["governance"]
    with pytest.raises(Stale):
        actions.write_plan(by=lead_in(sprint, party), sprint=sprint, shown=before, now=NOW, **PLAN)


def test_asking_for_changes_says_why_to_both(sprint: Sprint, party: Party) -> None:
    sustained(sprint)
    said = {"shown": shown_plan(sprint), "reason": "Name the budget line of next year."}
    client_of(lead_in(sprint, party)).post(url(sprint, "ask-for-changes/"), said)
    page = client_of(lead_in(sprint, party.other)).get(url(sprint))
    assert "Name the budget line of next year." in text_of(page)
    assert answers(sprint).asks_for_changes(party)


@pytest.mark.parametrize(
    ("typed", "kept"), [("apache-2.0", "Apache-2.0"), ("mit", "MIT"), ("EUPL-1.2 OR AGPL-3.0-or-later",) * 2]
)
def test_a_licence_is_kept_as_the_spdx_list_writes_it(sprint: Sprint, typed: str, kept: str) -> None:
    assert write(sprint, licence=typed).licence == kept


@pytest.mark.parametrize("typed", ["free for all", "Apache", "GPL", "LicenseRef-Ours", "MIT OR"])
def test_a_licence_that_is_not_on_the_list_is_refused_in_words(sprint: Sprint, typed: str) -> None:
    with pytest.raises(ValidationError, match="SPDX"):
        write(sprint, licence=typed)
    assert plan_of(sprint).changed_at is None


def test_the_review_shows_from_three_weeks_before_until_a_new_day_is_set(sprint: Sprint, party: Party) -> None:
    sustained(sprint)
    for one in Party:
        sign_plan(sprint, one)
    before, near = datetime(2027, 12, 20, 20, tzinfo=UTC), datetime(2027, 12, 26, 20, tzinfo=UTC)
    assert todo(sprint, party, before) == []
    assert todo(sprint, party, near) == ["Look at the sustainability plan again, and set the day of the next review."]
    mailed = parts_for([lead_in(sprint, party)], now=near)[lead_in(sprint, party).pk]
    assert any("the next review" in task.text for part in mailed for task in part.todo), "it is in the weekly mail"
    with time_machine.travel(near, tick=False):
        assert "The day of the review is near or past." in text_of(client_of(lead_in(sprint, party)).get(url(sprint)))
    write(sprint, party, review_on=PLAN["until"])
    for one in Party:
        sign_plan(sprint, one)
    assert todo(sprint, party, near) == []


def test_it_is_reviewed_before_it_ends(sprint: Sprint) -> None:
    with pytest.raises(ValidationError, match="before it ends"):
        write(sprint, review_on=PLAN["until"], until=PLAN["review_on"])


def test_who_may(sprint: Sprint) -> None:
    sustained(sprint)
    people = everybody(sprint.partnership)
    for address in ("", "publiccode.yml", "change/"):
        assert client_of(people["outsider"]).get(url(sprint, address)).status_code == 404
    shown = shown_plan(sprint)
    for name in (f"{Party.CITY} member", f"{Party.COMMUNITY} member", Role.TECHNOLOGY_PARTNER, "staff"):
        assert client_of(people[name]).post(url(sprint, "sign-off/"), {"shown": shown}).status_code == 403
    by_link = client_of(people[f"{Party.CITY} lead"], by_link=True)
    assert by_link.post(url(sprint, "sign-off/"), {"shown": shown}).status_code == 403
    assert client_of(people[Role.TECHNOLOGY_PARTNER]).get(url(sprint, "change/")).status_code == 403
    with pytest.raises(Refused):
        by = people[f"{Party.CITY} member"]
        actions.sign_off(by=by, subject=PlanSubject.find(sprint), shown=shown, now=NOW)
    assert not Event.objects.filter(kind="sustainability.signed_off").exists()


def test_nothing_is_signed_off_that_nobody_wrote(sprint: Sprint, party: Party) -> None:
    with pytest.raises(NotNow):
        sign_plan(sprint, party)


def test_publiccode_has_every_key_that_the_standard_requires(sprint: Sprint, party: Party) -> None:
    sustained(sprint)
    answer = client_of(lead_in(sprint, party)).get(url(sprint, "publiccode.yml"))
    assert 'filename="publiccode.yml"' in answer["Content-Disposition"]
    found = yaml.safe_load(answer.content)
    required = {"publiccodeYmlVersion", "name", "url", "platforms", "categories", "developmentStatus", "softwareType"}
    assert required | {"description", "legal", "maintenance", "localisation"} <= set(found)
    assert found["legal"]["license"] == "Apache-2.0"
    assert found["maintenance"]["contacts"] == [
        {"name": "Tess Maintainer", "affiliation": "City of Ashford, Office of Data"}
    ]
    said = found["description"]["en"]
    assert len(said["shortDescription"]) <= 150 <= len(said["longDescription"])
    assert said["features"] == ["Answer five questions", "Print what to bring"]
    assert found["localisation"] == {"localisationReady": True, "availableLanguages": ["en", "es"]}
    assert found["developmentStatus"] in {"concept", "development", "beta", "stable", "obsolete"}


def test_under_a_contract_it_names_who_is_paid_and_until_when(sprint: Sprint) -> None:
    sustained(sprint)
    write(sprint, maintenance="contract", code_contact="")
    found = yaml.safe_load(client_of(lead_in(sprint, Party.CITY)).get(url(sprint, "publiccode.yml")).content)
    contractors = [{"name": "City of Ashford, Office of Data", "until": "2029-06-30"}]
    assert found["maintenance"] == {"type": "contract", "contractors": contractors}


def test_publiccode_with_gaps_says_what_it_lacks(sprint: Sprint) -> None:
    sustained(sprint)
    describe(sprint, description="Too short.", features="")
    answer = client_of(lead_in(sprint, Party.CITY)).get(url(sprint, "publiccode.yml"))
    assert answer.status_code == 409
    assert "fewer than 150 characters" in text_of(answer)
    assert "what people can do with the product" in text_of(answer)


TEXTS = [
    "no",
    "1.0",
    "2029-06-30",
    "12:30",
    "null",
    "a: b # c",
    "'\"\\",
    "- x\n  y",
    "one\r\n\r\ntwo\n",
    " edges ",
    "\u2028\x85",
]
TEXTS += [
    "!!python/object:x",
    "&a *a",
    "ñ 東",
    "مدينة آشفورد",
    "\u200f\u202eabc",
    "🏙️ 👩🏽‍💻",
    "=",
    "---",
    "x" * 300,
    "long words " * 40,
]


@pytest.mark.parametrize("text", TEXTS)
def test_whatever_people_type_stays_text_in_yaml(text: str) -> None:
    content = {"name": text, "list": [text, {"a": text, "b": [text]}], "empty": [], "ready": True}
    assert yaml.safe_load(as_yaml(content)) == content


@given(st.text())
def test_any_text_at_all_stays_the_same_in_yaml(text: str) -> None:
    assert yaml.safe_load(as_yaml({"name": text, "list": [text]})) == {"name": text, "list": [text]}


@pytest.mark.parametrize("text", ["1e3", "-4E+2", "0o17", "1.", ".5e1"])
def test_what_only_newer_yaml_reads_as_a_number_stands_in_quotes(text: str) -> None:
    assert as_yaml({"name": text}) == f'name: "{text}"\n'


def test_letters_of_every_script_are_written_as_they_are() -> None:
    assert as_yaml({"b": "مدينة 東 ñ 🏙", "a": True}) == "b: مدينة 東 ñ 🏙\na: true\n"


def test_the_page_costs_the_same_however_often_it_was_signed(sprint: Sprint) -> None:
    sustained(sprint)
    client, counts = client_of(member_of(sprint.partnership, Party.CITY)), []
    make_seat(sprint.partnership, Role.PRODUCT_ADVISOR)
    for number in range(6):
        write(sprint, cost=f"{number} dollars a year")
        for party in Party:
            sign_plan(sprint, party)
        client.get(url(sprint))
        with CaptureQueriesContext(connection) as counted:
            client.get(url(sprint))
        counts.append(len(counted))
    assert counts[0] == counts[-1]


# --- What was so when it was written -----------------------------------------------------------------------------

YEARS_LATER = datetime(2031, 1, 10, 18, 30, tzinfo=UTC)


def test_a_contract_that_ended_is_found_when_read_and_told_once(sprint: Sprint, party: Party) -> None:
    sustained(sprint)
    write(sprint, maintenance="contract", code_contact="")
    for one in Party:
        sign_plan(sprint, one)
    reader = lead_in(sprint, party)
    with time_machine.travel(datetime(2029, 6, 30, 18, tzinfo=ZONE), tick=False):
        assert 'until: "2029-06-30"' in client_of(reader).get(url(sprint, "publiccode.yml")).content.decode()
        assert actions.tell_of_ended_plans(now=timezone.now()) == 0
    with time_machine.travel(YEARS_LATER, tick=False):
        refused = client_of(reader).get(url(sprint, "publiccode.yml"))
        assert refused.status_code == 409
        says = "This was certain until Saturday, June 30, 2029. Say who supports the product now, and until when."
        assert says in text_of(refused)
        assert says in text_of(client_of(reader).get(url(sprint)))
    told = [actions.tell_of_ended_plans(now=YEARS_LATER + timedelta(days=days)) for days in range(3)]
    assert told == [2, 0, 0]
    mails = OutboxMail.objects.filter(kind="plan over")
    assert {one.person for one in mails} == {lead_in(sprint, one) for one in Party}
    message = message_of(mails[0])
    assert "June 30, 2029" in message.subject
    assert any("publiccode.yml" in line for line in message.paragraphs)
    write(sprint, maintenance="contract", code_contact="", until=date(2033, 6, 30), review_on=date(2032, 1, 15))
    assert message_of(mails[0]) is None, "it is put right before the mail leaves"
    assert actions.tell_of_ended_plans(now=datetime(2033, 7, 2, tzinfo=UTC)) == 2


def test_nobody_signs_off_a_plan_whose_days_are_over(sprint: Sprint, party: Party) -> None:
    sustained(sprint)
    with pytest.raises(NotReady) as refused:
        sign_plan(sprint, party, now=YEARS_LATER)
    assert {gap.code for gap in refused.value.blockers} == {"until", "review_on"}


def test_a_technical_contact_who_left_is_no_contact(sprint: Sprint, party: Party) -> None:
    member = member_of(sprint.partnership, party)
    sustained(sprint)
    write(sprint, code_contact=member.name)
    find = partial(PlanSubject.find, sprint, now=NOW + timedelta(days=2))
    assert find().blockers == []
    later = NOW + timedelta(days=1)
    end_seat(by=lead_in(sprint, party), seat=member.seats.get(), now=later)
    assert [gap.code for gap in find().blockers] == ["code_contact"]
    assert "code_contact" in {gap.code for gap in publiccode_gaps(plan_of(sprint), find().product, later)}
    with time_machine.travel(later + timedelta(hours=1), tick=False):
        write(sprint, code_contact="Noor Newcomer")
    assert find().blockers == []


def test_an_ended_agreement_is_told_nothing_more(sprint: Sprint, party: Party) -> None:
    sustained(sprint)
    end(by=lead_in(sprint, party), agreement=sprint.partnership.agreement, reason="Enough.", **proved(NOW))
    assert actions.tell_of_ended_plans(now=YEARS_LATER) == 0
