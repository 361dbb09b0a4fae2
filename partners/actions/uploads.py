"""Files of forms that were refused: held for their person for a day, and cleared by the clock.

A row comes before its bytes and goes after them: bytes that no row names would stay for ever.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.files import File

from partners.models import Person, Upload
from partners.models.upload import LONGEST_NAME

log = logging.getLogger(__name__)

LASTS = timedelta(days=1)
# Of one person, whatever the forms: what is older goes for what is newer.
MOST_FILES = 20
MOST_BYTES = 120 * 1024 * 1024


def hold_files(*, by: Person, form: str, field: str, files: Sequence[File[Any]], now: datetime) -> list[Upload]:
    """Hold these files beside those of the same form; what could be held. A storage that fails holds nothing."""
    small = [file for file in files if (file.size or 0) <= MOST_BYTES][:MOST_FILES]
    held = []
    for place, file in enumerate(small):
        at = now + timedelta(microseconds=place)  # in the order in which they were chosen
        upload = Upload(
            person=by, form=form, field=field, name=(file.name or "")[-LONGEST_NAME:], size=file.size, at=at
        )
        if _store(upload, file):
            held.append(upload)
    beyond = _beyond_bounds(by)
    drop_uploads(beyond)
    return [one for one in held if one not in beyond]


def _store(upload: Upload, file: File[Any]) -> bool:
    upload.file.name = upload.file.field.generate_filename(upload, upload.name)
    upload.save(force_insert=True)
    file.seek(0)
    try:
        upload.file.storage.save(upload.file.name, file)
    except Exception as error:  # each storage fails in its own way
        log.error("a file could not be held: %s", type(error).__name__)
        drop_uploads([upload])
        return False
    return True


def _beyond_bounds(person: Person) -> list[Upload]:
    files, size, beyond = 0, 0, []
    for upload in Upload.objects.filter(person=person).order_by("-at", "-pk"):
        files, size = files + 1, size + upload.size
        if files > MOST_FILES or size > MOST_BYTES:
            beyond.append(upload)
    return beyond


def uploads_of(person: Person, form: str, now: datetime) -> list[Upload]:
    """What is held for this person with this form."""
    return list(Upload.objects.filter(person=person, form=form, at__gt=now - LASTS)) if form else []


def uploads_named(person: Person, ids: Collection[str]) -> list[Upload]:
    """Theirs among these ids; what else stands there is nobody's."""
    return [one for one in Upload.objects.filter(person=person) if str(one.pk) in ids]


def drop_uploads(uploads: Iterable[Upload]) -> None:
    """No form shows them any more, at once; their bytes go now, or with the clock where the storage is away."""
    for upload in uploads:
        Upload.objects.filter(pk=upload.pk).update(form="")
        try:
            upload.file.storage.delete(upload.file.name or "")
        except Exception as error:  # each storage fails in its own way
            log.error("a held file could not be cleared: %s", type(error).__name__)
        else:
            Upload.objects.filter(pk=upload.pk).delete()


def clear_uploads(now: datetime) -> None:
    """Those of more than a day ago, and those whose bytes could not be cleared before."""
    drop_uploads(Upload.objects.filter(at__lte=now - LASTS))
    drop_uploads(Upload.objects.filter(form=""))
