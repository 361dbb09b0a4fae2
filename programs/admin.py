"""Archives of signed agreements on the admin site: chosen in the list of agreements, taken from a list of one's own."""

from __future__ import annotations

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.admin import AgreementAdmin
from agreements.models import Agreement
from ledger.admin import ReadOnly, column
from mail.admin import OutboxMailAdmin
from mail.models import OutboxMail
from partners.access import declare
from partners.models import Partnership, Person
from partners.rules import says_who_signs_in
from programs.actions import ask_export_of
from programs.domain.mail import row_of
from programs.models import Export
from programs.views.exports import archive_of

for one in (Agreement, OutboxMail):
    admin.site.unregister(one)


@admin.register(Agreement)
class ExportedAgreementAdmin(AgreementAdmin):
    """As it is below, with an archive of those that are chosen."""

    actions = ("export",)

    @admin.action(description=gettext_lazy("Make an archive of what is signed"), permissions=["view"])
    def export(self, request: HttpRequest, queryset: QuerySet[Agreement]) -> HttpResponse | None:
        chosen = Partnership.objects.filter(agreement__in=queryset)
        try:
            ask_export_of(by=_person(request), partnerships=list(chosen), now=timezone.now())
        except ValidationError as refused:
            self.message_user(request, " ".join(refused.messages), messages.ERROR)
            return None
        self.message_user(request, _("The archive is being made. You get a mail when it is ready."))
        return redirect("admin:programs_export_changelist")


@admin.register(Export)
class ExportAdmin(ReadOnly):
    """A person's own: nobody takes what another one asked for."""

    list_display = (
        column("asked_at", gettext_lazy("Asked for")),
        column("contents", gettext_lazy("What it holds")),
        column("program", gettext_lazy("Program")),
        column("packed", gettext_lazy("Looked at")),
        column("total", gettext_lazy("Of")),
        column("agreements", gettext_lazy("Agreements")),
        column("problem", gettext_lazy("Problem")),
        "archive",
        column("expires_at", gettext_lazy("Kept until")),
    )
    list_display_links = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Export]:
        return Export.objects.asked_by(_person(request), timezone.now()).select_related("program")

    @admin.display(description=gettext_lazy("archive"))
    def archive(self, export: Export) -> str:
        if export.made_at is None:
            return _("is being made")
        page = reverse("admin:programs_export_file", args=[export.pk])
        return format_html('<a href="{}">{}</a>', page, _("Download"))

    def get_urls(self) -> list[URLPattern]:
        file = declare(self.admin_site.admin_view(self.file), says_who_signs_in)
        return [path("<uuid:pk>/file/", file, name="programs_export_file"), *super().get_urls()]

    def file(self, request: HttpRequest, pk: object) -> HttpResponseBase:
        own = self.get_queryset(request).filter(made_at__isnull=False)
        if not says_who_signs_in(_person(request)):
            own = own.none()
        return archive_of(get_object_or_404(own, pk=pk), name="archive.zip")


@admin.register(OutboxMail)
class NamedMailAdmin(OutboxMailAdmin):
    """As it is below, with what it is about in the words that staff read."""

    list_display = ("about_what", *OutboxMailAdmin.list_display[1:])

    @admin.display(description=gettext_lazy("About"), ordering="kind")
    def about_what(self, queued: OutboxMail) -> str:
        return row_of(queued, timezone.now()).name


def _person(request: HttpRequest) -> Person:
    """Whoever passed the gate of the admin site signed in."""
    assert isinstance(request.user, Person)  # noqa: S101
    return request.user
