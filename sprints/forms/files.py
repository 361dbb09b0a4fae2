"""Files that people hand in with a form."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.core.files import File

from agreements.pictures import as_jpeg
from sprints.files import PHONES, CheckedFile, read_file
from sprints.models import Evidence


def read_kept(file: File[Any]) -> CheckedFile:
    """As it is kept, with its picture: drawn here, before anything is locked. Raises ValidationError, in words."""
    checked = read_file(file)
    Evidence.file_name.field.clean_words(checked.name, blank=False)
    return replace(checked, picture=as_jpeg(checked.data)) if checked.kind in PHONES else checked
