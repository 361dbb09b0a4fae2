"""What a person chooses for their mail, and how one click ends the weekly one."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from mail.models import OutboxMail
from mail.outbox import queue_mail
from partners.actions import change_person
from partners.emails.sign_in import send_code
from partners.models import Person, WeeklyMail
from partners.tokens import stop_token_for
from tests.factories.people import NOW, client_of, make_person

pytestmark = pytest.mark.django_db
CHOSEN = {"weekly_mail": "when needed", "news": "weekly", "time_zone": "America/Denver", "language": "es"}


def test_a_person_chooses_what_they_get_where_they_are() -> None:
    person = make_person()
    client = client_of(person)
    sent = CHOSEN | {"snoozed_until_month": "3", "snoozed_until_day": "15", "snoozed_until_year": "2027"}
    assert client.post(reverse("mail"), sent).status_code == 302
    person.refresh_from_db()
    assert (person.weekly_mail, person.time_zone, person.language) == ("when needed", "America/Denver", "es")
    assert str(person.mail_snoozed_until) == "2027-03-15"
    assert (person.news, person.reminders) == ("weekly", False), "a box that is not ticked"
    client.post(reverse("mail"), CHOSEN | {"reminders": "on", "weekly_mail": "never"})
    person.refresh_from_db()
    assert person.wants_reminders(NOW.date()) and not person.wants_weekly_mail(NOW.date())


def test_what_waits_leaves_in_the_language_chosen_meanwhile_and_a_code_in_that_of_its_page() -> None:
    person, other = make_person(), make_person()
    for one in (person, other):
        send_code(to=one, code="918273", language="en", now=NOW)
        queue_mail(key=f"waits {one.pk}", kind="ended", to=one.email, person=one, language="en", about={}, now=NOW)
    client_of(person).post(reverse("mail"), CHOSEN)
    found = OutboxMail.objects.values_list("person", "kind", "language")
    assert set(found) == {
        (person.pk, "ended", "es"), (person.pk, "sign-in code", "en"),
        (other.pk, "ended", "en"), (other.pk, "sign-in code", "en"),
    }  # fmt: skip
    change_person(by=person, name="Ana", title="", language="en")
    assert OutboxMail.objects.get(person=person, kind="ended").language == "en"


def test_what_is_no_choice_is_refused_and_changes_nothing() -> None:
    person = make_person()
    for wrong in ({"weekly_mail": "hourly"}, {"news": "hourly"}, {"time_zone": "Mars/Olympus"}, {"language": "xx"}):
        assert client_of(person).post(reverse("mail"), CHOSEN | wrong).status_code == 422
    person.refresh_from_db()
    assert (person.weekly_mail, person.time_zone) == (WeeklyMail.ALWAYS, "")


def test_a_link_that_is_opened_stops_nothing_and_its_button_does() -> None:
    person, other = make_person(), make_person()
    address = reverse("mail_stop", args=[stop_token_for(person)])
    assert "Stop the weekly mail?" in Client().get(address).content.decode()
    assert Person.objects.get(pk=person.pk).weekly_mail == WeeklyMail.ALWAYS, "mail scanners open every link"
    assert "has stopped" in Client().post(address).content.decode()
    assert Person.objects.get(pk=person.pk).weekly_mail == WeeklyMail.NEVER
    assert Person.objects.get(pk=other.pk).weekly_mail == WeeklyMail.ALWAYS


def test_a_mail_program_stops_it_with_one_click() -> None:
    """RFC 8058: a POST of these words, without a cookie, a form or a page of ours before."""
    person = make_person()
    client = Client(enforce_csrf_checks=True)
    answer = client.post(reverse("mail_stop", args=[stop_token_for(person)]), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    person.refresh_from_db()
    assert (person.weekly_mail, person.reminders) == (WeeklyMail.NEVER, False)


def test_a_link_that_we_never_made_does_not_exist() -> None:
    token = stop_token_for(make_person())
    for wrong in (token[:-1] + ("a" if token[-1] != "a" else "b"), "x", "a:b:c"):
        assert Client().post(reverse("mail_stop", args=[wrong])).status_code == 404
