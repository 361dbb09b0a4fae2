"""The admin shows who takes part. It changes nothing of it: nobody acts for a party from here.

The one thing an operator decides here is who may sign in, and who may open this admin.
"""

from __future__ import annotations

from typing import ClassVar

import allauth.account.admin  # noqa: F401  registers itself, and is taken out below
import django.contrib.auth.admin  # noqa: F401
from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone

from ledger.admin import NoChange, ReadOnly
from partners.actions import change_access
from partners.models import Invitation, Organization, Partnership, Person, Program, ProgramStaff, Seat
from partners.requests import has_person
from partners.rules import says_who_signs_in


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

    list_display = ("name", "email", "is_active", "is_staff", "is_demo", "joined_at")
    list_filter = ("is_active", "is_staff", "is_demo")
    search_fields = ("name", "email")
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
class ProgramAdmin(ReadOnly):
    list_display = ("name", "time_zone", "contact_email", "created_at")
    inlines = (StaffRows,)


@admin.register(Partnership)
class PartnershipAdmin(ReadOnly):
    list_display = ("slug", "program", "created_at")
    list_filter = ("program",)
    search_fields = ("slug", "organizations__name")
    inlines = (OrganizationRows, SeatRows)


@admin.register(Invitation)
class InvitationAdmin(ReadOnly):
    """Without what a link could be made of."""

    list_display = ("name", "email", "role", "party", "invited_at", "expires_at", "accepted_at", "declined_at")
    search_fields = ("name", "email")
    exclude = ("nonce", "token_hash")


# Into the admin as into every page: with a code. Nobody has a password to type.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # as allauth says to

# Not used here: sign-in goes by the person's own address, and rights by seats. A second address, added here, would let
# its owner in as that person. The imports above come first, or these would register themselves afterwards.
for unused in (EmailAddress, Group):
    if admin.site.is_registered(unused):
        admin.site.unregister(unused)
