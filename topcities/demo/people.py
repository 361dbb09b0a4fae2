"""The demonstration's program, its partnerships and their people, made through the same actions as real ones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings

from agreements import actions
from partners import actions as partner_actions
from partners.actions.invitations import Invited
from partners.models import Invitation, Partnership, Person, Program, ProgramStaff, Seat
from partners.models.partnership import DEFAULT_NOTICE
from partners.parties import Party, Role
from topcities.demo.teams import Team

PROGRAM = "demo"


def make_program(staff: Person, then: datetime) -> Program:
    program = Program.objects.create(
        slug=PROGRAM,
        name="TOPcities demonstration",
        time_zone="America/Los_Angeles",
        contact_email=f"program@{settings.DEMO_DOMAIN}",
        signing_notice=str(DEFAULT_NOTICE),
        is_demo=True,
        created_at=then,
        created_by=staff,
    )
    ProgramStaff.objects.create(program=program, person=staff, since=then)
    return program


def make_person(name: str, title: str, language: str) -> Person:
    return Person.objects.create_user(address_of(name), name=name, title=title, language=language, is_demo=True)


def address_of(name: str) -> str:
    plain = name.lower().translate(str.maketrans("íúýễáó ", "iuyeao."))
    return f"{plain}@{settings.DEMO_DOMAIN}"


def start(team: Team, program: Program, staff: Person, then: datetime) -> Partnership:
    """A partnership whose people were all invited and have all accepted."""
    partnership = actions.start_partnership(
        by=staff,
        program=program,
        organizations=team.organizations,
        leads={party: (name, address_of(name), language) for party, (name, _, language) in team.leads.items()},
        issue=team.issue,
        now=then,
    )
    titles = {person[0]: person for person in [*team.leads.values(), *team.members.values(), *team.beside.values()]}
    _accept_all(partnership, titles, then + timedelta(days=1))
    for party, (name, _, language) in team.members.items():
        _invite(partnership, party, Role.MEMBER, name, language, then + timedelta(days=2))
    for role, (name, _, language) in team.beside.items():
        _invite(partnership, partnership.parties_on_screen()[0], role, name, language, then + timedelta(days=2))
    _accept_all(partnership, titles, then + timedelta(days=3))
    return partnership


def _invite(partnership: Partnership, by: Party, role: Role, name: str, language: str, then: datetime) -> None:
    invited: Invited = {"name": name, "email": address_of(name), "language": language}
    partner_actions.invite(by=lead_of(partnership, by), partnership=partnership, role=role, now=then, **invited)


def _accept_all(partnership: Partnership, people: Mapping[str, tuple[str, str, str]], then: datetime) -> None:
    for invitation in Invitation.objects.filter(partnership=partnership, accepted_at=None):
        person = make_person(*people[invitation.name])
        partner_actions.accept(by=person, invitation=invitation, now=then)


def lead_of(partnership: Partnership, party: Party) -> Person:
    return Seat.objects.select_related("person").get(partnership=partnership, party=party, role=Role.LEAD).person


def member_of(partnership: Partnership, party: Party) -> Person:
    return Seat.objects.select_related("person").get(partnership=partnership, party=party, role=Role.MEMBER).person
