"""What staff type to both sides."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from programs.models import Note


class NoteForm(forms.Form):
    words = Note.words.field.formfield(
        label=_("Your note"),
        help_text=_("Everybody of this partnership reads it, on both sides, with your name. It asks nothing of them."),
        rows=4,
    )
