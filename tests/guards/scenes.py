"""Where each act is tried: partnerships at every stage, made once; and the table that the acts are written into."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, field
from types import ModuleType

from agreements.models import Agreement
from partners.models import Partnership, Person
from partners.parties import Party
from tests.factories.agreements import agree_to_all, hand_in, make_agreement, open_for_signing, propose
from tests.factories.people import everybody, make_partnership, make_program, member_of, staff_of
from tests.factories.sprints import signed_agreement, started_sprint

OWN, OTHER = Party.COMMUNITY, Party.CITY
Said = dict[str, object]


class World:
    """A partnership at each stage. Acts change it, and each change is undone."""

    def __init__(self) -> None:
        self.elsewhere = make_program(name="Another cohort")
        self.seated = make_partnership()
        self.writing = _being_written()
        self.ready = make_agreement()
        agree_to_all(self.ready)
        self.edition = open_for_signing(make_agreement())
        self.paper = hand_in(self.edition, OTHER)
        self.signed = signed_agreement()
        self.sprint, self.another = started_sprint(), started_sprint()
        agreements = [self.writing, self.ready, self.edition.agreement, self.signed]
        everywhere = [self.seated, *(one.partnership for one in (self.sprint, self.another, *agreements))]
        self._people = {partnership.pk: everybody(partnership) for partnership in everywhere}

    def from_the_other_sprint(self) -> World:
        """The same, seen from the other sprint: its scenes are laid there."""
        seen = copy(self)
        seen.sprint, seen.another = self.another, self.sprint
        return seen

    def people(self, partnership: Partnership) -> dict[str, Person]:
        return {**self._people[partnership.pk], "other staff": staff_of(self.elsewhere)}


def _being_written() -> Agreement:
    """With a proposal of the other side, a suggestion of a member, and one of their colleague."""
    agreement = make_agreement()
    propose(agreement, "goal-1", "Something to answer.", by=agreement.partnership.seats.get(party=OTHER).person)
    propose(agreement, "goal-2", "A suggestion.", by=member_of(agreement.partnership, OWN))
    return agreement


@dataclass(frozen=True)
class Scene:
    """A partnership and what the act is given, which may hang on who acts."""

    partnership: Partnership
    said: Said | Callable[[Person], Said] = field(default_factory=dict)

    def for_person(self, person: Person) -> Said:
        return self.said(person) if callable(self.said) else self.said


@dataclass(frozen=True)
class Guarded:
    """An act in a scene, and all whom it lets in. `doer` is one of them."""

    act: Callable[..., object]
    lets_in: frozenset[str]
    doer: str
    scene: Callable[[World], Scene]


Table = dict[str, Guarded]


def table_of(actions: ModuleType, table: Table) -> Callable[..., Callable]:
    """To write scenes into a table: `@guarded({...})` over a function with the act's name. What follows two underscores
    in the name tells two scenes of one act apart."""

    def guarded(lets_in: set[str], *, doer: str = f"{OWN} lead") -> Callable:
        def enter(scene: Callable[[World], Scene]) -> Callable[[World], Scene]:
            act = getattr(actions, scene.__name__.partition("__")[0])
            table[scene.__name__] = Guarded(act, frozenset(lets_in), doer, scene)
            return scene

        return enter

    return guarded


def acts_of(actions: ModuleType) -> set[str]:
    """All that is exported, but for exceptions."""
    return {name for name in actions.__all__ if not isinstance(getattr(actions, name), type)}


def acts_in(table: Mapping[str, Guarded]) -> set[str]:
    return {name.partition("__")[0] for name in table}
