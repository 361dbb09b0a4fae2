"""The admin shows which mail left. Nobody adds, changes or removes anything of it there."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin

from ledger.admin import ReadOnly
from mail.models import OutboxMail


@admin.register(OutboxMail)
class OutboxMailAdmin(ReadOnly):
    """Without codes: they are for the person they were sent to."""

    list_display = ("kind", "to", "state", "due_at", "attempts", "problem")
    list_filter = ("state", "kind", "urgent")
    search_fields = ("to", "=chain", "kind")
    ordering = ("-created_at", "-pk")
    exclude: ClassVar = ["secret"]
