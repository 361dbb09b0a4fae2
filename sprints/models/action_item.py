"""What somebody took on in a meeting, and what became of it since."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.models import Person
from sprints.models.meeting import Meeting
from sprints.models.pairs import who_and_when
from text.fields import Line


class ActionItem(models.Model):
    """What somebody took on in a meeting, and until which day. It is theirs until they hand it on or leave."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="action_items")
    what = Line(_("what is to be done"), max_length=300)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    due = models.DateField(_("day"))
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["due", "added_at", "pk"]
        constraints: ClassVar = [
            who_and_when("done", name="action_item_done_pair"),
            who_and_when("withdrawn", name="action_item_withdrawn_pair"),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(withdrawn_at=None), name="action_item_done_or_withdrawn"
            ),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.withdrawn_at is None


class ActionItemAct(models.TextChoices):
    HANDED_ON = "handed on"
    MOVED = "moved"
    DONE = "done"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"


class ActionItemChange(models.Model):
    """What was done about an action item. It keeps what was before: whose it was, or which day was set."""

    item = models.ForeignKey(ActionItem, on_delete=models.CASCADE, related_name="changes")
    act = models.CharField(max_length=12, choices=ActionItemAct.choices)
    owner = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Whose it was before."
    )
    due = models.DateField(null=True, blank=True, help_text="The day that was set before.")
    why = Line(_("why"), blank=True, max_length=300)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(act__in=ActionItemAct.values), name="action_item_change_known"),
            models.CheckConstraint(
                condition=Q(owner=None) ^ Q(act="handed on"), name="action_item_handed_on_from_somebody"
            ),
            models.CheckConstraint(condition=Q(due=None) ^ Q(act="moved"), name="action_item_moved_from_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.act}"
