"""What the columns of a table of partnerships may be called, in English and Spanish, and which field each one fills.

The fields are those of the form for a single partnership. Order, capitals, accents and punctuation do not matter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from partners.parties import Party

BOTH_LANGUAGES = "language"
OPTIONAL = frozenset({BOTH_LANGUAGES, *(f"{party}_language" for party in Party)})
ISSUE = ("issue", "the issue", "problem", "problema", "el problema", "tema", "asunto")
LANGUAGE = ("language", "language of the invitation", "invitation in", "idioma", "idioma de la invitacion", "lengua")
# How people call a side. The label of each on our own pages is known too.
SIDES: Mapping[Party, Sequence[str]] = {
    Party.CITY: ("city", "city team", "ciudad", "municipio", "equipo municipal", "equipo de la ciudad"),
    Party.COMMUNITY: ("community", "community partner", "comunidad", "socio comunitario", "socio de la comunidad"),
}
# What is said of a side, with its name in the place of the dot.
SAID: Mapping[str, Sequence[str]] = {
    "organization": (
        ".",
        ". organization",
        ". name of organization",
        "organizacion .",
        "organizacion del .",
        "organizacion de la .",
    ),
    "name": (
        *(". lead", ". lead name", ". lead s name", ". lead full name", ". name", "lead of the ."),
        *(
            "lider .",
            "lider de la .",
            "lider del .",
            "lider de .",
            "nombre de la persona lider .",
            "nombre lider .",
            "nombre .",
        ),
    ),
    "email": (
        *(
            ". lead e mail",
            ". lead email",
            ". lead s e mail",
            ". lead mail",
            ". lead e mail address",
            ". e mail",
            ". email",
        ),
        *(
            "correo .",
            "correo lider .",
            "correo de lider de la .",
            "correo de lider del .",
            "correo electronico .",
            "correo electronico lider .",
        ),
        *("correo de la persona lider .", "correo del lider .", "correo de la lider .", "e mail lider ."),
        *("correo electronico de la persona lider .", "correo lider de la .", "correo lider del ."),
    ),
    "language": (". language", ". lead language", ". lead s language", "idioma .", "idioma lider ."),
}


@dataclass(frozen=True)
class Columns:
    """Where each field stands in a row, and the headings that nobody here knows."""

    places: dict[str, int]
    unknown: list[str]


def plain(text: str) -> str:
    """Without capitals, accents and punctuation."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", " ", letters).strip()


def _names() -> Iterator[tuple[str, str]]:
    yield from ((name, "issue") for name in ISSUE)
    yield from ((name, BOTH_LANGUAGES) for name in LANGUAGE)
    for party, what in product(Party, SAID):
        for shape, side in product(SAID[what], SIDES[party]):
            yield shape.replace(".", side), f"{party}_{what}"


FIELDS = dict(_names())


def columns_of(headings: Iterable[str]) -> Columns:
    """Raises ValidationError where a column that is needed is missing, or stands there twice; it names them."""
    places: dict[str, int] = {}
    unknown, twice = [], []
    for place, heading in enumerate(headings):
        field = FIELDS.get(plain(heading))
        if field is None:
            unknown += [heading] if heading else []
        elif field in places:
            twice.append(heading)
        else:
            places[field] = place
    _refuse(places, unknown, twice)
    return Columns(places, unknown)


def _refuse(places: Mapping[str, int], unknown: list[str], twice: list[str]) -> None:
    missing = [name for field, name in headings().items() if field not in places and field not in OPTIONAL]
    if missing:
        message = _("The first line must name the columns. Missing: %(missing)s. Not known here: %(unknown)s.")
        raise ValidationError(message % {"missing": _listed(missing), "unknown": _listed(unknown) or "-"})
    if twice:
        raise ValidationError(
            _("These columns stand there twice: %(twice)s. Keep one of each.") % {"twice": _listed(twice)}
        )


def _listed(names: Sequence[str]) -> str:
    shown = [f"“{name[:60]}”" for name in names[:12]]
    return ", ".join(shown) + (" …" if len(names) > len(shown) else "")


def headings() -> dict[str, str]:
    """Our own headings by field, in the language of the page: those of the empty sheet."""
    return {
        "city_organization": _("City team"),
        "community_organization": _("Community partner"),
        "issue": _("Issue"),
        "city_name": _("City lead"),
        "city_email": _("City lead e-mail"),
        "community_name": _("Community lead"),
        "community_email": _("Community lead e-mail"),
        BOTH_LANGUAGES: _("Language"),
    }


def language_of(word: str) -> str:
    """A language of the site by its code, its own name, or its name in another one; else the word as it stands."""
    return _languages().get(plain(word), word)


@cache
def _languages() -> dict[str, str]:
    known: dict[str, str] = {}
    for code, name in settings.LANGUAGES:
        known |= {code: code, plain(translation.get_language_info(code)["name_local"]): code}
        for reader, _name in settings.LANGUAGES:
            with translation.override(reader):
                known[plain(translation.gettext(str(name)))] = code
    return known
