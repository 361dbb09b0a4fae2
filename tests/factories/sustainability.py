"""A product and a sustainability plan that leave nothing open, for tests that begin there."""

from __future__ import annotations

from datetime import date, datetime

from partners.parties import Party
from sprints import actions
from sprints.domain.product import product_digest, product_of
from sprints.domain.sustainability import PlanSubject
from sprints.models import Product, Sprint, SustainabilityPlan
from tests.factories.people import NOW
from tests.factories.sprints import lead_in

REPOSITORY = "https://code.example.org/ashford/rent-help"
PRODUCT = {
    "name": "Rent Help",
    "address": "https://rent.ashford.example",
    "repository": REPOSITORY,
    "summary": "Finds the rental assistance that a household can ask for.",
    "description": "Households answer five questions, in their language, and see which help they can ask for. " * 2,
    "features": "Answer five questions\nPrint what to bring",
    "languages": "en, es",
    "categories": ["digital-citizenship"],
    "development_status": "beta",
}
PLAN = {
    "maintenance": "internal",
    "code_support": "City of Ashford, Office of Data",
    "code_contact": "Tess Maintainer",
    "data_support": "Housing Department",
    "governance": "Either side proposes a change; both leads decide.",
    "hosting": "On the city's cloud account.",
    "cost": "1,200 dollars a year.",
    "money": "The city's budget, line 40.",
    "licence": "Apache-2.0",
    "until": date(2029, 6, 30),
    "when_it_ends": "The data is handed to the library, and people are told three months before.",
    "review_on": date(2028, 1, 15),
}


def describe(sprint: Sprint, party: Party = Party.CITY, **changed: object) -> Product:
    shown = product_digest(product_of(sprint))
    return actions.describe_product(
        by=lead_in(sprint, party), sprint=sprint, shown=shown, now=NOW, **(PRODUCT | changed)
    )


def own(sprint: Sprint, *parties: Party) -> None:
    for party in parties or Party:
        said = {"owner": f"The {party} office", "administrator": f"@{party}", "shown": product_of(sprint).repository}
        actions.say_ownership(by=lead_in(sprint, party), sprint=sprint, now=NOW, **said)


def shown_plan(sprint: Sprint) -> str:
    return PlanSubject.find(sprint).digest


def write(sprint: Sprint, party: Party = Party.CITY, **changed: object) -> SustainabilityPlan:
    act = {"by": lead_in(sprint, party), "sprint": sprint, "shown": shown_plan(sprint), "now": NOW}
    return actions.write_plan(**act, **(PLAN | changed))


def sign_plan(sprint: Sprint, party: Party, *, now: datetime = NOW) -> None:
    subject = PlanSubject.find(sprint)
    actions.sign_off(by=lead_in(sprint, party), subject=subject, shown=subject.digest, now=now)


def sustained(sprint: Sprint) -> Sprint:
    describe(sprint)
    own(sprint)
    write(sprint)
    return sprint
