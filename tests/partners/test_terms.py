"""The words a person accepts have a version. Change a sentence and this asks for a new one."""

from __future__ import annotations

from django.utils import translation

from ledger.canonical import digest
from partners.terms import LEAVING, OF_A_PARTNERSHIP, OF_A_PROGRAM, VERSION

WORDS_OF = {"2026-11": "4e51fbb5e55166dd5f2d6912360940f98f049850035bdf18d34c2f97d0859015"}


def test_each_version_stands_for_its_words() -> None:
    with translation.override("en"):
        words = [str(sentence) for sentence in [*OF_A_PARTNERSHIP, LEAVING, *OF_A_PROGRAM]]
    assert digest(words) == WORDS_OF[VERSION]
