"""A file that becomes a template: chosen, then confirmed by hand."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agreements.models import TemplateDraft
from partners.forms.uploads import UploadField, UploadForm
from programs.documents import ACCEPTS, read_document
from programs.package.reading import package_of

LARGEST_CONTENT = 1_000_000  # characters


class DocumentForm(UploadForm):
    document = UploadField(
        label=_("Word file or plain text"),
        help_text=_("A .docx or .txt file of at most 4 MB. Names may stand as [City Team] and [Community Partner]."),
        read=read_document,
        accept=ACCEPTS,
    )
    language = forms.ChoiceField(label=_("Language of the file"), choices=settings.LANGUAGES, initial="en")


class RecognizedForm(forms.Form):
    """What was recognized, as the page showed it."""

    content = forms.CharField(widget=forms.HiddenInput, max_length=LARGEST_CONTENT)
    origin = TemplateDraft.origin.field.formfield(widget=forms.HiddenInput)

    def clean_content(self) -> Any:
        """Raises ValidationError for anything that is no template."""
        try:
            content = json.loads(self.cleaned_data["content"])
        except (ValueError, RecursionError):
            content = None
        kept = package_of({"template": content}).template  # in texts that pass our gate, and nothing beside them
        if kept is None:
            raise ValidationError(gettext("This is no template that we can read."))
        return kept
