"""What a view behind a guard of partners/access.py is given. A type only: Django makes the request as ever."""

from __future__ import annotations

from typing import TypeGuard

from django.http import HttpRequest

from partners.authentication_proof import Proof
from partners.models import Person, Seat


class PersonRequest(HttpRequest):
    """From somebody who signed in."""

    user: Person
    # Their own in the partnership whose page it is, and none for staff.
    seat: Seat | None
    # How they proved who they are, and whether that was just now.
    proof: Proof | None
    is_fresh: bool
    # Whether they write here: as `rules.takes_part` says.
    takes_part: bool


def has_person(request: HttpRequest) -> TypeGuard[PersonRequest]:
    return request.user.is_authenticated
