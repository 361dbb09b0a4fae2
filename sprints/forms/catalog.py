"""A city's catalog file, and a search in it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from partners.forms.uploads import UploadField, UploadForm
from sprints.catalog.contents import LARGEST
from sprints.catalog.portals import WHERE_TO_LOOK
from sprints.catalog.window import FileProblem
from sprints.models import Catalog


def read_catalog(file: File[Any]) -> File[Any]:
    """The file itself: the action takes it piece by piece. Raises ValidationError for one that is too large."""
    if (file.size or 0) > LARGEST:
        raise ValidationError(FileProblem.FILE_TOO_LARGE.label)
    return file


class CatalogForm(UploadForm):
    file = UploadField(
        read=read_catalog,
        max_length=Catalog.file_name.field.max_length,
        label=_("The catalog file"),
        help_text=format_lazy("{} {}", WHERE_TO_LOOK, _("At most 40 MB; its name does not matter.")),
    )
    source = Catalog.source.field.formfield(
        label=_("The address where you found it"), help_text=_("We keep it as a note. We do not open it.")
    )


class SearchForm(forms.Form):
    q = forms.CharField(label=_("Search in the catalog"), required=False, max_length=200)
