"""Programs, and the partnerships that their staff begin."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NotRequired, TypedDict, Unpack

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from ledger.record import append_event
from partners.actions.invitations import IS_STAFF, open_lead_invitation
from partners.actions.person import change_person
from partners.models import Organization, Partnership, Person, Program, ProgramStaff
from partners.parties import Party
from partners.rules import Refused, may_start_program, runs
from text.fields import clean_words, refuse

Lead = tuple[str, str, str]


class ProgramFacts(TypedDict):
    """What staff say of a program. The weekly mail leaves on that day (Monday is 0) and hour, on a person's clock.
    `sprint_weeks` is what its partnerships begin with; their leads may agree to another number."""

    name: str
    time_zone: str
    contact_email: str
    signing_notice: str
    mail_weekday: NotRequired[int]
    mail_hour: NotRequired[int]
    sprint_weeks: NotRequired[int]


@transaction.atomic
def create_program(*, by: Person, now: datetime, own_name: str = "", **facts: Unpack[ProgramFacts]) -> Program:
    """A program whose first staff is the person who makes it. `own_name`: what they are called, where they say so."""
    if not may_start_program(by):
        raise Refused(_("Only people who were invited to run a program can start one."))
    if own_name:
        change_person(by=by, name=own_name, title=by.title, language=by.language)
    program = Program(created_at=now, created_by=by, is_demo=by.is_demo)
    payload = _write(program, facts)
    program.slug = free_slug(Program, program.name)
    program.save()
    ProgramStaff.objects.create(program=program, person=by, since=now)
    append_event(chain=program.chain, kind="program.created", by=by, at=now, payload=payload)
    return program


@transaction.atomic
def change_program(*, by: Person, program: Program, now: datetime, **facts: Unpack[ProgramFacts]) -> Program:
    """Change what a program is called and how it can be reached. Its address on this site stays."""
    held = Program.objects.select_for_update().get(pk=program.pk)
    require_staff(by, held)
    before = _facts(held)
    after = _write(held, facts)
    if before != after:
        held.save()
        payload = {"before": before, "after": after}
        append_event(chain=held.chain, kind="program.changed", by=by, at=now, payload=payload)
    return held


@transaction.atomic
def create_partnership(
    *, by: Person, program: Program, organizations: Mapping[Party, str], leads: Mapping[Party, Lead], now: datetime
) -> Partnership:
    """A partnership with its two organizations, and both leads invited. `leads`: (name, address, language) a party.

    The agreement is begun around this, by agreements.actions.start_partnership.
    """
    require_staff(by, program)
    blocks = {party: clean_words(Organization, name=organizations[party], signatory=leads[party][0]) for party in Party}
    names = {party: block["name"] for party, block in blocks.items()}
    refuse(refused_leads(program, {f"{party}_email": leads[party][1] for party in Party}))
    partnership = Partnership.objects.create(
        program=program,
        slug=free_slug(Partnership, *sorted(names.values())),
        shown_first=list(Party)[program.partnerships.count() % len(Party)],
        created_at=now,
        created_by=by,
    )
    for party in Party:
        Organization.objects.create(partnership=partnership, party=party, **blocks[party])
    payload = {"program": program.name, "organizations": {str(party): names[party] for party in Party}}
    append_event(chain=partnership.id, kind="partnership.created", by=by, at=now, payload=payload)
    for party in partnership.parties_on_screen():
        name, email, language = leads[party]
        open_lead_invitation(
            by=by, partnership=partnership, party=party, name=name, email=email, language=language, now=now
        )
    return partnership


def require_staff(by: Person, program: Program) -> None:
    """Raise Refused where the person is not staff of the program."""
    if not runs(by, program.pk):
        raise Refused(_("Only the staff of the program can do this."))


def free_slug(model: type[Program | Partnership], *names: str) -> str:
    """An address made of the names (in the order given), that no other row has."""
    limit = model.slug.field.max_length or 50  # as Django has it
    base = _whole_words(slugify(" ".join(names)), limit - 8) or model.__name__.lower()
    taken = set(model.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    candidates = [base, *(f"{base}-{number}" for number in range(2, len(taken) + 3))]
    return next(slug for slug in candidates if slug not in taken)


def _whole_words(slug: str, limit: int) -> str:
    if len(slug) <= limit:
        return slug.strip("-")
    cut = slug[: limit + 1]
    return (cut.rpartition("-")[0] or cut[:limit]).strip("-")


def refused_leads(program: Program, typed: Mapping[str, str]) -> dict[str, str]:
    """Which addresses of the two leads cannot be, by field: `city_email`, `community_email`."""
    return refused_addresses(typed, staff_addresses(program))


def staff_addresses(program: Program) -> frozenset[str]:
    return frozenset(one.lower() for one in program.staff.values_list("person__email", flat=True))


def refused_addresses(typed: Mapping[str, str], staff: Collection[str]) -> dict[str, str]:
    """The same for many partnerships, with the addresses of the staff asked for once."""
    addresses = {f"{party}_email": typed.get(f"{party}_email", "").strip().lower() for party in Party}
    if "" not in addresses.values() and len(set(addresses.values())) < len(Party):
        both = _("Both leads have the same e-mail address. One person cannot speak for both sides.")
        return dict.fromkeys(addresses, both)
    return {name: str(IS_STAFF) for name, address in addresses.items() if address in staff}


def _write(program: Program, facts: ProgramFacts) -> dict[str, str | int]:
    for field, value in {**facts, "contact_email": facts["contact_email"].strip()}.items():
        setattr(program, field, value)
    program.full_clean(exclude=["slug", "created_at", "created_by"])
    return _facts(program)


def _facts(program: Program) -> dict[str, str | int]:
    return {field: getattr(program, field) for field in ProgramFacts.__annotations__}
