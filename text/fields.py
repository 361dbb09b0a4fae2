"""Form fields that pass the gate for text from people."""

from __future__ import annotations

from typing import Any, ClassVar, Protocol

from django import forms
from django.core.exceptions import ValidationError

from text.clean import clean_line, clean_name, clean_text


class Gate(Protocol):
    def __call__(self, value: str, *, limit: int) -> str: ...


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
        text = super().to_python(value) or ""
        try:
            return type(self).gate(text, limit=self.limit)
        except ValidationError as error:
            if error.code == "required":
                return ""
            raise


class NameField(LineField):
    """One line that names somebody or something."""

    gate = staticmethod(clean_name)


class TextField(LineField):
    """Paragraphs and lists, at most `limit` characters."""

    gate = staticmethod(clean_text)
    widget = forms.Textarea
