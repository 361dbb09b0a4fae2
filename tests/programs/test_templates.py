"""Staff edit, look at and publish what new partnerships of their program begin with."""

from __future__ import annotations

import pytest
from django.test import Client

from agreements.models import TemplateDraft, TemplateEdition
from partners.models import Program
from sprints.models import PlanDraft, PlanEdition
from tests.factories.editions import plan_draft, publish_plan, publish_template, template_draft
from tests.factories.people import client_of, lead_of, make_partnership, make_program, staff_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]  # forms and words; what is stored is tried elsewhere
HERE = "/programs/{}/"


@pytest.fixture
def program() -> Program:
    return make_program()


@pytest.fixture
def staff(program: Program) -> Client:
    return client_of(staff_of(program))


def at(program: Program, path: str) -> str:
    return f"/programs/{program.slug}/{path}"


def texts_on(page: object) -> dict[str, str]:
    """What a browser would send of the form that the page shows."""
    form = page.context["form"]
    return {name: form[name].value() or "" for name in form.fields}


def test_from_the_built_in_text_to_a_published_edition(program: Program, staff: Client) -> None:
    shelf = staff.get(at(program, "templates/")).content.decode()
    assert "Built-in agreement, word for word" in shelf and "Built-in plan of 18 weeks" in shelf
    staff.post(at(program, "templates/begin/"), {"source": "informal-partnership-agreement"})
    page = staff.get(at(program, "templates/draft/"))
    typed = texts_on(page) | {"goal-1_en": "Keep trees alive.", "goal-1_es": "Que vivan los árboles."}
    assert "Ready to publish" in page.content.decode()
    saved = staff.post(at(program, "templates/draft/"), typed, follow=True)
    seen = staff.get(at(program, "templates/draft/preview/")).content.decode()
    assert "Keep trees alive." in seen and "Sample City Team" in seen and "[City Team]" not in seen
    assert "Que vivan los árboles." in staff.get(at(program, "templates/draft/preview/?in=es")).content.decode()
    staff.post(at(program, "templates/draft/publish/"), {"shown": saved.context["digest"]})
    edition = TemplateEdition.objects.get()
    shelf = staff.get(at(program, "templates/")).content.decode()
    assert "The program’s template, edition 1".replace("’", "&#x27;") in shelf and not TemplateDraft.objects.exists()
    assert "Keep trees alive." in staff.get(at(program, f"templates/editions/{edition.name}/")).content.decode()


def test_a_fault_is_said_at_its_line_and_there_is_no_button_to_publish(program: Program, staff: Client) -> None:
    template_draft(program, {"goal-1": {"en": "We mend [street name]."}})
    page = staff.get(at(program, "templates/draft/")).content.decode()
    assert '<a href="#line-goal-1">Goal 1</a>' in page and "[street name]" in page
    assert "Publish this edition" not in page and 'id="line-goal-1"' in page


def test_who_saves_second_reads_both_texts_and_decides(program: Program, staff: Client) -> None:
    template_draft(program)
    first, second = (texts_on(staff.get(at(program, "templates/draft/"))) for _ in range(2))
    staff.post(
        at(program, "templates/draft/"),
        first | {"goal-1_en": "The first.", "new-city_en": "Water", "new-city_es": "Agua"},
    )
    refused = staff.post(at(program, "templates/draft/"), second | {"goal-1_en": "The second."})
    page = refused.content.decode()
    assert refused.status_code == 409 and "The first." in page and "The second." in page
    assert "Somebody else saved this copy" in page
    again = texts_on(refused)
    assert (again["goal-1_en"], again["city-8_en"]) == ("The second.", "Water")
    assert staff.post(at(program, "templates/draft/"), again).status_code == 302
    texts = {line["place"]: line["texts"]["en"] for line in TemplateDraft.objects.get().content["lines"]}
    assert (texts["goal-1"], texts["city-8"]) == ("The second.", "Water")


def test_what_somebody_else_changed_is_not_published_unseen(program: Program, staff: Client) -> None:
    template_draft(program)
    page = staff.post(at(program, "templates/draft/publish/"), {"shown": "f" * 64}, follow=True)
    assert "Nothing was published" in page.content.decode() and not TemplateEdition.objects.exists()


def test_a_plan_of_22_weeks_from_copy_to_edition_with_the_warning_that_the_text_says_18(
    program: Program, staff: Client
) -> None:
    staff.post(at(program, "plans/begin/"), {"source": "built-in-22"})
    page = staff.get(at(program, "plans/draft/"))
    assert 'class="plan-wide"' in page.content.decode()
    milestone = staff.get(at(program, "plans/draft/milestones/5/"))
    form = milestone.context["form"]
    typed = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    assert "Research report" in typed["title"]
    staff.post(at(program, "plans/draft/milestones/5/"), typed | {"title": "What residents told us"})
    assert staff.post(at(program, "plans/draft/milestones/5/"), typed | {"title": "Mine"}).status_code == 409
    seen = staff.get(at(program, "plans/draft/"))
    staff.post(at(program, "plans/draft/publish/"), {"shown": seen.context["digest"]})
    edition = PlanEdition.objects.get()
    assert [one["title"] for one in edition.content["milestones"]][4] == "What residents told us"
    shelf = staff.get(at(program, "templates/")).content.decode()
    assert "names another length than the plan of 22 weeks" in shelf and "22-week" in shelf
    assert "What residents told us" in staff.get(at(program, f"plans/editions/{edition.name}/")).content.decode()


def test_a_shorter_plan_names_each_milestone_that_no_longer_fits(program: Program, staff: Client) -> None:
    plan_draft(program)
    page = staff.post(at(program, "plans/draft/weeks/"), {"weeks": "20"}, follow=True).content.decode()
    assert "Publish this edition" not in page and page.count('href="#milestone-17"') == 2
    staff.post(at(program, "plans/draft/milestones/17/"), {"remove": "yes", "shown": "f" * 64})
    assert len(PlanDraft.objects.get().content["milestones"]) == 17
    shown = staff.get(at(program, "plans/draft/milestones/17/")).context["form"]["shown"].value()
    staff.post(at(program, "plans/draft/milestones/17/"), {"remove": "yes", "shown": shown})
    assert len(PlanDraft.objects.get().content["milestones"]) == 16
    assert staff.get(at(program, "plans/draft/milestones/17/")).status_code == 404


def test_a_built_in_milestone_keeps_its_translation_when_something_else_of_it_changes(
    program: Program,
) -> None:
    plan_draft(program)
    reader = staff_of(program)
    reader.language = "es"
    reader.save()
    staff = client_of(reader)
    form = staff.get(at(program, "plans/draft/milestones/5/")).context["form"]
    typed = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    assert "Informe" in typed["title"]
    staff.post(at(program, "plans/draft/milestones/5/"), typed | {"last_week": "8"})
    titles = [one["title"] for one in PlanDraft.objects.get().content["milestones"]]
    assert "Research report and problem statement" in titles


def test_nobody_else_reads_or_changes_them(program: Program) -> None:
    """The leads of its partnerships neither, nor staff of another program: to them it does not exist."""
    partnership = make_partnership(program=program)
    template, plan = publish_template(program), publish_plan(program)
    template_draft(program)
    pages = ["templates/", "templates/draft/", "templates/draft/preview/", "plans/draft/"]
    pages += [f"templates/editions/{template.name}/", f"plans/editions/{plan.name}/"]
    stranger = make_program(name="Another cohort")
    for person in (lead_of(partnership, "city"), lead_of(partnership, "community"), staff_of(stranger)):
        assert {client_of(person).get(at(program, page)).status_code for page in pages} == {404}
    others = client_of(staff_of(stranger))
    for page in pages[4:]:
        assert others.get(at(stranger, page)).status_code == 404


def test_the_shelf_asks_as_often_for_many_editions_as_for_one(
    program: Program, staff: Client, django_assert_num_queries: object
) -> None:
    publish_template(program)
    publish_plan(program)
    staff.get(at(program, "templates/"))
    with django_assert_num_queries(17):
        staff.get(at(program, "templates/"))
    for _again in range(2):
        publish_template(program)
        publish_plan(program)
    staff.get(at(program, "templates/"))
    with django_assert_num_queries(17):
        staff.get(at(program, "templates/"))
