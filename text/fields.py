"""Fields that pass the gate for text from people: of a model, which holds the limit, and of the forms made from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from text.clean import clean_address, clean_line, clean_name, clean_text

if TYPE_CHECKING:  # of these, only the checker knows that they are of something
    Field = models.Field[str, str]
    CharField = models.CharField[str, str]
    URLField = models.URLField[str, str]
    Paragraphs = models.TextField[str, str]
else:
    Field, CharField, URLField, Paragraphs = models.Field, models.CharField, models.URLField, models.TextField


# The code of a refusal that passes by itself: the same will be taken in a minute.
LATER = "later"


class Gate(Protocol):
    def __call__(self, value: str, *, limit: int, blank: bool = False) -> str: ...


class LineField(forms.CharField):
    """One line of text, at most `limit` characters. What was refused comes back as it was typed.

    There is no maxlength on the page: browsers cut pasted text there without a word.
    """

    gate: ClassVar[Gate] = staticmethod(clean_line)

    def __init__(self, *, limit: int, **options: Any) -> None:
        self.limit = limit
        super().__init__(strip=False, **options)

    def to_python(self, value: Any) -> str:
        """The text as the gate lets it pass; nothing where only blanks and invisible characters were typed."""
        return type(self).gate(super().to_python(value) or "", limit=self.limit, blank=True)


class NameField(LineField):
    """One line that names somebody or something."""

    gate = staticmethod(clean_name)


class AddressField(LineField):
    """A web address that is safe to show as a link."""

    gate = staticmethod(clean_address)


class TextField(LineField):
    """Paragraphs and lists, at most `limit` characters. `rows`: how high it begins."""

    gate = staticmethod(clean_text)

    def __init__(self, *, limit: int, rows: int = 10, **options: Any) -> None:
        super().__init__(limit=limit, **{"widget": forms.Textarea(attrs={"rows": rows})} | options)


class Words(Field):
    """What people write, in a column of Django's own. Its `max_length` is the limit of forms and actions too.

    Saving cleans nothing: actions do, by `clean_words` and `set_words`.
    """

    form_class: ClassVar[type[LineField]]

    def clean_words(self, text: str, *, blank: bool = True) -> str:
        """As it is kept; nothing at all only where the field may be empty."""
        return self.form_class.gate(text, limit=self.max_length or 0, blank=blank and self.blank)

    def clean(self, value: Any, instance: models.Model | None) -> Any:
        return super().clean(value if value is None else self.clean_words(value), instance)

    def formfield(self, **options: Any) -> forms.Field | None:
        """`required` and the limit are the model's; a form gives its own label."""
        return models.Field.formfield(self, **{"form_class": self.form_class, "limit": self.max_length} | options)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """As the field of Django that it is to the database: migrations know nothing of the gate."""
        name, _path, args, options = super().deconstruct()
        column = next(base for base in type(self).__mro__ if base.__module__ == models.CharField.__module__)
        return name, f"django.db.models.{column.__name__}", args, options


class Line(Words, CharField):
    form_class = LineField


class Name(Words, CharField):
    form_class = NameField


class Address(Words, CharField):
    form_class = AddressField


class Link(Words, URLField):
    """An address in the column of a URLField."""

    form_class = AddressField


class Text(Words, Paragraphs):
    form_class = TextField


class ShortText(Words, CharField):
    """Paragraphs in the column of a CharField."""

    form_class = TextField


def refuse(refused: Mapping[str, str]) -> None:
    """Raise one ValidationError for all that is refused, by field; nothing where every reason is empty."""
    if found := {name: why for name, why in refused.items() if why}:
        raise ValidationError(dict(found))


def clean_words(model: type[models.Model], *, blank: bool = True, **typed: str) -> dict[str, str]:
    """Each text as its field of the model keeps it. Without `blank` none may be empty, whatever the model allows.

    Raises one ValidationError for all that is refused, by field.
    """
    kept, refused = {}, {}
    for name, text in typed.items():
        field = model._meta.get_field(name)
        if not isinstance(field, Words):
            raise TypeError(f"{field} does not clean what people write")
        try:
            kept[name] = field.clean_words(text, blank=blank)
        except ValidationError as error:
            refused[name] = error
    if refused:
        raise ValidationError(refused)
    return kept


def set_words(row: models.Model, *, blank: bool = True, **typed: str) -> None:
    """Put what was typed into the row, cleaned."""
    for name, text in clean_words(type(row), blank=blank, **typed).items():
        setattr(row, name, text)
