"""What holds on every page: whose it is, what it keeps back, that no browser stores it, and that text is text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from agreements.models import PaperCopy
from ledger.models import Event
from mail.models import OutboxMail
from mail.registry import build
from partners.actions import invite
from partners.actions.invitations import LASTS
from partners.models import Invitation, Partnership, Person
from partners.parties import Party, Role
from partners.tokens import token_for
from tests.crawl import addresses_in, body, leads_to, patterns, sample, walk, write_everywhere
from tests.factories.agreements import hand_in, make_agreement, open_for_signing
from tests.factories.demonstration import demonstration
from tests.factories.editions import copies_of
from tests.factories.handovers import claim_of, offer_of
from tests.factories.people import (
    client_of,
    lead_of,
    make_invitation,
    make_partnership,
    make_person,
    make_seat,
    member_of,
    staff_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
FORM_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')


@pytest.fixture
def loaded() -> dict[str, Partnership]:
    """The demonstration's partnerships: being written, being signed, in force with a sprint, and at its end."""
    demonstration()
    return {partnership.agreement.state: partnership for partnership in Partnership.objects.order_by("created_at")}


def pages_of(person: Person, partnership: Partnership) -> dict[str, HttpResponse]:
    return walk(client_of(person), f"/partnerships/{partnership.slug}/")


# --- Whose it is -------------------------------------------------------------------------------------------------


def strangers(partnership: Partnership) -> Iterator[tuple[str, Person]]:
    """People who have nothing to do with this partnership, however much they may elsewhere."""
    other = make_partnership()
    for party in Party:
        yield f"{party} lead of another one", lead_of(other, party)
    yield "advisor of another one", make_seat(other, Role.PRODUCT_ADVISOR).person
    yield "staff of another program", staff_of(other.program)
    yield "superuser", make_person(is_staff=True, is_superuser=True)
    gone = member_of(partnership, Party.CITY)
    partnership.seats.filter(person=gone).update(ended_at=timezone.now(), ended_by=gone)
    yield "somebody whose seat has ended", gone


def as_for_everybody(answer: HttpResponse, address: str) -> tuple[int, str]:
    """The answer without its form token and its own address."""
    return answer.status_code, FORM_TOKEN.sub("", answer.content.decode()).replace(address, "")


def test_every_page_and_act_of_a_partnership_is_for_strangers_as_if_it_never_was() -> None:
    agreement = make_agreement()
    partnership = agreement.partnership
    paper = hand_in(open_for_signing(agreement), Party.CITY)
    invitation = make_invitation(partnership, Role.PRODUCT_ADVISOR, expires_at=timezone.now() + LASTS)
    known = {
        "paper_scan.number": paper.pk,
        "paper_picture.number": paper.pk,
        "paper_confirm.number": paper.pk,
        "paper_refuse.number": paper.pk,
    }
    known |= {"invitation_correct.pk": invitation.pk, "invitation_cancel.pk": invitation.pk}
    offer = offer_of(partnership, Party.COMMUNITY)
    known |= {f"{name}.pk": offer.pk for name in ("lead_offer", "lead_accept", "lead_decline", "lead_take_back")}
    claim = claim_of(partnership, Party.COMMUNITY)
    known |= {f"lead_claim{name}.pk": claim.pk for name in ("", "_confirm", "_refuse", "_take_back")}
    known |= {"seat_end.pk": partnership.seats.get(party=Party.CITY).pk, "key": "goal-1"}
    addresses = dict(addresses_in(partnership.slug, **known))
    assert len(addresses) > 30
    events = Event.objects.count()
    for who, person in strangers(partnership):
        client, never = client_of(person), "/partnerships/never-was/"
        as_never = as_for_everybody(client.get(never), never)
        for name, address in addresses.items():
            answers = [as_for_everybody(ask(address), address) for ask in (client.get, client.post)]
            assert as_never in answers, (who, name)
            assert {status for status, _page in answers} <= {404, 405}, (who, name)
            assert len({page for status, page in answers if status == 405}) <= 1, (who, name)
    assert Event.objects.count() == events


def test_without_signing_in_every_page_and_act_leads_to_the_sign_in_page(client: Client) -> None:
    partnership = make_agreement().partnership
    never = dict(addresses_in("never-was"))
    for name, address in addresses_in(partnership.slug):
        assert client.get(address).status_code in {301, 302, 308}, name
        for ask in (client.get, client.post):
            answer, other = ask(address), ask(never[name])
            assert answer.status_code in {301, 302, 308, 403, 405}, name
            told = as_for_everybody(answer, address), answer.get("Location", "").replace(address, "")
            assert told == (as_for_everybody(other, never[name]), other.get("Location", "").replace(never[name], ""))


def test_what_belongs_to_another_partnership_is_not_found_under_ones_own(party: Party) -> None:
    """A scan, an invitation, a seat: known by its number alone, and asked for under a partnership of one's own."""
    foreign = make_agreement()
    scan = hand_in(open_for_signing(foreign), party)
    invitation = make_invitation(foreign.partnership, Role.PRODUCT_ADVISOR, expires_at=timezone.now() + LASTS)
    own = make_agreement()
    open_for_signing(own)
    client = client_of(lead_of(own.partnership, party))
    slug = own.partnership.slug
    addresses = {
        reverse("paper_scan", args=[slug, scan.pk]): client.get,
        reverse("paper_confirm", args=[slug, scan.pk]): client.post,
        reverse("paper_refuse", args=[slug, scan.pk]): client.post,
        reverse("invitation_correct", args=[slug, invitation.pk]): client.get,
        reverse("invitation_cancel", args=[slug, invitation.pk]): client.post,
        reverse("seat_end", args=[slug, foreign.partnership.seats.get(party=party).pk]): client.post,
    }
    for address, ask in addresses.items():
        assert ask(address).status_code == 404, address
    theirs = client_of(lead_of(foreign.partnership, party))
    assert theirs.get(reverse("paper_scan", args=[foreign.partnership.slug, scan.pk])).status_code == 200
    assert PaperCopy.objects.get().confirmed_at is None
    assert Invitation.objects.get().is_open


def routes(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    """Every address of the product, as it is written down."""
    for each in patterns:
        route = before + str(each.pattern)
        yield from routes(each.url_patterns, route) if isinstance(each, URLResolver) else [route]


def test_no_document_has_an_address_of_its_own() -> None:
    """What a number or an id names stands under its partnership or program, where it is asked whose that is. What a
    person sent when they were signed out, and their sessions, are looked for among their own."""
    asked = ("partnerships/<slug:slug>/", "programs/<slug:slug>/", "admin/", "accounts/unsent/", "accounts/you/")
    named = {route for route in routes(get_resolver().url_patterns) if re.search(r"[<(]", route)}
    assert {route for route in named if not route.startswith(asked)} == {
        "verify/<str:code>/",  # tells edition and state, no names
        "demo/<uuid:pk>/",  # made-up people
        "invitations/<str:token>/",
        "invitations/<str:token>/accept/",
        "invitations/<str:token>/decline/",
        "accounts/link/<str:token>/",
        "accounts/login/through/<str:domain>/",  # a city's own sign-in, which asks who it is
        "accounts/login/through/<str:domain>/back/",
        "calendars/<str:token>/sprint.ics",
        "check-in/<str:token>/",  # one person's answer for one week
        "calendars/<str:token>/program.ics",
        "mail/stop/<str:token>/",
        "p/<slug:slug>/",  # public while both sides say so
        "p/<slug:slug>/<language:language>/",
        "p/<slug:slug>/<language:language>/card.png",
        "p/<slug:slug>/package.zip",
        "p/<slug:slug>/poster/",
        "p/<slug:slug>/<language:language>/poster/",
    }


# --- Who only looks ------------------------------------------------------------------------------------------------


def everything() -> dict[str, list[dict[str, object]]]:
    """Each row of each table, but for the sessions of those who look."""
    kept = [model for model in apps.get_models() if model is not Session]
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in kept}


def test_nothing_changes_when_every_link_in_every_mail_is_opened(loaded: dict[str, Partnership]) -> None:
    """Mail scanners do that, and previews in the browser of whoever gets the mail. None of them presses a button."""
    lead = lead_of(loaded["drafting"], Party.CITY)
    about = {"name": "Ines Invited", "email": "ines@example.org", "language": "en", "now": timezone.now()}
    invite(by=lead, partnership=loaded["drafting"], role=Role.PRODUCT_ADVISOR, **about)
    Client().post("/accounts/login/code/", {"email": lead.email})
    mails = [(queued, build(queued)) for queued in OutboxMail.objects.select_related("person")]
    links = {
        (link, queued.person)
        for queued, mail in mails
        if mail
        for link in re.findall(r"https?://[^/\s]+(/\S+)", mail.body)
    }
    looking = {person: client_of(person) for _link, person in links if person}
    before = everything()
    assert len(links) > 20 and any("/invitations/" in link for link, _person in links)
    for link, person in links:
        answers = [ask(link) for ask in (Client().get, Client().head)]
        answers += [looking[person].get(link)] if person else []
        assert {answer.status_code for answer in answers} <= {200, 302}, link
    assert everything() == before


# --- What it keeps back --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["drafting", "signing", "in force"])
def test_each_link_and_form_leads_to_a_page_that_holds_nothing_of_others_and_that_no_browser_keeps(
    loaded: dict[str, Partnership], state: str
) -> None:
    """Nobody is led to a refusal, and the address of a form opens as a page. Addresses, codes and links of others are
    on no page. On a shared computer "back" shows nothing after signing out: browsers keep no page that says no-store.
    """
    partnership = loaded[state]
    invitation = make_invitation(partnership, Role.EXECUTIVE_SPONSOR, expires_at=timezone.now() + timedelta(days=9))
    people = [seat.person for seat in partnership.seats.select_related("person")]
    for person in people:
        Client().post("/accounts/login/code/", {"email": person.email})
    codes = {queued.to: queued.secret["code"] for queued in OutboxMail.objects.exclude(secret=None)}
    assert len(codes) == len(people), "each has a code that waits"
    of_nobody_here = [token_for(invitation), invitation.nonce, invitation.token_hash]
    for person in one_of_each_role(partnership):
        client = client_of(person)
        pages = walk(client, f"/partnerships/{partnership.slug}/")
        assert len(pages) >= 5
        nothing_is_refused(client, pages)
        kept_back = [other.email for other in people if other != person]
        kept_back += [code for to, code in codes.items() if to != person.email]
        any_of_it = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, kept_back + of_nobody_here))})(?!\w)")
        assert {address: said for address, answer in pages.items() if (said := any_of_it.findall(body(answer)))} == {}
        no_page_is_kept(client, pages)


def one_of_each_role(partnership: Partnership) -> list[Person]:
    """Both leads; of what both sides have beside them, one."""
    seats = partnership.seats.select_related("person")
    return list({(seat.role, seat.party if seat.role == Role.LEAD else ""): seat.person for seat in seats}.values())


def nothing_is_refused(client: Client, pages: dict[str, HttpResponse]) -> None:
    """405 stands only at the address to which the buttons of all pages are sent that choose the language."""
    found = {address: answer.status_code for address, answer in pages.items()}
    assert {address for address, answer in pages.items() if not language_button_sends(body(answer))} == set()
    found |= {address: client.get(address, follow=True).status_code for address in leads_to(pages)}
    assert found.pop(reverse("set_language")) == 405
    assert {address: status for address, status in found.items() if status != 200} == {}


def language_button_sends(page: str) -> bool:
    """It belongs to a form that is there, once; and a page that is none has no such button."""
    return all(page.count(f' id="{form}"') == 1 for form in re.findall(r'lang="\w\w"\s+form="([\w-]+)"', page))


def test_staff_are_led_to_no_refusal_either(loaded: dict[str, Partnership]) -> None:
    """They read no draft and no work of a sprint, so nothing leads them there."""
    program = loaded["drafting"].program
    copies_of(program)
    client = client_of(staff_of(program))
    pages = walk(client, f"/programs/{program.slug}/", "/partnerships/", *map(page_of_partnership, loaded.values()))
    assert len(pages) > 30
    nothing_is_refused(client, {address: page for address, page in pages.items() if address != "/partnerships/"})


def page_of_partnership(partnership: Partnership) -> str:
    return reverse("partnership", args=[partnership.slug])


def test_each_address_that_takes_what_is_sent_opens_as_a_page() -> None:
    """After a change of language, from a restored tab, by Enter in the address bar: never an empty 405."""
    person = make_person()
    client = client_of(person)
    kinds = {"token": "0" * 40, "code": "ABCD-EFGH"}
    found = {}
    for name, (_pattern, parameters, converters) in patterns():
        address = reverse(name, kwargs={each: kinds.get(each) or sample(converters[each]) for each in parameters})
        if not address.startswith("/admin/"):
            found[name] = client.get(address).status_code
    assert len(found) > 100
    assert {name for name, status in found.items() if status == 405} == {"set_language"}


def no_page_is_kept(client: Client, pages: dict[str, HttpResponse]) -> None:
    further = ("/", "/verify/", reverse("person"), reverse("confirm_identity"))
    kept = {address: answer.get("Cache-Control", "") for address, answer in pages.items()}
    kept |= {address: client.get(address).get("Cache-Control", "") for address in further}
    assert {address: said for address, said in kept.items() if "no-store" not in said} == {}
    client.post(reverse("account_logout"))
    assert {client.get(address).status_code for address in pages} == {302}


def test_nor_a_drawing_or_a_refusal(party: Party) -> None:
    partnership = make_agreement().partnership
    client = client_of(lead_of(partnership, party))
    for name in ("draft_pdf", "names"):
        assert "no-store" in client.get(reverse(name, args=[partnership.slug]))["Cache-Control"]
    for refused in (
        client.get("/partnerships/never-was/"),
        client.post(reverse("names", args=[partnership.slug]), {"signatory": ""}),
    ):
        assert refused.status_code >= 400 and "no-store" in refused["Cache-Control"]


# --- Text is text ----------------------------------------------------------------------------------------------------

EVIL = """"><script>alert('x')</script>{{7|add:7}}<b onclick=alert(1)>"""
UNESCAPED = ("<script>alert", "<b onclick", "&amp;lt;script")


@pytest.mark.parametrize("state", ["drafting", "signing", "in force"])
def test_whatever_people_wrote_no_page_runs_it(loaded: dict[str, Partnership], state: str) -> None:
    """Names, wordings, reasons, evidence, meetings, what the ledger tells: everything, on every page, for everybody."""
    partnership = loaded[state]
    assert write_everywhere(EVIL) > 300
    pages = {}
    for person in (lead_of(partnership, Party.CITY), partnership.seats.filter(party=None).first().person):
        pages |= pages_of(person, partnership)
    none_runs_it(pages)


def test_nor_does_a_page_of_a_program_or_of_a_person(loaded: dict[str, Partnership]) -> None:
    program = loaded["drafting"].program
    write_everywhere(EVIL)
    staff, lead = client_of(staff_of(program)), client_of(lead_of(loaded["drafting"], Party.CITY))
    pages = walk(staff, f"/programs/{program.slug}/")
    pages |= {"/": staff.get("/"), "/accounts/you/": lead.get("/accounts/you/"), "/demo/": Client().get("/demo/")}
    none_runs_it(pages)


def none_runs_it(pages: dict[str, HttpResponse]) -> None:
    for address, answer in pages.items():
        assert answer.status_code in {200, 403}, address
        if answer["Content-Type"].startswith("text/html"):
            assert not [each for each in UNESCAPED if each in body(answer)], address
            assert "script-src 'self'" in answer["Content-Security-Policy"], address
            assert "14" not in re.findall(r"add:7}}|(14)<b", body(answer)), address
        else:
            assert "attachment" in answer["Content-Disposition"], address
    drawn = [address for address, answer in pages.items() if answer["Content-Type"].startswith("text/html")]
    shown = [address for address in drawn if "&lt;script&gt;alert(" in body(pages[address])]
    assert len(shown) > 0.7 * len(drawn), "what people wrote stands on most pages"


def test_nor_does_the_admin_site(loaded: dict[str, Partnership]) -> None:
    write_everywhere(EVIL)
    root = client_of(make_person("Root", is_staff=True, is_superuser=True))
    pages = walk(root, "/admin/")
    assert sum("&lt;script&gt;alert(" in body(answer) for answer in pages.values()) > 10
    for address, answer in pages.items():
        assert answer.status_code in {200, 302}, address
        assert not [each for each in UNESCAPED if each in body(answer)], address
