"""A program's own template: new agreements are made from it, those under way keep theirs, and neither side carries
what the other does not without a word."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import translation

from agreements import actions
from agreements.domain.clause_status import agreement_status
from agreements.domain.editions import content_of as frozen_content
from agreements.domain.templates import current_template, problems_of
from agreements.models import Agreement, TemplateDraft, TemplateEdition
from agreements.wording.reading_aid import reading_aids
from agreements.wording.template import DEFAULT, built_in
from agreements.wording.template_check import template_cautions, template_problems
from agreements.wording.template_content import content_of, template_of
from ledger.canonical import digest
from ledger.models import Event
from partners.actions.program_editions import DraftChanged
from partners.parties import Party
from tests.factories.agreements import make_agreement
from tests.factories.editions import publish_template, template_draft
from tests.factories.people import NOW, client_of, lead_of, make_partnership, make_program, staff_of

OWN = {
    "goal-2": {"en": "Learn together about [issue].", "es": "Aprender en conjunto sobre [issue]."},
    "city-7": {"en": "", "es": ""},
    "new-city": {"en": "Keep the trees watered", "es": "Regar los árboles"},
    "new-offered": {"en": "Water: We water on Fridays.", "es": "Agua: Regamos los viernes."},
}


def started_with(program: Any) -> Agreement:
    partnership = make_partnership(program=program)
    return actions.start_agreement(by=staff_of(program), partnership=partnership, issue="blight", now=NOW)


@pytest.mark.django_db
def test_a_new_agreement_is_made_from_the_edition_and_the_one_before_keeps_its_own() -> None:
    program = make_program()
    before = started_with(program)
    edition = publish_template(program, OWN)
    after = started_with(program)
    assert (before.template, after.template) == (DEFAULT, edition.name)
    keys = {one.key for one in after.clauses.all()}
    assert {"city-8", "city-6", "goal-2"} <= keys and "city-7" not in keys
    assert {"city-7"} <= {one.key for one in before.clauses.all()}
    said = {
        one["key"]: one["texts"]["en"]
        for one in frozen_content(agreement_status(after), now=NOW)["body"]
        if "key" in one
    }
    assert said["goal-2"] == "Learn together about blight." and said["city-8"] == "Keep the trees watered"
    assert list(said) == [one.key for one in current_template(program).clauses("en")]


@pytest.mark.django_db
def test_pages_of_an_agreement_read_its_own_edition_in_both_languages() -> None:
    program = make_program()
    publish_template(program, OWN)
    agreement = started_with(program)
    lead, slug = lead_of(agreement.partnership, Party.CITY), agreement.partnership.slug
    client = client_of(lead)
    assert "Keep the trees watered" in client.get(f"/partnerships/{slug}/agreement/").content.decode()
    assert "Water: We water on Fridays." in client.get(f"/partnerships/{slug}/agreement/clauses/add/").content.decode()
    status = agreement_status(agreement)
    for key, aid in (("goal-2", "Aprender en conjunto sobre blight."), ("city-8", "Regar los árboles")):
        on_clause = status.of(key)
        assert on_clause.reading_aid(on_clause.base, "es") == aid
    frozen = frozen_content(status, now=NOW)
    assert reading_aids(frozen, "es", current_template(program))["Keep the trees watered"] == "Regar los árboles"


@pytest.mark.django_db
def test_an_offered_clause_is_called_by_the_title_that_the_program_gave_it() -> None:
    program = make_program()
    publish_template(program, OWN)
    agreement = started_with(program)
    text = current_template(program).offered["water"].text["en"]
    by = lead_of(agreement.partnership, Party.COMMUNITY)
    act = {"by": by, "agreement": agreement, "kind": "optional", "owner": "", "reason": "", "now": NOW}
    actions.add_clause(text=text, key="water", **act)
    on_clause = agreement_status(agreement).of("water")
    assert on_clause.name == "Water"
    with translation.override("es"):
        assert (
            on_clause.name == "Agua" and on_clause.reading_aid(on_clause.wordings[-1], "es") == OWN["new-offered"]["es"]
        )


@pytest.mark.django_db
def test_a_number_that_a_promise_had_is_never_given_to_another_one() -> None:
    """The sprint knows promises by their keys: what a program left out must not come back as something else."""
    program = make_program()
    publish_template(program, OWN)
    agreement = started_with(program)
    act = {"by": lead_of(agreement.partnership, Party.CITY), "agreement": agreement, "reason": "", "now": NOW}
    own = actions.add_clause(kind="commitment", owner="city", text="Something else.", **act)
    assert own.key == "city-9"
    again = template_draft(program, {"new-city": {"en": "One more", "es": "Uno más"}})
    assert again.content["lines"][-4]["key"] == "city-9"


@pytest.mark.django_db
def test_the_built_in_template_is_edition_0_and_a_copy_of_it_says_the_same() -> None:
    content = content_of(built_in())
    assert problems_of(content) == [] and template_cautions(content) == []
    assert template_of(DEFAULT, content) == built_in()
    assert current_template(make_program()) == built_in()


@pytest.mark.django_db
@pytest.mark.parametrize("act", ["update", "delete"])
def test_the_database_refuses_to_change_what_is_published(act: str) -> None:
    edition = publish_template(make_program())
    rows = TemplateEdition.objects.filter(pk=edition.pk)
    with pytest.raises(DatabaseError, match="never changed or removed"), transaction.atomic():
        rows.update(content={}) if act == "update" else rows.delete()
    assert rows.get().content == edition.content
    assert Event.objects.get(kind="template.published").content.payload["digest"] == edition.digest


@pytest.mark.django_db
def test_two_staff_at_once_the_second_save_is_refused_with_what_stands() -> None:
    program = make_program()
    shown = digest(template_draft(program).content)
    act = {"by": staff_of(program), "program": program, "shown": shown, "now": NOW}
    actions.change_template(texts={"goal-1": {"en": "The first."}}, **act)
    with pytest.raises(DraftChanged) as refused:
        actions.change_template(texts={"goal-1": {"en": "The second."}}, **act)
    with pytest.raises(DraftChanged):
        actions.publish_template(**act)
    for content in (refused.value.stands, TemplateDraft.objects.get().content):
        assert next(one for one in content["lines"] if one["place"] == "goal-1")["texts"]["en"] == "The first."


FAULTS: list[tuple[dict[str, dict[str, str]], tuple[str, str], str]] = [
    ({"goal-1": {"en": "We mend [street name]."}}, ("goal-1", "en"), "[street name]"),
    ({"vision": {"en": ""}}, ("vision", "en"), ""),
    ({"city-3": {"es": ""}}, ("city-3", "es"), ""),
    ({"parties": {"en": "[City Team] and the neighbors"}}, ("parties", "en"), "[Community Partner]"),
    ({"lead-in-city": {"en": "The city will:"}}, ("lead-in-city", "en"), "[City Team]"),
    ({f"goal-{n}": {"en": "", "es": ""} for n in (1, 2, 3)}, ("goal", ""), "no goal"),
    ({f"city-{n}": {"en": "", "es": ""} for n in range(1, 8)}, ("city", ""), "no commitment of the city team"),
    ({f"community-{n}": {"en": "", "es": ""} for n in range(1, 7)}, ("community", ""), "community partner"),
    ({"goal-1": {"en": "Trees \U0001f333"}}, ("goal-1", "en"), "\U0001f333"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("texts", "where", "says"), FAULTS)
def test_each_fault_is_named_with_its_place_and_keeps_it_from_being_published(
    texts: dict[str, dict[str, str]], where: tuple[str, str], says: str
) -> None:
    program = make_program()
    draft = template_draft(program, texts)
    found = problems_of(draft.content)
    assert [(one.place, one.language) for one in found] == [where] and says in found[0].text
    with pytest.raises(ValidationError):
        actions.publish_template(by=staff_of(program), program=program, shown=digest(draft.content), now=NOW)


def test_a_part_that_is_gone_is_named(party: Party) -> None:
    content = content_of(built_in())
    gone = {f"signature-{party}", f"lead-in-{party}", "acknowledgement"}
    content["lines"] = [one for one in content["lines"] if one["place"] not in gone]
    assert {one.place for one in template_problems(content)} == gone


def test_a_side_that_carries_what_the_other_does_not_is_a_caution(party: Party) -> None:
    content = content_of(built_in())
    for line in content["lines"]:
        if line["place"] == "ultimate-goal":
            line["texts"]["en"] = "We do all that {} asks for.".format(
                {"city": "[City Team]", "community": "[Community Partner]"}[party]
            )
    content["lines"] = [
        one for one in content["lines"] if one["owner"] != party.other or one["key"] in {"", f"{party.other}-1"}
    ]
    said = [one.text for one in template_cautions(content)]
    assert said[0].startswith(f"The {party.label.lower()} promises") and len(said) == 2
    assert f"names the {party.label.lower()} alone" in said[1]


SHAPES: list[Any] = [
    None,
    [],
    {},
    {"lines": 3, "offered": []},
    {"lines": [None], "offered": []},
    {"lines": [], "offered": [{}]},
]


@pytest.mark.parametrize("content", SHAPES)
def test_nothing_that_a_stranger_writes_is_taken_for_a_template(content: Any) -> None:
    assert [one.text for one in template_problems(content)] == ["This is no template that we can read."] or content == {
        "lines": [],
        "offered": [],
    }
    wrong = content_of(built_in())
    for twist in ({"type": "script"}, {"owner": "both"}, {"texts": {"en": 3}}, {"place": "../goal"}, {"key": "goal-9"}):
        lines = [{**line, **twist} if line["place"] == "goal-1" else line for line in wrong["lines"]]
        assert template_problems({**wrong, "lines": lines})


def test_two_lines_of_one_key_are_no_template() -> None:
    content = content_of(built_in())
    assert template_problems({**content, "lines": [*content["lines"], content["lines"][3]]})


@pytest.mark.django_db
def test_an_agreement_that_is_there_already_reads_as_before() -> None:
    agreement = make_agreement()
    assert agreement.template == DEFAULT
