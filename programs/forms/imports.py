"""A file that becomes a template: chosen, then confirmed by hand."""

from __future__ import annotations

import json
from collections.abc import Iterable
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
from programs.translation import Pair
from text.choices import offer

LARGEST_CONTENT = 1_000_000  # characters


class DocumentForm(UploadForm):
    document = UploadField(
        label=_("Word file or plain text"),
        help_text=_("A .docx or .txt file of at most 4 MB. Names may stand as [City Team] and [Community Partner]."),
        read=read_document,
        accept=ACCEPTS,
    )


class TemplateDocumentForm(DocumentForm):
    language = forms.ChoiceField(label=_("Language of the file"), choices=settings.LANGUAGES, initial="en")


class RecognizedField(forms.CharField):
    """What was recognized, as the page showed it."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(max_length=LARGEST_CONTENT)

    def clean(self, value: Any) -> Any:
        """Raises ValidationError for anything that is no template."""
        try:
            content = json.loads(super().clean(value))
        except (ValueError, RecursionError):
            content = None
        kept = package_of({"template": content}).template  # in texts that pass our gate, and nothing beside them
        if kept is None:
            raise ValidationError(gettext("This is no template that we can read."))
        return kept


class RecognizedForm(forms.Form):
    content = RecognizedField()
    origin = TemplateDraft.origin.field.formfield(widget=forms.HiddenInput)


class TranslationForm(forms.Form):
    """What was recognized of a file in the copy's other language, and which lines of the copy take their text from it.
    `shown`: the digest of the copy as the person saw it."""

    content = RecognizedField()
    shown = forms.CharField(widget=forms.HiddenInput)
    take = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Mark at least one line.")},
    )

    def __init__(self, *args: Any, pairs: Iterable[Pair], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "take", [(one.place, one.name) for one in pairs])
