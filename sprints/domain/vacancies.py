"""Duties that nobody holds: whose they were takes part no more, or the seat that leads is empty. Reads only.

Each waits for the lead of the side whose it was; for both, where it stood beside the parties.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.domain.todo import Task
from partners.domain.duties import Holder, sides_for_those_gone
from partners.models import Person, Seat
from partners.parties import Party, Role
from sprints.domain.milestones import SprintStatus
from sprints.domain.showcase import is_ahead
from sprints.models import ActionItem, RunningOrderItem, Sprint

BEFORE = timedelta(days=14)  # how long before a milestone begins an empty seat is spoken of


@dataclass(frozen=True)
class Vacancy:
    """What it is about, with the page on which it is given to somebody, and the sides whose lead sees to it."""

    task: Task
    waits_for: list[Party]


@dataclass(frozen=True)
class Held:
    """What names people in some sprints: open action items, parts of Demo Days ahead, and the roles that are seated."""

    items: Mapping[int, list[ActionItem]]
    parts: Mapping[int, list[tuple[RunningOrderItem, Person]]]
    gone: Mapping[Holder, list[Party]]
    roles: Mapping[UUID, set[str]]


def vacancies(sprint: Sprint, standing: SprintStatus, held: Held) -> list[Vacancy]:
    return [*_items(sprint, held), *_parts(sprint, held), *_roles(sprint, standing, held)]


def _items(sprint: Sprint, held: Held) -> Iterator[Vacancy]:
    says = _("%(who)s took this on and takes part no more: %(what)s")
    for item in held.items.get(sprint.pk, []):
        if sides := held.gone.get((sprint.partnership_id, item.owner_id)):
            url = reverse("action_item_change", args=[sprint.partnership.slug, item.pk])
            yield Vacancy(Task(says % {"who": item.owner.name, "what": item.what}, url, _("Hand it on")), sides)


def _parts(sprint: Sprint, held: Held) -> Iterator[Vacancy]:
    says = _("%(who)s was to present this at Demo Day and takes part no more: %(title)s")
    for item, person in held.parts.get(sprint.pk, []):
        if sides := held.gone.get((sprint.partnership_id, person.pk)):
            url = reverse("item_change", args=[sprint.partnership.slug, item.pk])
            task = Task(says % {"who": person.name, "title": item.title}, url, _("Say who presents it"))
            yield Vacancy(task, sides)


def _roles(sprint: Sprint, standing: SprintStatus, held: Held) -> Iterator[Vacancy]:
    """A role beside the parties that leads a milestone, and nobody sits there: the first of each role's is named."""
    says = _("Nobody has this seat: %(role)s. It leads the milestone “%(title)s”.")
    if standing.is_over:
        return
    seated = held.roles.get(sprint.partnership_id, set())
    url = reverse("people", args=[sprint.partnership.slug])
    for role in (one for one in Role if not one.of_a_party and one.value not in seated):
        led = [one for one in standing.milestones if one.is_open and role.value in one.milestone.leaders]
        if led and led[0].starts <= standing.today + BEFORE:
            words = says % {"role": role.label, "title": led[0].milestone.name}
            yield Vacancy(Task(words, url, _("Invite somebody")), list(Party))


def held_in(sprints: Iterable[Sprint], items: Mapping[int, list[ActionItem]], now: datetime) -> Held:
    """In four queries, however many."""
    sprints = list(sprints)
    sprint_of = {sprint.pk: sprint.partnership_id for sprint in sprints}
    parts: dict[int, list[tuple[RunningOrderItem, Person]]] = {pk: [] for pk in sprint_of}
    rows = RunningOrderItem.objects.filter(showcase__sprint__in=sprints).exclude(presenters=None)
    for item in rows.select_related("showcase").prefetch_related("presenters").distinct():
        if is_ahead(item.showcase, now):
            parts[item.showcase.sprint_id] += [(item, person) for person in item.presenters.all()]
    owners = [(sprint_of[pk], item.owner_id) for pk, some in items.items() for item in some]
    presenters = [(sprint_of[pk], person.pk) for pk, some in parts.items() for _item, person in some]
    seats = Seat.objects.filter(partnership__in=sprint_of.values(), party=None, ended_at=None, person__is_active=True)
    roles: dict[UUID, set[str]] = {}
    for partnership, role in seats.values_list("partnership", "role"):
        roles.setdefault(partnership, set()).add(role)
    return Held(items, parts, sides_for_those_gone([*owners, *presenters]), roles)
