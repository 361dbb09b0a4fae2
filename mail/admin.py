"""The admin shows which mail left. Nobody adds, changes or removes anything of it there."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from ledger.admin import ReadOnly, column
from mail.models import OutboxMail


@admin.register(OutboxMail)
class OutboxMailAdmin(ReadOnly):
    """Without codes: they are for the person they were sent to."""

    list_display: tuple[Any, ...] = (
        column("kind", _("About")),
        column("to", _("To")),
        column("state", _("State")),
        column("due_at", _("Not before")),
        column("attempts", _("Attempts")),
        column("problem", _("Problem")),
    )
    list_filter = ("state", ("returned_at", admin.EmptyFieldListFilter), "kind", "urgent")
    search_fields = ("to", "=chain", "kind")
    ordering = ("-created_at", "-pk")
    exclude: ClassVar = ["secret"]
