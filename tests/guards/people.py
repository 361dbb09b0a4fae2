"""Whom each act is tried by: everybody near the partnership, and three that come of the person who may."""

from __future__ import annotations

from collections.abc import Mapping

from partners.models import Person, ProgramStaff, Seat
from partners.parties import Role
from tests.factories.people import NOW, by_link

LEADS = {"city lead", "community lead"}
SIDES = {*LEADS, "city member", "community member"}
SEATED = {*SIDES, *map(str, (Role.TECHNOLOGY_PARTNER, Role.PRODUCT_ADVISOR, Role.EXECUTIVE_SPONSOR))}
BY_LINK = {"by link"}
LESSENED = {"former", "deactivated"}
EVERYBODY = {*SEATED, "staff", "other staff", "outsider", "superuser", *BY_LINK, *LESSENED}


def person_as(who: str, people: Mapping[str, Person], doer: str) -> Person:
    """As a request loads them. `doer`: who may do it, and of whom the three are made."""
    found = people[doer if who in BY_LINK | LESSENED else who]
    if who == "former":
        _has_left(found)
    if who == "deactivated":
        Person.objects.filter(pk=found.pk).update(is_active=False)
    person = Person.objects.get(pk=found.pk)
    return by_link(person) if who == "by link" else person


def _has_left(person: Person) -> None:
    Seat.objects.filter(person=person, ended_at=None).update(ended_at=NOW, ended_by=person)
    ProgramStaff.objects.filter(person=person).delete()
    Person.objects.filter(pk=person.pk).update(is_staff=False, is_superuser=False)
    person.user_permissions.clear()
