"""A city's catalog file, and a search in it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from sprints.actions.catalog import LARGEST
from sprints.models import Catalog


class CatalogForm(forms.Form):
    file = forms.FileField(
        label=_("The file data.json"),
        help_text=_(
            "At most 40 MB. Most cities have it at the end of their data portal's address: open that, save the file, "
            "and hand it in here."
        ),
    )
    source = Catalog.source.field.formfield(
        label=_("The address where you found it"), help_text=_("We keep it as a note. We do not open it.")
    )

    def clean_file(self) -> UploadedFile[Any]:
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST:
            raise ValidationError(_("The file is larger than 40 MB. Hand in a smaller one."))
        return file


class SearchForm(forms.Form):
    q = forms.CharField(label=_("Search in the catalog"), required=False, max_length=200)
