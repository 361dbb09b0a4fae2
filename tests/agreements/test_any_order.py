"""Anything, in any order, by anybody: what is shown, signed and sealed is one text, the chain holds, and swapping the
parties swaps the outcome.

Two agreements live side by side. What a person of one party does in the first, the same person of the other party does
in the second; after each step the second must be the first one's mirror image.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from agreements import actions
from agreements.actions.seals import seal_waiting
from agreements.domain import agreement_page
from agreements.domain.clause_status import AgreementStatus, agreement_status
from agreements.domain.editions import content, content_of, text_of
from agreements.domain.readiness import blockers
from agreements.models import Agreement, Edition, SealFile, Wording
from agreements.refusals import NotNow, NotReady, Stale
from agreements.seal.seal import check
from agreements.states import SIGNED, Draft, EditionState
from agreements.wording.digest import facts_for, wording_digest
from partners.models import Person
from partners.parties import Party, Role
from tests.concurrency import chain_breaks
from tests.factories.agreements import make_agreement, proof_for
from tests.factories.people import NOW, ORGANIZATIONS, everybody, make_partnership, proved

REFUSALS = (PermissionDenied, NotNow, NotReady, Stale, ValidationError)
EXAMPLES = int(os.environ.get("EXAMPLES", "6"))
PERSONAS = ["lead", "lead", "lead", "member", Role.TECHNOLOGY_PARTNER, "staff", "outsider", "superuser"]
KEYS = ["issue", "vision", "goal-1", "community-2", "city-4", "acknowledgement"]
TEXTS = ["Plain words.", "More plain words.", "", "Elm Street Neighbors decides.", "[City Team] and [issue]"]

actor = st.sampled_from(PERSONAS)
party = st.sampled_from(list(Party))
key = st.sampled_from(KEYS)
Act = Callable[[Agreement, Person, Party], object]


class Mirrored(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.rollback = transaction.atomic()
        self.rollback.__enter__()
        partnerships = [make_partnership(), make_partnership()]
        self.people = [everybody(partnership) for partnership in partnerships]
        self.agreements = [make_agreement(partnership) for partnership in partnerships]
        swap_names_in_the_template(self.agreements[1])
        self.seen = [snapshot(agreement) for agreement in self.agreements]
        self.checked: set[object] = set()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.rollback.__exit__(None, None, None)

    def both(self, who: str, party: Party, act: Act) -> None:
        """The same act in both worlds, by the person of the other party in the second. Both are done, or neither."""
        outcomes = []
        for agreement, people, side in zip(self.agreements, self.people, (party, party.other), strict=True):
            agreement.refresh_from_db()
            person = people[f"{side} {who}"] if who in {"lead", "member"} else people[who]
            try:
                act(agreement, person, side)
                outcomes.append("done")
            except REFUSALS as refusal:
                outcomes.append(type(refusal).__name__)
        before, self.seen = self.seen, [snapshot(agreement) for agreement in self.agreements]
        for outcome, was, seen in zip(outcomes, before, self.seen, strict=True):
            assert outcome == "done" or seen == was, "what is refused changes nothing"
        assert outcomes[0] == outcomes[1], "swapping the parties swaps the outcome"
        if who not in {"lead", "member"}:
            assert outcomes[0] != "done", f"{who} has no say"

    @rule(who=actor, party=party, key=key, newest=st.booleans())
    def agree(self, who: str, party: Party, key: str, newest: bool) -> None:
        def act(agreement: Agreement, person: Person, side: Party) -> None:
            on_clause = agreement_status(agreement).of(key)
            wording = on_clause.live[-1 if newest else 0]
            actions.agree(by=person, clause=on_clause.clause, wording=wording, shown=on_clause.shown, now=NOW)

        self.both(who, party, act)

    @rule(who=actor, party=party)
    def agree_to_remaining(self, who: str, party: Party) -> None:
        def act(agreement: Agreement, person: Person, side: Party) -> None:
            shown = agreement_status(agreement).remaining_digest(side)
            actions.agree_to_remaining(by=person, agreement=agreement, shown=shown, now=NOW)

        self.both(who, party, act)

    @rule(who=actor, party=party, key=key, text=st.sampled_from(TEXTS))
    def propose(self, who: str, party: Party, key: str, text: str) -> None:
        def act(agreement: Agreement, person: Person, side: Party) -> None:
            on_clause = agreement_status(agreement).of(key)
            words = text if side == party else with_names_swapped(text)
            actions.propose(
                by=person, clause=on_clause.clause, text=words, reason="Because.", shown=on_clause.shown, now=NOW
            )

        self.both(who, party, act)

    @rule(who=actor, party=party, name=st.sampled_from(["Old Name", "New Name"]))
    def correct_names(self, who: str, party: Party, name: str) -> None:
        self.both(
            who,
            party,
            lambda agreement, person, side: actions.correct_names(
                by=person, agreement=agreement, organization=name, signatory=name, now=NOW
            ),
        )

    @rule(who=actor, party=party)
    def open_for_signing(self, who: str, party: Party) -> None:
        self.both(
            who,
            party,
            lambda agreement, person, side: actions.open_for_signing(by=person, agreement=agreement, now=NOW),
        )

    @rule(party=party)
    def settle_and_open(self, party: Party) -> None:
        """A short way to where it gets interesting."""
        for who in (party, party.other):
            self.agree_to_remaining("lead", who)
        self.open_for_signing("lead", party)

    @rule(who=actor, party=party)
    def sign(self, who: str, party: Party) -> None:
        def act(agreement: Agreement, person: Person, side: Party) -> None:
            edition = latest(agreement)
            if edition is None:
                raise NotNow
            block = content(edition)["parties"][side]["signatory"]
            actions.sign(
                by=person, edition=edition, shown=edition.digest, name=block, title="", consents=True, intends=True,
                proof=proof_for(person), now=NOW,
            )  # fmt: skip

        self.both(who, party, act)

    @rule(who=actor, party=party)
    def reopen(self, who: str, party: Party) -> None:
        def act(agreement: Agreement, person: Person, side: Party) -> None:
            edition = latest(agreement)
            if edition is None:
                raise NotNow
            actions.reopen(by=person, edition=edition, reason="Wait.", now=NOW)

        self.both(who, party, act)

    @rule(who=actor, party=party)
    def amend(self, who: str, party: Party) -> None:
        self.both(
            who, party,
            lambda agreement, person, side: actions.amend(by=person, agreement=agreement, reason="More.", now=NOW),
        )  # fmt: skip

    @rule(who=actor, party=party, really=st.integers(0, 4))
    def end(self, who: str, party: Party, really: int) -> None:
        if really == 0:
            self.both(
                who, party,
                lambda agreement, person, side: actions.end(by=person, agreement=agreement, reason="No", **proved(NOW)),
            )  # fmt: skip

    @invariant()
    def one_is_the_others_mirror_image(self) -> None:
        first, second = self.seen
        assert mirrored(mirrored(first)) == mirrored(second)

    @invariant()
    def the_chains_hold(self) -> None:
        assert [chain_breaks(agreement) for agreement in self.agreements] == [None, None]

    @invariant()
    def what_is_shown_signed_and_sealed_is_one_text(self) -> None:
        agreement = self.agreements[0]
        standing = agreement_status(agreement)
        shown = [(s.clause.key, s.base_text) for s in standing.clauses if s.agreed and not s.is_left_out]
        frozen = latest(agreement)
        if frozen and frozen.state == EditionState.SIGNING:
            now = content_of(standing, edition_id=frozen.id, number=frozen.number, now=frozen.opened_at)
            assert text_of(content(frozen)) == text_of(now)
            on_page = [
                (row.clause.key, row.main.text) for row in agreement_page.rows(standing, agreement_page.Viewer())
            ]
            assert [pair for pair in on_page if pair in shown] == shown
        seal_waiting(clock=lambda: NOW)
        sealed = SealFile.objects.filter(seal__edition__agreement=agreement).exclude(pk__in=self.checked)
        for file in sealed.select_related("seal__edition"):
            assert check(bytes(file.pdf), now=NOW).contents.digest == file.seal.edition.digest
            self.checked.add(file.pk)

    @invariant()
    def every_text_names_the_facts_as_they_are(self) -> None:
        for agreement in self.agreements:
            standing = agreement_status(agreement)
            for each in standing.clauses:
                if each.clause.kind != "issue" and not each.is_left_out:
                    assert facts_for(each.base.texts[each.language], standing.facts) == each.base.facts

    @invariant()
    def the_states_fit_each_other(self) -> None:
        for agreement in self.agreements:
            agreement.refresh_from_db()
            states = list(agreement.editions.values_list("state", flat=True))
            assert states.count(EditionState.IN_FORCE) + states.count(EditionState.ENDED) <= 1
            assert (agreement.draft == Draft.FROZEN) == (EditionState.SIGNING in states)
            for edition in agreement.editions.filter(state__in=SIGNED):
                assert edition.signatures.count() == len(Party)


def with_names_swapped(text: str) -> str:
    pairs = [tuple(ORGANIZATIONS.values()), ("[City Team]", "[Community Partner]")]
    swaps = {**dict(pairs), **{second: first for first, second in pairs}}
    return re.sub("|".join(map(re.escape, swaps)), lambda found: swaps[found[0]], text)


def swap_names_in_the_template(agreement: Agreement) -> None:
    """One commitment of the template names one party alone: in the mirror it names the other."""
    wording = Wording.objects.select_related("clause").get(clause__agreement=agreement, clause__key="city-4")
    wording.texts = {"en": with_names_swapped(wording.texts["en"])}
    wording.facts = facts_for(wording.texts["en"], agreement_status(agreement).facts)
    wording.digest = wording_digest(wording, agreement)
    wording.save()


def latest(agreement: Agreement) -> Edition | None:
    return agreement.editions.order_by("-opened_at", "-pk").filter(state=EditionState.SIGNING).first() or (
        agreement.editions.exclude(state=EditionState.VOID).order_by("-number").first()
    )


def snapshot(agreement: Agreement) -> dict:
    """All that can be seen of an agreement, without ids, texts that hold a name, or times."""
    agreement = Agreement.objects.select_related("partnership").get(pk=agreement.pk)
    standing = agreement_status(agreement)
    return {
        "draft": agreement.draft,
        "clauses": {s.clause.key: of_clause(s) for s in standing.clauses},
        "editions": [
            (e.number, e.state, list(e.signatures.values_list("party", flat=True))) for e in agreement.editions.all()
        ],
        "blockers": [(b.code, sorted(b.waits_for)) for b in blockers_of(standing)],
    }


def of_clause(on_clause: object) -> dict:
    return {
        "base": on_clause.base.number,
        "assents": {party: on_clause.stands_on(party).number for party in on_clause.assents},
        "waits_for": sorted(party for party in Party if on_clause.waits_for(party)),
        "suggestions": [(w.number, w.party) for w in on_clause.suggestions],
    }


def blockers_of(standing: AgreementStatus) -> list:
    return blockers(standing) if standing.agreement.draft == Draft.OPEN else []


def mirrored(value: object) -> object:
    """The same with the parties swapped, wherever they stand."""
    if isinstance(value, str):
        return Party(value).other if value in Party.values else value
    if isinstance(value, dict):
        return {mirrored(k): mirrored(v) for k, v in value.items()}
    if isinstance(value, list):
        return sorted((mirrored(item) for item in value), key=repr)
    if isinstance(value, tuple):
        return tuple(mirrored(item) for item in value)
    return value


@pytest.mark.django_db
def test_anything_in_any_order_by_anybody() -> None:
    run_state_machine_as_test(
        Mirrored,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=25,
            deadline=None,
            phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink takes minutes; the seed is printed
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
