"""The first page, the list of what waits, the language, the components, and the error pages."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.template.loader import get_template
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from django.views.defaults import permission_denied, server_error
from lxml import html
from pytest_django.asserts import assertRedirects
from pytest_django.fixtures import DjangoAssertNumQueries

from partners.parties import Party, Role
from partners.templatetags.marks import icon, organizations_on_screen
from tests.factories.agreements import agree_to_all, make_agreement
from tests.factories.people import (
    client_of,
    lead_of,
    make_invitation,
    make_partnership,
    make_person,
    make_program,
    make_seat,
    staff_of,
)

ERRORS = ["400", "403", "403_csrf", "404", "405", "413", "429", "500"]


@pytest.mark.django_db
class TestFirstPage:
    def test_a_visitor_reads_what_this_is_and_where_to_go(self, client: Client) -> None:
        page = html.fromstring(client.get("/").content)
        links = page.xpath("//main//a/@href")
        assert page.xpath("string(//h1)") == "One page that two parties agree on."
        assert reverse("account_request_login_code") in links
        assert reverse("verify") in links

    @pytest.mark.parametrize("demo", [True, False])
    def test_the_demo_is_offered_where_there_is_one(self, client: Client, settings: object, demo: bool) -> None:
        settings.DEMO = demo
        assert ("Try the demo" in client.get("/").content.decode()) is demo

    def test_it_has_one_primary_action(self, client: Client) -> None:
        page = html.fromstring(client.get("/").content)
        assert len(page.xpath("//*[contains(@class, 'usa-button') and not(contains(@class, '--outline'))]")) == 1

    def test_it_carries_a_strict_content_policy(self, client: Client) -> None:
        policy = client.get("/")["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "style-src 'self'" in policy
        assert "unsafe" not in policy

    @pytest.mark.parametrize("address", ["/", "/nowhere/", "/verify/"])
    def test_no_page_is_drawn_in_a_frame_of_anybody(self, client: Client, address: str) -> None:
        """Of old browsers and new ones, and where nothing is there, too."""
        answer = client.get(address)
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"].split("; ")
        assert answer["X-Frame-Options"] == "DENY"


@pytest.mark.django_db
class TestWhatWaits:
    def test_what_waits_for_a_persons_own_party_comes_first(self, party: Party) -> None:
        person = make_person("Lee Lead")
        mine, theirs = (_partnership_led_by(person, party, name) for name in ("Waits for me", "Waits for them"))
        agree_to_all(make_agreement(theirs), party)
        make_agreement(mine)
        page = html.fromstring(client_of(person).get("/").content)
        assert "Waits for me" in page.xpath("string(//ul[contains(@class, 'rows--waiting')])")
        assert "Waits for them" not in page.xpath("string(//ul[contains(@class, 'rows--waiting')])")
        assert "Waits for them" in page.xpath("string(//main)")

    def test_who_has_one_partnership_need_not_choose_it_first(self, party: Party) -> None:
        mine, other = make_partnership(slug="mine"), make_partnership(slug="other-people")
        make_agreement(mine)
        make_agreement(other)
        client = client_of(lead_of(mine, party))
        assertRedirects(client.get("/"), reverse("partnership", args=["mine"]))
        make_invitation(make_partnership(), Role.PRODUCT_ADVISOR, email=lead_of(mine, party).email)
        assert "You are invited" in client.get("/").content.decode(), "but what waits elsewhere is seen first"

    def test_another_partnership_does_not_exist_here(self, party: Party) -> None:
        person, other = make_person(), make_partnership(slug="other-people")
        for name in ("One", "Two"):
            make_agreement(_partnership_led_by(person, party, name))
        make_agreement(other)
        page = client_of(person).get("/").content.decode()
        assert "One" in page and "Two" in page
        assert "other-people" not in page

    def test_staff_find_their_program(self) -> None:
        program = make_program(name="Spring cohort")
        page = client_of(staff_of(program)).get("/").content.decode()
        assert reverse("program", args=[program.slug]) in page

    def test_somebody_without_a_partnership_reads_what_to_expect(self) -> None:
        assert "No partnership yet" in client_of(make_person()).get("/").content.decode()

    @pytest.mark.parametrize("rows", [2, 5])
    def test_it_takes_as_many_queries_for_five_as_for_two(
        self, rows: int, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        person = make_person()
        for number in range(rows):
            make_agreement(_partnership_led_by(person, Party.CITY, f"Org {number}"))
        client = client_of(person)
        with django_assert_max_num_queries(19):
            client.get("/")

    def test_it_takes_as_many_queries_for_three_invitations_as_for_one(self) -> None:
        person, taken = make_person(), []
        client = client_of(person)
        for _invitation in range(3):
            make_invitation(make_partnership(), Role.PRODUCT_ADVISOR, email=person.email)
            with CaptureQueriesContext(connection) as queries:
                page = client.get("/").content.decode()
            taken.append(len(queries))
        assert page.count("You are invited") == 3
        assert taken[0] == taken[2]


def _partnership_led_by(person: object, party: Party, name: str) -> object:
    partnership = make_partnership(seated=False, organizations={party: name, party.other: "The other side"})
    make_seat(partnership, Role.LEAD, party, person=person)
    make_seat(partnership, Role.LEAD, party.other)
    return partnership


@pytest.mark.django_db
class TestLanguage:
    def test_it_changes_by_a_post_and_stays(self, client: Client) -> None:
        response = client.post(reverse("set_language"), {"language": "es", "next": "/components/"})
        assert response["Location"] == "/components/"
        assert '<html lang="es">' in client.get("/").content.decode()

    def test_a_get_changes_nothing(self, client: Client) -> None:
        answer = client.get(reverse("set_language"), {"language": "es"})
        assert (answer.status_code, answer["Allow"]) == (405, "POST")
        assert "There is no page at this address" in answer.content.decode()
        assert '<html lang="en">' in client.get("/").content.decode()

    @pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
    def test_it_leads_nowhere_else(self, client: Client, elsewhere: str) -> None:
        response = client.post(reverse("set_language"), {"language": "es", "next": elsewhere})
        assert response["Location"] == "/"


@pytest.mark.django_db
def test_a_form_on_the_components_page_comes_back_with_what_is_wrong(client: Client) -> None:
    page = html.fromstring(client.post(reverse("components"), {"name": "Ana", "email": "no"}).content)
    assert page.xpath("//input[@name='name']/@value") == ["Ana"]
    assert page.xpath("//*[contains(@class, 'error-summary')]//a/@href")


@pytest.mark.django_db
@pytest.mark.parametrize("party", list(Party))
def test_both_organizations_stand_on_each_page_in_the_order_of_the_partnership(party: Party) -> None:
    partnership = make_partnership()
    make_agreement(partnership)
    page = html.fromstring(client_of(lead_of(partnership, party)).get(f"/partnerships/{partnership.slug}/").content)
    shown = page.xpath("//header//span[@class='party__name']/text()")
    assert shown == [organization.name for organization in organizations_on_screen(partnership)]
    assert len(shown) == len(Party)
    assert page.xpath("//nav[@class='tabs']//a[@aria-current='page']/text()") == ["Home"]


class TestErrorPages:
    @pytest.mark.parametrize("name", ERRORS)
    def test_each_says_what_happened_what_was_kept_and_what_to_do(self, name: str) -> None:
        page = html.fromstring(get_template(f"{name}.html").render({}))
        paragraphs = [text for text in (p.text_content().strip() for p in page.xpath("//main//p")) if text]
        assert page.xpath("string(//h1)")
        assert page.xpath("string(//main//strong)")
        assert len(paragraphs) >= 4
        assert page.xpath("//main//a[contains(@class, 'usa-button')]")

    def test_a_broken_page_needs_no_database_and_no_context(self, rf: RequestFactory) -> None:
        """No `django_db` mark: a query would fail this test."""
        response = server_error(rf.get("/"))
        assert response.status_code == 500
        assert b"Something broke on our side" in response.content

    def test_its_stylesheet_is_found_under_its_plain_name(self) -> None:
        page = html.fromstring(get_template("500.html").render({}))
        [href] = page.xpath("//link[@rel='stylesheet']/@href")
        assert (Path(settings.STATICFILES_DIRS[0]) / href.removeprefix("/static/")).is_file()

    def test_a_refusal_says_its_own_reason_and_no_markup_of_it(self, rf: RequestFactory) -> None:
        request = rf.get("/")
        request.user = make_anonymous()
        response = permission_denied(request, PermissionDenied("Only the <b>lead</b> of this side can sign."))
        assert b"Only the &lt;b&gt;lead&lt;/b&gt; of this side can sign." in response.content

    @pytest.mark.django_db
    def test_a_missing_page_is_ours(self, client: Client) -> None:
        response = client.get("/nothing/here/")
        assert response.status_code == 404
        assert b"There is no page here for you" in response.content

    @pytest.mark.django_db
    def test_a_form_from_a_stale_page_says_what_to_do(self) -> None:
        client = Client(enforce_csrf_checks=True)
        response = client.post(reverse("set_language"), {"language": "es"})
        assert response.status_code == 403
        assert b"This page was open for too long" in response.content


def make_anonymous() -> object:
    from django.contrib.auth.models import AnonymousUser

    return AnonymousUser()


def test_an_unknown_drawing_is_an_error_not_a_gap() -> None:
    with pytest.raises(KeyError):
        icon("no such drawing")


def test_every_language_has_a_name_of_its_own() -> None:
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            assert translation.get_language_info(code)["name_local"]
