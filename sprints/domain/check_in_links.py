"""The link of a weekly mail that answers for one week. It stands for one person's answer to one sprint's one week, and
opens nothing else; it holds as long as the person's address is the one that the mail went to.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core import signing
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from mail.outbox import absolute
from partners import rules
from partners.models import Person
from partners.parties import Party
from partners.tokens import hashed
from sprints.domain.check_ins import check_in_of, week_now
from sprints.domain.states import week_closed
from sprints.models import CheckIn, Rating, Sprint

SALT = "sprints.check-in"


@dataclass(frozen=True)
class CheckInLink:
    """`party` is the side that the person spoke for when the mail was written."""

    person: Person
    sprint: Sprint
    week: int
    party: Party


def token_of(link: CheckInLink) -> str:
    holds = [str(link.person.pk), link.sprint.pk, link.week, link.party.value, _address(link.person)]
    return signing.dumps(holds, salt=SALT)


def link_of(token: str) -> CheckInLink | None:
    """None where it is not ours, or was for another address than the person has now."""
    try:
        pk, sprint_pk, week, party, address = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    person = Person.objects.filter(pk=pk, is_active=True).first()
    sprints = Sprint.objects.select_related("partnership__agreement", "partnership__program")
    sprint = sprints.filter(pk=sprint_pk).first()
    if person is None or sprint is None or address != _address(person):
        return None
    return CheckInLink(person, sprint, week, Party(party))


def links_of(link: CheckInLink) -> list[tuple[Rating, str]]:
    """For each rating the address of the page that has it chosen."""
    page = absolute(reverse("check_in_link", args=[token_of(link)]))
    return [(rating, f"{page}?{urlencode({'rating': rating.value})}") for rating in Rating]


def link_closed(link: CheckInLink, now: datetime) -> str:
    """Why nothing can be said through it now, in words; empty where something can."""
    partnership = link.sprint.partnership
    if rules.party_of(link.person, partnership) != link.party or not rules.proposes(link.person, partnership):
        return _("This link was sent to somebody who spoke for a side of this partnership then, and does not now.")
    if why := week_closed(link.sprint, now):
        return why
    if week_now(link.sprint, now) != link.week:
        return _("Week %(week)s is over, and what was said of it stands.") % {"week": link.week}
    return ""


def own_answer(link: CheckInLink) -> CheckIn | None:
    """What this person said of the week, where it stands."""
    said = check_in_of(link.sprint, link.week, link.party)
    return said if said and said.by_id == link.person.pk else None


def _address(person: Person) -> str:
    return hashed(person.email.lower())[:16]
