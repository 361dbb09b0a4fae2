"""A public page is there while both sides say so, without what either holds back, and holds nobody's name."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client
from django.utils.html import escape

from agreements import actions as agreement_actions
from agreements.refusals import NotNow, Stale
from mail.models import OutboxMail
from mail.outbox import message_of
from partners.models import Partnership
from partners.parties import Party, Role
from partners.rules import Refused
from programs import actions
from programs.domain.public_items import item_groups
from programs.models import HeldItem, Publication
from sprints import actions as sprint_actions
from sprints.models import Sprint
from tests.factories.decisions import decide, note, say_week, sign
from tests.factories.people import (
    NOW,
    client_of,
    lead_of,
    make_invitation,
    make_person,
    make_seat,
    member_of,
    proved,
    staff_of,
)
from tests.factories.publications import hold, let_go, say_yes, shown, take_back
from tests.factories.research import ask_for, confirm, find
from tests.factories.sprints import first_joint, lead_in, ready, say_outcome, sign_off, signed_agreement, started_sprint
from tests.factories.sustainability import describe
from topcities.todo import partnership_overviews

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def sprint() -> Sprint:
    return started_sprint()


@pytest.fixture
def partnership(sprint: Sprint) -> Partnership:
    return sprint.partnership


def address(partnership: Partnership) -> str:
    return f"/p/{partnership.slug}/"


def words(partnership: Partnership, path: str = "") -> str:
    return Client().get(address(partnership) + path).content.decode()


def status(partnership: Partnership) -> int:
    return Client().get(address(partnership)).status_code


@pytest.mark.parametrize("party", Party)
def test_it_opens_with_the_second_yes_and_closes_at_the_next_request_after_one_is_taken_back(
    partnership: Partnership, party: Party
) -> None:
    say_yes(partnership, party)
    assert status(partnership) == 404
    say_yes(partnership, party.other)
    assert status(partnership) == 200
    take_back(partnership, party)
    assert status(partnership) == 404
    assert Publication.objects.standing().get().party == party.other


def test_nobody_on_the_way_keeps_a_copy_and_no_cookie_is_set(partnership: Partnership) -> None:
    say_yes(partnership)
    for path in ("", "es/", "en/"):
        answer = Client().get(address(partnership) + path)
        assert answer.status_code == 200
        assert answer["Cache-Control"] == "no-store"
        assert "ETag" not in answer and "Last-Modified" not in answer
        assert not answer.cookies
        assert b"csrfmiddlewaretoken" not in answer.content


def test_each_language_has_an_address_and_a_preview_that_exists(partnership: Partnership) -> None:
    say_yes(partnership)
    english, spanish = words(partnership, "en/"), words(partnership, "es/")
    assert '<html lang="es">' in spanish and "promesas cumplidas" in spanish
    assert '<html lang="en">' in english and "promises kept" in english
    for page, code in ((english, "en"), (spanish, "es")):
        assert f'<link rel="canonical" href="{settings.SITE_URL}{address(partnership)}{code}/">' in page
        for name in ("og:title", "og:description", "og:image", "og:url"):
            assert f'property="{name}"' in page
    assert status(partnership) == 200


@pytest.mark.parametrize("party", Party)
def test_a_side_holds_something_back_alone_and_only_it_lets_it_go(partnership: Partnership, party: Party) -> None:
    say_yes(partnership)
    text = "Select and provide access to key datasets for building the product"
    assert text in words(partnership)
    hold(partnership, "city-2", party)
    assert text not in words(partnership)
    let_go(partnership, "city-2", party.other)
    assert text not in words(partnership)
    hold(partnership, "city-2", party.other)
    let_go(partnership, "city-2", party)
    assert text not in words(partnership)
    let_go(partnership, "city-2", party.other)
    assert text in words(partnership)
    assert HeldItem.objects.filter(let_go_at=None).count() == 0


def test_each_item_of_the_list_can_be_held_back_and_then_its_words_are_nowhere(sprint: Sprint) -> None:
    partnership = sprint.partnership
    fill(sprint)
    say_yes(partnership)
    items = [item for group in item_groups(partnership, now=NOW) for item in group.items]
    assert len(items) > 40
    told = [item for item in items if len(item.text) > 20]
    page = words(partnership)
    for item in told:
        assert escaped(item.text[:60]) in page, item.key
    for item in items:
        hold(partnership, item.key, Party.COMMUNITY)
    page = words(partnership)
    for item in told:
        assert escaped(item.text[:60]) not in page, item.key
    assert "0<small> of 13" in page.replace("\n", "")


def escaped(text: str) -> str:
    return escape(text.splitlines()[0])


def test_a_promise_is_kept_only_when_all_of_it_is_done_and_late_is_said(sprint: Sprint) -> None:
    partnership = sprint.partnership
    say_yes(partnership)
    assert "Late by" in words(partnership) or "of 3 done" in words(partnership)
    milestone = ready(first_joint(sprint))
    sign_off(milestone, Party.CITY)
    assert "Twelve tenants told us" not in words(partnership)
    sign_off(milestone, Party.COMMUNITY)
    page = words(partnership)
    assert "done, signed off by both" in page
    assert "Twelve tenants told us what they need." in page
    assert "Notes of the interviews" in page


SECRETS = {
    "dissent": "I saw Quibbleton differently",
    "check-in": "Zanzibarwords of the week",
    "words of evidence": "What we heard, in our words.",
    "words of evidence alone": "Only-words-stay-inside",
    "voice": "Voice-of-residents-stays",
    "draft decision": "An unmade question?",
    "steward": "Stella Steward",
    "address in words": "maya@secret.example",
    "telephone": "(206) 555-0143",
}


def fill(sprint: Sprint) -> None:
    """Something of everything, with a secret in each place where people write."""
    milestone = ready(first_joint(sprint))
    lead, other = (lead_in(sprint, party) for party in Party)
    said = f"{lead.name} and {other.name} wrote: write to {SECRETS['address in words']} or {SECRETS['telephone']}."
    act = {"by": lead, "milestone": milestone, "now": NOW}
    sprint_actions.add_evidence(title=f"Talk with {lead.name}", words=SECRETS["words of evidence alone"], **act)
    link = f"https://files.example.org/?owner={SECRETS['address in words']}"
    sprint_actions.add_evidence(title="Held in a folder", link=link, **act)
    say_outcome(milestone, by=lead, words=said)
    for party in Party:
        sign_off(milestone, party)
    made = decide(sprint, why=said)
    sign(made)
    sprint_actions.dissent(by=lead, decision=made, words=SECRETS["dissent"], now=NOW)
    decide(sprint, question=SECRETS["draft decision"])
    for party in Party:
        say_week(sprint, party, words=SECRETS["check-in"])
        note(sprint, party, voice=SECRETS["voice"])
    ask_for(sprint, description="Each inspection since 2019.", steward=SECRETS["steward"], place="Drive Q")
    finding = find(sprint)
    confirm(finding, Party.COMMUNITY)
    describe(sprint, Party.CITY)


def test_nothing_that_is_for_the_two_alone_is_on_the_page(sprint: Sprint) -> None:
    partnership = sprint.partnership
    make_seat(partnership, Role.TECHNOLOGY_PARTNER, person=make_person("Tessa Techwright"))
    make_invitation(partnership, Role.PRODUCT_ADVISOR, name="Ines Invited")
    fill(sprint)
    say_yes(partnership)
    people = [seat.person for seat in partnership.seats.select_related("person")] + [staff_of(partnership.program)]
    forbidden = [*SECRETS.values(), "Drive Q", "Ines Invited", *(one.name for one in people)]
    forbidden += [one.email for one in people]
    for path in ("", "es/", "en/"):
        page = words(partnership, path)
        assert [one for one in forbidden if one in page] == []
    assert "[name left out]" in words(partnership, "en/")
    assert "Held in a folder" in words(partnership) and "files.example.org" not in words(partnership)


def test_evidence_of_a_kind_that_is_held_back_is_not_on_the_page(sprint: Sprint) -> None:
    fill(sprint)
    say_yes(sprint.partnership)
    assert "Notes of the interviews" in words(sprint.partnership)
    hold(sprint.partnership, "evidence/words", Party.CITY)
    assert "Notes of the interviews" not in words(sprint.partnership)
    assert "Held in a folder" in words(sprint.partnership)


@pytest.mark.parametrize("party", Party)
def test_a_yes_is_to_the_list_that_was_shown(partnership: Partnership, party: Party) -> None:
    seen = shown(partnership)
    hold(partnership, "city-1", party.other)
    act = {"by": lead_of(partnership, party), "partnership": partnership, "now": NOW}
    with pytest.raises(Stale):
        actions.publish(shown=seen, **act)
    assert not Publication.objects.exists()
    with pytest.raises(NotNow):
        actions.hold_back(item="decision/99", **act)


def test_only_leads_decide_and_nothing_is_public_before_a_signature_or_after_the_end(partnership: Partnership) -> None:
    for person in (member_of(partnership, Party.CITY), staff_of(partnership.program), make_person()):
        with pytest.raises(Refused):
            actions.publish(by=person, partnership=partnership, shown=shown(partnership), now=NOW)
    agreement = partnership.agreement
    say_yes(partnership, Party.CITY)
    by = lead_of(partnership, Party.CITY)
    agreement_actions.end(by=by, agreement=agreement, reason="Enough.", **proved(NOW))
    partnership.refresh_from_db()
    with pytest.raises(NotNow):
        say_yes(partnership, Party.COMMUNITY)
    take_back(partnership, Party.CITY)
    assert not Publication.objects.standing().exists()


def test_what_is_public_stays_so_after_the_end_and_says_it(partnership: Partnership) -> None:
    say_yes(partnership)
    by = lead_of(partnership, Party.CITY)
    agreement_actions.end(by=by, agreement=partnership.agreement, reason="A secret reason.", **proved(NOW))
    page = words(partnership)
    assert "The agreement was ended on" in page
    assert "A secret reason." not in page
    take_back(partnership, Party.COMMUNITY)
    assert status(partnership) == 404


@pytest.mark.parametrize("party", Party)
def test_the_other_side_is_asked_by_mail_and_at_home_and_told_when_it_opens_or_closes(
    partnership: Partnership, party: Party
) -> None:
    other = lead_of(partnership, party.other)
    say_yes(partnership, party)
    assert [one.subject for one in mails_to(other)][-1].startswith("May everybody see")
    assert "everybody may see" in str(todo(partnership, party.other))
    assert "everybody may see" not in str(todo(partnership, party))
    say_yes(partnership, party.other)
    assert "everybody may see" not in str(todo(partnership, party.other))
    assert any(one.subject == "Your partnership has a public page now" for one in mails_to(lead_of(partnership, party)))
    take_back(partnership, party)
    assert any("no public page any more" in one.subject for one in mails_to(other))


def mails_to(person: object) -> list:
    queued = OutboxMail.objects.filter(person=person, kind__startswith="publication").select_related("person")
    return [message for one in queued.order_by("pk") if (message := message_of(one))]


def todo(partnership: Partnership, party: Party) -> list:
    person = lead_of(partnership, party)
    overview = partnership_overviews([partnership], readers=[person], now=NOW)[partnership.pk]
    return overview.todo(person, partnership.seats.get(person=person, ended_at=None))


@pytest.mark.parametrize("party", Party)
def test_leads_look_first_hold_back_and_say_yes_on_one_page(partnership: Partnership, party: Party) -> None:
    client = client_of(lead_of(partnership, party))
    page = f"/partnerships/{partnership.slug}/publication/"
    assert f'href="{page}"' in client.get(f"/partnerships/{partnership.slug}/people/").content.decode()
    assert "A look before you say yes" in client.get(f"{page}preview/").content.decode()
    spanish = client.get(f"{page}preview/?language=es").content.decode()
    assert '<html lang="es">' in spanish
    assert "/p/" not in "".join(re.findall(r'href="([^"]*)"', spanish)), "which nobody can open yet"
    assert client.post(f"{page}hold/", {"item": "city-1"})["Location"] == f"{page}#city-1"
    assert "holds it back" in client.get(page).content.decode()
    client.post(f"{page}let-go/", {"item": "city-1"})
    assert client.post(f"{page}agree/", {"shown": "old"}).status_code == 409
    client.post(f"{page}agree/", {"shown": client.get(page).context["shown"]})
    assert Publication.objects.standing().get().party == party
    client.post(f"{page}take-back/")
    assert not Publication.objects.standing().exists()
    member = client_of(member_of(partnership, party))
    assert "Hold it back" not in member.get(page).content.decode()


def test_a_program_lists_its_public_partnerships_and_no_others(partnership: Partnership) -> None:
    page = f"/programs/{partnership.program.slug}/promises/"
    own_pages = [f"/programs/{partnership.program.slug}/{name}/" for name in ("settings", "partnerships")]
    staff = client_of(staff_of(partnership.program))
    assert Client().get(page).status_code == 404
    for own in own_pages:
        said = staff.get(own).content.decode()
        assert page not in said and "The public list of this program is empty" in said
    say_yes(partnership)
    assert all(f'href="{page}"' in staff.get(own).content.decode() for own in own_pages)
    found = Client().get(page)
    assert address(partnership) in found.content.decode()
    assert found["Cache-Control"] == "no-store" and not found.cookies
    take_back(partnership, Party.CITY)
    assert Client().get(page).status_code == 404


def test_an_agreement_without_a_sprint_has_a_page_too() -> None:
    partnership = signed_agreement().partnership
    say_yes(partnership)
    assert "What each promised" in words(partnership)


def test_search_engines_are_told_what_is_for_everybody() -> None:
    said = Client().get("/robots.txt").content.decode()
    assert "Allow: /p/" in said and "Disallow: /\n" in said
    assert said.endswith(f"Sitemap: {settings.SITE_URL}/sitemap.xml\n")


def test_a_sign_that_no_database_keeps_stops_nobody_from_holding_something_back(partnership: Partnership) -> None:
    client = client_of(lead_of(partnership, Party.CITY))
    for act, standing in (("hold", 1), ("let-go", 0)):
        answer = client.post(f"/partnerships/{partnership.slug}/publication/{act}/", {"item": "se\0al"})
        assert answer.status_code == 302 and HeldItem.objects.standing().filter(item="seal").count() == standing


def test_a_long_list_is_drawn_a_page_at_a_time(partnership: Partnership, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("programs.domain.public_list.PER_PAGE", 1)
    other = started_sprint().partnership
    Partnership.objects.filter(pk=other.pk).update(program=partnership.program)
    for one in (partnership, other):
        say_yes(one)
    pages = [
        Client().get(f"/programs/{partnership.program.slug}/promises/", {"page": number}).content.decode()
        for number in (1, 2, "x")
    ]
    shown = [{one.pk for one in (partnership, other) if f'href="{address(one)}"' in page} for page in pages]
    assert len(shown[0]) == len(shown[1]) == 1 and shown[0] | shown[1] == {partnership.pk, other.pk}
    assert shown[2] == shown[0] and 'href="?page=2"' in pages[0] and 'href="?page=1"' in pages[1]
