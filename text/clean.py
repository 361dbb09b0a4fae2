"""The one gate for text from people: what is kept of it is what everybody sees, and nothing else."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST_NESTING = 8
MOST_MARKS = 8
BREAKS = re.compile(r"\r\n|[\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]")
# Marks on a letter are part of the word.
WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f])*")
# What mail programs make a link of.
WEB_ADDRESS = re.compile(r"://|\bwww\.|[\w-]\.[^\W\d_]{2,}/\S", re.IGNORECASE)
# An address as people type it: example.org/data, with no scheme and no name of a person in it.
WITHOUT_SCHEME = re.compile(r"[\w-]+(\.[\w-]+)+(:\d{1,5})?([/?#]\S*)?")
LIST_LINE = re.compile(r"( *)((?:[-*+•] +)+)")

# Joiners that some scripts need between two of their letters; anywhere else they only hide something.
JOINERS = "\u200c\u200d"
JOINING_SCRIPTS: tuple[str, ...] = ("ARABIC", "SYRIAC", "MANDAIC", "NKO", "HANIFI ROHINGYA", "MONGOLIAN")
JOINING_SCRIPTS += (
    "DEVANAGARI",
    "BENGALI",
    "GURMUKHI",
    "GUJARATI",
    "ORIYA",
    "TAMIL",
    "TELUGU",
    "KANNADA",
    "MALAYALAM",
    "SINHALA",
    "KHMER",
)
JOINING_SCRIPTS += ("MYANMAR", "TIBETAN", "BALINESE", "JAVANESE", "CHAKMA", "NEWA", "MEETEI MAYEK", "SHARADA")
# Unicode files these under "format", though they are drawn: signs that Arabic, Syriac and Kaithi write with numbers.
DRAWN_FORMAT = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
# And these under letters, marks or symbols, though nothing is drawn.
UNDRAWN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2065\u3164\uffa0")
MONGOLIAN_SELECTORS = frozenset("\u180b\u180c\u180d\u180f")
MARKS = frozenset({"Mn", "Me"})
CONTROLS = frozenset({"Cc", "Cf", "Cs", "Co"})
# Letters of other alphabets that look like Latin ones. In a word with Latin letters they can only deceive.
LOOKALIKES = frozenset("АВЕЗІЈКМНОРСТУХЅҮԚԜаеіјорсухѕһԁԛԝүΑΒΕΖΗΙΚΜΝΟΡΤΥΧο")


def clean_line(value: str, *, limit: int, blank: bool = False) -> str:
    """One line: breaks become spaces. Raises ValidationError when it is too long, or empty and may not be `blank`."""
    _refuse_far_too_long(value, limit)
    return _checked(one_line(value), limit, blank)


def clean_name(value: str, *, limit: int, blank: bool = False) -> str:
    """One line without a web address: names stand in our mails, which must lead nobody elsewhere."""
    name = clean_line(value, limit=limit, blank=blank)
    if WEB_ADDRESS.search(name):
        raise ValidationError(_("A name cannot hold a web address. Type the name alone."), code="web address")
    return name


def clean_address(value: str, *, limit: int, blank: bool = False) -> str:
    """A web address that is safe to show as a link; https:// is put before one that has none. Raises ValidationError
    for any other."""
    address = clean_line(value, limit=limit, blank=blank)
    if WITHOUT_SCHEME.fullmatch(address):
        address = clean_line(f"https://{address}", limit=limit)
    if address and not _leads_to_the_web(address):
        raise ValidationError(_("Give a web address that starts with https:// or http://."), code="link")
    return address


def _leads_to_the_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:  # brackets that hold no address of a machine
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and " " not in address and not parts.username


def one_line(value: str) -> str:
    """The visible part of a text in one line, of any length; it may be empty. For the headers of mail too."""
    text = _visible(BREAKS.sub(" ", value).replace("\n", " ").replace("\t", " "))
    return re.sub(r" {2,}", " ", text).strip()


def clean_text(value: str, *, limit: int, blank: bool = False) -> str:
    """Paragraphs and lists. Raises ValidationError as `clean_line` does, and when it is too deeply nested."""
    _refuse_far_too_long(value, limit)
    text = _visible(BREAKS.sub("\n", value).replace("\t", "    "))
    lines = [line.rstrip() for line in text.split("\n")]
    if any(_nesting(line) > MOST_NESTING for line in lines):
        message = _("Lists can be %(most)s levels deep. Use fewer levels.")
        raise ValidationError(message % {"most": MOST_NESTING}, code="nesting")
    return _checked(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip(), limit, blank)


def _nesting(line: str) -> int:
    """How many lists deep a line stands: by its indentation, and by markers one after the other."""
    found = LIST_LINE.match(line)
    return len(found[1]) // 2 + len(found[2].split()) if found else 0


def _visible(text: str) -> str:
    """NFC, without control characters, direction overrides, and other characters that cannot be seen."""
    text = unicodedata.normalize("NFC", text)
    if not (text.isascii() and text.replace("\n", "").isprintable()):
        text = "".join(_kept(text, index) for index in range(len(text)))
    # What was taken out may have stood between a letter and its accent.
    return _without_piles(unicodedata.normalize("NFC", text))


def _kept(text: str, index: int) -> str:
    """The character itself, a space for any other kind of space, or nothing."""
    letter = text[index]
    category = unicodedata.category(letter)
    if letter == "\n" or letter in DRAWN_FORMAT:
        return letter
    if category == "Zs" or letter == "\u2800":
        return " "
    if category in CONTROLS:
        return letter if _joins(text, index) else ""
    if letter in UNDRAWN or _is_noncharacter(letter) or (_selects(letter) and not _selectable(text, index)):
        return ""
    return letter


def _joins(text: str, index: int) -> bool:
    """Whether the character is a joiner between two letters of a script that needs it."""
    if text[index] not in JOINERS or not 0 < index < len(text) - 1:
        return False
    return all(unicodedata.name(text[i], "").startswith(JOINING_SCRIPTS) for i in (index - 1, index + 1))


def _selects(letter: str) -> bool:
    """A variation selector: it picks one of several shapes of the character before it."""
    return "\ufe00" <= letter <= "\ufe0f" or "\U000e0100" <= letter <= "\U000e01ef" or letter in MONGOLIAN_SELECTORS


def _selectable(text: str, index: int) -> bool:
    """Shapes differ for symbols, ideographs (in names) and Mongolian letters; elsewhere a selector only hides."""
    before = text[index - 1] if index else " "
    if unicodedata.category(before) == "Lo":
        return unicodedata.name(before, "").startswith(("CJK", "MONGOLIAN", "MYANMAR", "PHAGS-PA"))
    return unicodedata.category(before) in {"So", "Sm", "Po", "Pd", "Nd"}


def _is_noncharacter(letter: str) -> bool:
    """Code points that never will be characters, and the unassigned ones that are drawn as nothing."""
    code = ord(letter)
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF or 0xFFF0 <= code <= 0xFFF8 or 0xE0000 <= code <= 0xE00FF


def _without_piles(text: str) -> str:
    """No more marks on one letter than any language writes: a pile of them covers the lines around it."""
    if text.isascii():
        return text
    kept, marks = [], 0
    for letter in text:
        marks = marks + 1 if unicodedata.category(letter) in MARKS else 0
        if marks <= MOST_MARKS:
            kept.append(letter)
    return "".join(kept)


def _refuse_far_too_long(value: str, limit: int) -> None:
    """Before any work is done on it. Line ends and indentation may take more room than the text that is kept."""
    if len(value) > 4 * limit + 1000:
        raise _too_long(len(value), limit)


def _checked(text: str, limit: int, blank: bool) -> str:
    if not text and not blank:
        raise ValidationError(_("Write something here."), code="required")
    if len(text) > limit:
        raise _too_long(len(text), limit)
    if word := _deceptive_word(text):
        message = _("“%(word)s” mixes letters of two alphabets that look alike. Type it again in one alphabet.")
        raise ValidationError(message % {"word": word}, code="lookalike")
    return text


def _deceptive_word(text: str) -> str:
    """The first word that has Latin letters and look-alikes of them from another alphabet, or nothing."""
    if LOOKALIKES.isdisjoint(text):
        return ""
    words = (word for word in WORD.findall(text) if not LOOKALIKES.isdisjoint(word))
    return next((word for word in words if any(_is_latin(letter) for letter in word)), "")


def _is_latin(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith("LATIN ")


def _too_long(length: int, limit: int) -> ValidationError:
    message = _("This is %(length)s characters long; %(limit)s fit here. Shorten it.")
    return ValidationError(message % {"length": length, "limit": limit}, code="max_length")
