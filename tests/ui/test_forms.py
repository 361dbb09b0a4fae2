"""Forms drawn by templates/uswds: labels, hints, errors that lead somewhere, and nothing typed is lost."""

from __future__ import annotations

from datetime import date

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation
from lxml import html

from text.days import DayField
from text.fields import TextField
from topcities.forms import SampleForm

TYPED = {
    "name": "María de la Cruz & Söhne <b>",
    "email": "not an address",
    "reason": "First line.\n\nSecond line " + "x" * 2500,
    "language": "es",
    "way": "paper",
    "day_month": "2",
    "day_day": "30",
    "day_year": "2027",
    "code": "12 34",
}


def drawn(form: forms.Form) -> html.HtmlElement:
    source = "{% load crispy_forms_tags %}<form>{{ form|crispy }}</form>"
    return html.fromstring(Template(source).render(Context({"form": form})))


def refused() -> html.HtmlElement:
    form = SampleForm(TYPED)
    assert not form.is_valid()
    return drawn(form)


def test_a_refused_form_comes_back_as_it_was_typed() -> None:
    page = refused()
    assert page.xpath("//input[@name='name']/@value") == [TYPED["name"]]
    assert page.xpath("//input[@name='email']/@value") == [TYPED["email"]]
    assert page.xpath("//textarea[@name='reason']")[0].text.strip() == TYPED["reason"]
    assert page.xpath("//select[@name='language']/option[@selected]/@value") == ["es"]
    assert page.xpath("//input[@name='way'][@checked]/@value") == ["paper"]
    assert page.xpath("//select[@name='day_month']/option[@selected]/@value") == ["2"]
    assert page.xpath("//input[starts-with(@name, 'day_')]/@value") == ["30", "2027"]
    assert page.xpath("//input[@name='code']/@value") == ["12 34"]


def test_the_list_of_errors_stands_first_takes_the_focus_and_leads_to_each_field() -> None:
    page = refused()
    summary = page[0]
    assert "error-summary" in summary.get("class")
    assert "autofocus" in summary.attrib
    targets = [link.removeprefix("#") for link in summary.xpath(".//a/@href")]
    assert set(targets) >= {"id_email", "id_reason", "id_day_0", "id_agree"}
    assert all(len(page.xpath(f"//*[@id='{target}']")) == 1 for target in targets)


@pytest.mark.parametrize("name", ["name", "email", "reason", "language", "code", "scan", "agree"])
def test_every_field_has_one_label_and_its_hints_and_errors_are_linked(name: str) -> None:
    page = refused()
    [field] = page.xpath(f"//*[@name='{name}']")
    assert len(page.xpath(f"//label[@for='{field.get('id')}']")) == 1
    for described in (field.get("aria-describedby") or "").split():
        assert len(page.xpath(f"//*[@id='{described}']")) == 1, described


def test_an_error_is_announced_at_its_field() -> None:
    page = refused()
    [email] = page.xpath("//input[@name='email']")
    assert email.get("aria-invalid") == "true"
    assert "id_email_error" in email.get("aria-describedby")
    [group] = page.xpath("//fieldset[.//select[@name='day_month']]")
    assert group.get("aria-describedby") == "id_day_error"


def test_whether_an_answer_is_required_is_said_in_words() -> None:
    page = drawn(SampleForm())
    assert "(required)" in page.xpath("string(//label[@for='id_name'])")
    assert "(optional)" in page.xpath("string(//label[@for='id_reason'])")


def test_a_form_with_one_question_does_not_say_that_it_is_required() -> None:
    class One(forms.Form):
        code = forms.CharField(label="Code")

    assert "(required)" not in drawn(One()).text_content()


def test_a_long_text_is_not_cut_off_while_it_is_typed() -> None:
    class Proposal(forms.Form):
        text = TextField(label="New wording", limit=4000)

    [area] = drawn(Proposal()).xpath("//textarea")
    assert area.get("maxlength") is None
    assert area.get("data-limit") == "4000"
    assert "4,000" in drawn(Proposal()).xpath(f"string(//*[@id='{area.get('aria-describedby')}'])")


def test_a_code_field_helps_phones_to_fill_it() -> None:
    [field] = drawn(SampleForm()).xpath("//input[@name='code']")
    assert (field.get("autocomplete"), field.get("inputmode")) == ("one-time-code", "numeric")


def test_choices_are_a_group_with_a_name() -> None:
    [group] = drawn(SampleForm()).xpath("//fieldset[.//input[@type='radio']]")
    assert group.xpath("string(legend)").startswith("How will you sign?")


class DayForm(forms.Form):
    day = DayField(label="Date on the paper")


@pytest.mark.parametrize(
    ("month", "day", "year", "meant"),
    [("3", "2", "2027", date(2027, 3, 2)), ("12", " 31 ", "1999", date(1999, 12, 31))],
)
def test_a_day_is_typed_in_three_parts(month: str, day: str, year: str, meant: date) -> None:
    form = DayForm({"day_month": month, "day_day": day, "day_year": year})
    assert form.is_valid()
    assert form.cleaned_data["day"] == meant


@pytest.mark.parametrize("parts", [("2", "30", "2027"), ("", "2", "2027"), ("3", "two", "2027"), ("3", "2", "99999")])
def test_a_day_that_does_not_exist_is_refused_in_words(parts: tuple[str, str, str]) -> None:
    form = DayForm(dict(zip(("day_month", "day_day", "day_year"), parts, strict=True)))
    assert form.errors["day"] == ["Give a day that exists, such as March 2, 2027."]


def test_no_day_at_all_is_missing_not_wrong() -> None:
    assert DayForm({}).errors["day"] == ["This field is required."]


@pytest.mark.parametrize(("language", "first"), [("en", "month"), ("es", "day")])
def test_the_parts_of_a_day_stand_in_the_order_of_the_language(language: str, first: str) -> None:
    with translation.override(language):
        page = drawn(DayForm(initial={"day": date(2027, 3, 2)}))
    parts = page.xpath("//div[starts-with(@class, 'day-field ')]/@class")
    assert parts[0] == f"day-field day-field--{first}"
    assert page.xpath("//select[@name='day_month']/option[@selected]/@value") == ["3"]
    assert page.xpath("//input[@name='day_day']/@value") == ["2"]
