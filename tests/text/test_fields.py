"""Fields that are the gate: a model says how long a text may be, and forms and actions ask it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError

from agreements.models import Comment, Signature
from partners.models import Handover, Invitation, Organization
from sprints.models import Dataset, Decision, Evidence, Meeting
from text.fields import AddressField, Line, LineField, NameField, TextField, Words, clean_words, set_words

ROOMS = ("text", "ledger", "mail", "partners", "agreements", "sprints", "programs", "topcities")
FIELDS = [
    field
    for model in apps.get_models()
    for field in model._meta.concrete_fields
    if isinstance(field, Words) and not model._meta.proxy
]
HIDDEN = "\u200b\u202e\x00\ufeff"
NAMED = pytest.mark.parametrize("field", FIELDS, ids=str)


def sample(field: Words, length: int) -> str:
    """A text of this length that the field takes."""
    return ("https://elm.example/" if field.form_class is AddressField else "").ljust(length, "a")


def test_there_are_many_of_them() -> None:
    assert len(FIELDS) > 80
    assert all(field.max_length for field in FIELDS)


@NAMED
def test_as_much_as_the_limit_says_fits_and_not_one_character_more(field: Words) -> None:
    full = sample(field, field.max_length)
    assert field.clean_words(full) == field.formfield().clean(full) == full
    for refuses in (field.clean_words, field.formfield().clean):
        with pytest.raises(ValidationError, match=f"{field.max_length} fit here"):
            refuses(sample(field, field.max_length + 1))


@NAMED
def test_what_cannot_be_seen_is_gone_and_look_alikes_are_refused(field: Words) -> None:
    plain = sample(field, 25)
    assert field.clean_words(f"{HIDDEN}{plain}{HIDDEN}") == plain
    with pytest.raises(ValidationError, match="look alike"):
        field.clean_words(f"{plain}\u0430")


@NAMED
@pytest.mark.parametrize("nothing", ["", "  \n ", HIDDEN])
def test_nothing_is_kept_as_nothing_only_where_a_field_may_be_empty(field: Words, nothing: str) -> None:
    if field.blank:
        assert field.clean_words(nothing) == field.formfield().clean(nothing) == ""
    for blank in (True, False) if not field.blank else (False,):
        with pytest.raises(ValidationError, match="Write something here"):
            field.clean_words(nothing, blank=blank)
    with pytest.raises(ValidationError, match="required"):
        field.formfield(required=True).clean(nothing)


@NAMED
def test_to_the_database_and_its_migrations_it_is_a_field_of_django(field: Words) -> None:
    _name, path, _args, options = field.deconstruct()
    assert path in {"django.db.models.CharField", "django.db.models.TextField", "django.db.models.URLField"}
    assert options["max_length"] == field.max_length
    assert type(field.clone()) is type(field)


def test_the_form_has_the_field_that_fits_and_what_it_says_itself() -> None:
    made = {
        Decision.question: LineField,
        Decision.why: TextField,
        Organization.name: NameField,
        Evidence.link: AddressField,
        Handover.reason: TextField,
    }
    for column, form_class in made.items():
        shown = column.field.formfield(label="What?", help_text="In short.")
        assert type(shown) is form_class
        assert (shown.limit, shown.label, shown.help_text) == (column.field.max_length, "What?", "In short.")
        assert shown.required is not column.field.blank
    assert Decision.why.field.formfield(rows=3).widget.attrs["rows"] == 3
    assert Handover.reason.field.formfield(required=True).required


def test_a_text_keeps_its_lines_and_a_line_does_not() -> None:
    typed = {"title": "Kick\noff", "agenda": "One.\r\n\r\nTwo.\n"}
    assert clean_words(Meeting, **typed) == {"title": "Kick off", "agenda": "One.\n\nTwo."}


def test_all_that_is_refused_is_said_at_once_by_field() -> None:
    with pytest.raises(ValidationError) as refusal:
        clean_words(Dataset, title=" ", place="", description="a" * 6000, address="javascript:alert(1)", licence="MIT")
    assert set(refusal.value.error_dict) == {"title", "description", "address"}
    assert refusal.value.message_dict["title"] == ["Write something here."]


def test_an_act_may_ask_for_what_a_row_can_be_without() -> None:
    assert clean_words(Handover, answer=HIDDEN) == {"answer": ""}
    with pytest.raises(ValidationError, match="Write something here") as refusal:
        clean_words(Handover, blank=False, answer=HIDDEN)
    assert set(refusal.value.error_dict) == {"answer"}


def test_a_row_takes_all_of_it_or_nothing() -> None:
    signature = Signature(name="Alma", title="Director")
    set_words(signature, name=f"{HIDDEN} Alma  Reyes ", title="")
    assert (signature.name, signature.title) == ("Alma Reyes", "")
    with pytest.raises(ValidationError):
        set_words(signature, name="Bo", title="a" * 121)
    assert signature.name == "Alma Reyes"


def test_a_row_that_is_checked_as_a_whole_goes_through_the_gate_too() -> None:
    invitation = Invitation(name=f"Bo{HIDDEN} Diaz", decline_reason="a" * 1001)
    with pytest.raises(ValidationError) as refusal:
        invitation.full_clean(validate_unique=False, validate_constraints=False)
    assert invitation.name == "Bo Diaz"
    assert refusal.value.message_dict["decline_reason"] == ["This is 1001 characters long; 1000 fit here. Shorten it."]
    assert "name" not in refusal.value.error_dict


def test_a_web_address_is_one_to_show_as_a_link() -> None:
    wrongs = (
        "elm",
        "ftp://elm.example",
        "https://",
        "https://a@elm.example",
        "http://[",
        "https://a b.c",
        "a@elm.example",
    )
    for wrong in (*wrongs, "javascript:alert(1)", "mailto:a@elm.example", "elm.example:x/y"):
        with pytest.raises(ValidationError, match="starts with https://"):
            Evidence.link.field.clean_words(wrong)


def test_an_address_without_a_scheme_gets_https() -> None:
    for typed in ("elm.example", "data.elm.example:8443/a/b?c=d#e", "café.example/año"):
        assert Evidence.link.field.clean_words(f" {typed} ") == f"https://{typed}"
    assert Evidence.link.field.clean_words("http://elm.example") == "http://elm.example"
    with pytest.raises(ValidationError, match="1000 fit here"):
        Evidence.link.field.clean_words(f"elm.example/{'a' * 985}")


def test_a_field_that_is_no_gate_cleans_nothing_in_silence() -> None:
    with pytest.raises(TypeError, match="does not clean"):
        clean_words(Comment, party="city")


def test_a_field_can_be_null_where_its_column_can() -> None:
    assert Line(max_length=9, null=True, blank=True).clean(None, None) is None


# --- A limit stands once ----------------------------------------------------------------------------------


def calls() -> Iterator[tuple[str, ast.Call]]:
    for room in ROOMS:
        for path in sorted((Path(settings.BASE_DIR) / room).rglob("*.py")):
            if "migrations" not in path.parts:
                tree = ast.parse(path.read_text())
                place = path.relative_to(settings.BASE_DIR)
                yield from ((f"{place}:{node.lineno}", node) for node in ast.walk(tree) if isinstance(node, ast.Call))


def test_no_number_is_a_limit_outside_of_a_model() -> None:
    """What no model holds is limited by a constant that says what it is."""
    typed = [
        place
        for place, call in calls()
        for word in call.keywords
        if word.arg == "limit" and isinstance(word.value, ast.Constant)
    ]
    assert typed == []


def test_clean_if_not_blank_stands_nowhere() -> None:
    """Gates and fields are told whether nothing is enough."""
    found = []
    for room in ROOMS:
        for path in sorted((Path(settings.BASE_DIR) / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.IfExp) and "clean_" in ast.unparse(node.body):
                    found.append(f"{path}:{node.lineno}")
    assert found == []


def test_every_form_field_of_a_column_has_the_gate() -> None:
    """`formfield` of a plain column would let through what nobody sees."""
    plain = []
    for place, call in calls():
        if "forms/" in place and isinstance(call.func, ast.Attribute) and call.func.attr == "formfield":
            model, column = ast.unparse(call.func.value).removesuffix(".field").split(".")
            found = [one for one in apps.get_models() if one.__name__ == model]
            if not all(isinstance(one._meta.get_field(column), Words) for one in found) or not found:
                plain.append(place)
    assert plain == []
