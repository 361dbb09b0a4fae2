"""Addresses of a sprint: all of them within their partnership."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, include, path
from django.utils.encoding import iri_to_uri

from partners.access import public
from sprints.views import (
    action_items,
    buy_in,
    calendars,
    catalog,
    check_in_links,
    check_ins,
    datasets,
    decisions,
    learning,
    meetings,
    milestones,
    overview,
    prior_work,
    product,
    promises,
    proposals,
    reminders,
    research,
    showcase,
    sign_offs,
    sustainability,
)


def moved(address: str) -> Callable[..., HttpResponseBase]:
    """Where something is now that mails, bookmarks and open pages of before 0.2 have at another address. What was typed
    into such a page goes along (RFC 9110, 15.4.9)."""

    def view(request: HttpRequest, **which: object) -> HttpResponseBase:
        query = f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else ""
        return redirect(iri_to_uri(address % which) + query, permanent=True, preserve_request=True)

    return public(view)


def sign_off_urls(
    kind: str, page: Callable[..., HttpResponse], yes: str = "sign-off", changes: str = "ask-for-changes"
) -> list[URLPattern]:
    """The two acts upon what is signed off, under its own address."""
    of = {"kind": kind}
    return [
        path(f"{yes}/", sign_offs.sign_off, of, name=f"{kind}_sign_off"),
        path(f"{changes}/", sign_offs.ask_for_changes, of | {"page": page}, name=f"{kind}_ask_for_changes"),
    ]


milestone_urls: list[URLPattern | URLResolver] = [
    path("", milestones.milestone, name="milestone"),
    path("outcome/", milestones.outcome, name="milestone_outcome"),
    path("evidence/", milestones.evidence, name="milestone_evidence"),
    *sign_off_urls("milestone", milestones.milestone_page),
    path("finish/", milestones.finish, name="milestone_finish"),
    path("take-up-again/", milestones.take_up_again, name="milestone_take_up_again"),
    path("change/", milestones.change, name="milestone_change"),
]

meeting_urls: list[URLPattern | URLResolver] = [
    path("", meetings.meeting, name="meeting"),
    path("change/", meetings.meeting_change, name="meeting_change"),
    path("cancel/", meetings.meeting_cancel, name="meeting_cancel"),
    path("record/", meetings.meeting_record, name="meeting_record"),
    path("action-items/", action_items.action_item_add, name="action_item_add"),
    path("meeting.ics", meetings.meeting_file, name="meeting_file"),
]

showcase_urls: list[URLPattern | URLResolver] = [
    path("", showcase.showcase, name="showcase"),
    path("program/", showcase.program, name="showcase_program"),
    path("change/", showcase.showcase_change, name="showcase_change"),
    path("items/add/", showcase.item_form, name="item_add"),
    path("items/<uuid:pk>/", showcase.item_form, name="item_change"),
    path("items/<uuid:pk>/move/", showcase.item_move, name="item_move"),
    path("items/<uuid:pk>/drop/", showcase.item_drop, name="item_drop"),
    path("stories/add/", showcase.story_add, name="story_add"),
    path("stories/<int:number>/consent/", showcase.consent_add, name="consent_add"),
    path("stories/<int:number>/withdraw/", showcase.consent_withdraw, name="consent_withdraw"),
    path("checks/add/", showcase.check_add, name="check_add"),
    path("checks/<int:number>/", showcase.check_say, name="check_say"),
]

product_urls: list[URLPattern | URLResolver] = [
    path("", product.product, name="product"),
    path("change/", product.product_change, name="product_change"),
    path("own/", product.product_own, name="product_own"),
    path("tests/add/", product.product_test_add, name="product_test_add"),
    path("tests/<uuid:pk>/withdraw/", product.product_test_withdraw, name="product_test_withdraw"),
]

sustainability_urls: list[URLPattern | URLResolver] = [
    path("", sustainability.sustainability, name="sustainability"),
    path("change/", sustainability.sustainability_change, name="sustainability_change"),
    *sign_off_urls("plan", sustainability.plan_page),
    path("publiccode.yml", sustainability.publiccode_file, name="publiccode_file"),
]

dataset_urls: list[URLPattern | URLResolver] = [
    path("", datasets.datasets, name="datasets"),
    path("add/", datasets.dataset_form, name="dataset_add"),
    path("catalog/", catalog.catalog, name="catalog"),
    path("catalog/add/", catalog.catalog_add, name="catalog_add"),
    path("catalog/choose/", catalog.catalog_choose, name="catalog_choose"),
    path("catalog/put-away/", catalog.catalog_put_away, name="catalog_put_away"),
    path("<int:number>/", datasets.dataset, name="dataset"),
    path("<int:number>/change/", datasets.dataset_form, name="dataset_change"),
    path("<int:number>/mark/", datasets.dataset_mark, name="dataset_mark"),
    path("<int:number>/drop/", datasets.dataset_drop, name="dataset_drop"),
]

research_urls: list[URLPattern | URLResolver] = [
    path("", research.research, name="research"),
    path("plan/", research.research_plan_change, name="research_plan_change"),
    path("activities/add/", research.activity_add, name="activity_add"),
    path("activities/<uuid:pk>/withdraw/", research.activity_withdraw, name="activity_withdraw"),
    path("findings/add/", research.finding_form, name="finding_add"),
    path("findings/<int:number>/", research.finding, name="finding"),
    path("findings/<int:number>/change/", research.finding_form, name="finding_change"),
    path("findings/<int:number>/", include(sign_off_urls("finding", research.finding_page, "confirm", "rework"))),
    path("findings/<int:number>/led-to/", research.finding_led_to, name="finding_led_to"),
    path("findings/<int:number>/withdraw/", research.finding_withdraw, name="finding_withdraw"),
]

decision_urls: list[URLPattern | URLResolver] = [
    path("", decisions.decisions, name="decisions"),
    path("add/", decisions.decision_add, name="decision_add"),
    path("<int:number>/", decisions.decision, name="decision"),
    path("<int:number>/change/", decisions.decision_change, name="decision_change"),
    path("<int:number>/", include(sign_off_urls("decision", decisions.decision_page))),
    path("<int:number>/dissent/", decisions.decision_dissent, name="decision_dissent"),
    path("<int:number>/reverse/", decisions.decision_reverse, name="decision_reverse"),
]

buy_in_urls: list[URLPattern | URLResolver] = [
    path("", buy_in.buy_in, name="buy_in"),
    path("record/", buy_in.buy_in_record, name="buy_in_record"),
    path("<uuid:pk>/letter/", buy_in.buy_in_letter, name="buy_in_letter"),
    path("<uuid:pk>/picture/", buy_in.buy_in_picture, name="buy_in_picture"),
]

sprint_urls: list[URLPattern | URLResolver] = [
    path("", overview.sprint, name="sprint"),
    path("promises/", promises.promises, name="promises"),
    path("promises/report.pdf", promises.promises_pdf, name="promises_pdf"),
    path("reports/sign-off/", sign_offs.report_sign_off, name="report_sign_off"),
    path("reports/<uuid:pk>.pdf", promises.report_file, name="report_file"),
    path("proposals/start/", proposals.start, name="sprint_start"),
    path("proposals/pause/", proposals.pause, name="sprint_pause"),
    path("proposals/prior-work/", prior_work.prior_work, name="prior_work"),
    path("proposals/<int:number>/", proposals.proposal, name="proposal"),
    path("milestones/add/", milestones.change, name="milestone_add"),
    path("milestones/<int:number>/", include(milestone_urls)),
    path("evidence/<uuid:pk>/file/", milestones.evidence_file, name="evidence_file"),
    path("evidence/<uuid:pk>/picture/", milestones.evidence_picture, name="evidence_picture"),
    path("evidence/<uuid:pk>/withdraw/", milestones.evidence_withdraw, name="evidence_withdraw"),
    path("meetings/", meetings.meetings, name="meetings"),
    path("meetings/add/", meetings.meeting_add, name="meeting_add"),
    path("meetings/<int:number>/", include(meeting_urls)),
    path("action-items/<uuid:pk>/", action_items.action_item_say, name="action_item_say"),
    path("action-items/<uuid:pk>/change/", action_items.action_item_change, name="action_item_change"),
    path("action-items/<uuid:pk>/withdraw/", action_items.action_item_withdraw, name="action_item_withdraw"),
    path("calendars/make/", calendars.calendar_make, name="calendar_make"),
    path("calendars/revoke/", calendars.calendar_revoke, name="calendar_revoke"),
    path("check-ins/", check_ins.check_ins, name="check_ins"),
    path("check-ins/say/", check_ins.check_in, name="check_in"),
    path("decisions/", include(decision_urls)),
    path("buy-in/", include(buy_in_urls)),
    path("learning/", learning.learning, name="learning"),
    path("learning/note/", learning.learning_note, name="learning_note"),
    path("datasets/", include(dataset_urls)),
    path("research/", include(research_urls)),
    path("showcase/", include(showcase_urls)),
    path("product/", include(product_urls)),
    path("sustainability/", include(sustainability_urls)),
]

PARTNERSHIP = "/partnerships/%(slug)s"
moved_urls: list[URLPattern | URLResolver] = [
    path("remind/", moved(f"{PARTNERSHIP}/reminders/")),
    path("sprint/start/", moved(f"{PARTNERSHIP}/sprint/proposals/start/")),
    path("sprint/calendar/make/", moved(f"{PARTNERSHIP}/sprint/calendars/make/")),
    path("sprint/calendar/revoke/", moved(f"{PARTNERSHIP}/sprint/calendars/revoke/")),
    path("sprint/promises/ask/", moved(f"{PARTNERSHIP}/sprint/reports/sign-off/")),
    path("sprint/pause/", moved(f"{PARTNERSHIP}/sprint/proposals/pause/")),
    path("sprint/demo-day/", moved(f"{PARTNERSHIP}/sprint/showcase/")),
    path("sprint/demo-day/<path:rest>", moved(f"{PARTNERSHIP}/sprint/showcase/%(rest)s")),
    path("sprint/promises/sealed/<uuid:pk>.pdf", moved(f"{PARTNERSHIP}/sprint/reports/%(pk)s.pdf")),
]

urlpatterns = [
    path("partnerships/<slug:slug>/reminders/", reminders.reminder, name="reminder"),
    path("partnerships/<slug:slug>/sprint/", include(sprint_urls)),
    path("partnerships/<slug:slug>/", include(moved_urls)),
    path("calendars/<str:token>/sprint.ics", calendars.calendar_feed, name="calendar_feed"),
    path("check-in/<str:token>/", check_in_links.check_in_link, name="check_in_link"),
]
