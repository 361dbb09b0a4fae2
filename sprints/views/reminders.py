"""The page on which a side, or staff, reminds others of what waits for them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from partners import rules
from partners.access import partnership_page
from partners.forms.attempt import attempt
from partners.models import Partnership
from partners.requests import PersonRequest
from sprints import actions
from sprints.domain.reminders import LONGEST_WORD, Matter, matters_for
from text.choices import offer
from text.fields import TextField


class ReminderForm(forms.Form):
    matter = forms.ChoiceField(
        label=gettext_lazy("What waits"),
        help_text=gettext_lazy("In the words of their own list, which speaks to them."),
        widget=forms.RadioSelect,
    )
    word = TextField(
        label=gettext_lazy("A word of your own"),
        help_text=gettext_lazy("It stands in the mail and in the history, where both sides read it."),
        limit=LONGEST_WORD,
        rows=3,
    )

    def __init__(self, *args: Any, matters: list[Matter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "matter", [(one.key, one.task.text) for one in matters])


@require_http_methods(["GET", "HEAD", "POST"])
@partnership_page(rules.reminds)
def reminder(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    now = timezone.now()
    matters = matters_for(request.user, partnership, now)
    free, resting = ([one for one in matters if one.resting is rests] for rests in (False, True))
    form = ReminderForm(request.POST or None, matters=matters if request.method == "POST" else free)
    act: dict[str, Any] = {"by": request.user, "partnership": partnership, "now": now}
    if request.method == "POST" and attempt(form, lambda **more: actions.remind(**more) or True, **act):
        messages.success(request, _("The reminder is on its way. It stands in the history, too."))
        return redirect("partnership", slug=partnership.slug)
    context = {"page": "home", "partnership": partnership, "form": form, "free": free, "resting": resting}
    return render(request, "sprints/reminders/reminder.html", context, status=422 if form.errors else 200)
