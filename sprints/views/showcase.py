"""Demo Day: its running order, residents' stories with their consent, the rehearsal, the printed program."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners import rules
from partners.access import partnership_page
from partners.forms.attempt import attempt
from partners.models import Partnership
from partners.requests import PersonRequest
from sprints import actions
from sprints.domain.showcase import checks_of, running_order, story_rows
from sprints.forms.showcase import CheckForm, ConsentForm, ItemForm, ShowcaseForm, StoryForm
from sprints.models import RunningOrderItem, Showcase, Sprint, Story, StoryUse
from sprints.views.conflicts import answers_conflicts
from sprints.views.form_page import form_page
from sprints.views.overview import sprint_or_404

PLACE = "showcase"


def showcase_of(sprint: Sprint) -> Showcase | None:
    return Showcase.objects.filter(sprint=sprint).first()


@require_safe
@partnership_page(rules.reads)
def showcase(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    return _page(request, partnership)


def _page(request: PersonRequest, partnership: Partnership, *, status: int = 200, **forms: object) -> HttpResponse:
    sprint = sprint_or_404(partnership)
    found = showcase_of(sprint)
    checks = checks_of(found)
    context = {
        "page": "sprint",
        "place": PLACE,
        "partnership": partnership,
        "showcase": found,
        "order": running_order(found),
        "stories": story_rows(sprint),
        "checks": checks,
        "checks_done": sum(check.done_at is not None for check in checks),
        "check_form": CheckForm(auto_id="check_%s"),
        "zone": partnership.program.zone,
    }
    return render(request, "sprints/showcase/showcase.html", context | forms, status=status)


@require_safe
@partnership_page(rules.reads)
def program(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    """The program to print and hand out: nothing in it that a resident has not agreed to see printed."""
    sprint = sprint_or_404(partnership)
    found = showcase_of(sprint)
    context = {
        "page": "sprint",
        "place": PLACE,
        "partnership": partnership,
        "showcase": found,
        "order": running_order(found),
        "printed": {row.story.pk for row in story_rows(sprint) if dict(row.uses)[StoryUse.PROGRAM]},
        "zone": partnership.program.zone,
    }
    return render(request, "sprints/showcase/program.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@partnership_page(rules.reads)
@answers_conflicts
def showcase_change(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    sprint = sprint_or_404(partnership)
    form = ShowcaseForm(request.POST or None, zone=partnership.program.time_zone, initial=_initial(sprint))
    act = {"by": request.user, "sprint": sprint, "now": timezone.now()}
    if attempt(form, actions.set_showcase, **act):
        messages.success(request, _("Saved. Both sides see it."))
        return redirect("showcase", partnership.slug)
    return form_page(request, partnership, form, title=_("When and where Demo Day is"), back="showcase", place=PLACE)


def _initial(sprint: Sprint) -> dict[str, Any]:
    found = showcase_of(sprint)
    if found is None:
        return {"day": sprint.timeline.last_day}
    there = found.starts_at.astimezone(sprint.partnership.program.zone) if found.starts_at else None
    moment = {"day": there.date(), "at": there.time()} if there else {}
    return {"place": found.place, "welcome": found.welcome} | moment


@require_http_methods(["GET", "HEAD", "POST"])
@partnership_page(rules.reads)
@answers_conflicts
def item_add(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    return _item(request, partnership, None)


@require_http_methods(["GET", "HEAD", "POST"])
@partnership_page(rules.reads)
@answers_conflicts
def item_change(request: PersonRequest, partnership: Partnership, pk: UUID) -> HttpResponse:
    return _item(request, partnership, _found(partnership, pk))


def _item(request: PersonRequest, partnership: Partnership, found: RunningOrderItem | None) -> HttpResponse:
    sprint = sprint_or_404(partnership)
    names = ("title", "minutes", "others", "story")
    initial = {name: getattr(found, name) for name in names} | {"presenters": found.presenters.all()} if found else {}
    form = ItemForm(request.POST or None, sprint=sprint, initial=initial)
    act = {"by": request.user, "sprint": sprint, "item": found, "now": timezone.now()}
    if attempt(form, actions.set_item, **act):
        messages.success(request, _("Saved. The times follow."))
        return redirect("showcase", partnership.slug)
    title = _("Change this part") if found else _("Add a part to the running order")
    return form_page(request, partnership, form, title=title, back="showcase", place=PLACE)


def _found(partnership: Partnership, pk: UUID) -> RunningOrderItem:
    items = RunningOrderItem.objects.select_related("showcase__sprint")
    return get_object_or_404(items, pk=pk, showcase__sprint__partnership=partnership)


@require_POST
@partnership_page(rules.reads)
@answers_conflicts
def item_move(request: PersonRequest, partnership: Partnership, pk: UUID) -> HttpResponse:
    earlier = "earlier" in request.POST
    actions.move_item(by=request.user, item=_found(partnership, pk), earlier=earlier, now=timezone.now())
    return redirect("showcase", partnership.slug)


@require_POST
@partnership_page(rules.reads)
@answers_conflicts
def item_drop(request: PersonRequest, partnership: Partnership, pk: UUID) -> HttpResponse:
    actions.drop_item(by=request.user, item=_found(partnership, pk), now=timezone.now())
    messages.success(request, _("It is taken out of the running order."))
    return redirect("showcase", partnership.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@partnership_page(rules.reads)
@answers_conflicts
def story_add(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    form = StoryForm(request.POST or None)
    act = {"by": request.user, "sprint": sprint_or_404(partnership), "now": timezone.now()}
    if attempt(form, actions.add_story, **act):
        messages.success(request, _("The consent is written down."))
        return redirect("showcase", partnership.slug)
    title = _("Write down a resident's consent")
    return form_page(request, partnership, form, title=title, back="showcase", place=PLACE)


@require_http_methods(["GET", "HEAD", "POST"])
@partnership_page(rules.reads)
@answers_conflicts
def consent_add(request: PersonRequest, partnership: Partnership, number: int) -> HttpResponse:
    form, story = ConsentForm(request.POST or None), _story(partnership, number)
    if request.method == "POST":
        attempt(form, actions.add_consent, by=request.user, story=story, now=timezone.now())
        if not form.errors:
            messages.success(request, _("The consent is written down."))
            return redirect("showcase", partnership.slug)
    title = _("Write down another consent to “%(story)s”") % {"story": story.about}
    return form_page(request, partnership, form, title=title, back="showcase", place=PLACE)


@require_POST
@partnership_page(rules.reads)
@answers_conflicts
def consent_withdraw(request: PersonRequest, partnership: Partnership, number: int) -> HttpResponse:
    """One use, or all of them."""
    use = request.POST.get("use", "")
    actions.withdraw_consent(by=request.user, story=_story(partnership, number), use=use, now=timezone.now())
    messages.success(request, _("The consent is taken back. It holds from now on."))
    return redirect("showcase", partnership.slug)


def _story(partnership: Partnership, number: int) -> Story:
    return get_object_or_404(Story.objects.select_related("sprint"), sprint__partnership=partnership, number=number)


@require_POST
@partnership_page(rules.reads)
@answers_conflicts
def check_add(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    form = CheckForm(request.POST, auto_id="check_%s")
    act = {"by": request.user, "sprint": sprint_or_404(partnership), "now": timezone.now()}
    if not attempt(form, actions.add_check, **act):
        return _page(request, partnership, check_form=form, status=422)
    return redirect("showcase", partnership.slug)


@require_POST
@partnership_page(rules.reads)
@answers_conflicts
def check_say(request: PersonRequest, partnership: Partnership, number: int) -> HttpResponse:
    sprint, done = sprint_or_404(partnership), "done" in request.POST
    actions.say_check(by=request.user, sprint=sprint, number=number, done=done, now=timezone.now())
    return redirect("showcase", partnership.slug)
