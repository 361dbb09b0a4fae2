"""Where each clause stands: its wordings, who assents to what, and whom it waits for. Reads only.

Everything a page or a gate needs to know of an agreement is loaded here in a constant number of queries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from agreements.domain.clause_names import clause_name
from agreements.domain.templates import template_behind
from agreements.models import Agreement, Assent, Clause, ClauseKind, Wording
from agreements.wording import template
from ledger.canonical import digest
from partners.models import Organization, Person, Seat
from partners.parties import Party, Role


@dataclass(frozen=True)
class ClauseStatus:
    """A clause with all that stands on it. `assents` holds each party's standing assent."""

    clause: Clause
    wordings: list[Wording]
    assents: Mapping[str, Assent]
    ever_assented: frozenset[int] = frozenset()
    language: str = "en"

    @property
    def name(self) -> str:
        return clause_name(self.clause)

    @cached_property
    def agreed(self) -> Wording | None:
        """The wording that both parties assent to."""
        numbers = {self.assents[party].wording_id for party in Party if party in self.assents}
        return self.by_id(numbers.pop()) if len(self.assents) == len(Party) and len(numbers) == 1 else None

    @cached_property
    def base(self) -> Wording:
        """What the clause says until another wording is agreed."""
        return self.agreed or self.by_id(self.clause.base_id)

    @cached_property
    def proposals(self) -> list[Wording]:
        """What a party stands behind and the other does not (yet), in the order written."""
        if self.agreed:
            return []
        return sorted({self.by_id(assent.wording_id) for assent in self.assents.values()}, key=lambda w: w.number)

    @cached_property
    def suggestions(self) -> list[Wording]:
        """Wordings that no lead stands behind (yet): a member's, or a proposal whose facts were corrected."""
        return [w for w in self.wordings if self._is_suggestion(w)]

    def _is_suggestion(self, wording: Wording) -> bool:
        untouched = wording.withdrawn_at is None and wording.pk not in self.ever_assented
        return bool(wording.party) and untouched and wording != self.base

    @cached_property
    def live(self) -> list[Wording]:
        """Every wording that a party, or the one it comes from, may assent to now."""
        return sorted({self.base, *self.proposals, *self.suggestions}, key=lambda w: w.number)

    def open_to(self, party: Party) -> list[Wording]:
        """What this party may assent to: not the other side's suggestions, which no lead of theirs stands behind."""
        return [w for w in self.live if w.party == party or w not in self.suggestions]

    @cached_property
    def shown(self) -> str:
        """The digest of the clause as a person sees it. A POST carries it; another digest is refused."""
        seen = {
            "clause": str(self.clause.pk),
            "live": [wording.digest for wording in self.live],
            "numbers": [wording.number for wording in self.live],
            "assents": {party: assent.wording_id for party, assent in self.assents.items()},
        }
        return digest(seen)

    @cached_property
    def settled(self) -> bool:
        """Nothing to decide: agreed, or a clause that was only suggested and is not in the text."""
        return self.agreed is not None or (self.base.removes and not self.assents)

    @property
    def two_proposals(self) -> bool:
        """Each side stands behind a change of its own."""
        return len([wording for wording in self.proposals if wording != self.base]) > 1

    def stands_on(self, party: str) -> Wording | None:
        return self.by_id(self.assents[party].wording_id) if party in self.assents else None

    def waits_for(self, party: Party) -> bool:
        """Whether it is this party's turn: it has not spoken, or the other side spoke after it."""
        if self.settled:
            return False
        own, others = self.assents.get(party), self.assents.get(party.other)
        return own is None or (others is not None and own.pk < others.pk)

    def offered_to(self, party: Party) -> Wording | None:
        """The wording that one "Agree" would make, where it is plain which: not where two proposals stand."""
        if not self.waits_for(party) or self.two_proposals:
            return None
        return self.stands_on(party.other) or self.base

    def by_id(self, pk: int | None) -> Wording:
        return next(wording for wording in self.wordings if wording.pk == pk)

    def text(self, wording: Wording) -> str:
        return template.fill(wording.texts[self.language], wording.facts)

    @property
    def base_text(self) -> str:
        return self.text(self.base)

    @property
    def is_left_out(self) -> bool:
        """Agreed, or so far, not to be in the text."""
        return self.base.removes

    def reading_aid(self, wording: Wording, language: str) -> str:
        """Our translation for a clause whose text is still the template's; else nothing. Never what is signed."""
        written = template_behind(self.clause.agreement)
        from_template = template_texts(written, self.language).get(self.clause.key, "")
        if not from_template or wording.texts[self.language] != from_template:
            return ""
        return template.fill(template_texts(written, language).get(self.clause.key, ""), wording.facts)


def template_texts(written: template.Template, language: str) -> dict[str, str]:
    """Of each clause of the template, and of those that it offers, by the clause's key."""
    offered = {one.key: one.text[language] for one in written.offered.values() if one.text.get(language)}
    return offered | {part.key: part.text for part in written.clauses(language)}


@dataclass(frozen=True)
class AgreementStatus:
    """An agreement as it stands: its clauses in order, the organizations, the facts. `leads` who are seated now."""

    agreement: Agreement
    organizations: Mapping[str, Organization]
    leads: Mapping[str, Person]
    clauses: list[ClauseStatus] = field(default_factory=list)

    def of(self, key: str) -> ClauseStatus:
        return next(standing for standing in self.clauses if standing.clause.key == key)

    @cached_property
    def facts(self) -> dict[str, str]:
        """The five facts as they are now; the issue is the wording that stands."""
        facts = facts_of_parties(self.organizations.values())
        issue = next((s for s in self.clauses if s.clause.kind == ClauseKind.ISSUE), None)
        return {**facts, template.ISSUE: issue.base_text if issue else ""}

    def waiting_for(self, party: Party) -> list[ClauseStatus]:
        return [standing for standing in self.clauses if standing.waits_for(party)]

    def remaining_for(self, party: Party) -> list[ClauseStatus]:
        """The clauses that "Agree to all remaining" would agree to."""
        return [standing for standing in self.clauses if standing.offered_to(party)]

    def remaining_digest(self, party: Party) -> str:
        return digest([standing.shown for standing in self.remaining_for(party)])


def facts_of_parties(organizations: Iterable[Organization]) -> dict[str, str]:
    facts: dict[str, str] = {}
    for organization in organizations:
        facts[organization.party] = organization.name
        facts[f"{organization.party}_lead"] = organization.signatory
    return facts


def agreement_statuses(agreements: Iterable[Agreement]) -> dict[int, AgreementStatus]:
    """Agreements by id with all that stands in them. Five queries, however many agreements and clauses."""
    chosen = {agreement.pk: agreement for agreement in agreements}
    clauses = list(Clause.objects.filter(agreement__in=chosen))
    wordings: dict[int, list[Wording]] = defaultdict(list)
    assents: dict[int, dict[str, Assent]] = defaultdict(dict)
    ever: dict[int, set[int]] = defaultdict(set)
    for wording in Wording.objects.filter(clause__agreement__in=chosen).select_related("author").order_by("number"):
        wordings[wording.clause_id].append(wording)
    for assent in Assent.objects.filter(clause__agreement__in=chosen).select_related("person"):
        ever[assent.clause_id].add(assent.wording_id)
        if assent.withdrawn_at is None:
            assents[assent.clause_id][assent.party] = assent
    organizations: dict[object, dict[str, Organization]] = defaultdict(dict)
    partnerships = [agreement.partnership_id for agreement in chosen.values()]
    for organization in Organization.objects.filter(partnership__in=partnerships):
        organizations[organization.partnership_id][organization.party] = organization
    leads: dict[object, dict[str, Person]] = defaultdict(dict)
    seats = Seat.objects.filter(partnership__in=partnerships, role=Role.LEAD, ended_at=None).select_related("person")
    for seat in seats:
        if seat.party:  # a lead's seat has one
            leads[seat.partnership_id][seat.party] = seat.person
    result = {
        pk: AgreementStatus(agreement, organizations[agreement.partnership_id], leads[agreement.partnership_id])
        for pk, agreement in chosen.items()
    }
    for clause in clauses:
        clause.agreement = agreement = chosen[clause.agreement_id]
        standing = ClauseStatus(
            clause, wordings[clause.pk], assents[clause.pk], frozenset(ever[clause.pk]), agreement.language
        )
        result[agreement.pk].clauses.append(standing)
    return result


def agreement_status(agreement: Agreement) -> AgreementStatus:
    return agreement_statuses([agreement])[agreement.pk]
