"""The product: say what it is, what residents' tests showed, and that one's own side owns it, too."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agreements.actions.transactions import speaks_for
from agreements.refusals import NotNow, Stale
from partners import rules
from partners.models import Person
from sprints.actions.sign_offs import ask_again
from sprints.actions.transactions import lock_for, lock_running_sprint, record_event
from sprints.domain.milestones import lies_ahead
from sprints.domain.product import VERDICTS, product_digest, product_of
from sprints.domain.sustainability import PlanSubject
from sprints.models import DevelopmentStatus, Ownership, Product, ProductTest, Sprint, Verdict
from sprints.publiccode import CATEGORIES
from text.clean import clean_line
from text.fields import clean_words, refuse

LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
TEXTS = ("name", "address", "repository", "summary", "description")
LONGEST_FEATURE = 200


@transaction.atomic
def describe_product(*, by: Person, sprint: Sprint, shown: str, now: datetime, **said: object) -> Product:
    """Say what the product is and where it stands. `shown` is `product_digest` as the person saw it."""
    sprint = lock_for(rules.takes_part, by, sprint)
    refuse(refused_product(said))
    product = product_of(sprint)
    if product_digest(product) != shown:
        raise Stale
    for name, value in _checked(said).items():
        setattr(product, name, value)
    if product_digest(product) == shown:
        return product
    product.changed_at, product.changed_by = now, by
    product.save()
    payload = {"name": product.name, "address": product.address, "repository": product.repository}
    record_event(sprint, "product.described", by=by, now=now, payload=payload | {"status": product.development_status})
    ask_again([PlanSubject.find(sprint)], by=by, now=now)
    return product


def refused_product(said: Mapping[str, Any]) -> dict[str, str]:
    """What of it cannot be kept, by field."""
    wrong = next((tag for tag in _tags(said.get("languages", "")) if not LANGUAGE_TAG.fullmatch(tag)), "")
    message = _("“%(tag)s” is no language tag. Write them like this: en, es, vi.")
    longest = max((len(line) for line in said.get("features", "").splitlines()), default=0)
    lines = _("A line is %(length)s characters long; %(limit)s fit. Shorten it, or make two of it.")
    return {
        "languages": message % {"tag": wrong} if wrong else "",
        "features": lines % {"length": longest, "limit": LONGEST_FEATURE} if longest > LONGEST_FEATURE else "",
    }


def _checked(said: dict[str, Any]) -> dict[str, Any]:
    """As it is kept. Raises ValidationError by field."""
    return clean_words(Product, **{name: said[name] for name in TEXTS}) | {
        "features": [clean_line(line, limit=LONGEST_FEATURE) for line in said["features"].splitlines() if line.strip()],
        "categories": [one for one in CATEGORIES if one in said["categories"]],
        "languages": list(dict.fromkeys(_tags(said["languages"]))),
        "development_status": DevelopmentStatus(said["development_status"]).value,
    }


def _tags(typed: str) -> list[str]:
    return [tag for tag in re.split(r"[\s,;]+", typed) if tag]


@transaction.atomic
def add_product_test(
    *,
    by: Person,
    sprint: Sprint,
    held_on: date,
    people: int,
    how: str,
    usable: str,
    meets_need: str,
    accessible: str,
    showed: str,
    now: datetime,
) -> ProductTest:
    """Write down what a test with residents showed: counts and words."""
    sprint = lock_for(rules.takes_part, by, sprint)
    refuse(refused_product_test({"held_on": held_on}, sprint=sprint, now=now))
    test = ProductTest.objects.create(
        sprint=sprint,
        held_on=held_on,
        people=people,
        usable=Verdict(usable),
        meets_need=Verdict(meets_need),
        accessible=Verdict(accessible),
        **clean_words(ProductTest, how=how, showed=showed),
        added_at=now,
        added_by=by,
    )
    record_event(sprint, "product.tested", by=by, now=now, payload=_payload(test))
    return test


def refused_product_test(typed: Mapping[str, Any], *, sprint: Sprint, now: datetime) -> dict[str, str]:
    late = _("A test is written down after it was held.")
    return {"held_on": late if lies_ahead(typed.get("held_on"), sprint, now) else ""}


@transaction.atomic
def withdraw_product_test(*, by: Person, test: ProductTest, now: datetime) -> None:
    """Take back what one wrote down oneself. The history keeps it."""
    sprint = lock_for(rules.takes_part, by, test.sprint)
    if test.added_by_id != by.pk:
        raise rules.Refused(_("A test is taken back by the person who wrote it down."))
    if ProductTest.objects.filter(pk=test.pk, withdrawn_at=None).update(withdrawn_at=now, withdrawn_by=by):
        record_event(sprint, "product.test_withdrawn", by=by, now=now, payload=_payload(test))


def _payload(test: ProductTest) -> dict[str, Any]:
    said = {"held_on": test.held_on.isoformat(), "people": test.people, "how": test.how, "showed": test.showed}
    return said | {name: str(getattr(test, name)) for name in VERDICTS}


@transaction.atomic
def say_ownership(
    *, by: Person, sprint: Sprint, owner: str, administrator: str, shown: str, now: datetime
) -> Ownership:
    """A lead's word for their own side: who owns the product there, and who administers the repository shown."""
    sprint = lock_running_sprint(sprint)
    party = speaks_for(by, sprint.partnership, rules.assents)
    product = product_of(sprint)
    if not product.repository:
        raise NotNow(_("Nobody has said yet where the repository is. Write that down first."))
    if product.repository != shown:
        raise Stale
    Ownership.objects.filter(sprint=sprint, party=party, replaced_at=None).update(replaced_at=now)
    said = Ownership.objects.create(
        sprint=sprint,
        party=party,
        **clean_words(Ownership, owner=owner, administrator=administrator),
        repository=product.repository,
        at=now,
        by=by,
    )
    payload = {"party": party, "owner": said.owner, "administrator": said.administrator}
    record_event(sprint, "product.owned", by=by, now=now, payload=payload | {"repository": said.repository})
    return said
