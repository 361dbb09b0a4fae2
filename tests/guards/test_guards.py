"""Each act has its own guard: it lets in whom the tables beside this name, and refuses all others by itself, whatever
a view does before it. Who is refused changes nothing and is told nothing.

A new act stands in a table, or in NOBODY_ASKS with the reason why it has no guard.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from operator import itemgetter
from types import ModuleType

import pytest
from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import connection, transaction

import agreements.actions
import partners.actions
import programs.actions
import sprints.actions
from agreements.models import Assent, PaperCopy, Signature
from agreements.refusals import NotNow, Stale
from mail import registry
from mail.models import OutboxMail
from partners.authentication_proof import NeedsFreshCode
from partners.models import Person
from partners.rules import Refused
from programs.models import HeldItem, Publication
from sprints.emails import hourly
from sprints.models import Ownership, Proposal, SignOff
from sprints.states import CLOSED, SprintState
from tests.factories.people import NOW, lead_of, proved
from tests.guards import agreements as of_agreements
from tests.guards import editions as of_editions
from tests.guards import partners as of_partners
from tests.guards import programs as of_programs
from tests.guards import publications as of_publications
from tests.guards import sign_offs as of_sign_offs
from tests.guards import sprints as of_sprints
from tests.guards import work as of_work
from tests.guards.others import OF_ANOTHER
from tests.guards.people import EVERYBODY, LEADS, LESSENED, person_as
from tests.guards.scenes import OWN, Guarded, Said, Table, World, acts_in, acts_of
from tests.years import days_without_year, said_by
from topcities.weekly.schedule import queue_weekly_mail

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
ROOMS = [
    (partners.actions, of_partners.TABLE, of_partners.NOBODY_ASKS),
    (agreements.actions, of_agreements.TABLE | of_editions.TEMPLATES, {}),
    (
        sprints.actions,
        of_sprints.TABLE | of_work.TABLE | of_sign_offs.TABLE | of_editions.PLANS,
        of_sprints.NOBODY_ASKS,
    ),
    (programs.actions, of_programs.TABLE | of_publications.TABLE, of_programs.NOBODY_ASKS),
]
ROWS = {
    f"{actions.__name__.partition('.')[0]}.{name}": row for actions, table, _ in ROOMS for name, row in table.items()
}

# Where it stands what a party said: by its lead, in a session that began with a code, and by nobody else.
SPOKEN_IN = (Assent, Signature, PaperCopy, SignOff, Ownership, Proposal, Publication, HeldItem)
SPOKEN = {model._meta.db_table for model in SPOKEN_IN}
Rows = dict[str, list[tuple]]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: object) -> Iterator[World]:
    """Made once for all acts, in a transaction around those of the tests."""
    with django_db_blocker.unblock(), undone():
        yield World()


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def everything() -> Rows:
    """Each row of each table."""
    models = apps.get_models(include_auto_created=True)
    tables = {model._meta.db_table for model in models if model._meta.managed and not model._meta.proxy}
    with connection.cursor() as cursor:
        return {table: _rows(cursor, table) for table in sorted(tables)}


def _rows(cursor: object, table: str) -> list[tuple]:
    cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)} ORDER BY 1")  # noqa: S608  a name of our own
    return cursor.fetchall()


def outcome(row: Guarded, by: Person, said: Said, before: Rows) -> str:
    """What comes of it when this person does it, with objects of their own as a request has them. "speaks": it
    says something for a party, which only leads do."""
    try:
        row.act(by=by, **copy.deepcopy(said), **with_proof(row))
        found = "let in"
    except Refused:
        found = "refused"
    except Exception as error:  # a guard that is gone may show as any of them
        return repr(error)
    changed = {table for table, rows in everything().items() if rows != before[table]}
    if bool(changed) != (found == "let in"):
        return f"{found}, and changed: {sorted(changed)}"
    return "speaks" if changed & SPOKEN else found


def with_proof(row: Guarded, at: datetime = NOW) -> Said:
    """The time, and a code that was typed then, for an act that asks for them."""
    return {name: given for name, given in {**proved(at), "now": NOW}.items() if asks_for(row, name)}


def asks_for(row: Guarded, name: str) -> bool:
    return name in inspect.signature(row.act).parameters


@pytest.mark.parametrize("name", ROWS)
def test_each_act_lets_in_whom_its_row_names_and_refuses_all_others(world: World, name: str) -> None:
    row, found = ROWS[name], {}
    scene = row.scene(world)
    people, before = world.people(scene.partnership), everything()
    for who in sorted(EVERYBODY):
        with undone():
            person = person_as(who, people, row.doer)
            stands = everything() if who in LESSENED else before
            came = outcome(row, person, scene.for_person(person), stands)
            found[who] = "let in" if came == "speaks" and who in LEADS else came
    assert found == {who: "let in" if who in row.lets_in else "refused" for who in sorted(EVERYBODY)}


# What cannot be undone, or changes who speaks for a side.
WITH_A_FRESH_CODE = {
    "sign",
    "upload_paper",
    "confirm_paper",
    "end",
    "offer_lead",
    "accept_lead",
    "confirm_claim",
    "change_address",
    "add_passkey",
    "remove_passkey",
}


def test_an_act_as_heavy_as_signing_asks_for_a_code_typed_just_now(world: World) -> None:
    asking = {name: row for name, row in ROWS.items() if asks_for(row, "proof") and row.lets_in}
    assert {row.act.__name__ for row in asking.values()} == WITH_A_FRESH_CODE
    for row in asking.values():
        with undone():
            scene = row.scene(world)
            by, before = world.people(scene.partnership)[row.doer], everything()
            for proof in (with_proof(row, NOW - timedelta(minutes=16)), {"proof": None, "now": NOW}):
                with pytest.raises(NeedsFreshCode):
                    row.act(by=by, **copy.deepcopy(scene.for_person(by)), **proof)
            assert everything() == before


# Their scenes are an agreement, where there is no sprint yet, and a program.
BESIDE_A_SPRINT = {f"sprints.{name}" for name in ("propose_start", *of_editions.PLANS)}
IN_A_SPRINT = [name for name in ROWS if name.startswith("sprints.") and name not in BESIDE_A_SPRINT]


@pytest.mark.parametrize("name", IN_A_SPRINT)
def test_an_act_comes_out_the_same_and_touches_nothing_where_another_sprint_did_it_before(
    world: World, name: str
) -> None:
    with undone():
        alone, _kept = added_by(ROWS[name], world)
    with undone():
        _theirs, kept = added_by(ROWS[name], world.from_the_other_sprint())
        beside, _ours = added_by(ROWS[name], world)
        after = everything()
        assert {table: rows - set(after[table]) for table, rows in kept.items() if rows - set(after[table])} == {}
    assert beside == alone


# What is one's own, or a resident's, is taken back at any time; a reminder finds nothing that waits.
AFTER_THE_END = {"revoke_calendar_feed", "withdraw_consent", "put_away_catalog", "remind"}


@pytest.mark.parametrize("name", [one for one in IN_A_SPRINT if one.partition(".")[2] not in AFTER_THE_END])
def test_an_act_is_refused_in_the_same_words_once_the_agreement_has_ended(world: World, name: str) -> None:
    row = ROWS[name]
    with undone():
        scene = row.scene(world)
        person, agreement = world.people(scene.partnership)[row.doer], scene.partnership.agreement
        said = scene.for_person(person)
        agreements.actions.end(by=lead_of(scene.partnership, OWN), agreement=agreement, reason="Enough.", **proved(NOW))
        before = everything()
        with pytest.raises(NotNow, match=str(CLOSED[SprintState.ENDED])):
            row.act(by=person, **said, **with_proof(row))
        assert everything() == before


def added_by(row: Guarded, world: World) -> tuple[dict[str, list], dict[str, set[tuple]]]:
    """How many rows the act adds to or changes in each table, and their numbers within the sprint; and these rows,
    with those of its scene."""
    first = everything()
    scene = row.scene(world)
    person, before = world.people(scene.partnership)[row.doer], everything()
    row.act(by=person, **copy.deepcopy(scene.for_person(person)), **with_proof(row))
    after = everything()
    new = {table: set(rows) - set(before[table]) for table, rows in after.items()}
    found = {table: sorted(map(number_in(table), rows), key=str) for table, rows in new.items() if rows}
    return found, {table: set(rows) - set(first[table]) for table, rows in after.items()}


def number_in(table: str) -> Callable[[tuple], object]:
    """Of a row of this table: the number that it has within its sprint."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)} LIMIT 0")  # noqa: S608  a name of our own
        columns = [column[0] for column in cursor.description]
    return itemgetter(columns.index("number")) if "number" in columns else lambda _row: None


@pytest.mark.parametrize(
    ("actions", "table", "nobody_asks"), ROOMS, ids=["partners", "agreements", "sprints", "programs"]
)
def test_every_act_has_its_row_or_a_reason_why_nobody_asks(
    actions: ModuleType, table: Table, nobody_asks: dict[str, str]
) -> None:
    rows = acts_in(table)
    assert rows | set(nobody_asks) == acts_of(actions)
    assert not rows & set(nobody_asks)
    for name in nobody_asks:
        assert "by" not in inspect.signature(getattr(actions, name)).parameters, name


@pytest.mark.parametrize("name", OF_ANOTHER)
def test_what_is_of_another_partnership_is_neither_changed_nor_taken(world: World, name: str) -> None:
    """By somebody who may do all of it in their own."""
    row = OF_ANOTHER[name]
    scene = row.scene(world)
    by, before = world.people(scene.partnership)[row.doer], everything()
    with pytest.raises((Refused, Stale, ObjectDoesNotExist, ValidationError)):
        row.act(by=by, **with_proof(row), **scene.for_person(by))
    assert everything() == before


# Asked for by nobody with a seat, sent by a worker that seals, or after a longer story than a row of a table has.
# Their own tests build them, and conftest.py looks.
BY_OTHERS = {
    *("invitation declined", "sign-in code", "sign-in link made", "publication began"),
    *("report.sealed", "sealed copy ready", "finding.waits", "plan over", "sprint over"),
    "export ready",
    "sharing began",
}


def test_every_mail_that_acts_or_days_send_names_the_year_of_each_day(world: World) -> None:
    """In both languages. Whoever reads it next year knows which day it means."""
    said: dict[tuple[str, str], str] = {}
    for row in (one for one in ROWS.values() if one.doer in one.lets_in):
        with undone():
            scene = row.scene(world)
            person, sent = person_as(row.doer, world.people(scene.partnership), row.doer), set(ids_of_mails())
            row.act(by=person, **copy.deepcopy(scene.for_person(person)), **with_proof(row))
            said |= dict(mails_but(sent))
    with undone():
        queue_weekly_mail(NOW + timedelta(days=21))
        said |= dict(mails_but(set()))
    kinds = {kind for kind, _language in said}
    builders = registry._builders | registry._many_builders
    ours = {kind for kind, builder in builders.items() if not builder.__module__.startswith("tests.")}
    assert ours - {hourly.CHANGES} | set(hourly._builders) == kinds | BY_OTHERS
    assert {kind: days for kind, words in said.items() if (days := days_without_year(words))} == {}
    assert any("2027" in words for words in said.values())


def ids_of_mails() -> Iterable[int]:
    return OutboxMail.objects.values_list("pk", flat=True)


def mails_but(sent: set[int]) -> Iterator[tuple[tuple[str, str], str]]:
    """What each mail says that is not among these, by its kind and language."""
    for queued in OutboxMail.objects.exclude(pk__in=sent).select_related("person"):
        for queued.language in ("en", "es"):
            if letter := registry.build(queued):
                for kind in [one["kind"] for one in queued.about.get("things", [])] or [queued.kind]:
                    yield (kind, queued.language), said_by(letter)
