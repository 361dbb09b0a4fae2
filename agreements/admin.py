"""Agreements on the admin site: it shows. It does not write, agree or sign: nobody acts for a party."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agreements.domain.editions import content
from agreements.models import Agreement, Clause, Commitment, Edition, Goal, Seal, Signature
from agreements.states import SIGNED
from ledger.admin import column
from partners.admin import OfPartnership


@admin.register(Agreement)
class AgreementAdmin(OfPartnership):
    list_display = (
        "names",
        "state",
        column("language", _("Language")),
        column("changed_at", _("Last changed")),
        column("ended_at", _("Ended")),
    )
    list_filter = ("draft", ("ended_at", admin.EmptyFieldListFilter), "partnership__program")
    search_fields = ("partnership__slug", "partnership__organizations__name")
    ordering = ("-changed_at", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Agreement]:
        return super().get_queryset(request).prefetch_related(Prefetch("editions", Edition.objects.defer("canonical")))

    @admin.display(description=_("State"))
    def state(self, agreement: Agreement) -> str:
        return str(agreement.state.label)


@admin.register(Goal)
class ClauseAdmin(OfPartnership):
    """Goals and commitments in the words that both parties signed. A draft is theirs alone."""

    path = "agreement__partnership"
    list_display: tuple[Any, ...] = ("signed_text", "names", column("key", _("Clause")))
    list_filter: ClassVar = ["agreement__partnership__program"]
    search_fields = ("key", "agreement__partnership__slug", "agreement__partnership__organizations__name")
    fields = ("key", "kind", "owner", "names", "signed_text")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Clause]:
        signed = Edition.objects.filter(state__in=SIGNED).order_by("number")
        return super().get_queryset(request).prefetch_related(Prefetch("agreement__editions", signed))

    @admin.display(description=_("Signed text"))
    def signed_text(self, clause: Goal) -> str:
        signed = list(clause.agreement.editions.all())
        lines = content(signed[-1])["body"] if signed else []
        found = next((next(iter(line["texts"].values())) for line in lines if line.get("key") == clause.key), "")
        return found or gettext("Not signed yet")


@admin.register(Commitment)
class CommitmentAdmin(ClauseAdmin):
    list_display = ("signed_text", column("owner", _("Whose")), "names", column("key", _("Clause")))
    list_filter: ClassVar = ["owner", "agreement__partnership__program"]


@admin.register(Edition)
class EditionAdmin(OfPartnership):
    path = "agreement__partnership"
    list_display = (
        "names",
        column("number", _("Number")),
        column("state", _("State")),
        column("code", _("Code")),
        column("opened_at", _("Opened for signing")),
        column("in_force_at", _("In force")),
    )
    list_filter = ("state", "agreement__partnership__program")
    search_fields = ("code", "digest", "agreement__partnership__slug", "agreement__partnership__organizations__name")
    exclude = ("canonical",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Edition]:
        return super().get_queryset(request).defer("canonical")


class OfEdition(OfPartnership):
    path = "edition__agreement__partnership"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("edition__canonical")

    @admin.display(description=_("Edition"), ordering="edition__number")
    def edition_number(self, row: Any) -> int:
        return int(row.edition.number)


@admin.register(Signature)
class SignatureAdmin(OfEdition):
    list_display = (
        "names",
        "edition_number",
        column("party", _("Side")),
        column("name", _("Signed as")),
        column("method", _("How")),
        column("signed_at", _("Signed")),
    )
    list_filter = ("party", "method")
    search_fields = ("name", "edition__code", "edition__agreement__partnership__organizations__name")
    date_hierarchy = "signed_at"


@admin.register(Seal)
class SealAdmin(OfEdition):
    list_display = (
        "names",
        "edition_number",
        column("asked_at", _("Asked for")),
        column("sealed_at", _("Sealed")),
        column("attempts", _("Attempts")),
        column("problem", _("Problem")),
    )
    list_filter = (("sealed_at", admin.EmptyFieldListFilter), ("problem", admin.EmptyFieldListFilter))
    search_fields = ("problem", "edition__code", "edition__agreement__partnership__organizations__name")
