"""Talk about a clause: comments stand on its page."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements import actions
from agreements.forms.comments import CommentForm
from agreements.views.clauses import clause_of, clause_page
from agreements.views.conflicts import agreement_button
from partners import rules
from partners.models import Partnership
from partners.requests import PersonRequest


@agreement_button(rules.reads)
def comment(request: PersonRequest, partnership: Partnership, key: str) -> HttpResponse:
    found, form = clause_of(partnership, key), CommentForm(request.POST)
    if form.is_valid():
        try:
            actions.comment(by=request.user, clause=found, text=form.cleaned_data["comment"], now=timezone.now())
        except ValidationError as refusal:
            form.add_error("comment", refusal)
    if form.errors:
        return clause_page(request, partnership, found, comment_form=form, status=422)
    messages.success(request, _("Your comment is sent. Everyone in the partnership can read it."))
    response = redirect("clause", partnership.slug, key)
    response["Location"] += "#comments"
    return response
