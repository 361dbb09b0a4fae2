"""A Word file or plain text becomes a template once staff have seen what was made of it; a hostile one does nothing."""

from __future__ import annotations

import io
import json
import time
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from agreements.models import TemplateDraft
from agreements.wording.template import DEFAULT, TEXTS, parts
from agreements.wording.template_check import has_shape, template_problems
from partners.parties import Party
from programs.documents import (
    LARGEST,
    LARGEST_PART,
    MOST_LINES,
    MOST_PARAGRAPHS,
    Document,
    DocumentLine,
    read_document,
    read_word,
)
from programs.recognition import recognized
from tests.factories.people import client_of, make_program, staff_of

pytestmark = pytest.mark.any_database  # of files and forms; what is kept of them is tried elsewhere
NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
STYLES = """<w:styles {ns}><w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>
<w:style w:styleId="Liste"><w:name w:val="List Bullet"/></w:style></w:styles>"""


def word(body: str, *, head: str = "", more: dict[str, bytes] | None = None) -> bytes:
    """A Word file, made up, with this in its body."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", f"{head}<w:document {NAMESPACE}><w:body>{body}</w:body></w:document>")
        packed.writestr("word/styles.xml", STYLES.format(ns=NAMESPACE))
        for name, data in (more or {}).items():
            packed.writestr(name, data)
    return file.getvalue()


def p(text: str, style: str = "", more: str = "") -> str:
    about = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{about}<w:r><w:t>{text}</w:t></w:r>{more}</w:p>"


AGREEMENT = "".join(
    [
        p("Our agreement", "berschrift1"),
        p("«City Team» and «Community Partner»"),
        p("What we see", "berschrift1"),
        p("[City Team] and [Community Partner] see streets with trees."),
        p("Our goals", "berschrift1"),
        p("We want shade for everybody."),
        p("Plant trees", "Liste"),
        p("Keep them", "Liste"),
        p("[Community Partner] will:"),
        p("Ask the neighbors", "Liste"),
        p("[City Team] will:"),
        p("Water the trees", "Liste"),
        p("We mean what stands here."),
        p("Name: [City Team lead]"),
        p("Signature:"),
    ]
)


def read(data: bytes, name: str = "agreement.docx") -> Document:
    return read_document(ContentFile(data, name))


def test_a_word_file_is_read_by_its_styles_and_each_line_finds_its_place() -> None:
    found = recognized(read(word(AGREEMENT)), "en")
    texts = {line["place"]: line["texts"].get("en") for line in found.content["lines"]}
    assert texts == {
        "title": "Our agreement",
        "parties": "[City Team] and [Community Partner]",
        "heading-1": "What we see",
        "vision": "[City Team] and [Community Partner] see streets with trees.",
        "heading-2": "Our goals",
        "ultimate-goal": "We want shade for everybody.",
        "goal-1": "Plant trees",
        "goal-2": "Keep them",
        "lead-in-community": "[Community Partner] will:",
        "community-1": "Ask the neighbors",
        "lead-in-city": "[City Team] will:",
        "city-1": "Water the trees",
        "acknowledgement": "We mean what stands here.",
        "signature-community": None,
        "signature-city": None,
    }
    assert template_problems(found.content) == [] and found.left == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_built_in_text_is_recognized_whole(language: str) -> None:
    """As its authors wrote it, from a plain text file."""
    document = read((TEXTS / f"{DEFAULT}.{language}.txt").read_bytes(), "template.txt")
    found = recognized(document, language)
    said = [(line["place"], line["texts"].get(language)) for line in found.content["lines"] if line["kind"]]
    assert said == [(part.key, part.text) for part in parts(language=language) if part.type == "clause"]
    assert found.left == []


def test_whoever_is_swapped_the_reading_swaps() -> None:
    document = read(word(AGREEMENT))
    lines = [DocumentLine(line.kind, line.text.replace("«", "[").replace("»", "]")) for line in document.lines]
    other = Document("x", [DocumentLine(line.kind, _swapped(line.text)) for line in lines], {})
    there, back = recognized(Document("x", lines, {}), "en"), recognized(other, "en")
    for party in Party:
        theirs = [one["texts"] for one in back.content["lines"] if one["owner"] == party.other and one["key"]]
        assert [one["texts"] for one in there.content["lines"] if one["owner"] == party and one["key"]] == theirs


def _swapped(text: str) -> str:
    return text.replace("City Team", "\0").replace("Community Partner", "City Team").replace("\0", "Community Partner")


def test_what_was_not_read_is_counted_and_what_finds_no_place_is_said() -> None:
    table = f"<w:tbl><w:tr><w:tc>{p('In a table')}</w:tc></w:tr></w:tbl>"
    tracked = "<w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:ins><w:r><w:t> and there</w:t></w:r></w:ins>"
    body = AGREEMENT + table + p("Words", more=tracked + "<w:r><w:footnoteReference/></w:r>")
    document = read(word(body))
    assert document.unread == {"tables": 1, "deleted words": 1, "inserted words": 1, "notes": 1}
    found = recognized(document, "en")
    assert found.left == ["Words and there"] and "In a table" not in json.dumps(found.content)


def test_a_part_that_the_file_lacks_is_there_to_be_filled_in() -> None:
    found = recognized(read(b"Our agreement\n\n- Plant trees\n", "short.txt"), "en")
    empty = {one.place for one in template_problems(found.content)}
    assert {"vision", "acknowledgement", "lead-in-city", "city", "community", "goal"} <= empty
    assert found.left == ["Plant trees"]


def test_a_long_list_is_read_quickly_and_what_an_agreement_has_no_room_for_is_left() -> None:
    """Twice as long takes twice as long: 2,000 items take a fraction of what they may. Empty paragraphs end, too."""
    items = "".join(p(f"Plant tree {number}", "Liste") for number in range(3_000))
    begun = time.process_time()
    job = {"most": LARGEST_PART, "lines": MOST_LINES, "paragraphs": MOST_PARAGRAPHS}
    told = json.loads(read_word(job, word(p("Ours") + p("Goals", "berschrift1") + items + "<w:p/>" * 300_000)))
    found = recognized(Document("x", [DocumentLine(*line) for line in told["lines"]], {}), "en")
    assert time.process_time() - begun < 0.7
    assert told["unread"] == {"more": 1} and found.is_full and has_shape(found.content)
    assert len(found.left) + found.counts["goal"] == MOST_LINES - 2


def test_paragraphs_within_one_another_are_read_once() -> None:
    deep = 200
    body = "<w:p>" * deep + "<w:r><w:t>deep</w:t></w:r>" + "</w:p>" * deep
    assert [line.text for line in read(word(p("Ours") + body * 50)).lines] == ["Ours"] + ["deep"] * 50


DTD = '<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
HOSTILE: dict[str, bytes] = {
    "entities": word(p("&b;"), head=DTD),
    "an outside entity": word(p("&x;"), head='<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
    "a part that unpacks to more": word(p("a" * 17_000_000)),
    "no words": word("").replace(b"word/document.xml", b"word/dokument.xml"),
    "no XML": word("<w:p>"),
    "half a file": word(AGREEMENT)[:-200],
    "another file": b"%PDF-1.7 nothing of the kind",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_or_damaged_file_is_refused_in_words(what: str) -> None:
    with pytest.raises(ValidationError) as refused:
        read(HOSTILE[what])
    assert "passwd" not in str(refused.value) and "root:" not in str(refused.value)


@pytest.mark.parametrize("name", ["a.pdf", "a.exe", "a.doc", "a.csv"])
def test_other_kinds_are_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        read(b"%PDF-1.7", name)


def test_a_file_that_is_too_large_is_not_read_to_its_end() -> None:
    with pytest.raises(ValidationError, match="larger than 4 MB"):
        read(b"a" * (LARGEST + 2), "long.txt")


def test_text_of_an_old_windows_is_read() -> None:
    assert (
        read("Visión\n\nHay árboles – y sombra.\n".encode("cp1252"), "a.txt").lines[1].text == "Hay árboles – y sombra."
    )


@pytest.mark.django_db
def test_from_the_file_to_a_copy_that_staff_confirmed() -> None:
    program = make_program()
    staff, address = client_of(staff_of(program)), f"/programs/{program.slug}/templates/"
    assert f'href="{address}import/"' in staff.get(address).content.decode()
    table = f"<w:tbl><w:tr><w:tc>{p('In a table')}</w:tc></w:tr></w:tbl>"
    sent = {"document": ContentFile(word(AGREEMENT + table), "Ours.docx"), "language": "en"}
    page = staff.post(f"{address}import/", sent)
    shown = page.content.decode()
    assert "Water the trees" in shown and "Tables were left out" in shown and not TemplateDraft.objects.exists()
    form = page.context["form"]
    staff.post(f"{address}import/confirm/", {name: form[name].value() for name in form.fields})
    draft = TemplateDraft.objects.get()
    assert draft.origin == "From the file Ours.docx" and template_problems(draft.content) == []
    assert staff.get(f"{address}import/").status_code == 302
    assert "Water the trees" in staff.get(f"{address}draft/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("content", ["", "[]", "{", "[" * 90_000, '{"lines": [{}], "offered": []}'])
def test_what_is_sent_in_place_of_what_was_shown_makes_no_copy(content: str) -> None:
    program = make_program()
    address = f"/programs/{program.slug}/templates/import/confirm/"
    answer = client_of(staff_of(program)).post(address, {"content": content, "origin": "x"}, follow=True)
    assert answer.status_code == 200 and not TemplateDraft.objects.exists()


@pytest.mark.django_db
def test_a_copy_holds_no_signs_that_are_no_text_and_no_parts_that_nobody_knows() -> None:
    program = make_program()
    client = client_of(staff_of(program))
    content = recognized(read(word(AGREEMENT)), "en").content
    content["lines"][0] |= {"more": "\ud800", "texts": {"en": "Our\0 agreement\u202e"}}
    content["lines"][1]["texts"]["es"] = "\ud800"
    sent = {"content": json.dumps(content | {"more": "\0"}), "origin": "x"}
    assert client.post(f"/programs/{program.slug}/templates/import/confirm/", sent).status_code == 302
    kept = TemplateDraft.objects.get().content
    assert kept["lines"][0]["texts"]["en"] == "Our agreement"
    assert [sign for sign in ("u0000", "ud800", "u202e", "more") if sign in json.dumps(kept)] == []
    assert client.get(f"/programs/{program.slug}/templates/draft/").status_code == 200


@pytest.mark.django_db
def test_a_copy_with_an_offered_clause_that_says_nothing_yet_can_be_looked_at() -> None:
    program = make_program()
    client, address = client_of(staff_of(program)), f"/programs/{program.slug}/templates/"
    offered = [{"key": "empty", "texts": {}}, {"key": "spanish", "texts": {"es": "Agua: para todos."}}]
    content = recognized(read(word(AGREEMENT)), "en").content | {"offered": offered}
    client.post(f"{address}import/confirm/", {"content": json.dumps(content), "origin": "x"})
    for page in ("draft/", "draft/preview/"):
        answer = client.get(f"{address}{page}")
        assert answer.status_code == 200 and "Agua: para todos." in answer.content.decode()
