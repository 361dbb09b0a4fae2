"""The facts of a program as tables, as its staff may see them: states, days, whose turn. Reads only.

No word that the two sides wrote to each other is in them: no outcome, question, reason or evidence. What a milestone is
called stands in the plan, and in the reminders that staff read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from agreements.domain.todo import summaries
from agreements.models import Edition, SealFile
from agreements.states import SIGNED
from partners.models import Partnership, Program
from partners.parties import Party
from sprints.domain.datasets import DAYS, dataset_row
from sprints.domain.decisions import decision_subjects
from sprints.domain.milestones import sprint_statuses, today_of
from sprints.domain.states import state_of
from sprints.models import Dataset, Decision, SignOff, Sprint
from sprints.models.sign_off import SUBJECTS
from sprints.states import SprintState
from text.spreadsheets import Cell, write_csv

CHUNK = 100  # partnerships that are read at once
Row = list[Cell]
# What each row begins with, whatever the table.
WHICH = (_("Partnership"), *(party.label for party in Party))


@dataclass(frozen=True)
class Table:
    """`rows` of these partnerships, without the columns of WHICH; each begins with the partnership's id."""

    title: str | Promise
    columns: tuple[str | Promise, ...]
    rows: Callable[[list[Partnership], datetime], Iterator[tuple[UUID, Row]]]


def lines(program: Program, table: Table, now: datetime) -> Iterator[str]:
    """The table as CSV, in the language of whoever asks, some partnerships at a time."""
    language = get_language() or "en"
    with translation.override(language):
        headings = [str(one) for one in (*WHICH, *table.columns)]
    return write_csv(headings, _all_rows(program, table, language, now))


def _all_rows(program: Program, table: Table, language: str, now: datetime) -> Iterator[Row]:
    ids = list(program.partnerships.order_by("created_at", "pk").values_list("pk", flat=True))
    rows = Partnership.objects.select_related("program").prefetch_related("organizations")
    for place in range(0, len(ids), CHUNK):
        found = list(rows.filter(pk__in=ids[place : place + CHUNK]).order_by("created_at", "pk"))
        with translation.override(language):
            which = {one.pk: _which(one) for one in found}
            chunk = [[*which[pk], *cells] for pk, cells in table.rows(found, now)]
        yield from chunk


def _which(partnership: Partnership) -> Row:
    names = {one.party: one.name for one in partnership.organizations.all()}
    return [partnership.slug, *(names.get(party, "") for party in Party)]


def _partnerships(found: list[Partnership], now: datetime) -> Iterator[tuple[UUID, Row]]:
    stands, signed, sealed, sprints = summaries(found), _signed(found), _sealed(found), _sprints(found)
    for one in found:
        summary, edition, sprint = stands.get(one.pk), signed.get(one.pk), sprints.get(one.pk)
        timeline = sprint.timeline if sprint and sprint.first_day else None
        yield (
            one.pk,
            [
                _day(one.created_at, one),
                str(summary.state.label) if summary else "",
                _sides(summary.waits_for) if summary else "",
                edition.number if edition else None,
                _day(edition.in_force_at, one) if edition else None,
                _day(sealed.get(edition.pk), one) if edition else None,
                edition.digest if edition else "",
                _yes(bool(summary and summary.amending)),
                str(SPRINT[state_of(sprint, now)]) if sprint and timeline else "",
                timeline.first_day if timeline else None,
                timeline.last_day if timeline else None,
                timeline.weeks if timeline else None,
            ],
        )


def _milestones(found: list[Partnership], now: datetime) -> Iterator[tuple[UUID, Row]]:
    begun = [sprint for sprint in _sprints(found).values() if sprint.first_day]
    stands = sprint_statuses(begun, now=now)
    for sprint in begun:
        for one in stands[sprint.pk].milestones:
            milestone = one.milestone
            cells: Row = [milestone.number, milestone.name, milestone.week, milestone.last_week, one.starts, one.due]
            cells += [", ".join(milestone.leaders), _yes(milestone.joint), str(one.state.label), one.days_late]
            cells += [_sides(one.subject.waits_for), _day(milestone.finished_at, sprint.partnership)]
            yield sprint.partnership_id, cells


def _sign_offs(found: list[Partnership], now: datetime) -> Iterator[tuple[UUID, Row]]:
    sprints = {one.pk: one for one in _sprints(found).values()}
    answers = SignOff.objects.filter(sprint__in=sprints).defer("content", "reason")
    subjects = answers.select_related("milestone", "decision", "finding").order_by("sprint", "at", "pk")
    for answer in subjects:
        sprint = sprints[answer.sprint_id]
        kind = next(key for key in SUBJECTS if getattr(answer, f"{key}_id"))
        number = getattr(getattr(answer, kind), "number", None) if kind in NUMBERED else None
        cells: Row = [str(KINDS[kind]), number, str(Party(answer.party).label), str(answer.get_answer_display())]
        cells += [_day(answer.at, sprint.partnership), _yes(answer.replaced_at is None)]
        yield sprint.partnership_id, cells


def _decisions(found: list[Partnership], now: datetime) -> Iterator[tuple[UUID, Row]]:
    sprints = {one.pk: one for one in _sprints(found).values()}
    decisions = Decision.objects.filter(sprint__in=sprints).order_by("sprint", "number").prefetch_related("reversed_by")
    for subject in decision_subjects(decisions):
        sprint, row = sprints[subject.row.sprint_id], subject.row
        given = [_day(one.at, sprint.partnership) if (one := subject.given.get(party)) else None for party in Party]
        cells: Row = [row.number, str(subject.state.label), _sides(subject.waits_for)]
        yield sprint.partnership_id, [*cells, _day(row.proposed_at, sprint.partnership), *given]


def _datasets(found: list[Partnership], now: datetime) -> Iterator[tuple[UUID, Row]]:
    sprints = {one.pk: one for one in _sprints(found).values()}
    for dataset in Dataset.objects.filter(sprint__in=sprints, dropped_at=None).order_by("sprint", "number"):
        sprint = sprints[dataset.sprint_id]
        row = dataset_row(dataset, today_of(sprint, now))
        cells: Row = [dataset.number, str(row.state.label), row.days_late]
        yield sprint.partnership_id, [*cells, *(getattr(dataset, name) for name in DAYS)]


def _sprints(found: Iterable[Partnership]) -> dict[UUID, Sprint]:
    """By the partnership's id, with what its state is read from."""
    known = {one.pk: one for one in found}
    sprints = Sprint.objects.filter(partnership__in=known).prefetch_related("pauses")
    rows = {one.partnership_id: one for one in sprints.select_related("partnership__agreement", "partnership__program")}
    return {pk: rows[pk] for pk in known if pk in rows}


def _signed(found: Iterable[Partnership]) -> Mapping[UUID, Edition]:
    """The newest signed edition of each."""
    rows = Edition.objects.filter(agreement__partnership__in=found, state__in=SIGNED).defer("canonical", "notice")
    return {one.agreement.partnership_id: one for one in rows.select_related("agreement").order_by("number")}


def _sealed(found: Iterable[Partnership]) -> Mapping[UUID, datetime]:
    """When each edition was sealed first, by its id."""
    files = SealFile.objects.filter(seal__edition__agreement__partnership__in=found).order_by("-made_at")
    return dict(files.values_list("seal__edition", "made_at"))


def _day(at: datetime | None, partnership: Partnership) -> date | None:
    """The day that it was where the program is."""
    return at.astimezone(partnership.program.zone).date() if at else None


def _sides(parties: Iterable[Party]) -> str:
    return ", ".join(str(party.label) for party in Party if party in set(parties))


def _yes(holds: bool) -> str:
    return str(_("yes") if holds else _("no"))


NUMBERED = ("milestone", "decision", "finding")
KINDS: dict[str, str | Promise] = {
    "milestone": _("Milestone"),
    "decision": _("Decision"),
    "plan": _("Sustainability plan"),
    "finding": _("Finding"),
    "report_of": _("Report on the promises"),
}
SPRINT: dict[str, str | Promise] = {
    SprintState.AHEAD: _("Ahead"),
    SprintState.RUNNING: _("Running"),
    SprintState.PAUSED: _("Paused"),
    SprintState.OVER: _("Over"),
    SprintState.ENDED: _("Ended"),
}
NUMBER, STATE, WAITS_FOR, DAYS_LATE = _("Number"), _("State"), _("Waits for"), _("Days late")
TABLES: dict[str, Table] = {
    "partnerships": Table(
        _("Partnerships"),
        (
            *(_("Begun on"), _("Agreement"), WAITS_FOR, _("Edition"), _("In force since"), _("Sealed on")),
            *(_("Fingerprint"), _("Being amended"), _("Sprint"), _("First day"), _("Last day"), _("Weeks")),
        ),
        _partnerships,
    ),
    "milestones": Table(
        _("Milestones"),
        (
            *(NUMBER, _("Milestone"), _("From week"), _("To week"), _("Begins on"), _("Due on"), _("Led by")),
            *(_("Signed off by both"), STATE, DAYS_LATE, WAITS_FOR, _("Done on")),
        ),
        _milestones,
    ),
    "sign-offs": Table(
        _("Sign-offs"),
        (_("What"), NUMBER, _("Side"), _("Answer"), _("On"), _("Stands")),
        _sign_offs,
    ),
    "decisions": Table(
        _("Decisions"),
        (NUMBER, STATE, WAITS_FOR, _("Written on"), *(party.label for party in Party)),
        _decisions,
    ),
    "datasets": Table(
        _("Datasets"),
        (
            *(NUMBER, STATE, DAYS_LATE, _("Asked for on"), _("Promised for")),
            *(_("Accessible since"), _("In use since"), _("Refused on")),
        ),
        _datasets,
    ),
}
