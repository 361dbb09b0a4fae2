"""What holds on every page of a sprint: it asks the database as often however much there is, and no state is stored."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import cycle

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partners.models import Person
from partners.parties import Party
from sprints.actions.milestones import set_leaders
from sprints.models import Evidence, Milestone, SignOff, SignOffAnswer, Sprint
from tests.crawl import walk
from tests.factories.demonstration import demonstration
from tests.factories.people import client_of, lead_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
# What follows from the facts and the day would be called something like this.
DERIVED = re.compile(r"(^|_)(state|status|late|overdue|done|open|waits|waiting|progress|percent|current_week)$|^is_")
# What people or a city's file say: the maturity that publiccode.yml asks for, and whether an entry is for everybody.
SAID = {"Product.development_status", "CatalogEntry.is_public"}


@pytest.fixture
def sprint() -> Sprint:
    """The demonstration's sprint in week 7, with something of everything."""
    demonstration()
    latest = Sprint.objects.select_related("partnership__program").order_by("first_day").last()
    assert latest.milestones.count() < 25
    return latest


def queries_of(clients: list[Client], pages: list[str]) -> dict[str, int]:
    """Each page as one of them asks for it, in turn."""
    found = {}
    for page, client in zip(pages, cycle(clients), strict=False):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(page).status_code == 200, page
        found[page] = len(asked)
    return found


def many_more(sprint: Sprint, by: Person, now: datetime) -> None:
    """250 milestones, and 500 pieces of evidence on each of a joint one and another one."""
    clauses = list(Milestone.objects.filter(sprint=sprint, fulfils__isnull=False).first().fulfils.all())
    for number in range(sprint.milestones.count() + 1, 251):
        more = sprint.milestones.create(
            number=number, week=number % 18, last_week=number % 18, phase="build", title=f"One more {number}",
            old_leaders=["technology"], joint=number % 5 == 0, added_at=now, added_by=by,
        )  # fmt: skip
        set_leaders(more, ["technology"])
        more.fulfils.set(clauses)
        for party in Party:
            content = {"title": "", "outcome": "", "evidence": []}
            SignOff.objects.create(
                sprint=sprint,
                milestone=more,
                party=party,
                answer=SignOffAnswer.YES,
                digest="0" * 64,
                content=content,
                at=now,
                by=by,
            )
    for milestone in sprint.milestones.filter(number__lte=20):
        Evidence.objects.bulk_create(
            Evidence(milestone=milestone, kind="words", title=f"{n}", words="Heard.", added_at=now, added_by=by)
            for n in range(500)
        )


def test_no_page_asks_more_often_with_ten_times_the_milestones_and_500_pieces_of_evidence(sprint: Sprint) -> None:
    leads = [lead_of(sprint.partnership, party) for party in Party]
    clients = [client_of(lead) for lead in leads]
    found = walk(clients[0], f"/partnerships/{sprint.partnership.slug}/sprint/")
    pages = [page for page, answer in found.items() if answer.status_code == 200 and not answer.streaming]
    assert len(pages) > 30
    before = queries_of(clients, pages)
    many_more(sprint, leads[0], timezone.now())
    after = queries_of(clients, pages)
    grown = {page: (before[page], after[page]) for page in pages if after[page] > before[page]}
    assert grown == {}


def test_no_column_holds_a_state_that_follows_from_facts() -> None:
    columns = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_app_config("sprints").get_models()
        for field in model._meta.concrete_fields
        if DERIVED.search(field.name)
    }
    assert columns == SAID
