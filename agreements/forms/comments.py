"""What people say to each other about a clause."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.wording.digest import LONGEST_COMMENT
from text.fields import TextField


class CommentForm(forms.Form):
    comment = TextField(
        label=_("Your comment"),
        help_text=_("Everyone in the partnership reads it. It changes no words: for that, propose a change."),
        limit=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
