"""Words of an agreement's pages: `{{ content.parties|at:party }}` looks up, `{% notice edition.notice %}` says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.conf import settings
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString

from agreements.domain.templates import template_named
from agreements.wording.reading_aid import reading_aids
from partners.models.partnership import DEFAULT_NOTICE

register = template.Library()


@register.filter
def at(mapping: Mapping[str, object], key: str) -> object:
    """The value at the key, or None."""
    return mapping.get(key) if mapping else None


@register.simple_tag
def aids_of(content: Mapping[str, Any]) -> dict[str, str]:
    """By its own text, what each line of an edition says in the page's language where it is in another."""
    language = translation.get_language() or content["language"]
    return reading_aids(content, language, template_named(content["template"]))


@register.simple_tag
def notice(text: str) -> SafeString:
    """The program's notice; the usual one, where it is in another language, with what it says in the page's."""
    language, here = _language_of(text), str(DEFAULT_NOTICE)
    if not language or text == here:
        return format_html("<p>{}</p>", text)
    return format_html('<p lang="{}">{}</p><p class="clause__note">{}</p>', language, text, here)


def _language_of(text: str) -> str:
    """The language that the usual notice is in; empty for any other text."""
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            if text == str(DEFAULT_NOTICE):
                return language
    return ""
