"""What somebody took on: write it down, say that it is done, and a page to hand it on, move it or take it back."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from partners import rules
from partners.forms.attempt import attempt
from partners.requests import PersonRequest
from sprints import actions
from sprints.actions.action_items import refused_action_item
from sprints.domain.action_items import action_item_digest
from sprints.forms.action_items import ActionItemChangeForm, ActionItemForm, WithdrawalForm
from sprints.models import ActionItem, Meeting, Sprint
from sprints.views.meetings import PLACE, meeting_page
from sprints.views.pages import carry_out, done, draw, one_of, sprint_act, sprint_form


@sprint_act(rules.takes_part)
def action_item_add(request: PersonRequest, sprint: Sprint, number: int) -> HttpResponse:
    form = ActionItemForm(request.POST, partnership=sprint.partnership, auto_id="item_%s")
    check = partial(refused_action_item, now=timezone.now())
    found = one_of(Meeting, sprint, number=number)
    if not carry_out(request, form, actions.add_action_item, check=check, meeting=found):
        return meeting_page(request, sprint, number, item_form=form, status=422)
    return done(request, _("It is written down."), sprint, "meeting", number)


@sprint_act(rules.takes_part, on="meetings")
def action_item_say(request: PersonRequest, sprint: Sprint, pk: UUID) -> HttpResponse:
    item, is_done = _found(sprint, pk), "done" in request.POST
    actions.say_action_item(by=request.user, item=item, done=is_done, now=timezone.now())
    says = _("It is done.") if is_done else _("It is open again.")
    return done(request, says, sprint, "meeting", item.meeting.number)


@sprint_form(rules.takes_part)
def action_item_change(request: PersonRequest, sprint: Sprint, pk: UUID) -> HttpResponse:
    """Hand it on, give it another day, or both."""
    item = _found(sprint, pk)
    initial = {"owner": item.owner, "due": item.due, "shown": action_item_digest(item)}
    form = ActionItemChangeForm(request.POST or None, partnership=sprint.partnership, initial=initial)
    if carry_out(request, form, actions.change_action_item, item=item):
        return done(request, _("Saved. Both sides see it."), sprint, "meeting", item.meeting.number)
    return _page(request, sprint, item, form=form)


@sprint_act(rules.takes_part, on="meetings")
def action_item_withdraw(request: PersonRequest, sprint: Sprint, pk: UUID) -> HttpResponse:
    item, form = _found(sprint, pk), WithdrawalForm(request.POST, auto_id="withdrawal_%s")
    attempt(form, actions.take_back_action_item, by=request.user, item=item, now=timezone.now())
    if form.errors:
        return _page(request, sprint, item, withdrawal_form=form)
    return done(request, _("It is taken back. The meeting keeps it."), sprint, "meeting", item.meeting.number)


def _page(
    request: PersonRequest,
    sprint: Sprint,
    item: ActionItem,
    *,
    form: ActionItemChangeForm | None = None,
    withdrawal_form: WithdrawalForm | None = None,
) -> HttpResponse:
    initial = {"owner": item.owner, "due": item.due, "shown": action_item_digest(item)}
    context = {
        "item": item,
        "form": form or ActionItemChangeForm(partnership=sprint.partnership, initial=initial),
        "withdrawal_form": withdrawal_form or WithdrawalForm(initial=initial, auto_id="withdrawal_%s"),
    }
    status = 422 if (form and form.errors) or withdrawal_form else 200
    return draw(request, sprint, "sprints/action_items/change.html", context, place=PLACE, status=status)


def _found(sprint: Sprint, pk: UUID) -> ActionItem:
    found = ActionItem.objects.select_related("meeting__sprint", "owner")
    return get_object_or_404(found, pk=pk, meeting__sprint=sprint)
