"""The one place that says who may do what in a partnership. Reads only.

A predicate takes a person and a partnership. Nobody gets past one by being staff or a superuser: there is no
predicate that lets a person act for a party whose seat they do not hold.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
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


# --- What a session from an operator's link may do --------------------------------------------------------------------
#
# It reads what its person may read, and sends to these addresses, where drafts are kept that nobody else sees. Whatever
# else is sent is refused at the door (partners/access.py), and again by each act: of the rules below, those that let
# somebody do more than read or keep a draft are `by_code`.

SENT_BY_LINK = frozenset({"clause", "clause_discard_draft"})
BY_LINK = _(
    "You came in with a link from an operator. With it you can read, and keep drafts that only you see. To do more, "
    "sign out, then sign in with a code."
)


def came_by_link(person: object) -> bool:
    """Whether the session began with an operator's link; the type of the person says so, to rules and acts alike."""
    return isinstance(person, PersonByLink)


def by_code(rule: Callable[..., bool]) -> Callable[..., bool]:
    """A rule that holds for nobody whose session began with an operator's link."""

    @wraps(rule)
    def holds(person: Person, *of: object) -> bool:
        return not came_by_link(person) and bool(rule(person, *of))

    return holds


# --- The rules ---------------------------------------------------------------------------------------------------


@Predicate
def anyone(person: Person, partnership: Partnership | None = None) -> bool:
    return True


@Predicate
def is_signed_in(person: Person, partnership: Partnership | None = None) -> bool:
    return person.is_authenticated and person.is_active


@Predicate
@by_code
def decides_for_themselves(person: Person, partnership: Partnership | None = None) -> bool:
    """About their own name and mail, and whether to accept an invitation."""
    return bool(is_signed_in(person))


@Predicate
def reads(person: Person, partnership: Partnership) -> bool:
    """Any seat: both sides see the same page."""
    return seat_of(person, partnership) is not None


@Predicate
@by_code
def takes_part(person: Person, partnership: Partnership) -> bool:
    """Any seat: to write down what was done, and to say something about it."""
    return seat_of(person, partnership) is not None


@Predicate
def on_a_side(person: Person, partnership: Partnership) -> bool:
    return party_of(person, partnership) is not None


@Predicate
def keeps_drafts(person: Person, partnership: Partnership) -> bool:
    """Of a clause, for themselves alone: whoever could propose it in a session that began with a code."""
    return party_of(person, partnership) is not None


@Predicate
def leads(person: Person, partnership: Partnership) -> bool:
    """Holds the seat of a lead. What a lead does is asked by `assents`."""
    seat = seat_of(person, partnership)
    return seat is not None and seat.role == Role.LEAD


@Predicate
@by_code
def proposes(person: Person, partnership: Partnership) -> bool:
    return bool(on_a_side(person, partnership))


@Predicate
@by_code
def assents(person: Person, partnership: Partnership) -> bool:
    """A lead, who speaks for their side, and says who else is on it."""
    return bool(leads(person, partnership))


@Predicate
@by_code
def takes_the_lead(person: Person, partnership: Partnership) -> bool:
    """A member of a side, who can become its lead."""
    seat = seat_of(person, partnership)
    return seat is not None and seat.role == Role.MEMBER


@Predicate
def staffs(person: Person, partnership: Partnership) -> bool:
    """Staff of its program: they help and never decide. What they do is asked by `helps`."""
    return is_staff_of(person, partnership.program_id)


@Predicate
@by_code
def helps(person: Person, partnership: Partnership) -> bool:
    """Staff who invite a lead, remind, or check that a lead is gone."""
    return bool(staffs(person, partnership))


@Predicate
def reminds(person: Person, partnership: Partnership) -> bool:
    """Somebody on a side the other one; staff, who are asked how it goes, either."""
    return bool(proposes(person, partnership) or helps(person, partnership))


@Predicate
def schedules(person: Person, partnership: Partnership) -> bool:
    """Either side sets a meeting; so do staff, and it is the two sides' to move or to cancel."""
    return bool(proposes(person, partnership) or helps(person, partnership))


@Predicate
def sees_partnership(person: Person, partnership: Partnership) -> bool:
    return bool(reads(person, partnership) or staffs(person, partnership))


def is_staff_of(person: Person, program_id: int) -> bool:
    """Staff of this program, who may still sign in."""
    staff = ProgramStaff.objects.filter(program_id=program_id, person__is_active=True)
    return person.is_authenticated and staff.filter(person=person).exists()


@by_code
def runs(person: Person, program_id: int) -> bool:
    """Changes the program, invites to it, sends its mail again."""
    return is_staff_of(person, program_id)


@by_code
def may_start_program(person: Person) -> bool:
    """Given with an invitation from an operator (`manage.py invite_staff`)."""
    return person.is_authenticated and person.has_perm("partners.add_program")


@by_code
def says_who_signs_in(person: Person) -> bool:
    """Those who run this site let people in and keep them out, on the admin site."""
    return person.is_active and person.is_superuser


REFUSALS: dict[str, Promise] = {
    reads.name: _("This page is for the people of this partnership."),
    takes_part.name: _("This page is for the people of this partnership."),
    on_a_side.name: _("Only the people of the two partners can do this."),
    leads.name: _("Only the lead of a partner can do this."),
    keeps_drafts.name: _("Only the people of the two partners can do this."),
    proposes.name: _("Only the people of the two partners can do this."),
    assents.name: _("Only the lead of a partner can do this."),
    takes_the_lead.name: _("Only a member of a side can take over its lead."),
    staffs.name: _("Only the staff of the program can do this."),
    reminds.name: _("Only the people of the two partners, and the staff, can remind others."),
    schedules.name: _("Only the people of the two partners, and the staff, can set a meeting."),
    helps.name: _("Only the staff of the program can do this."),
    sees_partnership.name: _("This page is for the people of this partnership."),
}


def refusal(rule: Predicate, person: Person) -> str:
    """The sentence that tells this person why not."""
    if came_by_link(person):
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
