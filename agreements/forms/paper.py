"""A scan of a signed print."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files import File
from django.utils.translation import gettext_lazy as _

from agreements.actions.paper import LARGEST_SCAN, PHONES, type_of_scan
from agreements.models import PaperCopy
from agreements.pictures import as_jpeg
from partners.forms.uploads import UploadField, UploadForm
from text.days import DayField


def read_scan(file: File[Any]) -> bytes:
    """No more of it than shows that it is too large. Raises ValidationError, in words."""
    scan: bytes = file.read(LARGEST_SCAN + 1)
    if type_of_scan(scan) == PHONES:
        as_jpeg(scan)  # that the other side can look at it
    return scan


class PaperForm(UploadForm):
    name = PaperCopy.name.field.formfield(
        label=_("Name of the person who signed"), help_text=_("As it stands in the signature block.")
    )
    title = PaperCopy.title.field.formfield(label=_("Their title"))
    paper_date = DayField(label=_("Date on the paper"))
    outside = forms.BooleanField(
        label=_("Both sides signed it before it was written down here"),
        help_text=_("For a partnership that was under way already. The other lead compares the scan with this text."),
        required=False,
    )
    scan = UploadField(
        read=read_scan,
        label=_("Scan or photo of the signed page"),
        help_text=_("PDF, JPEG, PNG or HEIC, 10 MB at most."),
        accept=".pdf,.jpg,.jpeg,.png,.heic,.heif",
    )
    shown = forms.CharField(widget=forms.HiddenInput)
