"""What a person took on, and what becomes of it when they leave: handed on, given another day, taken back."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from agreements.refusals import NotNow, Stale
from ledger.models import Event
from ledger.verify import verify_ledger
from mail.models import OutboxMail
from partners.actions import change_access, end_seat
from partners.domain.duties import duties_of
from partners.models import Person
from partners.parties import Party, Role
from sprints import actions
from sprints.domain.action_items import action_item_digest, item_rows
from sprints.domain.calendars import feed
from sprints.emails.hourly import changes
from sprints.models import ActionItem, ActionItemChange, RunningOrderItem, Sprint
from tests.concurrency import at_once
from tests.factories.decisions import todo
from tests.factories.meetings import schedule
from tests.factories.people import NOW, TODAY, client_of, make_person, make_seat, member_of, proved
from tests.factories.sprints import at, lead_in, recipients_of, started_sprint
from tests.pages import sprint_url, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
WHAT = "Ask the clinic"
DUE = TODAY + timedelta(3)


@pytest.fixture
def sprint() -> Sprint:
    return started_sprint()


def take_on(sprint: Sprint, owner: Person, *, what: str = WHAT) -> ActionItem:
    act = {"by": lead_in(sprint, Party.CITY), "meeting": schedule(sprint), "due": DUE, "now": NOW}
    return actions.add_action_item(what=what, owner=owner, **act)


def present(sprint: Sprint, *people: Person) -> RunningOrderItem:
    part = {"item": None, "title": "The heat map", "minutes": 10, "others": "", "story": None, "now": NOW}
    return actions.set_item(by=lead_in(sprint, Party.CITY), sprint=sprint, presenters=people, **part)


def end(sprint: Sprint, person: Person, *, by: Person, to: Person | None = None) -> None:
    end_seat(by=by, seat=sprint.partnership.seats.get(person=person, ended_at=None), to=to, now=NOW)


def page_of_end(sprint: Sprint, person: Person) -> str:
    seat = sprint.partnership.seats.get(person=person, ended_at=None)
    return reverse("seat_end", args=[sprint.partnership.slug, seat.pk])


def change(item: ActionItem, by: Person, **said: object) -> ActionItem:
    item.refresh_from_db()
    said = {"owner": item.owner, "due": item.due, "why": "", "shown": action_item_digest(item)} | said
    return actions.change_action_item(by=by, item=item, now=NOW, **said)


def take_back(item: ActionItem, by: Person, why: str = "") -> None:
    item.refresh_from_db()
    actions.take_back_action_item(by=by, item=item, why=why, shown=action_item_digest(item), now=NOW)


@time_machine.travel(NOW, tick=False)
def test_a_removal_names_what_somebody_took_on_and_who_takes_it_over(sprint: Sprint, party: Party) -> None:
    gone, heir = member_of(sprint.partnership, party), lead_in(sprint, party.other)
    item, part = take_on(sprint, gone), present(sprint, gone, heir)
    done = take_on(sprint, gone, what="Already done")
    actions.say_action_item(by=gone, item=done, done=True, now=NOW)
    lead, address = client_of(lead_in(sprint, party)), page_of_end(sprint, gone)
    page = text_of(lead.get(address))
    assert WHAT in page and "Presents at Demo Day: The heat map" in page
    assert "Already done" not in page
    stranger = lead.post(address, {"to": str(make_person().pk)})
    assert stranger.status_code == 422
    assert lead.post(address, {"to": str(heir.pk)}).status_code == 302
    item.refresh_from_db()
    assert (item.owner, list(part.presenters.all())) == (heir, [heir])
    done.refresh_from_db()
    assert done.owner == gone
    meeting = text_of(client_of(heir).get(sprint_url(sprint, f"meetings/{item.meeting.number}/")))
    assert f"handed it on from {gone.name} to {heir.name}" in meeting
    assert heir in recipients_of("action_item.changed")
    kinds = Event.objects.filter(chain=sprint.partnership_id).order_by("-sequence").values_list("kind", flat=True)
    assert set(kinds[:3]) == {"seat.ended", "action_item.handed_on", "running_order.set"}


@time_machine.travel(NOW, tick=False)
def test_what_nobody_took_over_waits_for_that_sides_lead_until_it_is_given_to_somebody(
    sprint: Sprint, party: Party
) -> None:
    gone = member_of(sprint.partnership, party)
    item, part = take_on(sprint, gone), present(sprint, gone)
    assert "Nobody yet: it waits for the lead of" in text_of(client_of(gone).get(page_of_end(sprint, gone)))
    before = {side: todo(sprint, side) for side in Party}
    end(sprint, gone, by=gone)
    waits = [f"{gone.name} took this on and takes part no more: {WHAT}"]
    waits += [f"{gone.name} was to present this at Demo Day and takes part no more: The heat map"]
    assert [one for one in todo(sprint, party) if one not in before[party]] == waits
    assert todo(sprint, party.other) == before[party.other]
    item.refresh_from_db()
    assert [row.waits_for for row in item_rows(sprint, item.meeting, NOW)] == [[party]]
    assert "Takes part no more" in text_of(client_of(lead_in(sprint, party)).get(sprint_url(sprint, "meetings/")))
    assert gone.name in text_of(client_of(lead_in(sprint, party)).get(sprint_url(sprint, "showcase/")))
    change(item, lead_in(sprint, party), owner=lead_in(sprint, party))
    part.presenters.set([lead_in(sprint, party)])
    assert todo(sprint, party) == before[party]


@pytest.mark.django_db(transaction=True)
def test_what_is_taken_on_in_the_instant_of_a_removal_is_somebodys(party: Party) -> None:
    """It comes too late and is refused, it goes to whoever takes over, or it waits for that side's lead."""
    sprint = started_sprint()
    meeting, lead = schedule(sprint), lead_in(sprint, party)
    for number in range(6):
        person, to = make_seat(sprint.partnership, Role.MEMBER, party).person, lead if number % 2 else None
        act = {"by": lead_in(sprint, party.other), "meeting": meeting, "due": DUE, "now": NOW}
        take = partial(actions.add_action_item, what=WHAT, owner=person, **act)
        taken, left = at_once(take, partial(end, sprint, person, by=lead, to=to))
        assert left is None and isinstance(taken, ActionItem | ValidationError)
    rows = item_rows(sprint, None, NOW)
    assert all(row.item.owner == lead or row.waits_for == [party] for row in rows)
    assert verify_ledger().intact


def test_what_somebody_beside_the_parties_took_on_waits_for_both_leads(sprint: Sprint) -> None:
    advisor = make_seat(sprint.partnership, Role.PRODUCT_ADVISOR).person
    take_on(sprint, advisor)
    end(sprint, advisor, by=lead_in(sprint, Party.COMMUNITY))
    for party in Party:
        assert any(WHAT in words for words in todo(sprint, party))


def test_who_may_not_sign_in_any_more_leaves_what_they_took_on_to_their_lead(sprint: Sprint, party: Party) -> None:
    member, root = member_of(sprint.partnership, party), make_person(is_superuser=True, is_staff=True)
    take_on(sprint, member)
    said = {"person": member, "is_staff": False, "now": NOW}
    change_access(by=root, is_active=False, **said)
    assert any(WHAT in words for words in todo(sprint, party))
    assert not any(WHAT in words for words in todo(sprint, party.other))
    with pytest.raises(ValidationError):  # nobody else's is given to somebody who cannot see it
        change(take_on(sprint, lead_in(sprint, party), what="Another"), lead_in(sprint, party), owner=member)
    change_access(by=root, is_active=True, **said)
    assert not any(WHAT in words for words in todo(sprint, party))


def test_a_lead_who_hands_over_keeps_what_they_took_on(sprint: Sprint, party: Party) -> None:
    from partners.actions import accept_lead, offer_lead

    old, new = lead_in(sprint, party), member_of(sprint.partnership, party)
    item = take_on(sprint, old)
    offer = offer_lead(by=old, partnership=sprint.partnership, to=new, reason="", **proved(NOW))
    accept_lead(by=new, handover=offer, **proved(NOW))
    assert [row.waits_for for row in item_rows(sprint, item.meeting, NOW)] == [[]]
    assert duties_of(old, sprint.partnership, NOW)[0].text == WHAT


@time_machine.travel(NOW, tick=False)
def test_anyone_hands_it_on_moves_it_and_takes_it_back_and_the_meeting_shows_it(sprint: Sprint, party: Party) -> None:
    member, heir = member_of(sprint.partnership, party), lead_in(sprint, party.other)
    advisor = make_seat(sprint.partnership, Role.PRODUCT_ADVISOR).person
    item, client, later = take_on(sprint, member), client_of(advisor), TODAY + timedelta(9)
    address = sprint_url(sprint, f"action-items/{item.pk}/")
    day = {"due_month": later.month, "due_day": later.day, "due_year": later.year}
    said = {"owner": str(heir.pk), "why": "She knows them.", "shown": action_item_digest(item)}
    assert client.get(f"{address}change/").status_code == 200
    assert client.post(f"{address}change/", said | day).status_code == 302
    item.refresh_from_db()
    assert (item.owner, item.due) == (heir, later)
    assert {member, heir} <= set(recipients_of("action_item.changed"))
    assert client.post(f"{address}change/", said | day).status_code == 409  # seen before it was changed
    page = sprint_url(sprint, f"meetings/{item.meeting.number}/")
    told = text_of(client.get(page))
    assert f"{advisor.name} handed it on from {member.name} to {heir.name}. “She knows them.”" in told
    assert f"{advisor.name} gave it another day" in told
    shown = {"shown": action_item_digest(item), "why": "The clinic has closed."}
    assert client.post(f"{address}withdraw/", shown).status_code == 302
    told = text_of(client.get(page))
    assert f"{advisor.name} took it back. “The clinic has closed.”" in told
    assert item_rows(sprint, None, NOW + timedelta(30)) == []
    assert WHAT not in feed(sprint, heir, now=NOW).decode()
    acts = ActionItemChange.objects.filter(item=item).values_list("act", flat=True)
    assert list(acts) == ["moved", "handed on", "withdrawn"]
    kinds = Event.objects.filter(kind__startswith="action_item.").order_by("sequence").values_list("kind", flat=True)
    assert list(kinds)[1:] == ["action_item.moved", "action_item.handed_on", "action_item.withdrawn"]


def test_the_mail_says_how_it_stands_when_it_leaves(sprint: Sprint, party: Party) -> None:
    owner, heir = member_of(sprint.partnership, party), lead_in(sprint, party.other)
    item = take_on(sprint, owner)
    change(item, lead_in(sprint, party), owner=heir)
    mails = {row.person: row for row in OutboxMail.objects.filter(kind="sprint.changes", person__in=[owner, heir])}
    things = {person: [one for one in row.about["things"] if "item" in one] for person, row in mails.items()}
    for row in mails.values():
        row.about["things"] = [one for one in row.about["things"] if "item" in one]
    assert [len(some) for some in things.values()] == [1, 1]
    assert changes(mails[owner]).subject == f"{heir.name} does this from now on: {WHAT}"
    assert changes(mails[heir]).subject.startswith("Yours to do until ")
    take_back(item, lead_in(sprint, party))
    assert changes(mails[heir]).subject == f"Taken back by {lead_in(sprint, party).name}: {WHAT}"


def test_what_is_done_or_taken_back_is_not_changed_and_nobody_outside_gets_it(sprint: Sprint, party: Party) -> None:
    item, lead = take_on(sprint, member_of(sprint.partnership, party)), lead_in(sprint, party)
    with pytest.raises(ValidationError):
        change(item, lead, owner=make_person())
    with pytest.raises(ValidationError):
        change(item, lead, due=TODAY + timedelta(5000))
    with pytest.raises(Stale):
        change(item, lead, due=TODAY, shown="0" * 64)
    actions.say_action_item(by=lead, item=item, done=True, now=NOW)
    with pytest.raises(NotNow):
        change(item, lead, due=TODAY)
    actions.say_action_item(by=lead, item=item, done=False, now=NOW)
    take_back(item, lead)
    for act in (lambda: change(item, lead, due=TODAY), lambda: take_back(item, lead)):
        with pytest.raises(NotNow):
            act()
    actions.say_action_item(by=lead, item=item, done=True, now=NOW)
    item.refresh_from_db()
    assert (item.due, item.done_at) == (DUE, None)
    with pytest.raises(IntegrityError), transaction.atomic():
        ActionItem.objects.filter(pk=item.pk).update(done_at=NOW, done_by=lead)


def test_an_empty_seat_that_leads_a_milestone_waits_for_both_leads(sprint: Sprint) -> None:
    """In the built-in plan the technology partner leads from week 7 on: two weeks before, the empty seat is named."""
    says = "Nobody has this seat: Technology partner. It leads the milestone “Data exploration with the stewards”."
    assert not any(
        "Technology partner" in words for party in Party for words in todo(sprint, party, at(sprint, week=4))
    )
    for party in Party:
        assert says in todo(sprint, party, at(sprint, week=6))
    partner = make_seat(sprint.partnership, Role.TECHNOLOGY_PARTNER).person
    assert not any("Technology partner" in words for words in todo(sprint, Party.CITY, at(sprint, week=6)))
    end(sprint, partner, by=lead_in(sprint, Party.CITY))
    assert says in todo(sprint, Party.COMMUNITY, at(sprint, week=6))


def test_the_number_of_queries_does_not_grow_with_what_was_taken_on(
    sprint: Sprint, django_assert_num_queries: object
) -> None:
    counts = []
    for number in range(3):
        item = take_on(sprint, member_of(sprint.partnership, Party.CITY), what=f"Item {number}")
        change(item, lead_in(sprint, Party.CITY), due=DUE + timedelta(1))
        counts.append(len(item_rows(sprint, None, NOW)))
    with django_assert_num_queries(4):
        item_rows(sprint, None, NOW)
    assert counts == [1, 2, 3]


# --- Every field that names a person ---------------------------------------------------------------------------------

# What happens to these when the person leaves stands in docs/decisions/0023-a-duty-outlives-its-person.md.
DUTIES = {"ActionItem.owner", "RunningOrderItem.presenters", "Handover.to"}
# One's own, or who did something: nothing is expected of them there.
NOT_DUTIES = {
    "ActionItemChange.owner",
    "AddressChange.person",
    "Assent.person",
    "CalendarFeed.person",
    "Dissent.person",
    "Meeting.present",
    "OutboxMail.person",
    "Passkey.person",
    "PersonSession.person",
    "ProgramFeed.person",
    "ProgramStaff.person",
    "Seat.person",
    "SignInLink.person",
    "UnsentForm.person",
    "Upload.person",
    "WallView.owner",
    "Wording.author",
    "WordingDraft.person",
}


def test_no_field_names_a_person_without_saying_what_happens_when_they_leave() -> None:
    rooms = {"partners", "agreements", "sprints", "programs", "mail", "ledger"}
    models = [model for model in apps.get_models() if model._meta.app_label in rooms and not model._meta.proxy]
    fields = {
        f"{model.__name__}.{field.name}"
        for model in models
        for field in (*model._meta.fields, *model._meta.many_to_many)
        if field.related_model is Person and not field.name.endswith("_by") and field.name != "by"
    }
    assert fields == DUTIES | NOT_DUTIES
