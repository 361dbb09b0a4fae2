"""Demo Day: the running order and its times, what residents' stories may be used for, the rehearsal."""

from __future__ import annotations

import html
import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from agreements import actions as agreement_actions
from agreements.refusals import NotNow
from ledger.models import Event
from partners.parties import Party, Role
from sprints import actions
from sprints.domain.showcase import running_order, story_rows
from sprints.models import Consent, RunningOrderItem, Sprint, Story, StoryUse
from sprints.rehearsal import CHECKLIST
from sprints.timeline import one_after_another
from tests.factories.people import NOW, TODAY, client_of, everybody, member_of, proved
from tests.factories.sprints import in_los_angeles, lead_in, started_sprint

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
DAY = date(2027, 7, 4)
CONSENTED = date(2027, 3, 1)


@pytest.fixture
def sprint() -> Sprint:
    return in_los_angeles(started_sprint())


def url(sprint: Sprint, rest: str = "") -> str:
    return f"/partnerships/{sprint.partnership.slug}/sprint/showcase/{rest}"


def text_of(response: object) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())))


def page(sprint: Sprint, party: Party = Party.CITY, rest: str = "") -> str:
    return text_of(client_of(lead_in(sprint, party)).get(url(sprint, rest)))


def set_day(sprint: Sprint, **changed: object) -> None:
    said = {"day": DAY, "at": time(17, 0), "place": "Town hall", "welcome": "Come and see."} | changed
    actions.set_showcase(by=lead_in(sprint, Party.CITY), sprint=sprint, now=NOW, **said)


def add_item(sprint: Sprint, title: str, minutes: int = 5, **changed: object) -> RunningOrderItem:
    said = {"presenters": [], "others": "", "story": None, "item": None} | changed
    by = lead_in(sprint, Party.COMMUNITY)
    return actions.set_item(by=by, sprint=sprint, title=title, minutes=minutes, now=NOW, **said)


def add_story(sprint: Sprint, party: Party = Party.COMMUNITY, uses: tuple[str, ...] = tuple(StoryUse)) -> Story:
    said = {"about": "Three weeks without a landlord's answer", "how": "Signed form", "given_on": CONSENTED}
    return actions.add_story(by=lead_in(sprint, party), sprint=sprint, uses=uses, now=NOW, **said)


def standing_uses(sprint: Sprint) -> set[str]:
    return {use for row in story_rows(sprint) for use, consent in row.uses if consent}


def test_times_follow_from_the_start_and_the_minutes(sprint: Sprint, party: Party) -> None:
    set_day(sprint)
    presenter = lead_in(sprint, party)
    add_item(sprint, "Welcome", 10, presenters=[presenter])
    add_item(sprint, "The product, live", 25, others="A resident of Elm Street")
    found = page(sprint, party.other)
    assert "5:00 PM PDT" in found
    assert "5:10 PM PDT" in found
    assert "35 minutes in all." in found
    assert presenter.name in found
    order = running_order(sprint.showcase, NOW)
    assert order.ends == datetime(2027, 7, 5, 0, 35, tzinfo=UTC)


def test_times_run_on_when_the_clocks_change() -> None:
    before = datetime(2027, 11, 7, 8, 50, tzinfo=UTC)  # ten minutes before clocks go back in Los Angeles
    assert one_after_another(before, [20, 5]) == [
        before,
        before + timedelta(minutes=20),
        before + timedelta(minutes=25),
    ]


def test_without_a_start_there_are_no_times_yet(sprint: Sprint) -> None:
    add_item(sprint, "Welcome")
    assert running_order(sprint.showcase, NOW).rows[0].begins is None
    assert "No day and time are set yet." in page(sprint)
    with pytest.raises(ValidationError, match="both the day and the time"):
        set_day(sprint, at=None)


def test_parts_change_places_and_the_times_follow(sprint: Sprint, party: Party) -> None:
    set_day(sprint)
    first, second = add_item(sprint, "Welcome", 10), add_item(sprint, "Thanks", 5)
    client = client_of(lead_in(sprint, party))
    client.post(url(sprint, f"items/{second.pk}/move/"), {"earlier": "yes"})
    rows = running_order(sprint.showcase, NOW).rows
    assert [(row.item.title, row.begins.minute) for row in rows] == [("Thanks", 0), ("Welcome", 5)]
    client.post(url(sprint, f"items/{second.pk}/move/"), {"earlier": "yes"})
    client.post(url(sprint, f"items/{first.pk}/drop/"))
    assert [row.item.title for row in running_order(sprint.showcase, NOW).rows] == ["Thanks"]


def test_a_story_is_told_only_with_a_standing_consent_to_that(sprint: Sprint) -> None:
    story = add_story(sprint, uses=(StoryUse.WEB,))
    with pytest.raises(ValidationError, match="No consent stands"):
        add_item(sprint, "A story", story=story)
    more = {"uses": [StoryUse.STAGE], "given_on": CONSENTED, "how": "Said to two of us"}
    actions.add_consent(by=lead_in(sprint, Party.CITY), story=story, now=NOW, **more)
    assert add_item(sprint, "A story", story=story).story == story


def test_taking_consent_back_holds_at_once_for_either_side(sprint: Sprint, party: Party) -> None:
    story = add_story(sprint, party)
    add_item(sprint, "A story", story=story)
    assert story.about in page(sprint, rest="program/")
    client_of(member_of(sprint.partnership, party.other)).post(url(sprint, "stories/1/withdraw/"))
    assert standing_uses(sprint) == set()
    assert story.about not in page(sprint, rest="program/")
    assert "No consent stands: do not use this story" in page(sprint, party)
    assert not RunningOrderItem.objects.filter(story=story).exists()
    told = Event.objects.get(kind="story.withdrawn")
    assert told.content.payload["uses"] == sorted(StoryUse.values)


def test_one_use_is_taken_back_and_the_others_stand(sprint: Sprint) -> None:
    story = add_story(sprint)
    item = add_item(sprint, "A story", story=story)
    client = client_of(lead_in(sprint, Party.COMMUNITY))
    client.post(url(sprint, "stories/1/withdraw/"), {"use": StoryUse.PROGRAM})
    assert standing_uses(sprint) == set(StoryUse) - {StoryUse.PROGRAM}
    assert story.about not in page(sprint, rest="program/")
    item.refresh_from_db()
    assert item.story == story


def test_what_was_taken_back_is_kept_and_can_be_given_anew(sprint: Sprint) -> None:
    story = add_story(sprint, uses=(StoryUse.STAGE,))
    by = lead_in(sprint, Party.CITY)
    for _twice in range(2):
        actions.withdraw_consent(by=by, story=story, use="", now=NOW)
    more = {"uses": [StoryUse.STAGE], "given_on": CONSENTED, "how": "Asked again"}
    actions.add_consent(by=by, story=story, now=NOW, **more)
    assert Consent.objects.filter(story=story).count() == 2
    assert Event.objects.filter(kind="story.withdrawn").count() == 1
    assert standing_uses(sprint) == {StoryUse.STAGE}


def test_consent_can_be_taken_back_after_the_agreement_has_ended(sprint: Sprint) -> None:
    story, by = add_story(sprint), lead_in(sprint, Party.CITY)
    agreement_actions.end(by=by, agreement=sprint.partnership.agreement, reason="It is over.", **proved(NOW))
    with pytest.raises(NotNow):
        add_item(sprint, "A part")
    actions.withdraw_consent(by=by, story=story, use="", now=NOW)
    assert standing_uses(sprint) == set()


def test_consent_is_written_down_after_it_was_given(sprint: Sprint) -> None:
    with pytest.raises(ValidationError, match="after it was given"):
        said = {"about": "A story", "uses": ["stage"], "how": "Promised", "given_on": TODAY + timedelta(days=1)}
        actions.add_story(by=lead_in(sprint, Party.CITY), sprint=sprint, now=NOW, **said)
    assert not Story.objects.exists()


def test_no_field_asks_who_a_resident_is() -> None:
    """A story points at no person but those of the team who wrote it down, and has one line about it."""
    for model in (Story, Consent):
        texts = {
            field.name for field in model._meta.get_fields() if isinstance(field, models.CharField | models.TextField)
        }
        assert texts <= {"about", "use", "how"}
        people = {field.name for field in model._meta.get_fields() if field.related_model and field.many_to_one}
        assert people <= {"sprint", "story", "added_by", "recorded_by", "withdrawn_by"}


def test_the_checklist_is_there_and_grows(sprint: Sprint, party: Party) -> None:
    assert CHECKLIST[0] in page(sprint, party)
    client = client_of(lead_in(sprint, party))
    client.post(url(sprint, "checks/1/"), {"done": "yes"})
    client.post(url(sprint, "checks/add/"), {"text": "Chairs for forty"})
    found = page(sprint, party.other)
    assert f"1 of {len(CHECKLIST) + 1} seen to." in found
    assert "Chairs for forty" in found
    client.post(url(sprint, "checks/1/"), {"open": "yes"})
    assert f"0 of {len(CHECKLIST) + 1} seen to." in page(sprint, party.other)


def test_forms_keep_what_was_typed_and_say_what_is_missing(sprint: Sprint) -> None:
    client = client_of(lead_in(sprint, Party.CITY))
    answer = client.post(url(sprint, "stories/add/"), {"about": "A story that I typed"})
    assert answer.status_code == 422
    assert "A story that I typed" in answer.content.decode()
    day = {"day_month": "7", "day_day": "4", "day_year": "2027", "at": "17:00", "place": "Town hall", "welcome": ""}
    assert client.post(url(sprint, "change/"), day).status_code == 302
    said = {"title": "Welcome", "minutes": "10", "presenters": [str(lead_in(sprint, Party.CITY).pk)], "others": ""}
    assert client.post(url(sprint, "items/add/"), said).status_code == 302
    item = RunningOrderItem.objects.get()
    assert client.get(url(sprint, f"items/{item.pk}/")).status_code == 200
    assert client.post(url(sprint, f"items/{item.pk}/"), said | {"minutes": "0"}).status_code == 422
    uses = {"uses": ["stage"], "given_on_month": "3", "given_on_day": "1", "given_on_year": "2020", "how": "Form"}
    assert client.post(url(sprint, "stories/add/"), {"about": "A story"} | uses).status_code == 302
    assert standing_uses(sprint) == {StoryUse.STAGE}


def test_outsiders_see_nothing_and_staff_change_nothing(sprint: Sprint) -> None:
    set_day(sprint)
    add_story(sprint)
    people = everybody(sprint.partnership)
    for address in ("", "program/", "stories/add/"):
        assert client_of(people["outsider"]).get(url(sprint, address)).status_code == 404
    assert client_of(people["outsider"]).post(url(sprint, "stories/1/withdraw/")).status_code == 404
    assert client_of(people["staff"]).post(url(sprint, "stories/1/withdraw/")).status_code == 403
    assert standing_uses(sprint) == set(StoryUse)
    assert client_of(people[Role.TECHNOLOGY_PARTNER]).get(url(sprint)).status_code == 200


def test_the_number_of_queries_does_not_grow(sprint: Sprint) -> None:
    client, counts = client_of(lead_in(sprint, Party.CITY)), []
    for number in range(10):
        story = add_story(sprint)
        add_item(sprint, f"Part {number}", story=story, presenters=[lead_in(sprint, party) for party in Party])
        if number in {0, 9}:
            counts.append([queries(client, url(sprint)), queries(client, url(sprint, "program/"))])
    assert counts[0] == counts[1]


def queries(client: object, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as counted:
        assert client.get(address).status_code == 200
    return len(counted)
