"""Keep what somebody sent when they were signed out, for them alone, and drop it again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.datastructures import MultiValueDict

from partners import rules
from partners.actions.uploads import drop_uploads, hold_files, uploads_named
from partners.models import Person, UnsentForm
from partners.models.unsent import LONGEST_ADDRESS
from partners.models.upload import LONGEST_FIELD
from partners.unsent import FORM, HELD, Words, fits, held_in, held_under

MOST = 5
if TYPE_CHECKING:  # only the checker knows that they are of something
    Files: TypeAlias = MultiValueDict[str, UploadedFile[Any]]
else:
    Files = MultiValueDict


def keep_unsent(
    *, person: Person, address: str, words: Words, now: datetime, files: Files | None = None
) -> UnsentForm | None:
    """The oldest make room. None where it is too much to keep. Its files are held as if it had been refused."""
    if not fits(words) or len(address) > LONGEST_ADDRESS:
        return None
    held = dict(_held(person, address, words, files or MultiValueDict(), now))
    return _keep(person, address, {**words, **held}, now)


def _held(person: Person, address: str, words: Words, files: Files, now: datetime) -> Iterator[tuple[str, list[str]]]:
    """What a form says of files that are held for it, with those that are now."""
    form = held_under(address.partition("?")[0], "".join(words.get(FORM, [])))
    for field in files:
        if len(field) <= LONGEST_FIELD and field.isprintable():
            held = hold_files(by=person, form=form, field=field, files=files.getlist(field), now=now)
            name = f"{field}{HELD}"
            yield name, [*words.get(name, []), *(str(one.pk) for one in held)]


@transaction.atomic
def _keep(person: Person, address: str, words: Words, now: datetime) -> UnsentForm:
    kept = UnsentForm.objects.create(person=person, address=address, words=dict(words), kept_at=now)
    rows = UnsentForm.objects.filter(person=person)
    rows.exclude(pk__in=rows.values_list("pk", flat=True)[:MOST]).delete()
    return kept


def drop_unsent(*, by: Person, pk: str, with_files: bool = False) -> None:
    """Only one's own; where there is none, nothing. What was sent leaves its files to the form that took them."""
    rules.require(rules.decides_for_themselves, by)
    if not (pk.isascii() and pk.isdigit() and len(pk) < 18):
        return
    for row in UnsentForm.objects.filter(person=by, pk=int(pk)):
        row.delete()
        if with_files:
            drop_uploads(uploads_named(by, held_in(row.words)))
