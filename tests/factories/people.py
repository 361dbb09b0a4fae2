"""People and partnerships for tests, made straight in the database: no events, no mail.

partnership = make_partnership()
lead = lead_of(partnership, Party.CITY)
make_seat(partnership, Role.TECHNOLOGY_PARTNER)
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from django.test import Client

from partners import link_sessions
from partners.authentication_proof import Proof
from partners.models import Invitation, Organization, Partnership, Person, PersonByLink, Program, ProgramStaff, Seat
from partners.models.partnership import DEFAULT_NOTICE
from partners.parties import Party, Role
from partners.tokens import hashed, token_for

NOW = datetime(2027, 3, 2, 18, 30, tzinfo=UTC)
# Where the programs of the tests are. script/test --all runs what depends on days in two other zones, too.
ZONE = ZoneInfo(os.environ.get("PROGRAM_ZONE", "America/Los_Angeles"))
TODAY = NOW.astimezone(ZONE).date()
ORGANIZATIONS: dict[Party, str] = {
    Party.CITY: "City of Ashford, Office of Data",
    Party.COMMUNITY: "Elm Street Neighbors",
}
_numbers = count(1)


def make_person(name: str = "", *, email: str = "", language: str = "en", **fields: object) -> Person:
    number = next(_numbers)
    name = name or f"Person {number}"
    return Person.objects.create_user(email or f"person{number}@example.org", name=name, language=language, **fields)


def make_program(*, name: str = "Spring cohort", staff: Person | None = None, **fields: object) -> Program:
    """A program with one person of staff."""
    staff = staff or make_person("Sam Staff")
    values = {
        "slug": f"program-{next(_numbers)}",
        "contact_email": "program@example.org",
        "signing_notice": str(DEFAULT_NOTICE),
        "time_zone": ZONE.key,
    }
    program = Program.objects.create(name=name, created_at=NOW, created_by=staff, **{**values, **fields})
    ProgramStaff.objects.create(program=program, person=staff, since=NOW)
    return program


def staff_of(program: Program) -> Person:
    return program.staff.select_related("person").first().person


def make_partnership(
    *,
    program: Program | None = None,
    organizations: Mapping[Party, str] = ORGANIZATIONS,
    seated: bool = True,
    slug: str = "",
) -> Partnership:
    """A partnership with both organizations; both leads in their seats, unless `seated` says no. No agreement."""
    program = program or make_program()
    staff = staff_of(program)
    partnership = Partnership.objects.create(
        program=program,
        slug=slug or f"partnership-{next(_numbers)}",
        shown_first=list(Party)[next(_numbers) % len(Party)],
        created_at=NOW,
        created_by=staff,
    )
    for party in Party:
        seat = make_seat(partnership, Role.LEAD, party) if seated else None
        signatory = seat.person.name if seat else f"Lead of {party.label}"
        Organization.objects.create(
            partnership=partnership, party=party, name=organizations[party], signatory=signatory
        )
    return partnership


def show_the_other_first() -> None:
    """Who is shown first in the next partnership goes by its number, and some makers take an even number of them."""
    next(_numbers)


def make_seat(
    partnership: Partnership, role: Role, party: Party | None = None, *, person: Person | None = None
) -> Seat:
    """A seat taken now. Its person is a new one where none is given."""
    person = person or make_person(f"{role.label} {party.label if party else ''} {next(_numbers)}".replace("  ", " "))
    return Seat.objects.create(
        partnership=partnership, person=person, role=role, party=party, started_at=NOW, started_by=person
    )


def lead_of(partnership: Partnership, party: Party) -> Person:
    return partnership.seats.select_related("person").get(role=Role.LEAD, party=party, ended_at=None).person


def member_of(partnership: Partnership, party: Party) -> Person:
    """A member of that party: the one there is, or a new one."""
    seat = partnership.seats.select_related("person").filter(role=Role.MEMBER, party=party, ended_at=None).first()
    return (seat or make_seat(partnership, Role.MEMBER, party)).person


def everybody(partnership: Partnership) -> dict[str, Person]:
    """One person for each way to be near a partnership, by a word for it."""
    people = {}
    for party in Party:
        people[f"{party} lead"] = lead_of(partnership, party)
        people[f"{party} member"] = member_of(partnership, party)
    for role in (Role.TECHNOLOGY_PARTNER, Role.PRODUCT_ADVISOR, Role.EXECUTIVE_SPONSOR):
        people[role] = make_seat(partnership, role).person
    people["staff"] = staff_of(partnership.program)
    people["outsider"] = make_person("Olive Outsider")
    people["superuser"] = make_person("Root Superuser", is_staff=True, is_superuser=True)
    return people


def make_invitation(
    partnership: Partnership | None,
    role: Role | str = "",
    party: Party | None = None,
    *,
    email: str = "",
    name: str = "Ines Invited",
    by: Person | None = None,
    **fields: object,
) -> Invitation:
    """An open invitation. `token_for(invitation)` of partners.tokens gives what stands in its link."""
    invitation = Invitation(
        partnership=partnership,
        role=role,
        party=party,
        name=name,
        email=email or f"invited{next(_numbers)}@example.org",
        invited_at=NOW,
        invited_by=by or (partnership.created_by if partnership else None),
        expires_at=NOW + timedelta(days=30),
    )
    for field, value in fields.items():
        setattr(invitation, field, value)
    invitation.token_hash = hashed(token_for(invitation))
    invitation.save()
    return invitation


def client_of(person: Person, *, proved: bool = True, by_link: bool = False) -> Client:
    """A browser in which this person is signed in: just now with a code, unless `proved` says no."""
    client = Client()
    backend = link_sessions.BACKEND if by_link else "allauth.account.auth_backends.AuthenticationBackend"
    client.force_login(person, backend=backend)
    session = client.session
    session["seen_at"] = time.time()  # else its first page would note it in the person's list
    if proved and not by_link:
        record_proof(session, person)
    session.save()
    return client


def by_link(person: Person) -> PersonByLink:
    """The person as an act meets them in a session that began with an operator's link."""
    return PersonByLink.objects.get(pk=person.pk)


def record_proof(session: object, person: Person, at: datetime | None = None) -> None:
    """A proof with an e-mail code in a session, as the sign-in leaves it; at the given time, or now."""

    at_seconds = at.timestamp() if at else time.time()
    session["account_authentication_methods"] = [{"method": "code", "at": at_seconds, "email": person.email}]
    session["account_authentication_methods_user"] = str(person.pk)


def proved(now: datetime) -> dict[str, Proof | datetime]:
    """`now`, and a code that was typed just then, for an act that asks for one."""
    return {"proof": Proof(method="email code", at=now, address="p•••@example.org"), "now": now}


def others(partnership: Partnership, *but: Person) -> Iterator[tuple[str, Person]]:
    return ((who, person) for who, person in everybody(partnership).items() if person not in but)
