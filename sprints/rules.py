"""Who may do what in a sprint, beyond the rules of a partnership. Reads only."""

from __future__ import annotations

from django.utils.translation import gettext as _

from partners.models import Partnership, Person, Seat
from partners.parties import Role
from partners.rules import BY_LINK, Refused, by_code, came_by_link, seat_of
from partners.tokens import hashed
from sprints.models import CalendarFeed, Milestone


@by_code
def leads_milestone(person: Person, milestone: Milestone) -> bool:
    """Whoever has a seat of a party, or a role, that leads this milestone."""
    seat = seat_of(person, milestone.sprint.partnership)
    return seat is not None and bool({seat.party, seat.role} & set(milestone.leaders))


def require_leader(person: Person, milestone: Milestone) -> None:
    if not leads_milestone(person, milestone):
        raise Refused(_("Those who lead this milestone say when it is done."))


@by_code
def sponsors(person: Person, partnership: Partnership) -> bool:
    """The executive sponsor: their word is theirs alone."""
    seat = seat_of(person, partnership)
    return seat is not None and seat.role == Role.EXECUTIVE_SPONSOR


def require_sponsor(person: Person, partnership: Partnership) -> None:
    if came_by_link(person):
        raise Refused(str(BY_LINK))
    if not sponsors(person, partnership):
        raise Refused(_("The executive sponsor records this, and nobody else for them."))


def feed_of(token: str) -> CalendarFeed | None:
    """Whose calendar this token opens: it was not taken back, and its holder still has a seat."""
    found = CalendarFeed.objects.filter(token_hash=hashed(token), revoked_at=None, person__is_active=True)
    feed = found.select_related("person", "sprint__partnership__program", "sprint__partnership__agreement").first()
    seats = Seat.objects.filter(ended_at=None)
    if feed and seats.filter(person=feed.person_id, partnership=feed.sprint.partnership_id).exists():
        return feed
    return None
