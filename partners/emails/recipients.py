"""Who is still told of a partnership, what its mails call it, and where answers to them go."""

from __future__ import annotations

import uuid

from django.contrib.auth.base_user import AbstractBaseUser

from mail.registry import recipient_check
from mail.render import names_chain, replies_go_to
from partners.domain.names import both_names
from partners.models import Partnership, Program, ProgramStaff, Seat


@replies_go_to
def contact_of(chain: uuid.UUID) -> str:
    """The address of the program that a partnership is in: people answer mails, and somebody reads it there."""
    return Program.objects.filter(partnerships=chain).values_list("contact_email", flat=True).first() or ""


@names_chain
def name_of(chain: uuid.UUID) -> str:
    """Its two organizations. What a program's own staff are told of is no partnership."""
    found = Partnership.objects.prefetch_related("organizations").filter(pk=chain).first()
    return both_names(found) if found else ""


@recipient_check
def takes_part(person: AbstractBaseUser, chain: uuid.UUID) -> bool:
    """Whether a person is still told of a partnership: they have a seat in it, or are on the staff of its program.

    What a program's own staff are told of is no partnership.
    """
    if Seat.objects.filter(partnership=chain, person=person.pk, ended_at=None).exists():
        return True
    if ProgramStaff.objects.filter(program__partnerships=chain, person=person.pk).exists():
        return True
    return not Partnership.objects.filter(pk=chain).exists()
