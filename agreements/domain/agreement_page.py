"""An agreement as one viewer's page shows it: sections, clauses, and what they can do with each. Reads only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agreements.domain.clause_status import AgreementStatus, ClauseStatus
from agreements.domain.templates import template_behind
from agreements.models import Clause, ClauseKind, Wording
from agreements.wording import template
from agreements.wording.compare import Piece, redline
from partners.parties import Party


@dataclass(frozen=True)
class Viewer:
    """Who looks: their party (none for the technology partner and others) and what they may do."""

    party: Party | None = None
    assents: bool = False
    proposes: bool = False
    keeps_drafts: bool = False
    person_id: object = None


@dataclass(frozen=True)
class WordingRow:
    """A wording that can be agreed to, as the viewer sees it."""

    wording: Wording
    text: str
    changes: list[Piece]
    agreed_by: list[Party]
    is_base: bool
    is_suggestion: bool
    is_outdated: bool
    reading_aid: str
    can_agree: bool
    agree_words: str
    offered: bool
    can_put_forward: bool
    can_set_aside: bool


@dataclass(frozen=True)
class ClauseRow:
    on_clause: ClauseStatus
    standing: AgreementStatus
    viewer: Viewer
    comment_count: int = 0

    @cached_property
    def name(self) -> str:
        return self.on_clause.name

    @cached_property
    def order(self) -> list[Party]:
        return self.standing.agreement.partnership.parties_on_screen()

    @property
    def clause(self) -> Clause:
        return self.on_clause.clause

    @property
    def shown(self) -> str:
        return self.on_clause.shown

    @cached_property
    def status(self) -> str:
        """`agreed`, `yours`, `theirs`, `contested` or `waiting`: which words and icon stand beside the clause."""
        on_clause, party = self.on_clause, self.viewer.party
        if on_clause.settled:
            return "agreed" if on_clause.agreed else "waiting"
        if on_clause.two_proposals:
            return "contested"
        if party:
            return "yours" if on_clause.waits_for(party) else "theirs"
        return "waiting"

    @cached_property
    def status_words(self) -> str:
        """Words of its own where the usual ones do not fit; empty otherwise."""
        if self.status == "waiting":
            if self.on_clause.settled:
                return _("Suggested")
            return _("Waits for %(who)s") % {"who": _(" and ").join(self.waits_for)}
        if self.status == "contested":
            return _("Two proposals stand; waits for %(who)s") % {"who": _(" and ").join(self.waits_for)}
        if self.status == "yours" and not self.viewer.assents:
            return _("Waits for your lead")
        return _("Left out by both") if self.on_clause.agreed and self.on_clause.is_left_out else ""

    @cached_property
    def waits_for(self) -> list[str]:
        """The organizations that it waits for, by name, in the order of this partnership's screens."""
        return [self.standing.organizations[party].name for party in self.order if self.on_clause.waits_for(party)]

    @cached_property
    def my_turn(self) -> bool:
        return bool(self.viewer.party and self.on_clause.waits_for(self.viewer.party))

    @cached_property
    def wordings(self) -> list[WordingRow]:
        return [self._row(wording) for wording in self.on_clause.live]

    @cached_property
    def main(self) -> WordingRow:
        """The wording to show on the agreement's page: what is offered to the viewer, else what stands."""
        offered = self.viewer.party and self.on_clause.offered_to(self.viewer.party)
        other = next((w for w in self.on_clause.proposals if w != self.on_clause.base), None)
        chosen = offered or (other if not self.on_clause.two_proposals else None) or self.on_clause.base
        return next(row for row in self.wordings if row.wording == chosen)

    @cached_property
    def suggestion_count(self) -> int:
        return len(self.on_clause.suggestions)

    def _row(self, wording: Wording) -> WordingRow:
        on_clause, viewer = self.on_clause, self.viewer
        text, base = on_clause.text(wording), on_clause.base
        suggestion = wording in on_clause.suggestions
        own = viewer.party is not None and wording.party == viewer.party
        stands_here = viewer.party is not None and on_clause.stands_on(viewer.party) == wording
        return WordingRow(
            wording=wording,
            text=text,
            changes=redline(on_clause.base_text, text) if wording != base else [],
            agreed_by=[party for party in self.order if on_clause.stands_on(party) == wording],
            is_base=wording == base,
            is_suggestion=suggestion,
            is_outdated=wording != base and wording.based_on_id != base.pk,
            reading_aid=self._reading_aid(wording),
            can_agree=viewer.assents and not suggestion and (not stands_here or self.my_turn),
            agree_words=self._agree_words(wording),
            offered=not stands_here and not (wording == base and self._others_propose),
            can_put_forward=viewer.assents and suggestion and own,
            can_set_aside=suggestion
            and own
            and viewer.proposes
            and (viewer.assents or wording.author_id == viewer.person_id),
        )

    @property
    def _others_propose(self) -> bool:
        return any(wording != self.on_clause.base for wording in self.on_clause.proposals)

    def _agree_words(self, wording: Wording) -> str:
        """What it means for this viewer to say yes to this wording."""
        base, own = self.on_clause.base, self.viewer.party and self.on_clause.stands_on(self.viewer.party)
        if own == wording and wording != base:
            return _("Stay with our wording")
        if wording != base or not self._others_propose:
            return _("Agree to leave it out") if wording.removes else _("Agree to this wording")
        if own and own != base:
            return _("Take our proposal back")
        return _("Leave it out") if wording.removes else _("Keep this wording")

    def _reading_aid(self, wording: Wording) -> str:
        language = get_language() or self.on_clause.language
        return "" if language == self.on_clause.language else self.on_clause.reading_aid(wording, language)

    @property
    def lacks_reading_aid(self) -> bool:
        """The viewer reads another language, and this text is no longer the template's."""
        language = get_language() or self.on_clause.language
        return language != self.on_clause.language and self.clause.kind != ClauseKind.ISSUE


@dataclass(frozen=True)
class PageLine:
    """A heading or lead-in of the agreed text, and what it says in the viewer's language where that is another."""

    type: str
    text: str
    aid: str = ""


@dataclass(frozen=True)
class Section:
    """Clauses that stand together: under a heading of the page's own, or under a line of the agreed text."""

    heading: str = ""
    line: PageLine | None = None
    rows: list[ClauseRow] = field(default_factory=list)


def rows(
    standing: AgreementStatus, viewer: Viewer, comments: Mapping[int, int] = MappingProxyType({})
) -> list[ClauseRow]:
    """`comments`: how many there are on a clause, by its id."""
    return [ClauseRow(one, standing, viewer, comments.get(one.clause.pk, 0)) for one in standing.clauses]


def sections(standing: AgreementStatus, all_rows: list[ClauseRow]) -> Iterator[Section]:
    """The agreement's parts in its authors' order: the issue, the vision, the goals, each side's promises, the rest."""
    lines = list(_lines(standing))
    vision, goals = (line for part, line in lines if line.type == "heading")
    yield Section(_("The issue"), rows=_of(all_rows, ClauseKind.ISSUE))
    visions = _of(all_rows, ClauseKind.VISION)
    yield Section(line=vision, rows=[row for row in visions if row.clause.key == "vision"])
    ultimate = [row for row in visions if row.clause.key != "vision"]
    yield Section(line=goals, rows=[*ultimate, *_of(all_rows, ClauseKind.GOAL)])
    for part, line in lines:
        if line.type == "lead-in":
            yield Section(line=line, rows=_of(all_rows, "commitment", part.owner))
    if together := _of(all_rows, ClauseKind.COMMITMENT, ""):
        yield Section(line=_line("lead-in", template.TOGETHER, standing), rows=together)
    if further := _of(all_rows, ClauseKind.OPTIONAL):
        yield Section(line=_line("heading", template.FURTHER, standing), rows=further)
    yield Section(_("Before the signatures"), rows=_of(all_rows, ClauseKind.ACKNOWLEDGEMENT))


def _lines(standing: AgreementStatus) -> Iterator[tuple[template.TemplatePart, PageLine]]:
    """The template's headings and lead-ins with the facts in place."""
    written, language = template_behind(standing.agreement), standing.agreement.language
    read = get_language() or language
    aids = written.parts(read if written.is_written_in(read) else language)
    for part, aid in zip(written.parts(language), aids, strict=True):
        if part.type in {"heading", "lead-in"}:
            yield part, _line(part.type, {read: aid.text, language: part.text}, standing)


def _line(type_: str, texts: dict[str, str], standing: AgreementStatus) -> PageLine:
    text = texts[standing.agreement.language]
    aid = texts.get(get_language() or "", text)
    return PageLine(
        type_, template.fill(text, standing.facts), template.fill(aid, standing.facts) if aid != text else ""
    )


def _of(all_rows: list[ClauseRow], kind: str, owner: str = "") -> list[ClauseRow]:
    return [row for row in all_rows if row.clause.kind == kind and row.clause.owner == owner]
