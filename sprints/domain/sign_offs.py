"""What is signed off, whatever it is: a milestone, a decision, a plan, a finding, a report. Reads only.

Each feature has a `Subject` of its own beside what else is known of it; `subjects` lists them by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar, Generic, Self, TypeVar

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreements.domain.readiness import Blocker
from agreements.wording.compare import Piece, redline
from ledger.canonical import digest
from partners.parties import Party
from sprints.models import SignOff, SignOffAnswer, Sprint
from sprints.states import Answers, AnswerState

Row = TypeVar("Row", bound=Any)
LOOKS = {AnswerState.YES: "agreed", AnswerState.CHANGES: "contested"}
ICONS = {"agreed": "check", "done": "check", "contested": "contested"}


def answers_to(key: str, rows: Iterable[object]) -> dict[object, dict[Party, SignOff]]:
    """The standing answers, by the id of what they are about and by party. `key` is a foreign key of `SignOff`."""
    found: dict[object, dict[Party, SignOff]] = {}
    standing = SignOff.objects.filter(**{f"{key}__in": list(rows)}, replaced_at=None)
    for answer in standing.select_related("by"):
        found.setdefault(getattr(answer, f"{key}_id"), {})[Party(answer.party)] = answer
    return found


@dataclass(frozen=True)
class Change:
    """What is new since a party answered: in sentences, and the redline of each text by what it is."""

    notes: list[str] = field(default_factory=list)
    texts: list[tuple[str, list[Piece]]] = field(default_factory=list)


@dataclass(frozen=True)
class State:
    """A few words with their look and icon."""

    words: str
    look: str = "waiting"

    @property
    def icon(self) -> str:
        return ICONS.get(self.look, "theirs")


@dataclass(frozen=True)
class SignOffRow:
    """A party's answer for a page. The reason for changes stays until the party answers again."""

    party: Party
    name: str
    state: State
    answer: SignOff | None
    is_current: bool
    change: Change | None


class Subject(Generic[Row]):
    """One thing to sign off as it is now, with each side's answer: who is asked, what stands in the way, what it says.

    `now` is needed where the content changes with the day.
    """

    kind: ClassVar[str]  # in addresses and of mails
    key: ClassVar[str]  # the foreign key of SignOff
    model: ClassVar[type[Any]]
    page: ClassVar[str]  # the name of its address
    signed_event: ClassVar[str]
    changes_event: ClassVar[str] = ""
    anchor: ClassVar[str] = ""
    not_asked: ClassVar[Promise | str] = ""  # to a lead whose word is not asked for
    says: ClassVar[dict[AnswerState, Promise | str]] = {
        AnswerState.YES: _("Signed off by %(who)s"),
        AnswerState.CHANGES: _("%(who)s asks for changes"),
        AnswerState.YES_BEFORE: _("Asked again: it has changed since they signed off"),
        AnswerState.CHANGES_BEFORE: _("It has changed since they asked for changes"),
        AnswerState.NONE: _("Not signed off yet"),
    }
    open_look: ClassVar[str] = "waiting"
    open_label: ClassVar[Promise | str]
    asks_you: ClassVar[Promise | str] = _("Your sign-off is asked for: %(title)s")
    asks_your_lead: ClassVar[Promise | str] = _("Your lead's sign-off is asked for: %(title)s")
    done_label: ClassVar[Promise | str] = ""
    yes_label: ClassVar[Promise | str] = _("Sign off")
    yes_note: ClassVar[Promise | str] = _(
        "You sign off exactly what is written above. It is done when both sides have."
    )
    reason_label: ClassVar[Promise | str] = _("What is missing?")

    def __init__(self, row: Row, given: Mapping[Party, SignOff] | None = None, *, now: datetime | None = None) -> None:
        self.row, self.now = row, now
        if given is not None:
            self.given = given

    @classmethod
    def of_all(cls, rows: Iterable[Row], *, now: datetime | None = None) -> list[Self]:
        """In one query, however many."""
        rows = list(rows)
        given = answers_to(cls.key, [row.pk for row in rows])
        return [cls(row, given.get(row.pk, {}), now=now) for row in rows]

    @classmethod
    def find(cls, sprint: Sprint, number: int | None = None, *, now: datetime | None = None) -> Self:
        """Of this sprint, by what its address says. Raises ObjectDoesNotExist."""
        row = cls.model.objects.get(sprint=sprint, number=number)
        row.sprint = sprint
        return cls(row, now=now)

    @classmethod
    def of_mail(cls, about: Mapping[str, Any]) -> Self:
        """What a queued mail is about."""
        return cls(cls.model.objects.select_related("sprint__partnership__program").get(pk=about[cls.key]))

    def again(self, sprint: Sprint) -> Self:
        """As it stands under the sprint's lock."""
        return self.find(sprint, self.row.number, now=self.now)

    @property
    def sprint(self) -> Sprint:
        sprint: Sprint = self.row.sprint
        return sprint

    @cached_property
    def given(self) -> Mapping[Party, SignOff]:
        return answers_to(self.key, [self.row.pk]).get(self.row.pk, {})

    @cached_property
    def content(self) -> dict[str, Any]:
        """What is signed off, word for word."""
        raise NotImplementedError

    @cached_property
    def answers(self) -> Answers:
        return Answers(digest(self.content), self.given)

    @property
    def digest(self) -> str:
        """A page carries it, and an answer to another one is refused."""
        return self.answers.digest

    # --- Who, and whether ---

    @cached_property
    def asked(self) -> list[Party]:
        return list(Party)

    @property
    def is_done(self) -> bool:
        """As many have said yes as it takes."""
        return self.answers.both

    @property
    def asks_for_changes(self) -> bool:
        """Somebody asks for changes of it as it is now."""
        return bool(self.changes_event) and any(map(self.answers.asks_for_changes, self.asked))

    @property
    def asked_to_change(self) -> list[Party]:
        """Whose turn it is where changes are asked for: whoever did not ask; both, where both did."""
        if not self.asks_for_changes:
            return []
        return [party for party in Party if not self.answers.asks_for_changes(party)] or list(Party)

    @property
    def waits_for(self) -> list[Party]:
        """The parties whose turn it is."""
        raise NotImplementedError

    @property
    def blockers(self) -> list[Blocker]:
        """What stands in the way of a yes: the page shows this list, and the gate reads the same one."""
        return []

    def closed_to(self, answer: SignOffAnswer, shown: str) -> str:
        """Why nobody can answer like this any more; empty where they can."""
        return ""

    # --- What it is called, and what is said of it ---

    @property
    def title(self) -> str:
        return str(self.row)

    @property
    def place(self) -> dict[str, object]:
        """What its address and those of its acts are made of."""
        return {"slug": self.sprint.partnership.slug, "number": self.row.number}

    @property
    def url(self) -> str:
        return reverse(self.page, kwargs=self.place)

    @property
    def named(self) -> dict[str, Any]:
        """What the history says of it."""
        return {self.kind: str(self.row), "number": self.row.number}

    @property
    def about(self) -> dict[str, Any]:
        """What a mail is queued with."""
        return {self.key: str(self.row.pk)}

    @property
    def labels(self) -> dict[str, str]:
        """What each text of its content is, in the order in which they are read."""
        return {}

    @property
    def headline(self) -> State | None:
        return State(str(self.done_label), "done") if self.done_label and self.is_done else None

    @property
    def says_who(self) -> object:
        """Who signs it off, for those who do not."""
        return _("The leads of the two sides sign it off.")

    @property
    def thanks(self) -> object:
        """To whoever said yes."""
        return _("You have signed it off for your side.")

    def todo(self, *, speaks: bool) -> str:
        """For a party that it waits for. `speaks`: the reader answers for it; its members read what waits for them."""
        if self.asks_for_changes:
            return _("Changes are asked for: %(title)s") % {"title": self.title}
        return (self.asks_you if speaks else self.asks_your_lead) % {"title": self.title}

    def mail_subject(self, party: Party) -> str:
        changes = self.answers.asks_for_changes(party.other)
        return (_("Changes are asked for: %(title)s") if changes else self.asks_you) % {"title": self.title}

    def mail_says(self, party: Party) -> list[Promise | str]:
        """With a place for the other side's name; nothing where the party is asked for nothing any more."""
        own, others = self.answers.state_of(party), self.answers.state_of(party.other)
        says = {
            _("%(name)s asks for changes."): others == AnswerState.CHANGES,
            _("%(name)s has signed off. It is done when you do too."): others == AnswerState.YES,
            _("It has changed since you signed it off. Its page shows what is new."): own == AnswerState.YES_BEFORE,
            _("It has changed since you asked for changes. Its page shows what is new."): (
                own == AnswerState.CHANGES_BEFORE
            ),
        }
        return [words for words, holds in says.items() if holds and own != AnswerState.YES]

    def rows(self, names: Mapping[str, str]) -> list[SignOffRow]:
        """Each side's answer, in the order of the screens."""
        return [self._row(Party(party), name) for party, name in names.items() if party in self.asked]

    def _row(self, party: Party, name: str) -> SignOffRow:
        state, answer = self.answers.state_of(party), self.given.get(party)
        words = self.says[state] % {"who": answer.by.name if answer else ""}
        stale = self.answers.answered_before(party)
        return SignOffRow(
            party=party,
            name=name,
            state=State(words, LOOKS.get(state, self.open_look)),
            answer=answer,
            is_current=answer is not None and not stale,
            change=self.change_since(answer.content) if answer and stale else None,
        )

    def change_since(self, before: dict[str, Any]) -> Change:
        texts = [
            (label, redline(_text(before[name]), _text(self.content[name])))
            for name, label in self.labels.items()
            if before[name] != self.content[name]
        ]
        return Change(texts=texts)


class SprintSubject(Subject[Row]):
    """What there is one of in a sprint."""

    @property
    def place(self) -> dict[str, object]:
        return {"slug": self.sprint.partnership.slug}

    @property
    def named(self) -> dict[str, Any]:
        return {}

    def again(self, sprint: Sprint) -> Self:
        return self.find(sprint, now=self.now)


def _text(value: str | list[str]) -> str:
    return value if isinstance(value, str) else "\n".join(value)
