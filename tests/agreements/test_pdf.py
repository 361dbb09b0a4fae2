"""The PDF: every sentence of the template, tagged and archival, the same bytes each time, drawn in bounds."""

from __future__ import annotations

import copy
import io
import json
import re
import subprocess
import time
from pathlib import Path

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from agreements.pdf import draw, glyphs, layout
from agreements.pdf.sandbox import SandboxFailed
from agreements.wording import template
from ledger.canonical import canonical_bytes, digest
from tests.agreements import samples
from tests.agreements.pdf_tools import attachments, pages_of, require_conformance, require_tool, text_of

MOMENT = "2027-03-01T00:00:00Z"
LONG = (
    "The Very Long Named Coalition of Neighborhood Associations, Tenants, Gardens and Libraries of the Lower East Side"
)


@pytest.fixture(scope="module")
def content() -> dict:
    return samples.content()


@pytest.fixture(scope="module")
def signed(content: dict) -> bytes:
    return draw.render(content, samples.record(content))


# --- What it says ------------------------------------------------------------------------------------------


def test_it_holds_every_sentence_of_the_template(signed: bytes) -> None:
    said = text_of(signed)
    for part in template.parts():
        if part.type != "signature":
            assert template.fill(part.text, samples.FACTS) in said


@pytest.mark.parametrize("label", ["Name:", "Organization:", "Date:", "Signature:"])
def test_the_authors_signature_lines_are_there_for_both_parties(signed: bytes, label: str) -> None:
    assert text_of(signed).count(label) >= 2


def test_the_lines_are_filled_in_where_they_were_signed(signed: bytes) -> None:
    said = text_of(signed)
    assert f"Name: {samples.COMMUNITY_LEAD} Organization: {samples.COMMUNITY} Date: March 2, 2027" in said
    assert f"Name: {samples.CITY_LEAD} Organization: {samples.CITY} Date: March 2, 2027" in said


def test_the_day_is_that_of_the_programs_zone(content: dict) -> None:
    record = samples.record(content)
    record["program"] = record["program"] | {"time_zone": "Pacific/Auckland"}
    assert "Date: March 3, 2027" in text_of(draw.render(content, record))


def test_the_record_of_signing_follows_on_a_new_page(content: dict, signed: bytes) -> None:
    (page,) = [each for each in pages_of(signed) if "Record of signing" in each]
    record = samples.record(content)
    for said in [
        "Board chair",
        "Deputy director",
        "c•••@example.org",
        "March 2, 2027, 10:04:11 AM PST (2027-03-02 18:04:11 UTC)",
        "cohort@example.org",
        record["edition"]["code"],
        record["edition"]["verify_url"],
        "unknown signer",
        "firmante desconocido",
        "The Opportunity Project for Cities sprint toolkit, Beeck Center and Centre for Public Impact",
        "CC BY-SA",
    ]:
        assert said in re.sub(r"\s+", " ", page)
    assert digest(content) in re.sub(r"\s", "", page)
    assert samples.HEAD in re.sub(r"\s", "", page)
    assert samples.NOTICE in re.sub(r"\s+", " ", page)
    assert "We the undersigned" not in page


def test_it_says_fingerprint_and_no_network_address(signed: bytes) -> None:
    said = text_of(signed).lower()
    assert "fingerprint" in said
    assert "hash" not in said.replace("hashtag", "") and "digest" not in said
    assert not re.search(r"\b\d{1,3}(\.\d{1,3}){3}\b", said)


def test_both_signatures_stand_on_one_page(content: dict) -> None:
    for name in (samples.COMMUNITY, LONG):
        of = samples.content(community=name)
        data = draw.render(of, samples.record(of))
        assert [page.count("Signature:") for page in pages_of(data)].count(2) == 1


def test_the_exact_bytes_and_the_record_are_attached(content: dict, signed: bytes) -> None:
    found = attachments(signed)
    assert found["agreement.json"] == (canonical_bytes(content), "/Data")
    assert json.loads(found["record.json"][0]) == samples.record(content)


def test_a_signature_on_paper_says_its_three_times(content: dict) -> None:
    said = text_of(draw.render(content, samples.on_paper(content)))
    assert "Signed by hand on paper" in said
    assert "March 1, 2027 (the date on the paper)" in said
    assert "10:04:11 AM PST" in said and "12:11:00 PM PST" in said
    assert f"by {samples.CITY_LEAD} of the other party" in said


@pytest.mark.parametrize("mark", ["draft", "demonstration"])
def test_a_mark_stands_on_every_page(content: dict, mark: str) -> None:
    record = None if mark == "draft" else samples.record(content, demonstration=True)
    data = draw.render(content, record, mark=mark)
    assert all(mark.upper() in page for page in pages_of(data))


def test_a_draft_has_no_record_and_nothing_attached(content: dict) -> None:
    data = draw.render(content, None, mark="draft")
    assert "Record of signing" not in text_of(data)
    assert "/EmbeddedFiles" not in PdfFileReader(io.BytesIO(data)).root.get("/Names", {})


def test_a_print_of_an_edition_to_be_signed_by_hand_has_empty_lines_and_the_fingerprint(content: dict) -> None:
    said = text_of(draw.render(content, None))
    assert "Date: Signature:" in said
    assert "DRAFT" not in said
    assert f"fingerprint {digest(content)[:4]}" in said


def test_a_spanish_agreement_has_a_spanish_frame() -> None:
    of = samples.content()
    of["language"] = "es"
    for part in of["body"]:
        if "texts" in part:
            part["texts"] = {"es": part["texts"]["en"]}
    data = draw.render(of, samples.record(of))
    assert PdfFileReader(io.BytesIO(data)).root["/Lang"] == "es"


# --- How it is made ------------------------------------------------------------------------------------------


def test_it_is_tagged_with_language_and_title(signed: bytes) -> None:
    root = PdfFileReader(io.BytesIO(signed)).root
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid:part" in root["/Metadata"].data
    assert samples.COMMUNITY in root["/Metadata"].data.decode()


def test_the_same_input_gives_the_same_bytes_in_another_process_too(content: dict, signed: bytes) -> None:
    assert draw.render(content, samples.record(content)) == signed
    draw._child.close()
    assert draw.render(content, samples.record(content)) == signed


@pytest.mark.parametrize(("paper", "size"), [("Letter", (612, 792)), ("A4", (595, 842))])
def test_the_paper_is_letter_or_a4(content: dict, paper: str, size: tuple[int, int]) -> None:
    data = draw.render(content, None, mark="draft", paper=paper)
    box = PdfFileReader(io.BytesIO(data)).root["/Pages"]["/Kids"][0]["/MediaBox"]
    assert (round(float(box[2])), round(float(box[3]))) == size


def test_it_conforms_to_pdf_ua_1_and_pdf_a_3a(signed: bytes, content: dict, tmp_path: Path) -> None:
    long = samples.content(community=LONG, city="Ελληνική Κοινότητα", issue="Nguyễn Văn’s “heat” – Київ")
    long["body"][3]["texts"]["en"] = "First.\n\n- one\n- two\n\nLast line\nbroken here."
    long["body"][6]["texts"]["en"] = "A goal: with more.\n\n- one\n- two\n\nAnd an end."
    files = {
        "signed": signed,
        "paper": draw.render(content, samples.on_paper(content), mark="demonstration", paper="A4"),
        "draft": draw.render(long, None, mark="draft"),
        "long": draw.render(long, samples.record(long)),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    require_conformance(*[tmp_path / name for name in files])


# --- Characters ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["Nguyễn Thị Ánh", "Γιώργος Παπαδόπουλος", "Олександр Їжак", "Ñandú Łódź Şırnak", "Mpho “Q” O’Neil"]
)
def test_names_in_our_own_fonts_are_drawn_as_they_are(name: str) -> None:
    assert draw.missing_glyphs(name) == ""
    of = samples.content(community_lead=name)
    assert name in text_of(draw.render(of, None, mark="draft"))


def test_characters_that_no_font_draws_are_found_before_and_refused_after() -> None:
    odd = "\U000f0001"
    assert draw.missing_glyphs(f"Ana {odd} and {odd}\n") == odd
    with pytest.raises(draw.Unprintable) as refused:
        draw.render(samples.content(community=f"Ana {odd}"), None, mark="draft")
    assert refused.value.characters == odd


def test_a_slanted_letter_is_drawn_from_its_own_font() -> None:
    """A real oblique face (Hebrew) and one that is slanted from an upright file (Arabic) are two fonts."""
    require_tool("pdffonts", "poppler-utils")
    if not Path("/usr/share/fonts/truetype/dejavu/DejaVuSans-Oblique.ttf").exists():
        pytest.skip("the DejaVu fonts are not installed (fonts-dejavu-extra)")
    names = "abc \u05e9\u05dc\u05d5\u05dd \u0645\u062d\u0645\u062f"
    html = f"<p style='font: italic 20px DejaVu Sans'>{names}</p>"
    data = draw.draw_apart(layout.Page(f"<html lang=en><title>x</title><body>{html}", [], MOMENT, "x"), paper="Letter")
    listed = subprocess.run(["pdffonts", "-"], input=data, capture_output=True, check=True).stdout.decode()
    assert listed.count("DejaVu-Sans-Oblique") == 2, listed


def test_a_typed_name_that_cannot_be_drawn_is_shown_by_its_number_and_attached_as_it_is(content: dict) -> None:
    record = samples.record(content)
    record["signatures"][0] = record["signatures"][0] | {"name": "Ana \U000f0001"}
    data = draw.render(content, record)
    assert "Signed by Ana [U+F0001]" in text_of(data)
    assert json.loads(attachments(data)["record.json"][0]) == record


def test_without_fontconfig_only_our_own_fonts_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    glyphs._of_this_machine.cache_clear()
    try:
        assert draw.missing_glyphs("Ana 李") == "李"
    finally:
        glyphs._of_this_machine.cache_clear()


# --- Hostile text ---------------------------------------------------------------------------------------------

HOSTILE = [
    '<img src="file:///etc/passwd">',
    '<link rel="attachment" href="file:///etc/passwd">',
    "<style>@import url(http://127.0.0.1:1/x.css)</style>",
    '"><script>alert(1)</script>',
    "{{ settings.SECRET_KEY }} {% include 'x' %}",
    "url(data:text/plain,hello)",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_markup_in_a_text_is_text(text: str) -> None:
    of = samples.content(community=text)
    data = draw.render(of, samples.record(of))
    assert f"Organization: {text}" in text_of(data)
    assert set(attachments(data)) == {"agreement.json", "record.json"}


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="file:///etc/passwd" alt="x">',
        '<img src="http://127.0.0.1:1/x.png" alt="x">',
        '<img src="data:image/png;base64,iVBORw0KGgo=" alt="x">',
        '<img src="bundled:../pdf.py" alt="x">',
        "<style>@import url(file:///etc/passwd);</style>",
        "<style>p { background: url(http://127.0.0.1:1/x) }</style><p>x</p>",
        '<link rel="stylesheet" href="file:///etc/passwd">',
        '<a rel="attachment" href="file:///etc/passwd">x</a>',
    ],
)
def test_the_drawing_itself_opens_nothing_but_our_fonts(markup: str) -> None:
    """Even where markup came through, the fetcher gives nothing away: the drawing ends."""
    page = layout.Page(f"<html lang=en><body>{markup}</body></html>", [], MOMENT, "x")
    with pytest.raises(SandboxFailed) as failed:
        draw.draw_apart(page, paper="Letter")
    assert "Fatal" in str(failed.value)


@pytest.mark.parametrize(
    "markup",
    [
        '<link rel="attachment" href="{}">',
        '<svg width="9" height="9"><image href="{}" width="9" height="9"/></svg>',
        '<object data="{}"></object><embed src="{}"><iframe src="{}"></iframe>',
    ],
)
def test_what_the_drawing_passes_over_it_does_not_open_either(markup: str, tmp_path: Path) -> None:
    """A file that is there and one that is not give the same bytes, or the drawing ends for both."""
    picture = tmp_path / "a.svg"
    picture.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z"/></svg>')
    outcomes = []
    for file in (picture, tmp_path / "b.svg"):
        page = layout.Page(f"<html lang=en><body>{markup.format(*[file.as_uri()] * 3)}</body></html>", [], MOMENT, "x")
        try:
            outcomes.append(draw.draw_apart(page, paper="Letter"))
        except SandboxFailed as failed:
            outcomes.append(str(failed).encode())
    assert outcomes[0] == outcomes[1]


@pytest.mark.parametrize("kind", ["one megabyte", "ten thousand clauses"])
def test_what_is_too_long_is_refused_at_once_with_the_limit(content: dict, kind: str) -> None:
    of = copy.deepcopy(content)
    if kind == "one megabyte":
        of["body"][3]["texts"]["en"] = "x" * 1_000_000
    else:
        of["body"] += [of["body"][3]] * 10_000
    start = time.monotonic()
    with pytest.raises(layout.TooLong, match=r"\d"):
        draw.render(of, None, mark="draft")
    assert time.monotonic() - start < 1


def test_five_hundred_nested_list_marks_are_plain_text(content: dict) -> None:
    of = copy.deepcopy(content)
    of["body"][3]["texts"]["en"] = "\n".join("- " * level + "x" for level in range(1, 500))
    assert draw.render(of, None, mark="draft").startswith(b"%PDF")
