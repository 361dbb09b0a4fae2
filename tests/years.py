"""Days that lack their year, in English and in Spanish: none may stand in what is kept or sent."""

from __future__ import annotations

import re

from django.core.mail import EmailMultiAlternatives
from django.utils import translation
from django.utils.dates import MONTHS


def _months(language: str) -> str:
    with translation.override(language):
        return "|".join(str(name) for name in MONTHS.values())


YEARLESS = re.compile(
    rf"\b(?:{_months('en')})\s\d{{1,2}}\b(?!\d|,\s\d{{4}})|\b\d{{1,2}}\sde\s(?:{_months('es')})\b(?!\sde\s\d{{4}})"
)


def days_without_year(text: str) -> list[str]:
    return YEARLESS.findall(re.sub(r"<[^>]*>", "", text))


def said_by(mail: EmailMultiAlternatives) -> str:
    """All that a mail says, in each of its forms."""
    return "\n".join([mail.subject, mail.body, *(str(one.content) for one in mail.alternatives)])
