"""Demo Day: its running order, residents' stories with their consent, the rehearsal, the printed program."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.forms import model_to_dict
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from partners import rules
from partners.requests import PersonRequest
from sprints import actions
from sprints.actions.showcase import refused_consent, refused_showcase
from sprints.domain.showcase import checks_of, running_order, story_rows
from sprints.forms.showcase import CheckForm, ConsentForm, ItemForm, ShowcaseForm, StoryForm
from sprints.models import RunningOrderItem, Showcase, Sprint, Story, StoryUse
from sprints.views.pages import carry_out, done, draw, form_page, one_of, sprint_act, sprint_form, sprint_page

PLACE = "showcase"


@sprint_page(rules.reads)
def showcase(request: PersonRequest, sprint: Sprint) -> HttpResponse:
    return _page(request, sprint)


def _page(request: PersonRequest, sprint: Sprint, *, status: int = 200, **forms: object) -> HttpResponse:
    found = Showcase.objects.filter(sprint=sprint).first()
    checks = checks_of(found)
    context = {
        "showcase": found,
        "order": running_order(found, timezone.now()),
        "stories": story_rows(sprint),
        "checks": checks,
        "checks_done": sum(check.done_at is not None for check in checks),
        "check_form": CheckForm(auto_id="check_%s"),
        "zone": sprint.partnership.program.zone,
        **forms,
    }
    return draw(request, sprint, "sprints/showcase/showcase.html", context, place=PLACE, status=status)


@sprint_page(rules.reads)
def program(request: PersonRequest, sprint: Sprint) -> HttpResponse:
    """The program to print and hand out: nothing in it that a resident has not agreed to see printed."""
    found = Showcase.objects.filter(sprint=sprint).first()
    context = {
        "showcase": found,
        "order": running_order(found, timezone.now()),
        "printed": {row.story.pk for row in story_rows(sprint) if dict(row.uses)[StoryUse.PROGRAM]},
        "zone": sprint.partnership.program.zone,
    }
    return draw(request, sprint, "sprints/showcase/program.html", context, place=PLACE)


@sprint_form(rules.takes_part)
def showcase_change(request: PersonRequest, sprint: Sprint) -> HttpResponse:
    zone = sprint.partnership.program.time_zone
    form = ShowcaseForm(request.POST or None, zone=zone, initial=_initial(sprint))
    if carry_out(request, form, actions.set_showcase, check=partial(refused_showcase, sprint=sprint), sprint=sprint):
        return done(request, _("Saved. Both sides see it."), sprint, "showcase")
    return form_page(request, sprint, form, place=PLACE, title=_("When and where Demo Day is"))


def _initial(sprint: Sprint) -> dict[str, Any]:
    found = Showcase.objects.filter(sprint=sprint).first()
    if found is None:
        return {"day": sprint.timeline.last_day}
    there = found.starts_at.astimezone(sprint.partnership.program.zone) if found.starts_at else None
    moment = {"day": there.date(), "at": there.time()} if there else {}
    return {"place": found.place, "welcome": found.welcome} | moment


@sprint_form(rules.takes_part)
def item_form(request: PersonRequest, sprint: Sprint, pk: UUID | None = None) -> HttpResponse:
    """A part of the running order, new or changed."""
    found = _item(sprint, pk) if pk else None
    initial = model_to_dict(found, ["title", "minutes", "presenters", "others", "story"]) if found else {}
    form = ItemForm(request.POST or None, sprint=sprint, initial=initial)
    if carry_out(request, form, actions.set_item, sprint=sprint, item=found):
        return done(request, _("Saved. The times follow."), sprint, "showcase")
    title = _("Change this part") if found else _("Add a part to the running order")
    return form_page(request, sprint, form, place=PLACE, title=title)


def _item(sprint: Sprint, pk: UUID) -> RunningOrderItem:
    items = RunningOrderItem.objects.select_related("showcase__sprint")
    return get_object_or_404(items, pk=pk, showcase__sprint=sprint)


@sprint_act(rules.takes_part, on="showcase")
def item_move(request: PersonRequest, sprint: Sprint, pk: UUID) -> HttpResponse:
    earlier = "earlier" in request.POST
    actions.move_item(by=request.user, item=_item(sprint, pk), earlier=earlier, now=timezone.now())
    return redirect("showcase", sprint.partnership.slug)


@sprint_act(rules.takes_part, on="showcase")
def item_drop(request: PersonRequest, sprint: Sprint, pk: UUID) -> HttpResponse:
    actions.drop_item(by=request.user, item=_item(sprint, pk), now=timezone.now())
    return done(request, _("It is taken out of the running order."), sprint, "showcase")


@sprint_form(rules.takes_part)
def story_add(request: PersonRequest, sprint: Sprint) -> HttpResponse:
    form = StoryForm(request.POST or None)
    check = partial(refused_consent, sprint=sprint, now=timezone.now())
    if carry_out(request, form, actions.add_story, check=check, sprint=sprint):
        return done(request, _("The consent is written down."), sprint, "showcase")
    return form_page(request, sprint, form, place=PLACE, title=_("Write down a resident's consent"))


@sprint_form(rules.takes_part)
def consent_add(request: PersonRequest, sprint: Sprint, number: int) -> HttpResponse:
    form, story = ConsentForm(request.POST or None), one_of(Story, sprint, number=number)
    check = partial(refused_consent, sprint=sprint, now=timezone.now())
    if carry_out(request, form, actions.add_consent, check=check, story=story):
        return done(request, _("The consent is written down."), sprint, "showcase")
    title = _("Write down another consent to “%(story)s”") % {"story": story.about}
    return form_page(request, sprint, form, place=PLACE, title=title)


@sprint_act(rules.takes_part, closes=False)
def consent_withdraw(request: PersonRequest, sprint: Sprint, number: int) -> HttpResponse:
    """One use, or all of them."""
    story, use = one_of(Story, sprint, number=number), request.POST.get("use", "")
    actions.withdraw_consent(by=request.user, story=story, use=use, now=timezone.now())
    return done(request, _("The consent is taken back. It holds from now on."), sprint, "showcase")


@sprint_act(rules.takes_part)
def check_add(request: PersonRequest, sprint: Sprint) -> HttpResponse:
    form = CheckForm(request.POST, auto_id="check_%s")
    if not carry_out(request, form, actions.add_check, sprint=sprint):
        return _page(request, sprint, check_form=form, status=422)
    return redirect("showcase", sprint.partnership.slug)


@sprint_act(rules.takes_part)
def check_say(request: PersonRequest, sprint: Sprint, number: int) -> HttpResponse:
    is_done = "done" in request.POST
    actions.say_check(by=request.user, sprint=sprint, number=number, done=is_done, now=timezone.now())
    return redirect("showcase", sprint.partnership.slug)
