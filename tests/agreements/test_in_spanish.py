"""Somebody who reads Spanish: pages and mails are in it, and the agreed text is marked as being in its own language."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from lxml import html

from agreements import actions
from agreements.domain.editions import content
from agreements.models import Agreement
from mail.outbox import send_waiting
from partners.emails.invitations import send_invitation
from partners.models import Person
from partners.parties import Party
from tests.factories.agreements import lead, make_agreement, open_for_signing, propose, sign, sign_both
from tests.factories.people import NOW, client_of, make_invitation, make_partnership, proved

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
# Words without which nobody writes an English sentence, and which no Spanish one has.
ENGLISH = re.compile(
    r"\b(the|and|of|to|you|your|is|are|it|this|that|what|who|with|not|for|from|by|has|was|both)\b", re.I
)
NAMES = {Party.CITY: "Ayuntamiento de San Lucas", Party.COMMUNITY: "Vecinos de la Calle Olmo"}
ISSUE = "desalojos y alquiler"
DRAFT = ["", "agreement/", "agreement/names/", "agreement/end/", "people/", "history/", "sprint/"]
DRAFT += ["agreement/clauses/goal-2/", "agreement/clauses/issue/", "agreement/clauses/add/"]
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def agreement() -> Agreement:
    """Between two sides whose leads read Spanish."""
    agreement = make_agreement(make_partnership(organizations=NAMES), issue=ISSUE)
    Person.objects.update(language="es")
    return agreement


def page_of(agreement: Agreement, party: Party, path: str = "agreement/") -> html.HtmlElement:
    answer = client_of(lead(agreement, party)).get(f"/partnerships/{agreement.partnership.slug}/{path}")
    assert answer.status_code == 200
    return html.fromstring(answer.content.decode())


def english_in(page: html.HtmlElement) -> list[str]:
    """Lines with English words, outside of what is marked as English."""
    for part in page.xpath("//*[@lang='en'] | //script | //style | //textarea"):
        part.drop_tree()
    words = [*page.xpath("//text()"), *page.xpath("//@aria-label | //@title | //@placeholder | //@alt")]
    return [" ".join(line.split()) for line in words if ENGLISH.search(line)]


def text_in(page: html.HtmlElement, language: str) -> str:
    """What stands in elements that are in this language of their own."""
    return " ".join(" ".join(part.text_content().split()) for part in page.xpath(f"//*[@lang='{language}']"))


@pytest.mark.parametrize("path", DRAFT)
def test_no_page_of_a_draft_has_english_left(agreement: Agreement, party: Party, path: str) -> None:
    propose(agreement, "goal-2", "Changed by us.", by=lead(agreement, party), reason="Se lee mejor.")
    page = page_of(agreement, party.other, path)
    assert page.get("lang") == "es"
    assert english_in(page) == []


@pytest.mark.parametrize("path", ["agreement/", "agreement/sign/", "agreement/sign/paper/", "agreement/reopen/"])
def test_no_page_of_signing_has_english_left(agreement: Agreement, party: Party, path: str) -> None:
    sign(open_for_signing(agreement), party)
    assert english_in(page_of(agreement, party, path)) == []
    assert english_in(page_of(agreement, party.other, path)) == []


def test_english_that_is_left_is_found(agreement: Agreement) -> None:
    """The agreed text is English: were it not marked, these tests would see it."""
    page = page_of(agreement, Party.CITY)
    for part in page.xpath("//*[@lang='en']"):
        part.attrib.pop("lang")
    assert any("readily usable by local residents" in line for line in english_in(page))


def test_the_agreed_text_is_marked_as_english_and_the_reading_aid_as_spanish(agreement: Agreement) -> None:
    page = page_of(agreement, Party.CITY)
    assert "Project Vision" in text_in(page, "en") and "Diffusion of learning" in text_in(page, "en")
    aid = " ".join(part.text_content() for part in page.xpath("//body//*[@lang='es']"))
    assert "Visión del proyecto" in aid and "Difundir lo aprendido" in aid
    assert "Para alcanzar estas metas, Vecinos de la Calle Olmo se compromete a:" in aid
    assert "Difundir lo aprendido" not in text_in(page, "en")


def test_a_clause_its_change_and_its_form_are_marked_as_english(agreement: Agreement, party: Party) -> None:
    propose(agreement, "goal-2", "Changed by us.", by=lead(agreement, party), reason="Se lee mejor.")
    page = page_of(agreement, party.other, "agreement/clauses/goal-2/")
    assert "Changed by us." in text_in(page, "en")
    assert page.xpath("//textarea[@name='text']/@lang") == ["en"]
    assert page.xpath("//ins/span[contains(., 'agregado:')]/@lang") == ["es"]


def test_the_frozen_text_is_marked_as_english_and_what_we_say_in_it_as_spanish(agreement: Agreement) -> None:
    open_for_signing(agreement)
    page = page_of(agreement, Party.CITY, "agreement/sign/")
    assert "We the undersigned acknowledge" in text_in(page, "en")
    assert page.xpath("//*[@lang='en']//*[contains(text(), 'sin firmar todavía')]/@lang") == ["es"] * 4
    assert "Este es un acuerdo informal." in page.text_content()


@pytest.mark.parametrize("path", ["agreement/sign/", "agreement/editions/1/"])
def test_below_each_clause_of_the_template_stands_what_it_says(agreement: Agreement, path: str) -> None:
    """Marked as an aid, and nothing below what the two sides wrote themselves. Who reads English sees none."""
    propose(agreement, "goal-2", "Changed by us.", by=lead(agreement, Party.CITY), reason="Se lee mejor.")
    opened = open_for_signing(agreement)
    if "editions" in path:
        sign_both(opened)
    page = page_of(agreement, Party.COMMUNITY, path)
    aids = [part.text_content() for part in page.xpath("//article//*[@class='aid' and @lang='es']")]
    clauses = [line for line in content(opened)["body"] if line["type"] == "clause"]
    assert len(aids) == len(clauses) - 1
    assert all("Para ayudarle a leer" in aid for aid in aids)
    assert any("Difundir lo aprendido" in aid for aid in aids) and "Visión del proyecto" in page.text_content()
    Person.objects.update(language="en")
    assert page_of(agreement, Party.COMMUNITY, path).xpath("//*[@class='aid']") == []


def test_an_invitation_in_spanish_is_spanish_in_subject_text_and_html(agreement: Agreement, party: Party) -> None:
    invitation = make_invitation(agreement.partnership, "member", party, name="Inés Ortega", language="es")
    send_invitation(invitation, now=NOW)
    send_waiting(LATER)
    letter = next(letter for letter in mail.outbox if letter.to == [invitation.email])
    assert letter.subject == f"Tiene una invitación: participar en la alianza de {both_names(agreement)}"
    ((drawn, kind),) = letter.alternatives
    page = html.fromstring(str(drawn).encode())
    for words in (letter.body, page.text_content()):
        said = " ".join(words.split())
        assert "Hola, Inés Ortega:" in said
        assert f"como integrante de {NAMES[party]}." in said
        assert "Leer la invitación" in said
        assert "porque usted participa en una alianza" in said
    assert kind == "text/html" and page.get("lang") == "es"
    assert english_of(letter) == []


def test_the_mails_of_an_agreement_are_spanish(agreement: Agreement, party: Party) -> None:
    propose(agreement, "goal-2", "Changed by us.", by=lead(agreement, party), reason="Se lee mejor.")
    send_waiting(LATER)
    edition = open_for_signing(agreement)
    send_waiting(LATER)
    actions.reopen(by=lead(agreement, party), edition=edition, reason="Falta algo.", now=NOW)
    send_waiting(LATER)
    edition = open_for_signing(agreement)
    sign(edition, party)
    send_waiting(LATER)
    sign(edition, party.other)
    send_waiting(LATER)
    agreement.refresh_from_db()
    actions.amend(by=lead(agreement, party), agreement=agreement, reason="Otro plazo.", now=NOW)
    send_waiting(LATER)
    actions.end(by=lead(agreement, party), agreement=agreement, reason="El proyecto se detuvo.", **proved(NOW))
    send_waiting(LATER)
    subjects = {letter.subject for letter in mail.outbox}
    assert len(subjects) >= 6
    assert {letter.subject: english_of(letter) for letter in mail.outbox if english_of(letter)} == {}


def both_names(agreement: Agreement) -> str:
    return " y ".join(NAMES[party] for party in agreement.partnership.parties_on_screen())


def english_of(letter: mail.EmailMultiAlternatives) -> list[str]:
    """Lines with English words in any part of a mail; addresses of pages are no words."""
    drawn = html.fromstring(str(letter.alternatives[0][0]).encode()).text_content()
    lines = [letter.subject, *letter.body.splitlines(), *drawn.splitlines()]
    return [line for line in lines if "://" not in line and ENGLISH.search(line)]
