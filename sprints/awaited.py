"""What of the research and the data waits for whom: for whoever promised it, by the clause. Reads only."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.models import Clause
from agreements.waiting import Task
from partners.parties import Party
from sprints.datasets import DatasetState, dataset_rows
from sprints.models import Sprint
from sprints.plan import DATASETS_CLAUSE
from sprints.research import finding_rows, standing_findings
from sprints.standing import today_of


def awaited(sprint: Sprint, party: Party, now: datetime) -> list[Task]:
    """An analysis to be confirmed, a dataset that is later than promised."""
    return [*_findings(sprint, party), *_datasets(sprint, party, now)]


def _findings(sprint: Sprint, party: Party) -> list[Task]:
    slug, says = sprint.partnership.slug, _("An analysis waits for your check: %(title)s")
    return [
        Task(
            says % {"title": row.finding.title},
            reverse("finding", args=[slug, row.finding.number]),
            _("Read the finding"),
        )
        for row in finding_rows(standing_findings(sprint), sprint.partnership)
        if party in row.waits_for
    ]


def _datasets(sprint: Sprint, party: Party, now: datetime) -> list[Task]:
    """Where the clause has gone, a late dataset waits for nobody in particular."""
    promised = Clause.objects.filter(agreement__partnership=sprint.partnership_id, key=DATASETS_CLAUSE, owner=party)
    if not promised.exists():
        return []
    slug, says = sprint.partnership.slug, _("A dataset is later than promised: %(title)s")
    return [
        Task(
            says % {"title": row.dataset.title},
            reverse("dataset", args=[slug, row.dataset.number]),
            _("Open the dataset"),
        )
        for row in dataset_rows(sprint, today_of(sprint, now))
        if row.state == DatasetState.LATE
    ]
