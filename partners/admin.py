"""The admin shows who takes part. It changes nothing of it: nobody acts for a party from here.

The one thing an operator decides here is who may sign in, and who may open this admin. A page of the product is linked
where whoever looks may open it: to run the site opens no partnership.
"""

from __future__ import annotations

from operator import attrgetter
from typing import Any, ClassVar

import allauth.account.admin  # noqa: F401  registers itself, and is taken out below
import django.contrib.auth.admin  # noqa: F401
from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, Model, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ledger.admin import EventAdmin, NoChange, ReadOnly, column
from ledger.models import Event
from partners.actions import change_access
from partners.domain.names import both_names, subject_of
from partners.models import Invitation, Organization, Partnership, Person, Program, ProgramStaff, Seat
from partners.requests import has_person
from partners.rules import says_who_signs_in


class OfPartnership(ReadOnly):
    """Rows of a partnership, which is named by its two organizations. `path` leads from the row to it."""

    path = "partnership"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found = super().get_queryset(request)
        return found.select_related(self.path).prefetch_related(f"{self.path}__organizations")

    @admin.display(description=_("Partnership"))
    def names(self, row: Model) -> str:
        return both_names(attrgetter(self.path.replace("__", "."))(row))


class WithPage(ReadOnly):
    """Rows that have a page in the product: `page` is the name of its address. `may_open` is annotated to each row."""

    page: str
    readonly_fields = ("link",)

    @admin.display(description=_("Page"))
    def link(self, row: Any) -> str:
        if not row.may_open:
            return gettext("For its own people")
        return format_html('<a href="{}">{}</a>', reverse(self.page, args=[row.slug]), gettext("Open its page"))


class ReadOnlyRows(NoChange, admin.TabularInline):  # type: ignore[type-arg]  # generic for type checkers alone
    extra = 0
    can_delete = False


class SeatRows(ReadOnlyRows):
    model = Seat
    fk_name = "partnership"
    fields = ("person", "role", "party", "started_at", "ended_at")


class OrganizationRows(ReadOnlyRows):
    model = Organization
    fields = ("party", "name", "signatory")


class StaffRows(ReadOnlyRows):
    model = ProgramStaff
    fields = ("person", "since")


@admin.register(Person)
class PersonAdmin(ReadOnly):
    """Name, address and language are the person's own; whether they may sign in is the operator's."""

    list_display = ("name", "email", "is_active", "is_staff", column("last_login", _("Last sign-in")), "joined_at")
    list_filter = ("is_active", "is_staff", "is_superuser", "is_demo")
    search_fields = ("name", "email")
    ordering = ("name",)
    fields = ("name", "email", "title", "language", "is_active", "is_staff", "is_demo", "joined_at", "last_login")
    readonly_fields: ClassVar = ["name", "email", "title", "language", "is_demo", "joined_at", "last_login"]

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return has_person(request) and says_who_signs_in(request.user)

    def save_model(self, request: HttpRequest, obj: Person, form: object, change: bool) -> None:
        """Through the action, which writes down who let whom in."""
        if not has_person(request):
            raise PermissionDenied
        change_access(by=request.user, person=obj, is_active=obj.is_active, is_staff=obj.is_staff, now=timezone.now())


@admin.register(Program)
class ProgramAdmin(WithPage):
    page = "program"
    list_display = ("name", "partnerships", "time_zone", "contact_email", column("created_at", _("Begun")), "link")
    list_filter = ("is_demo",)
    search_fields = ("name", "slug", "contact_email", "staff__person__name")
    ordering = ("name",)
    inlines = (StaffRows,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        own = ProgramStaff.objects.filter(program=OuterRef("pk"), person=request.user.pk)
        count = Count("partnerships", distinct=True)
        found: QuerySet[Any] = super().get_queryset(request).annotate(may_open=Exists(own), partnership_count=count)
        return found

    @admin.display(description=_("Partnerships"), ordering="partnership_count")
    def partnerships(self, program: Any) -> int:
        return int(program.partnership_count)


@admin.register(Partnership)
class PartnershipAdmin(WithPage):
    page = "partnership"
    list_display = ("names", column("program", _("Program")), column("created_at", _("Begun")), "link")
    list_filter = ("program",)
    list_select_related = ("program",)
    search_fields = ("slug", "organizations__name", "program__name")
    inlines = (OrganizationRows, SeatRows)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        own = Partnership.objects.none()
        if has_person(request):
            own = Partnership.objects.for_user(request.user).filter(pk=OuterRef("pk"))
        found: QuerySet[Any] = super().get_queryset(request).annotate(may_open=Exists(own))
        return found.prefetch_related("organizations")

    @admin.display(description=_("Partnership"))
    def names(self, partnership: Partnership) -> str:
        return both_names(partnership)


@admin.register(Invitation)
class InvitationAdmin(ReadOnly):
    """Without what a link could be made of."""

    list_display = (
        "name",
        "email",
        "subject",
        column("role", _("Role")),
        column("party", _("Side")),
        column("invited_at", _("Invited")),
        column("expires_at", _("Expires")),
        column("accepted_at", _("Accepted")),
        column("declined_at", _("Declined")),
    )
    list_filter = ("role", ("accepted_at", admin.EmptyFieldListFilter), ("declined_at", admin.EmptyFieldListFilter))
    list_select_related = ("partnership", "program")
    search_fields = ("name", "email", "partnership__organizations__name", "program__name")
    date_hierarchy = "invited_at"
    exclude = ("nonce", "token_hash")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invitation]:
        return super().get_queryset(request).prefetch_related("partnership__organizations")

    @admin.display(description=_("To what"))
    def subject(self, invitation: Invitation) -> str:
        return subject_of(invitation)


admin.site.unregister(Event)


@admin.register(Event)
class NamedEventAdmin(EventAdmin):
    """As it is below, with the names that belong to its ids."""

    list_display = (
        "names",
        column("sequence", _("Number")),
        column("kind", _("Kind")),
        "who",
        column("at", _("When")),
    )
    list_display_links = ("names",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        name = Person.objects.filter(pk=OuterRef("actor")).values("name")
        found: QuerySet[Any] = super().get_queryset(request).annotate(actor_name=Subquery(name))
        return found

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The names of all partnerships on the page, looked up once."""
        listed = super().get_changelist_instance(request)
        chains = {event.chain for event in listed.result_list}
        found = Partnership.objects.filter(pk__in=chains).prefetch_related("organizations")
        names = {partnership.pk: both_names(partnership) for partnership in found}
        for event in listed.result_list:
            event.names = names.get(event.chain, "")
        return listed

    @admin.display(description=_("Partnership"))
    def names(self, event: Any) -> str:
        return event.names or str(event.chain)

    @admin.display(description=_("Who"))
    def who(self, event: Any) -> str | None:
        return event.actor_name or None


admin.site.site_title = "TOPcities Partnership"
admin.site.index_title = _("Admin site")
admin.site.enable_nav_sidebar = False  # lists are wide, and the way back stands above them

# Into the admin as into every page: with a code. Nobody has a password to type.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # as allauth says to

# Not used here: sign-in goes by the person's own address, and rights by seats. A second address, added here, would let
# its owner in as that person. The imports above come first, or these would register themselves afterwards.
for unused in (EmailAddress, Group):
    if admin.site.is_registered(unused):
        admin.site.unregister(unused)
