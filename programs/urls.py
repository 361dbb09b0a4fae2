"""The addresses of what staff do with many partnerships, and of what a partnership shows to everybody."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path, register_converter
from django.urls.converters import StringConverter

from programs.views import (
    days,
    deletions,
    drafts,
    imports,
    invitations,
    meetings,
    notes,
    packages,
    plans,
    public,
    publications,
    records,
    reminders,
    start,
    templates,
    translations,
    wall_views,
)
from programs.views.exports import program_export_file, program_export_new, program_exports, program_facts
from programs.views.mail import program_mail, program_mail_again, program_mail_one
from programs.views.partnerships import partnership_new, program_partnerships
from programs.views.programs import program_edit, program_invite, program_new, program_settings
from programs.views.robots import robots
from programs.views.sheets import sheet, sheet_columns, sheet_new
from programs.views.sitemap import public_sitemap
from programs.views.wall import program, program_wall_csv


class LanguageConverter(StringConverter):
    regex = "|".join(code for code, _name in settings.LANGUAGES)


register_converter(LanguageConverter, "language")

drafts_urls = [
    path("", drafts.drafts, name="drafts"),
    path("open/", drafts.drafts_open, name="drafts_open"),
    path("clauses/<slug:key>/", drafts.drafts_clause, name="drafts_clause"),
    path("clauses/<slug:key>/comment/", drafts.drafts_comment, name="drafts_comment"),
    path("evidence/<uuid:pk>/file/", drafts.drafts_file, name="drafts_file"),
    path("evidence/<uuid:pk>/picture/", drafts.drafts_picture, name="drafts_picture"),
]

publication_urls = [
    path("", publications.publication, name="publication"),
    path("preview/", publications.publication_preview, name="publication_preview"),
    path("agree/", publications.publication_agree, name="publication_agree"),
    path("take-back/", publications.publication_take_back, name="publication_take_back"),
    path("hold/", publications.publication_hold, name="publication_hold"),
    path("let-go/", publications.publication_let_go, name="publication_let_go"),
]

start_urls = [
    path("", start.program_start, name="program_start"),
    path("days/<int:pk>/take-back/", start.program_day_take_back, name="program_day_take_back"),
]

invitation_urls = [
    path("", invitations.program_invitations, name="program_invitations"),
    path("<uuid:pk>/again/", invitations.program_invitation_again, name="program_invitation_again"),
]

records_urls = [
    path("", records.program_records, name="program_records"),
    path("<slug:name>/", records.partnership_records, name="partnership_records"),
    path("<slug:name>/hold/", deletions.hold_place, name="hold_place"),
    path("<slug:name>/lift/", deletions.hold_lift, name="hold_lift"),
    path("<slug:name>/delete/", deletions.deletion_ask, name="deletion_ask"),
    path("<slug:name>/deletions/<uuid:pk>/confirm/", deletions.deletion_confirm, name="deletion_confirm"),
    path("<slug:name>/deletions/<uuid:pk>/take-back/", deletions.deletion_take_back, name="deletion_take_back"),
    path("<slug:name>/exports/new/", records.records_ask, name="records_ask"),
    path("<slug:name>/exports/<uuid:pk>/file/", records.records_file, name="records_file"),
]

template_urls = [
    path("", templates.program_templates, name="program_templates"),
    path("begin/", templates.template_begin, name="template_begin"),
    path("import/", imports.template_import, name="template_import"),
    path("import/confirm/", imports.template_recognized, name="template_recognized"),
    path("draft/", templates.template_draft, name="template_draft"),
    path("draft/translation/", translations.translation_import, name="translation_import"),
    path("draft/translation/confirm/", translations.translation_recognized, name="translation_recognized"),
    path("draft/preview/", templates.template_preview, name="template_preview"),
    path("draft/publish/", templates.template_publish, name="template_publish"),
    path("draft/discard/", templates.template_discard, name="template_discard"),
    path("editions/<slug:name>/", templates.template_edition, name="template_edition"),
]

plan_urls = [
    path("begin/", plans.plan_begin, name="plan_begin"),
    path("draft/", plans.plan_draft, name="plan_draft"),
    path("draft/weeks/", plans.plan_weeks, name="plan_weeks"),
    path("draft/publish/", plans.plan_publish, name="plan_publish"),
    path("draft/discard/", plans.plan_discard, name="plan_discard"),
    path("draft/milestones/new/", plans.planned_new, name="planned_new"),
    path("draft/milestones/<int:number>/", plans.planned, name="planned"),
    path("draft/milestones/<int:number>/move/", plans.planned_move, name="planned_move"),
    path("editions/<slug:name>/", plans.plan_edition, name="plan_edition"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", public_sitemap, name="sitemap"),
    path("records/", records.records, name="records"),
    path("records/events/", records.audit, name="audit"),
    path("p/<slug:slug>/", public.public_partnership, name="public"),
    path("p/<slug:slug>/package.zip", packages.public_package, name="public_package"),
    path("p/<slug:slug>/poster/", public.public_poster, name="public_poster"),
    path("p/<slug:slug>/<language:language>/poster/", public.public_poster, name="public_poster_in"),
    path("p/<slug:slug>/<language:language>/card.png", public.public_card, name="public_card"),
    path("p/<slug:slug>/<language:language>/", public.public_partnership, name="public_in"),
    path("programs/<slug:slug>/packages/import/", packages.package_import, name="package_import"),
    path("programs/<slug:slug>/promises/", public.public_program, name="public_program"),
    path("programs/<slug:slug>/promises/<language:language>/", public.public_program, name="public_program_in"),
    path("partnerships/<slug:slug>/publication/", include(publication_urls)),
    path("partnerships/<slug:slug>/drafts/", include(drafts_urls)),
    path("partnerships/<slug:slug>/notes/write/", notes.note_write, name="note_write"),
    path("partnerships/<slug:slug>/notes/<int:pk>/take-back/", notes.note_take_back, name="note_take_back"),
    path("partnerships/<slug:slug>/meetings/propose/", meetings.meeting_propose, name="meeting_propose"),
    path("programs/new/", program_new, name="program_new"),
    path("programs/<slug:slug>/", program, name="program"),
    path("programs/<slug:slug>/start/", include(start_urls)),
    path("programs/<slug:slug>/views/save/", wall_views.wall_view_save, name="wall_view_save"),
    path("programs/<slug:slug>/views/<int:pk>/", wall_views.wall_view, name="wall_view"),
    path("programs/<slug:slug>/views/<int:pk>/change/", wall_views.wall_view_change, name="wall_view_change"),
    path("programs/<slug:slug>/views/<int:pk>/change/delete/", wall_views.wall_view_delete, name="wall_view_delete"),
    path("programs/<slug:slug>/days/", days.program_days, name="program_days"),
    path("programs/<slug:slug>/days/make/", days.program_feed_make, name="program_feed_make"),
    path("programs/<slug:slug>/days/revoke/", days.program_feed_revoke, name="program_feed_revoke"),
    path("calendars/<str:token>/program.ics", days.program_feed, name="program_feed"),
    path("programs/<slug:slug>/remind/", reminders.program_remind, name="program_remind"),
    path("programs/<slug:slug>/wall.csv", program_wall_csv, name="program_wall_csv"),
    path("programs/<slug:slug>/settings/", program_settings, name="program_settings"),
    path("programs/<slug:slug>/edit/", program_edit, name="program_edit"),
    path("programs/<slug:slug>/mail/", program_mail, name="program_mail"),
    path("programs/<slug:slug>/mail/<int:pk>/", program_mail_one, name="program_mail_one"),
    path("programs/<slug:slug>/mail/<int:pk>/again/", program_mail_again, name="program_mail_again"),
    path("programs/<slug:slug>/exports/", program_exports, name="program_exports"),
    path("programs/<slug:slug>/exports/new/", program_export_new, name="program_export_new"),
    path("programs/<slug:slug>/exports/<uuid:pk>/file/", program_export_file, name="program_export_file"),
    path("programs/<slug:slug>/exports/facts/<slug:table>/", program_facts, name="program_facts"),
    path("programs/<slug:slug>/records/", include(records_urls)),
    path("programs/<slug:slug>/staff/invite/", program_invite, name="program_invite"),
    path("programs/<slug:slug>/partnerships/", program_partnerships, name="program_partnerships"),
    path("programs/<slug:slug>/partnerships/new/", partnership_new, name="partnership_new"),
    path("programs/<slug:slug>/partnerships/add/", sheet_new, name="sheet_new"),
    path("programs/<slug:slug>/partnerships/columns.csv", sheet_columns, name="sheet_columns"),
    path("programs/<slug:slug>/sheets/<uuid:pk>/", sheet, name="sheet"),
    path("programs/<slug:slug>/invitations/", include(invitation_urls)),
    path("programs/<slug:slug>/templates/", include(template_urls)),
    path("programs/<slug:slug>/plans/", include(plan_urls)),
]
