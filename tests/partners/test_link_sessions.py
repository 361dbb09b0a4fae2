"""A session that an operator's link began reads, and keeps drafts. Each other act is refused at its address and, with
all that it takes to succeed, by itself (tests/guards); and no page draws a button that such a session may not press."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from urllib.parse import urljoin

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone

from agreements.models import Comment, WordingDraft
from partners import rules
from partners.actions.invitations import LASTS
from partners.models import Invitation, Partnership, Person
from partners.parties import Party, Role
from partners.tokens import token_for
from sprints.models import CalendarFeed
from tests.crawl import addresses_under, body, walk
from tests.factories.agreements import make_agreement, standing
from tests.factories.demonstration import demonstration
from tests.factories.editions import copies_of
from tests.factories.people import (
    client_of,
    lead_of,
    make_invitation,
    make_partnership,
    make_person,
    member_of,
    staff_of,
)
from tests.factories.sprints import started_sprint

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
SAYS = "You came in with a link from an operator."
INVITED = {"name": "Ines Invited", "email": "ines@example.org", "language": "en"}
FORM = re.compile(r"<form\b[^>]*>", re.DOTALL)
ACTION = re.compile(r'\baction="([^"]*)"')


# --- What is refused -------------------------------------------------------------------------------------------------


def test_what_is_sent_to_any_address_is_refused_unless_it_keeps_a_draft() -> None:
    """All addresses of the product but those where nobody need be signed in."""
    partnership = started_sprint().partnership
    lead = client_of(lead_of(partnership, Party.CITY), by_link=True)
    staff = client_of(staff_of(partnership.program), by_link=True)
    of_program = dict(addresses_under("programs/", slug=partnership.program.slug))
    others = dict(addresses_under("", slug=partnership.slug))
    answers = {name: staff.post(url) for name, url in of_program.items()}
    answers |= {name: lead.post(url) for name, url in others.items() if name not in of_program and not anybodys(url)}
    only_read = {name for name, answer in answers.items() if answer.status_code == 405}
    refused = {name for name, answer in answers.items() if answer.status_code == 403 and SAYS in body(answer)}
    assert set(answers) - only_read - refused == rules.SENT_BY_LINK | {"mail_events"}  # of a provider, by its secret
    assert len(refused) > 90


def anybodys(url: str) -> bool:
    return vars(resolve(url).func).get("rule") is rules.anyone


def test_a_lead_neither_invites_nor_removes_nor_revokes(party: Party) -> None:
    """With a code the same person does each of them."""
    sprint = started_sprint()
    partnership = sprint.partnership
    lead, member = lead_of(partnership, party), member_of(partnership, party)
    open_one = make_invitation(partnership, Role.PRODUCT_ADVISOR, by=lead, expires_at=timezone.now() + LASTS)

    def acts(client: Client) -> list[HttpResponse]:
        at = [partnership.slug]
        return [
            client.post(reverse("people_invite", args=at), {**INVITED, "role": Role.MEMBER}),
            client.post(reverse("seat_end", args=[*at, partnership.seats.get(person=member, ended_at=None).pk])),
            client.post(reverse("invitation_cancel", args=[*at, open_one.pk])),
            client.post(reverse("calendar_make", args=at)),
        ]

    assert [answer.status_code for answer in acts(client_of(lead, by_link=True))] == [403] * 4
    assert Invitation.objects.get().is_open and not CalendarFeed.objects.exists()
    assert partnership.seats.filter(person=member, ended_at=None).exists()
    assert [answer.status_code for answer in acts(client_of(lead))] == [302, 302, 302, 200]
    assert Invitation.objects.filter(email=INVITED["email"]).exists() and CalendarFeed.objects.exists()
    assert not partnership.seats.filter(person=member, ended_at=None).exists()


def test_an_invitation_is_neither_shown_nor_answered(party: Party) -> None:
    """An operator would otherwise find its link on the first page."""
    person = make_person()
    asked = make_invitation(
        make_partnership(), Role.MEMBER, party, email=person.email, expires_at=timezone.now() + LASTS
    )
    page, client = reverse("invitation", args=[token_for(asked)]), client_of(person, by_link=True)
    assert page not in client.get(reverse("home")).content.decode()
    assert page in client_of(person).get(reverse("home")).content.decode()
    assert client.post(f"{page}accept/").status_code == 403
    assert client.post(f"{page}decline/", {"reason": "No."}).status_code == 403
    assert Invitation.objects.get(pk=asked.pk).is_open


# --- What it may -----------------------------------------------------------------------------------------------------


def test_a_draft_is_kept_and_thrown_away_and_sent_with_a_code(party: Party) -> None:
    agreement = make_agreement()
    lead, page = lead_of(agreement.partnership, party), reverse("clause", args=[agreement.partnership.slug, "goal-1"])
    words = {"text": "As we would write it.", "reason": "It is clearer.", "based_on": 1}
    words |= {"shown": standing(agreement, "goal-1").shown}
    client = client_of(lead, by_link=True)
    assert client.post(page, {**words, "send": ""}).status_code == 403
    assert client.post(f"{page}comment/", {"text": "In their name."}).status_code == 403
    assert client.post(page, {**words, "save": ""}).status_code == 302
    seen = client.get(page).content.decode()
    assert words["text"] in seen and 'name="save"' in seen and 'name="send"' not in seen
    assert WordingDraft.objects.get().person_id == lead.pk and not Comment.objects.exists()
    client.post(reverse("clause_discard_draft", args=[agreement.partnership.slug, "goal-1"]))
    assert not WordingDraft.objects.exists()
    assert client_of(lead).post(page, {**words, "send": ""}).status_code == 302


# --- What is drawn ---------------------------------------------------------------------------------------------------


def readers() -> Iterator[tuple[Person, str]]:
    """A lead where the text is written and where the sprint runs, the sponsor, and the staff."""
    program = demonstration()
    copies_of(program)
    for partnership in Partnership.objects.filter(agreement__ended_at=None):
        yield lead_of(partnership, Party.CITY), f"/partnerships/{partnership.slug}/"
    yield staff_of(program), f"/programs/{program.slug}/"


def test_no_page_draws_a_link_or_a_button_that_leads_to_a_refusal_and_each_says_why() -> None:
    for person, start in readers():
        found = walk(client_of(person, by_link=True), start)
        drawn = {page: answer for page, answer in found.items() if "text/html" in answer.get("Content-Type", "")}
        assert {page for page, answer in found.items() if answer.status_code == 403} == set()
        own = [page for page, answer in drawn.items() if not is_for_everybody(answer) and "language=es" not in page]
        assert [page for page in own if SAYS not in body(drawn[page])] == []
        sent = {name for page, answer in drawn.items() for name in sent_from(page, body(answer))}
        assert sent <= rules.SENT_BY_LINK


def is_for_everybody(answer: HttpResponse) -> bool:
    return any(one.name == "programs/public/public_base.html" for one in answer.templates)


def sent_from(page: str, drawn: str) -> Iterator[str]:
    """The names of the addresses to which the forms of a page are sent, but those that are anybody's."""
    for form in FORM.findall(drawn):
        if 'method="post"' in form:
            action = ACTION.search(form)
            url = urljoin(page, html.unescape(action[1])) if action else page.split("?")[0]
            if not anybodys(url):
                yield resolve(url).view_name
