"""Whether everybody may see a partnership: both sides say so, and their agreement is signed. Nowhere else says it.

Reads only, and anew at each request: what a side takes back is not public at the next one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.domain.todo import Task
from agreements.models import Edition
from agreements.states import SIGNED
from partners.models import Organization, Partnership, Program
from partners.parties import Party
from partners.templatetags.marks import organizations_on_screen
from programs.models import HeldItem, Publication


def public_partnerships() -> QuerySet[Partnership]:
    """Those that everybody may see now."""
    found = Partnership.objects.filter(pk__in=_signed().values("agreement__partnership"))
    for party in Party:
        found = found.filter(pk__in=Publication.objects.standing().filter(party=party).values("partnership"))
    return found


def is_public(partnership: Partnership) -> bool:
    return public_partnerships().filter(pk=partnership.pk).exists()


def public_count(program: Program) -> int:
    """How many of a program's partnerships stand on its public list."""
    return public_partnerships().filter(program=program).count()


def public_by_code(code: str) -> str:
    """The slug of the public partnership whose agreement has this code, of whatever edition; empty where none has, or
    where a side holds the code back."""
    found = _signed().filter(code=code.upper()).values("agreement__partnership")
    held = HeldItem.objects.standing().filter(item="seal").values("partnership")
    return public_partnerships().filter(pk__in=found).exclude(pk__in=held).values_list("slug", flat=True).first() or ""


def publication_closed(partnership: Partnership) -> str:
    """Why a side cannot say yes, in words; empty where it can. What is public is taken back at any time."""
    if not _signed().filter(agreement__partnership=partnership).exists():
        return _("There is nothing to show yet: the page begins when both sides have signed the agreement.")
    if partnership.agreement.ended_at:
        return _("The agreement has ended, so nobody can make its page public any more.")
    return ""


def _signed() -> QuerySet[Edition]:
    return Edition.objects.filter(state__in=SIGNED)


@dataclass(frozen=True)
class PublicationSide:
    """What a side says. `is_own`: of whoever looks."""

    organization: Organization
    yes: Publication | None
    is_own: bool

    @property
    def party(self) -> Party:
        return Party(self.organization.party)


def publication_sides(partnership: Partnership, own: Party | None) -> list[PublicationSide]:
    """Both sides in the order of the screens, for whoever looks from the side `own`, or from neither."""
    said = {yes.party: yes for yes in Publication.objects.standing().filter(partnership=partnership)}
    organizations = organizations_on_screen(partnership)
    return [PublicationSide(one, said.get(one.party), is_own=one.party == own) for one in organizations]


def holders_of(partnership: Partnership) -> dict[str, set[Party]]:
    """Which sides hold back what, by the item's key."""
    found: defaultdict[str, set[Party]] = defaultdict(set)
    standing = HeldItem.objects.standing().filter(partnership=partnership)
    for item, party in standing.values_list("item", "party"):
        found[item].add(Party(party))
    return dict(found)


def publication_asked(partnerships: Iterable[UUID]) -> dict[UUID, list[Party]]:
    """The sides whose yes the other one waits for, by partnership; in one query. None where the agreement has ended."""
    said: defaultdict[UUID, set[Party]] = defaultdict(set)
    standing = Publication.objects.standing().filter(
        partnership__in=list(partnerships), partnership__agreement__ended_at=None
    )
    for pk, party in standing.values_list("partnership", "party"):
        said[pk].add(Party(party))
    return {pk: [party for party in Party if party not in parties] for pk, parties in said.items()}


def publication_todo(partnership: Partnership, asked: Iterable[Party], party: Party | None) -> list[Task]:
    """What waits for the lead of this party."""
    if party is None or party not in asked:
        return []
    page = reverse("publication", args=[partnership.slug])
    text = _("The other side says that everybody may see how you keep your promises. Look at the page, and answer.")
    return [Task(text, page, _("See the page first"))]
