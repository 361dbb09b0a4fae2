"""The one place that says who may do what in a partnership. Reads only.

A predicate takes a person and a partnership. Nobody gets past one by being staff or a superuser: there is no
predicate that lets a person act for a party whose seat they do not hold.
"""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rules.predicates import Predicate

from partners.models import Partnership, Person, PersonByLink, ProgramStaff, Seat
from partners.parties import Party, Role


class Refused(PermissionDenied):
    """Somebody tried what is not theirs to do. Its text is one plain sentence for that person."""


def seat_of(person: Person, partnership: Partnership) -> Seat | None:
    """The seat the person holds now. Asked anew at each request and by each act: a removed member is out at once, and
    so is somebody who may not sign in any more."""
    if not person.is_authenticated:
        return None
    known: dict[UUID, Seat | None] = vars(partnership).get("seats_known", {})
    if person.pk not in known:
        seats = Seat.objects.filter(person=person, person__is_active=True, partnership=partnership, ended_at=None)
        known[person.pk] = seats.first()
    return known[person.pk]


def remember_seats(partnership: Partnership) -> None:
    """Ask once for as long as this page is made. Acts load the partnership again under their lock, or forget."""
    vars(partnership)["seats_known"] = {}


def forget_seats(partnership: Partnership) -> None:
    vars(partnership).pop("seats_known", None)


def party_of(person: Person, partnership: Partnership) -> Party | None:
    seat = seat_of(person, partnership)
    return Party(seat.party) if seat and seat.party else None


def came_by_link(person: Person) -> bool:
    """Whether the session began with an operator's link; the type of the person says so, to rules and acts alike."""
    return isinstance(person, PersonByLink)


@Predicate
def anyone(person: Person, partnership: Partnership | None = None) -> bool:
    return True


@Predicate
def is_signed_in(person: Person, partnership: Partnership | None = None) -> bool:
    return person.is_authenticated and person.is_active


@Predicate
def reads(person: Person, partnership: Partnership) -> bool:
    """Any seat: both sides see the same page."""
    return seat_of(person, partnership) is not None


@Predicate
def on_a_side(person: Person, partnership: Partnership) -> bool:
    return party_of(person, partnership) is not None


@Predicate
def leads(person: Person, partnership: Partnership) -> bool:
    seat = seat_of(person, partnership)
    return seat is not None and seat.role == Role.LEAD


@Predicate
def proposes(person: Person, partnership: Partnership) -> bool:
    return bool(on_a_side(person, partnership))


@Predicate
def assents(person: Person, partnership: Partnership) -> bool:
    """A lead, in a session that began with a code: one begun with an operator's link speaks for nobody."""
    return not came_by_link(person) and leads(person, partnership)


@Predicate
def takes_the_lead(person: Person, partnership: Partnership) -> bool:
    """A member of a side, who can become its lead, in a session that began with a code."""
    seat = seat_of(person, partnership)
    return not came_by_link(person) and seat is not None and seat.role == Role.MEMBER


@Predicate
def staffs(person: Person, partnership: Partnership) -> bool:
    """Staff of its program: they help and never decide."""
    return runs(person, partnership.program_id)


@Predicate
def checks_leads(person: Person, partnership: Partnership) -> bool:
    """Staff, in a session that began with a code: they check that a lead is gone."""
    return not came_by_link(person) and staffs(person, partnership)


@Predicate
def sees_partnership(person: Person, partnership: Partnership) -> bool:
    return bool(reads(person, partnership) or staffs(person, partnership))


def runs(person: Person, program_id: int) -> bool:
    """Staff of this program, who may still sign in."""
    staff = ProgramStaff.objects.filter(program_id=program_id, person__is_active=True)
    return person.is_authenticated and staff.filter(person=person).exists()


def may_start_program(person: Person) -> bool:
    """Given with an invitation from an operator (`manage.py invite_staff`)."""
    return person.is_authenticated and person.has_perm("partners.add_program")


BY_LINK = _(
    "You came in with a link from an operator. To agree or sign for your side, sign out, then sign in with a code."
)
REFUSALS: dict[str, Promise] = {
    reads.name: _("This page is for the people of this partnership."),
    on_a_side.name: _("Only the people of the two partners can do this."),
    leads.name: _("Only the lead of a partner can do this."),
    proposes.name: _("Only the people of the two partners can do this."),
    assents.name: _("Only the lead of a partner can do this."),
    takes_the_lead.name: _("Only a member of a side can take over its lead."),
    staffs.name: _("Only the staff of the program can do this."),
    checks_leads.name: _("Only the staff of the program can do this."),
    sees_partnership.name: _("This page is for the people of this partnership."),
}


def refusal(rule: Predicate, person: Person) -> str:
    """The sentence that tells this person why not."""
    if rule in {assents, takes_the_lead, checks_leads} and came_by_link(person):
        return str(BY_LINK)
    return str(REFUSALS.get(rule.name, _("You cannot do this here.")))


def side_of(person: Person, partnership: Partnership) -> Party:
    """As `party_of`, where nobody else comes: who is on no side is refused."""
    party = party_of(person, partnership)
    if party is None:
        raise Refused(refusal(on_a_side, person))
    return party


def require(rule: Predicate, person: Person, partnership: Partnership | None = None) -> None:
    """Raise Refused where the rule does not hold."""
    if not rule(person, partnership):
        raise Refused(refusal(rule, person))
