"""What waits for whom, for the pages that put the rooms together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.models import Agreement
from agreements.standing import Standing, standings
from agreements.states import AgreementState, Draft, EditionState
from partners.models import Partnership
from partners.parties import Party


@dataclass(frozen=True)
class Summary:
    """An agreement in one line: its state, whose turn it is, and since when nothing has changed.

    `seal_problem` says in words why a seal that waits could not be made at the last try; empty before any.
    """

    state: AgreementState
    waits_for: list[Party]
    since: datetime
    amending: bool
    seal_waits: bool
    seal_problem: str = ""


def summaries(partnerships: Iterable[Partnership]) -> dict[UUID, Summary]:
    """Summaries by partnership, in a constant number of queries."""
    agreements = (
        Agreement.objects.filter(partnership__in=list(partnerships))
        .select_related("partnership")
        .prefetch_related("editions__signatures", "editions__seal")
    )
    stands = standings(agreements)
    return {a.partnership_id: _summary(a, stands[a.pk]) for a in agreements}


def _summary(agreement: Agreement, standing: Standing) -> Summary:
    editions = list(agreement.editions.all())
    waiting = [e.seal for e in editions if hasattr(e, "seal") and e.seal.sealed_at is None]
    return Summary(
        state=agreement.state,
        waits_for=whose_turn(agreement, standing),
        since=agreement.changed_at,
        amending=agreement.draft != Draft.CLOSED and any(e.state == EditionState.IN_FORCE for e in editions),
        seal_waits=bool(waiting),
        seal_problem=next((seal.problem for seal in waiting if seal.problem), ""),
    )


def whose_turn(agreement: Agreement, standing: Standing) -> list[Party]:
    """The parties that have something to do, in the order of this partnership's screens; none when all is done."""
    order = agreement.partnership.parties_on_screen()
    if agreement.draft == Draft.FROZEN:
        # None where it was reopened between two of our queries: then either may be next.
        signing = next((e for e in agreement.editions.all() if e.state == EditionState.SIGNING), None)
        signed = {signature.party for signature in signing.signatures.all()} if signing else set()
        return [party for party in order if party not in signed]
    if agreement.draft == Draft.OPEN:
        return [party for party in order if standing.waiting_for(party)] or order
    return []


@dataclass(frozen=True)
class Task:
    """One thing that waits for a person, with the page on which it is done."""

    text: str
    url: str
    label: str


def things_to_do(agreement: Agreement, standing: Standing, party: Party | None) -> list[Task]:
    """What waits for this party, most urgent first; nothing for people of no party."""
    if party is None or party not in whose_turn(agreement, standing):
        return []
    slug = agreement.partnership.slug
    if agreement.draft == Draft.FROZEN:
        return [Task(_("The agreement is open for signing."), reverse("sign", args=[slug]), _("Read and sign"))]
    waiting = len(standing.waiting_for(party))
    page = reverse("agreement", args=[slug])
    if not waiting:
        return [Task(_("Everything is agreed. Either lead can open it for signing."), f"{page}#open", _("Go there"))]
    text = ngettext("%(n)s clause waits for your answer.", "%(n)s clauses wait for your answer.", waiting)
    return [Task(text % {"n": waiting}, page, _("Read the agreement"))]
