"""A file that somebody chose with a form that was refused: held for them for a day."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from partners.models.person import Person

# Characters: of what names a form, a field of it, and a file.
LONGEST_FORM, LONGEST_FIELD, LONGEST_NAME = 300, 40, 160


def upload_path(upload: Upload, _name: str) -> str:
    """Where the bytes are held: never under the name that a person gave."""
    return f"uploads/{upload.id}"


class Upload(models.Model):
    """No address leads to its bytes: they go into the form that they were chosen with, or nowhere."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    form = models.CharField(
        max_length=LONGEST_FORM, blank=True, help_text="Which form of which thing; empty: to be cleared."
    )
    field = models.CharField(max_length=LONGEST_FIELD)
    name = models.CharField(max_length=LONGEST_NAME)
    size = models.PositiveIntegerField(help_text="Bytes.")
    file = models.FileField(upload_to=upload_path, max_length=200)
    at = models.DateTimeField(db_index=True)

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        indexes: ClassVar = [models.Index(fields=["person", "form"], name="upload_of_a_form")]

    def __str__(self) -> str:
        return self.name
