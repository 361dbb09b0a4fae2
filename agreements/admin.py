"""Agreements on the admin site: it shows. It does not write, agree or sign: nobody acts for a party."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from agreements.domain.editions import content
from agreements.models import Agreement, Clause, Commitment, Edition, Goal, Seal, Signature
from agreements.states import SIGNED
from ledger.admin import ReadOnly


@admin.register(Agreement)
class AgreementAdmin(ReadOnly):
    list_display = ("partnership", "draft", "language", "changed_at", "ended_at")
    list_filter = ("draft",)
    list_select_related = ("partnership",)
    search_fields = ("partnership__slug", "partnership__organizations__name")


@admin.register(Goal)
class ClauseAdmin(ReadOnly):
    """Goals and commitments in the words that both parties signed. A draft is theirs alone."""

    list_display: tuple[str, ...] = ("key", "partnership", "signed_text")
    list_select_related = ("agreement__partnership",)
    search_fields = ("key", "agreement__partnership__slug")
    fields = ("key", "kind", "owner", "partnership", "signed_text")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Clause]:
        signed = Edition.objects.filter(state__in=SIGNED).order_by("number")
        return super().get_queryset(request).prefetch_related(Prefetch("agreement__editions", signed))

    @admin.display(description=_("partnership"))
    def partnership(self, clause: Goal) -> str:
        return clause.agreement.partnership.slug

    @admin.display(description=_("signed text"))
    def signed_text(self, clause: Goal) -> str:
        signed = list(clause.agreement.editions.all())
        lines = content(signed[-1])["body"] if signed else []
        return next((next(iter(line["texts"].values())) for line in lines if line.get("key") == clause.key), "")


@admin.register(Commitment)
class CommitmentAdmin(ClauseAdmin):
    list_display = ("key", "partnership", "owner", "signed_text")
    list_filter = ("owner",)


@admin.register(Edition)
class EditionAdmin(ReadOnly):
    list_display = ("partnership", "number", "state", "code", "opened_at", "in_force_at")
    list_filter = ("state",)
    list_select_related = ("agreement__partnership",)
    search_fields = ("code", "digest", "agreement__partnership__slug")
    exclude = ("canonical",)

    @admin.display(description=_("partnership"))
    def partnership(self, edition: Edition) -> str:
        return edition.agreement.partnership.slug


@admin.register(Signature)
class SignatureAdmin(ReadOnly):
    list_display = ("edition", "party", "name", "method", "signed_at")
    list_filter = ("party", "method")


@admin.register(Seal)
class SealAdmin(ReadOnly):
    list_display = ("edition", "asked_at", "sealed_at", "attempts", "problem")
