"""The one gate for text from people: names in any script come through, what cannot be seen does not."""

from __future__ import annotations

import unicodedata

import pytest
from django.core.exceptions import ValidationError
from django.forms import Form
from hypothesis import given
from hypothesis import strategies as st

from text.clean import MOST_NESTING, clean_line, clean_text, one_line
from text.fields import LineField, TextField

NAMES = [
    "José Ñúñez-Peña",
    "Zoë Ångström",
    "Nguyễn Thị Hồng Ngọc",
    "Siobhán O’Brien",
    "Kaʻahumanu",
    "Þórr Ægisson",
    "Иван Дмитриевич Щёголь",
    "Ελένη Παπαδοπούλου",
    "محمد بن عبد الله",
    "می‌خواهم",  # Persian writes a non-joiner inside of words
    "שָׁלוֹם",
    "श्रीमती क्ष्मा",
    "क्‍ष",  # and Hindi a joiner
    "ශ්‍රී ලංකා",
    "தமிழ்ச்செல்வி",
    "ประเทศไทย",
    "ខ្មែរ",
    "မြန်မာ",
    "བོད་སྐད་",
    "ཧྐྵྨླྺྼྻྂ",  # the tallest stack of Tibetan
    "ᠰᠠᠶᠢᠨ᠋",  # Mongolian picks the shape of a letter
    "김수한무",
    "山田 太郎",
    "葛󠄀城市",  # so does a Japanese place name
    "አማርኛ",
    "Հայերեն",
    "ქართული",
    "ᏣᎳᎩ",
    "ߒߞߏ",
    "𞤆𞤵𞤤𞤢𞤪",
    "ⵜⴰⵎⴰⵣⵉⵖⵜ",
    "§ 3 – 50 % of “it” costs €5 ☎️",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_in_any_script_come_through_as_they_are(name: str) -> None:
    assert clean_line(name, limit=100) == clean_text(name, limit=100) == unicodedata.normalize("NFC", name)


UNSEEN = {
    "right-to-left override": "\u202e",
    "left-to-right override": "\u202d",
    "direction embedding": "\u202a\u202b\u202c",
    "direction isolates": "\u2066\u2067\u2068\u2069",
    "direction marks": "\u200e\u200f\u061c",
    "zero-width space": "\u200b",
    "joiners where none is needed": "\u200c\u200d",
    "byte order mark": "\ufeff",
    "soft hyphen": "\u00ad",
    "word joiner and invisible signs": "\u2060\u2061\u2062\u2063\u2064",
    "grapheme joiner": "\u034f",
    "Hangul fillers": "\u115f\u1160\u3164\uffa0",
    "tags": "\U000e0041\U000e007f",
    "variation selectors on a letter": "\ufe0f\U000e0100",
    "Mongolian selector on a letter": "\u180b",
    "control characters": "\x00\x01\x08\x1b\x1f\x7f\x80\x9f",
    "private use": "\ue000\U000f0000",
    "noncharacters": "\ufdd0\ufffe\U0010ffff",
    "interlinear notes": "\ufff9\ufffa\ufffb",
}


@pytest.mark.parametrize("kind", UNSEEN)
def test_what_cannot_be_seen_is_taken_out(kind: str) -> None:
    for hidden in UNSEEN[kind]:
        for text in (f"pay{hidden}ment", f"{hidden}payment", f"payment{hidden}"):
            assert clean_line(text, limit=100) == clean_text(text, limit=100) == one_line(text) == "payment", text
    with pytest.raises(ValidationError, match="Write something here"):
        clean_line(f" {UNSEEN[kind]} ", limit=100)


def test_hiding_a_character_between_a_letter_and_its_accent_makes_no_second_spelling() -> None:
    assert clean_line("Zoe\u200b\u0308", limit=9) == clean_line("Zoe\u0308", limit=9) == "Zoë"


@pytest.mark.parametrize("space", list("\u00a0\u1680\u2003\u2007\u202f\u205f\u3000\u2800"), ids=ascii)
def test_any_other_space_is_a_plain_one(space: str) -> None:
    assert clean_line(f"Elm{space}{space}Street", limit=100) == "Elm Street"


@pytest.mark.parametrize(
    "end", ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]
)
def test_a_line_stays_one_line_and_paragraphs_have_one_kind_of_end(end: str) -> None:
    assert clean_line(f"Eve{end}Bcc: all@example.org", limit=100) == "Eve Bcc: all@example.org"
    assert clean_text(f"One.{end}{end}Two.{end}", limit=100) == "One.\n\nTwo."


def test_a_pile_of_marks_is_cut_down_and_a_verse_with_all_its_marks_is_not() -> None:
    for marks in ("\u0335\u034b", "\u0489", "\u0335\u0489\u034b"):
        assert len(clean_line("Z" + marks * 100 + "algo", limit=500)) < 20
    verse = "בְּרֵאשִׁ֖ית בָּרָ֣א אֱלֹהִ֑ים"
    assert clean_line(verse, limit=100) == unicodedata.normalize("NFC", verse)


# --- Letters that look alike ------------------------------------------------------------------------------

CYRILLIC_A, CYRILLIC_O, OMICRON = "\u0430", "\u043e", "\u03bf"


@pytest.mark.parametrize(
    "text",
    [
        f"P{CYRILLIC_A}ypal",
        f"City {CYRILLIC_O}f Ashf{CYRILLIC_O}rd",
        f"C{OMICRON}uncil",
        "\u0410shford",
        f"q\u0303{CYRILLIC_A}",
        f"pa\u0332{CYRILLIC_A}l",
    ],
    ids=ascii,
)
def test_a_word_of_two_alphabets_that_look_alike_is_refused_and_named(text: str) -> None:
    with pytest.raises(ValidationError, match=f"“({text.replace(' ', '|')})” mixes letters") as refusal:
        clean_text(f"All is well. {text}", limit=100)
    assert refusal.value.code == "lookalike"


@pytest.mark.parametrize("text", ["Иван Ivanov", "COVID-19 в Киеве", "ΑΒΓ Ltd", "5 kΩ, 3 µm", "Δx"])
def test_two_alphabets_in_one_line_are_fine(text: str) -> None:
    assert clean_line(text, limit=100) == text


# --- Limits -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("gate", [clean_line, clean_text])
@pytest.mark.parametrize("value", ["x" * 101, "x" * 1_000_000, "ﷺ" * 1_000_000, "\u202e" * 1_000_000], ids=len)
def test_too_much_is_refused_with_both_lengths(gate: object, value: str) -> None:
    with pytest.raises(ValidationError, match=f"{len(value)} characters long; 100 fit here"):
        gate(value, limit=100)


def test_the_limit_itself_fits_and_what_is_taken_out_does_not_count() -> None:
    assert clean_line("x" * 100, limit=100) == clean_text("\u200b \n" + "x" * 100 + "\r\n", limit=100) == "x" * 100


@pytest.mark.parametrize(
    "nested",
    [
        lambda levels: "\n".join("  " * level + "- x" for level in range(levels)),
        lambda levels: "\n".join("\t" * (level // 2) + "  " * (level % 2) + "* x" for level in range(levels)),
        lambda levels: "- " * levels + "x",
    ],
    ids=["indented", "with tabs", "on one line"],
)
def test_a_list_has_eight_levels_and_five_hundred_are_refused(nested: object) -> None:
    assert clean_text(nested(MOST_NESTING), limit=300_000)
    for levels in (MOST_NESTING + 1, 500):
        with pytest.raises(ValidationError, match="8 levels deep"):
            clean_text(nested(levels), limit=300_000)


# --- For all text -----------------------------------------------------------------------------------------

HARD = st.text(
    st.characters() | st.sampled_from("".join(UNSEEN.values()) + "\n\r\t -aé\u0301کی"), min_size=1, max_size=40
)


@given(HARD)
def test_what_went_through_the_gate_goes_through_unchanged(text: str) -> None:
    for gate in (clean_line, clean_text):
        try:
            kept = gate(text, limit=200)
        except ValidationError:
            continue
        assert gate(kept, limit=200) == kept == unicodedata.normalize("NFC", kept)
        assert {unicodedata.category(letter) for letter in kept} & {"Cs", "Co"} == set()
        assert "\n" not in kept or gate is clean_text
        kept.encode("utf-8")


# --- In forms ---------------------------------------------------------------------------------------------


class Named(Form):
    name = LineField(limit=20)
    reason = TextField(limit=40, required=False)


def test_a_form_passes_the_gate_and_gives_back_what_was_typed_when_it_refuses() -> None:
    form = Named({"name": " Zoe\u0308\u202e \t Lind ", "reason": "One.\r\n\r\n\r\n\r\nTwo.  "})
    assert form.is_valid() and form.cleaned_data == {"name": "Zoë Lind", "reason": "One.\n\nTwo."}
    typed = {"name": "x" * 21, "reason": " \u200b "}
    refused = Named(typed)
    assert refused.errors == {"name": ["This is 21 characters long; 20 fit here. Shorten it."]}
    assert refused["name"].value() == typed["name"]
    assert Named({"name": "\u200b \u2800"}).errors == {"name": ["This field is required."]}
