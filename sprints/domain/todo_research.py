"""What of the research and the data waits for whom: for whoever promised it, by the clause. Reads only."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.domain.todo import Task
from partners.parties import Party
from sprints.domain.datasets import DatasetState
from sprints.domain.overview import SprintOverview
from sprints.plan import DATASETS_CLAUSE


def research_todo(outlook: SprintOverview, party: Party, *, speaks: bool) -> list[Task]:
    """An analysis to be confirmed, a dataset that is later than promised."""
    return [*_findings(outlook, party, speaks=speaks), *_datasets(outlook, party)]


def _findings(outlook: SprintOverview, party: Party, *, speaks: bool) -> Iterator[Task]:
    slug, says = outlook.sprint.partnership.slug, _("An analysis waits for your check: %(title)s")
    if not speaks:
        says = _("An analysis waits for your lead's check: %(title)s")
    for row in outlook.findings:
        if party in row.waits_for:
            url = reverse("finding", args=[slug, row.finding.number])
            yield Task(says % {"title": row.finding.title}, url, _("Read the finding"))


def _datasets(outlook: SprintOverview, party: Party) -> Iterator[Task]:
    """Where the clause has gone, a late dataset waits for nobody in particular."""
    slug, says = outlook.sprint.partnership.slug, _("A dataset is later than promised: %(title)s")
    for row in outlook.datasets:
        if row.state == DatasetState.LATE and outlook.holders.get(DATASETS_CLAUSE) == party:
            url = reverse("dataset", args=[slug, row.dataset.number])
            yield Task(says % {"title": row.dataset.title}, url, _("Open the dataset"))
