"""The admin shows that something happened. Nobody adds, changes or removes anything of it there.

What an event says is for the people of that partnership, who read it on their history page; not for whoever runs the
site.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ledger.models import Event


def column(field: str, heading: Promise) -> Callable[[Any], Any]:
    """A column of a list under a heading of ours; of a field with choices it says the choice's own words."""

    def shown(row: Any) -> Any:
        in_words = getattr(row, f"get_{field}_display", None)
        return in_words() if in_words else getattr(row, field)

    shown.__name__ = field  # by which Django names the column in the page
    vars(shown).update(short_description=heading, admin_order_field=field)
    return shown


class NoChange:
    """Rows of the admin site that nobody adds, changes or removes there, whatever rights they hold."""

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class ReadOnly(NoChange, admin.ModelAdmin):  # type: ignore[type-arg]  # generic for type checkers alone
    """Shows rows to those who may open the admin site."""

    actions_on_bottom = False

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.is_active and request.user.is_superuser

    has_module_permission = has_view_permission


@admin.register(Event)
class EventAdmin(ReadOnly):
    list_display: tuple[Any, ...] = (
        "chain",
        column("sequence", _("Number")),
        column("kind", _("Kind")),
        "actor",
        column("at", _("When")),
    )
    list_filter = ("kind",)
    search_fields = ("=chain", "=actor", "=digest", "kind")
    date_hierarchy = "at"
    ordering = ("-at", "-sequence")
    fields = ("chain", "sequence", "kind", "actor", "at", "prev", "digest", "content_digest")
