"""What a person changes about themselves: name, language, and which mail they get."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from mail.outbox import change_language
from partners import rules
from partners.models import Person, WeeklyMail

MAIL_CHOICES = ("weekly_mail", "news", "reminders", "time_zone", "language")


@transaction.atomic
def change_mail(*, by: Person, snoozed_until: date | None, **chosen: str | bool) -> Person:
    """What a person chooses for their mail: MAIL_CHOICES, and a rest from it."""
    rules.require(rules.decides_for_themselves, by)
    by.mail_snoozed_until = snoozed_until
    for name in MAIL_CHOICES:
        setattr(by, name, chosen[name])
    return _save(by, "mail_snoozed_until", *MAIL_CHOICES)


def stop_weekly_mail(*, person: Person) -> None:
    """It ends for this person, and reminders with it; they show by a link of such a mail that it is theirs."""
    Person.objects.filter(pk=person.pk).update(weekly_mail=WeeklyMail.NEVER, reminders=False)


@transaction.atomic
def change_person(*, by: Person, name: str, title: str, language: str) -> Person:
    """A person's own name, title and language. What they signed keeps the name it was signed with."""
    rules.require(rules.decides_for_themselves, by)
    by.name, by.title, by.language = name, title, language
    return _save(by, "name", "title", "language")


def _save(person: Person, *names: str) -> Person:
    person.full_clean(exclude=["password"])
    person.save(update_fields=names)
    change_language(person, person.language)
    return person
