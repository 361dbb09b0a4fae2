"""What waits for whom, for the pages that put the rooms together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.domain import readiness
from agreements.domain.clause_names import clause_name
from agreements.domain.clause_status import AgreementStatus, agreement_statuses
from agreements.models import Agreement, Edition, WordingDraft
from agreements.states import AgreementState, Draft, EditionState
from partners.models import Partnership, Person
from partners.parties import Party


@dataclass(frozen=True)
class Summary:
    """An agreement in one line: its state, and whose turn it is.

    `seal_problem` says in words why a seal that waits could not be made at the last try; empty before any.
    """

    state: AgreementState
    waits_for: list[Party]
    amending: bool
    seal_waits: bool
    seal_problem: str = ""


def summaries(partnerships: Iterable[Partnership]) -> dict[UUID, Summary]:
    """Summaries by partnership, in a constant number of queries."""
    agreements = Agreement.objects.with_editions().select_related("partnership")
    agreements = agreements.filter(partnership__in=list(partnerships))
    stands = agreement_statuses(agreements)
    return {a.partnership_id: _summary(a, stands[a.pk]) for a in agreements}


def _summary(agreement: Agreement, standing: AgreementStatus) -> Summary:
    waiting = [e.seal for e in agreement.editions.all() if hasattr(e, "seal") and e.seal.sealed_at is None]
    return Summary(
        state=agreement.state,
        waits_for=whose_turn(agreement, standing),
        amending=agreement.draft != Draft.CLOSED and agreement.edition_in(EditionState.IN_FORCE) is not None,
        seal_waits=bool(waiting),
        seal_problem=next((seal.problem for seal in waiting if seal.problem), ""),
    )


def whose_turn(agreement: Agreement, standing: AgreementStatus) -> list[Party]:
    """The parties that have something to do, in the order of this partnership's screens; none when all is done."""
    order = agreement.partnership.parties_on_screen()
    if agreement.draft == Draft.FROZEN:
        # None where it was reopened between two of our queries: then either may be next.
        signing = agreement.edition_in(EditionState.SIGNING)
        return [party for party in order if _may_act_on(signing, party)] if signing else order
    if agreement.draft == Draft.OPEN:
        return [party for party in order if standing.waiting_for(party)] or order
    return []


def _may_act_on(edition: Edition, party: Party) -> bool:
    """To sign, or to confirm what the other side signed on paper. Who handed in a scan waits for its confirmation."""
    signed = {signature.party for signature in edition.signatures.all()}
    scanned = {copy.party for copy in edition.papers_waiting}
    return party not in signed | scanned or party.other in scanned


@dataclass(frozen=True)
class Task:
    """One thing that waits for a person, with the page on which it is done."""

    text: str
    url: str
    label: str


def agreement_todo(
    agreement: Agreement, standing: AgreementStatus, party: Party | None, *, speaks: bool = True
) -> list[Task]:
    """What waits for this party, most urgent first; nothing for people of no party.

    `speaks`: the person answers and signs for the party; its members read what waits for their lead.
    """
    if party is None or party not in whose_turn(agreement, standing):
        return []
    if agreement.draft == Draft.FROZEN:
        return list(_to_sign(agreement, party, speaks=speaks))
    slug, waiting = agreement.partnership.slug, len(standing.waiting_for(party))
    page = reverse("agreement", args=[slug])
    if not waiting:
        return [_to_open(standing, page)]
    if speaks:
        text = ngettext("%(n)s clause waits for your answer.", "%(n)s clauses wait for your answer.", waiting)
    else:
        text = ngettext("%(n)s clause waits for your lead.", "%(n)s clauses wait for your lead.", waiting)
    return [Task(text % {"n": waiting}, page, _("Read the agreement"))]


def unsent(agreement: Agreement, drafts: Iterable[WordingDraft]) -> list[Task]:
    """What a person began to write and has not sent. Nobody else may see that it is there."""
    slug = agreement.partnership.slug
    return [
        Task(
            _("You have not sent what you wrote: %(clause)s.") % {"clause": clause_name(draft.clause)},
            reverse("clause", args=[slug, draft.clause.key]) + "#change",
            _("Go on writing"),
        )
        for draft in drafts
    ]


def drafts_of(
    agreements: Iterable[Agreement], people: Iterable[Person]
) -> dict[int, defaultdict[UUID, list[WordingDraft]]]:
    """What each of these people wrote and has not sent, the oldest first, by agreement and person; in one query."""
    found: dict[int, defaultdict[UUID, list[WordingDraft]]] = {one.pk: defaultdict(list) for one in agreements}
    drafts = WordingDraft.objects.filter(clause__agreement__in=found, person__in=list(people))
    for draft in drafts.select_related("clause__agreement").order_by("saved_at"):
        found[draft.clause.agreement_id][draft.person_id].append(draft)
    return found


def _to_sign(agreement: Agreement, party: Party, *, speaks: bool) -> Iterator[Task]:
    slug = agreement.partnership.slug
    signing = agreement.edition_in(EditionState.SIGNING)
    if signing and (text := scan_waits(signing, party, speaks=speaks)):
        yield Task(text, reverse("paper", args=[slug]), _("Look at the scan"))
    if signing is None or all(signature.party != party for signature in signing.signatures.all()):
        text, label = _("The agreement is open for signing."), _("Read and sign")
        if not speaks:
            text = _("The agreement is open for signing. Your lead signs for your side.")
            label = _("Read the text for signing")
        yield Task(text, reverse("sign", args=[slug]), label)


def scan_waits(edition: Edition, party: Party | None, *, speaks: bool) -> str:
    """What to say of the other side's scan that waits to be confirmed by this one; empty where none does."""
    if party is None or all(copy.party == party for copy in edition.papers_waiting):
        return ""
    if speaks:
        return _("The other side signed on paper. Look at its scan, and confirm it or say why it does not count.")
    return _("The other side signed on paper. Its scan waits to be confirmed by your side's lead.")


def _to_open(standing: AgreementStatus, page: str) -> Task:
    """Each clause is agreed: either it can be opened for signing, or something else stands in the way."""
    found = readiness.blockers(standing)
    if not found:
        return Task(_("Everything is agreed. Either lead can open it for signing."), page, _("Go to the agreement"))
    if any(one.code == "no change" for one in found):
        return Task(_("An amendment is begun. Propose what should change."), page, _("Read the agreement"))
    text = _("Every clause is agreed. Something else stands in the way of signing.")
    return Task(text, f"{page}#open", _("See what"))
