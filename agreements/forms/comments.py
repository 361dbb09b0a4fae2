"""What people say to each other about a clause."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.models import Comment


class CommentForm(forms.Form):
    comment = Comment.text.field.formfield(
        label=_("Your comment"),
        help_text=_("Everyone in the partnership reads it. It changes no words: for that, propose a change."),
        rows=3,
    )
