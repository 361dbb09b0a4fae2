"""Fields that take files, and forms that keep what was chosen with them while anything of them is refused.

A held file is named on the form with a tick: who takes it away hands in without it. It is held for the person who
chose it and for this form; its id, sent by anybody else or with another form, is as if it never was.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from django import forms
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners.actions.uploads import drop_uploads, hold_files, uploads_of
from partners.models import Person, Upload
from partners.unsent import HELD, held_under, name_of
from text.fields import LATER

log = logging.getLogger(__name__)

if TYPE_CHECKING:  # only the checker knows that they are of something
    AnyFile: TypeAlias = File[Any]
    ChosenFile: TypeAlias = UploadedFile[Any]
else:
    AnyFile, ChosenFile = File, UploadedFile
# What a file becomes in the form's data. Raises ValidationError, in words.
Read = Callable[[AnyFile], Any]


class HeldFile(ChosenFile):
    """A file from before, as if it had been chosen now."""

    def __init__(self, upload: Upload) -> None:
        super().__init__(upload.file.open("rb"), name=upload.name, size=upload.size)
        self.upload = upload


class UploadInput(forms.FileInput):
    """What is chosen now, with what is held and was not taken away."""

    def __init__(self, attrs: dict[str, Any] | None = None, *, several: bool = False) -> None:
        self.allow_multiple_selected = several
        self.held: list[Upload] = []
        self.gone = False
        self.unread: list[Upload] = []
        super().__init__(attrs)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[ChosenFile]:
        chosen = list(files.getlist(name)) if isinstance(files, MultiValueDict) else []
        if chosen and not self.allow_multiple_selected:
            return chosen[-1:]
        wanted = set(data.getlist(f"{name}{HELD}")) if isinstance(data, MultiValueDict) else set()
        self.unread = []
        held = [file for one in self.held if str(one.pk) in wanted and (file := self._opened(one))]
        self.gone = len(held) + len(self.unread) < len(wanted)
        return held + chosen

    def _opened(self, upload: Upload) -> HeldFile | None:
        """None where its bytes were cleared meanwhile, or cannot be asked for now: then it is held further."""
        try:
            return HeldFile(upload) if upload.file.storage.exists(upload.file.name or "") else None
        except Exception as error:  # each storage fails in its own way
            log.error("a held file could not be read: %s", type(error).__name__)
            self.unread.append(upload)
            return None


class UploadField(forms.FileField):
    """Up to `most` files, of `largest` bytes together: a list of what `read` makes of each; of one alone, that."""

    def __init__(self, *, read: Read, most: int = 1, largest: int = 0, accept: str = "", **options: Any) -> None:
        self.read, self.most, self.largest = read, most, largest
        self.passed: list[ChosenFile] = []
        attrs = {"accept": accept} if accept else {}
        super().__init__(widget=UploadInput(attrs, several=most > 1), **options)

    def clean(self, data: list[ChosenFile], initial: Any = None) -> Any:
        """What passes is remembered, so that it can be held whatever becomes of the rest."""
        self.passed, values, refused = [], [], []
        if self.widget.gone:
            refused.append(_("A file that was chosen before is no longer held. Choose it again."))
        if self.widget.unread:
            refused.append(_("A file that was chosen before cannot be read now. It is held; try again in a minute."))
        if not data and self.required and not refused:
            raise ValidationError(self.error_messages["required"], code="required")
        for file in data:
            try:
                values.append(self.read(super().clean(file)))
                self.passed.append(file)
            except ValidationError as refusal:
                refused += [f"{file.name}: {says}" if self.most > 1 else says for says in refusal.messages]
                if any(one.code == LATER for one in refusal.error_list):
                    self.passed.append(file)
        if refused := refused or self._too_many():
            raise ValidationError(refused)
        return values if self.most > 1 else next(iter(values), None)

    def _too_many(self) -> list[str]:
        if len(self.passed) > self.most:
            says = ngettext("Choose at most %(most)s file.", "Choose at most %(most)s files.", self.most)
            return [says % {"most": self.most}]
        if self.largest and sum(file.size or 0 for file in self.passed) > self.largest:
            says = _("Together these files are larger than %(most)s MB. Hand in fewer of them at once.")
            return [says % {"most": self.largest // 1024**2}]
        return []


class UploadForm(forms.Form):
    """`person` is whose form it is; `held_for` is the address that it is sent to. Two of one address differ by how they
    are drawn (`auto_id`)."""

    def __init__(self, *args: Any, person: Person, held_for: str, now: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.person, self.now = person, now
        self.held_under = held_under(held_for, name_of(self))
        uploads = uploads_of(person, self.held_under, now)
        for name, _field, widget in self._files():
            widget.held = [one for one in uploads if one.field == name]  # of its own: copies of a widget share theirs

    def _files(self) -> Iterator[tuple[str, UploadField, UploadInput]]:
        for name, field in self.fields.items():
            if isinstance(field, UploadField) and isinstance(field.widget, UploadInput):
                yield name, field, field.widget

    def settle(self, *, refused: bool) -> None:
        """Where something was refused, hold what was chosen; else let go of what was held."""
        for name, field, widget in self._files():
            passed = field.passed[: field.most] if refused else []
            self._settle(name, widget, passed)

    def _settle(self, name: str, widget: UploadInput, passed: list[ChosenFile]) -> None:
        again = [*widget.unread, *(file.upload for file in passed if isinstance(file, HeldFile))]
        drop_uploads(one for one in widget.held if one not in again)
        new = [file for file in passed if not isinstance(file, HeldFile)]
        held = hold_files(by=self.person, form=self.held_under, field=name, files=new, now=self.now)
        widget.held = again + held
        if len(held) < len(new):
            self.add_error(name, _("A file could not be kept meanwhile. Choose it again."))
