"""What somebody typed is not lost: when their session ends, a form is refused, or they change the language."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from lxml import html

from agreements.models import Agreement, Wording
from partners import actions
from partners.models import Partnership, Person, UnsentForm
from partners.parties import Party
from partners.unsent import LONGEST, SESSION
from tests.factories.agreements import lead, make_agreement, open_for_signing, standing
from tests.factories.people import client_of, lead_of, member_of, record_proof
from tests.pages import signed_in
from topcities.expiry import clear_what_is_over

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
WORDS = "Together, so that nobody has to move."


@pytest.fixture
def agreement() -> Agreement:
    return make_agreement()


def sent(agreement: Agreement, **more: str) -> dict[str, str]:
    on_clause = standing(agreement, "goal-2")
    known = {"shown": on_clause.shown, "based_on": str(on_clause.base.number)}
    return known | {"text": WORDS, "reason": "It is shorter.", "keep_capital": "on"} | more


def clause_address(agreement: Agreement) -> str:
    return reverse("clause", args=[agreement.partnership.slug, "goal-2"])


def end_session(client: Client) -> None:
    Session.objects.all().delete()


def sign_in(client: Client, person: Person) -> None:
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")


def form_in(response: object, action: str) -> dict[str, str]:
    """What the one button of this form sends."""
    page = html.fromstring(response.content.decode())
    [form] = page.xpath(f"//main//form[@action='{action}']")
    return {one.get("name"): one.get("value") for one in form.xpath(".//input[@type='hidden']")}


def typed_when_signed_out(agreement: Agreement, party: Party) -> Client:
    client = client_of(lead(agreement, party))
    form = name_in(client.get(clause_address(agreement)), clause_address(agreement))
    end_session(client)
    answer = client.post(clause_address(agreement), sent(agreement, form=form))
    assert answer.status_code == 403
    assert "kept for you for a day" in answer.content.decode()
    assert WORDS in answer.content.decode()
    assert reverse("unsent") in answer.content.decode()
    return client


# --- The session has ended ---------------------------------------------------------------------------------------


def test_it_is_sent_with_one_button_after_signing_in_again(agreement: Agreement, party: Party) -> None:
    client, person = typed_when_signed_out(agreement, party), lead(agreement, party)
    sign_in(client, person)
    page = client.get(reverse("unsent"))
    assert WORDS in page.content.decode()
    answer = client.post(clause_address(agreement), form_in(page, clause_address(agreement)))
    assert answer.status_code == 302
    assert Wording.objects.filter(party=party, texts__en=WORDS, reason="It is shorter.").count() == 1
    assert not UnsentForm.objects.exists()
    assert "Nothing waits to be sent" in client.get(reverse("unsent")).content.decode()


def test_signing_in_by_code_leads_there(agreement: Agreement, party: Party, mailoutbox: list) -> None:
    client, person = typed_when_signed_out(agreement, party), lead(agreement, party)
    client.post(reverse("account_request_login_code"), {"email": person.email})
    from mail.models import OutboxMail

    code = OutboxMail.objects.exclude(secret=None).get().secret["code"]
    answer = client.post(reverse("account_confirm_login_code"), {"code": code})
    assert answer["Location"] == reverse("unsent")


def test_nobody_else_who_signs_in_there_sees_or_sends_it(agreement: Agreement, party: Party) -> None:
    client, row = typed_when_signed_out(agreement, party), UnsentForm.objects.get()
    for other in (lead(agreement, party.other), member_of(agreement.partnership, party)):
        sign_in(client, other)
        assert WORDS not in client.get(reverse("unsent")).content.decode()
        assert client.post(reverse("unsent_change", args=[row.pk])).status_code == 404
        client.post(reverse("unsent_drop", args=[row.pk]))
        client.post(clause_address(agreement), {"unsent": row.pk})
        assert WORDS not in client.get(clause_address(agreement)).content.decode()
    assert UnsentForm.objects.get() == row


def test_what_comes_from_a_browser_in_which_nobody_was_signed_in_is_not_kept(agreement: Agreement) -> None:
    answer = Client().post(clause_address(agreement), sent(agreement))
    assert "Copy what you want to keep" in answer.content.decode() and WORDS in answer.content.decode()
    forged = Client()
    forged.cookies["writer"] = str(lead(agreement, Party.CITY).pk)
    forged.post(clause_address(agreement), sent(agreement))
    assert not UnsentForm.objects.exists()


def test_who_signed_out_is_not_taken_for_whoever_types_there_next(agreement: Agreement, party: Party) -> None:
    client = client_of(lead(agreement, party))
    client.get(clause_address(agreement))
    client.post(reverse("account_logout"))
    answer = client.post(clause_address(agreement), sent(agreement))
    assert "Copy what you want to keep" in answer.content.decode()
    assert not UnsentForm.objects.exists()


def test_what_it_was_about_is_gone_and_the_words_stay(agreement: Agreement, party: Party) -> None:
    client = typed_when_signed_out(agreement, party)
    sign_in(client, lead(agreement, party))
    row = UnsentForm.objects.get()
    gone = clause_address(agreement).replace("goal-2", "goal-9")
    assert client.post(gone, {"unsent": row.pk, "text": WORDS}).status_code == 404
    assert UnsentForm.objects.get() == row


def test_it_can_be_changed_first_or_thrown_away(agreement: Agreement, party: Party) -> None:
    client = typed_when_signed_out(agreement, party)
    sign_in(client, lead(agreement, party))
    page = client.post(reverse("unsent_change", args=[UnsentForm.objects.get().pk]), follow=True)
    assert page.redirect_chain[-1][0] == clause_address(agreement)
    assert WORDS in html.fromstring(page.content.decode()).xpath("string(//textarea[@name='text'])")
    assert UnsentForm.objects.exists(), "it stays until it is sent, whatever became of its form"
    form = name_in(page, clause_address(agreement))
    assert client.post(clause_address(agreement), sent(agreement, form=form, text=f"{WORDS}!")).status_code == 302
    assert not UnsentForm.objects.exists()
    client = typed_when_signed_out(agreement, party)
    sign_in(client, lead(agreement, party))
    client.post(reverse("unsent_drop", args=[UnsentForm.objects.get().pk]))
    assert not UnsentForm.objects.exists()


def test_it_is_kept_for_a_day_and_not_without_bounds(agreement: Agreement) -> None:
    person, now = lead(agreement, Party.CITY), timezone.now()
    for number in range(8):
        actions.keep_unsent(person=person, address="/", words={"text": [f"{number}"]}, now=now)
    assert [row.words["text"] for row in UnsentForm.objects.waiting(person, now)] == [[f"{n}"] for n in range(7, 2, -1)]
    assert not actions.keep_unsent(person=person, address="/", words={"text": ["x" * LONGEST]}, now=now)
    assert not UnsentForm.objects.waiting(person, now + timedelta(days=1)).exists()
    clear_what_is_over(now + timedelta(days=1))
    assert not UnsentForm.objects.exists()


def test_neither_a_code_nor_the_yes_of_who_signs_is_kept(agreement: Agreement) -> None:
    client = client_of(lead(agreement, Party.CITY))
    client.get("/")
    end_session(client)
    address = reverse("sign", args=[agreement.partnership.slug])
    client.post(
        address, {"name": "Maria", "code": "123456", "intends": "on", "consents": "on", "csrfmiddlewaretoken": "x"}
    )
    assert UnsentForm.objects.get().words == {"name": ["Maria"]}


# --- The page was open while its person signed in anew -------------------------------------------------------------


def test_a_form_with_an_old_token_is_shown_and_sent_with_one_button(agreement: Agreement, party: Party) -> None:
    client = Client(enforce_csrf_checks=True)
    sign_in(client, lead(agreement, party))
    client.get(clause_address(agreement))
    old = sent(agreement, csrfmiddlewaretoken="o" * 64)
    answer = client.post(clause_address(agreement), old, headers={"Origin": "http://testserver"})
    assert answer.status_code == 403 and WORDS in answer.content.decode()
    again = form_in(answer, clause_address(agreement))
    assert client.post(clause_address(agreement), again, headers={"Origin": "http://testserver"}).status_code == 302
    assert Wording.objects.filter(party=party, texts__en=WORDS).exists()


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://evil.example"}, {"Origin": "null"}])
def test_what_another_site_sends_is_not_drawn_as_a_form(agreement: Agreement, headers: dict[str, str]) -> None:
    client = Client(enforce_csrf_checks=True)
    sign_in(client, lead(agreement, Party.CITY))
    answer = client.post(clause_address(agreement), sent(agreement), headers=headers)
    assert answer.status_code == 403 and WORDS not in answer.content.decode()


# --- It was refused, or its page was left -------------------------------------------------------------------------


def test_the_address_of_a_refused_form_opens_with_what_was_typed(agreement: Agreement, party: Party) -> None:
    """Also where the form stands on another page: on the people page here."""
    partnership: Partnership = agreement.partnership
    client, address = client_of(lead_of(partnership, party)), reverse("people_invite", args=[partnership.slug])
    form = name_in(client.get(reverse("people", args=[partnership.slug])), address)
    refused = client.post(address, {"form": form, "name": "Ines Invited", "email": "no address", "role": "member"})
    assert refused.status_code == 422
    opened = client.get(address, follow=True)
    assert opened.redirect_chain == [(reverse("people", args=[partnership.slug]), 302)]
    assert {"Ines Invited", "no address"} <= values_in(opened) and "is here again" in opened.content.decode()
    assert "Ines Invited" not in values_in(client_of(lead_of(partnership, party)).get(address, follow=True))
    client.post(
        address, {"form": form, "name": "Ines", "email": "ines@example.org", "language": "en", "role": "member"}
    )
    assert "Ines Invited" not in values_in(client.get(address, follow=True))


def test_what_changed_meanwhile_is_seen_before_it_is_sent_again(agreement: Agreement, party: Party) -> None:
    client, address = client_of(lead(agreement, party)), clause_address(agreement)
    form = name_in(client.get(address), address)
    client_of(lead(agreement, party.other)).post(address, sent(agreement, text="Theirs."))
    shown = standing(agreement, "goal-2").shown
    before = sent(agreement, shown="0" * 64, form=form)
    assert client.post(address, before).status_code == 409
    page = html.fromstring(client.get(address).content.decode())
    assert WORDS in page.xpath("string(//textarea[@name='text'])")
    assert shown in page.xpath("//input[@name='shown']/@value")


def test_a_fresh_code_takes_nothing_from_the_form_but_the_yes_of_who_signs(agreement: Agreement, party: Party) -> None:
    opened, person = open_for_signing(agreement), lead(agreement, party)
    client, address = signed_in(person, minutes_ago=20), reverse("sign", args=[agreement.partnership.slug])
    typed = {"shown": opened.digest, "name": "Somebody Else", "title": "Clerk", "consents": "on", "intends": "on"}
    assert client.post(address, typed)["Location"].startswith(reverse("confirm_identity"))
    session = client.session
    record_proof(session, person, timezone.now())
    session.save()
    page = html.fromstring(client.get(address).content.decode())
    assert {"Somebody Else", "Clerk"} <= set(page.xpath("//input/@value"))
    assert not page.xpath("//input[@type='checkbox']/@checked")


def test_a_change_of_language_keeps_what_was_typed(agreement: Agreement, party: Party) -> None:
    """The button belongs to the form of the page, so that a browser without scripts sends what is in it."""
    client, address = client_of(lead(agreement, party)), clause_address(agreement)
    page = html.fromstring(client.get(address).content.decode())
    [button] = page.xpath("//button[@name='language']")
    [form] = page.xpath(f"//form[@id='{button.get('form')}']")
    assert form.get("action") == address
    typed = {one.get("name"): one.get("value") for one in form.xpath(".//input[@type='hidden']")}
    typed |= {"text": WORDS, "reason": "It is shorter.", "language": "es"}
    page = client.post(button.get("formaction"), typed, follow=True)
    assert page.redirect_chain == [(address, 302)]
    assert '<html lang="es">' in page.content.decode()
    assert WORDS in html.fromstring(page.content.decode()).xpath("string(//textarea[@name='text'])")
    assert not Wording.objects.filter(texts__en=WORDS).exists()


def test_a_form_that_asks_for_a_language_does_not_choose_the_one_of_the_pages(agreement: Agreement) -> None:
    """A browser sends the button before the form, since it stands before it."""
    person = lead(agreement, Party.CITY)
    client = client_of(person)
    page = html.fromstring(client.get(reverse("person")).content.decode())
    [button] = page.xpath("//button[@name='language']")
    [form] = page.xpath(f"//form[@id='{button.get('form')}']//input[@name='form']/@value")
    typed = {"language": [button.get("value"), "en"], "form": form, "name": "Ana", "title": "Clerk"}
    page = client.post(button.get("formaction"), typed, follow=True).content.decode()
    assert '<html lang="es">' in page
    assert html.fromstring(page).xpath("//select[@name='language']/option[@selected]/@value") == ["en"]
    assert {"Ana", "Clerk"} <= set(html.fromstring(page).xpath("//input/@value"))


def test_each_form_of_a_page_is_drawn_with_its_own_words_alone(agreement: Agreement) -> None:
    client, address = client_of(lead(agreement, Party.CITY)), clause_address(agreement)
    leave_out = reverse("clause_remove", args=[agreement.partnership.slug, "goal-2"])
    form = name_in(client.get(address), leave_out)
    client.post(f"{reverse('set_language')}?next={address}", {"language": "es", "form": form, "reason": "Too far."})
    page = html.fromstring(client.get(address).content.decode())
    reasons = [area.text.strip() for area in page.xpath("//textarea[@name='reason']")]
    assert sorted(reasons) == ["", "Too far."]
    assert page.xpath("count(//details[@open]//textarea[@name='reason'])") == 1


def test_after_a_day_the_session_has_forgotten_it(agreement: Agreement) -> None:
    client, address = client_of(lead(agreement, Party.CITY)), clause_address(agreement)
    form = name_in(client.get(address), address)
    client.post(f"{reverse('set_language')}?next={address}", {"language": "es", "form": form, "text": WORDS})
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert WORDS not in client.get(address).content.decode()
    assert client.session[SESSION] == []


def test_what_others_typed_in_this_browser_before_is_not_drawn(agreement: Agreement) -> None:
    """Somebody who signed in here before, or nobody who is known."""
    client, address = client_of(lead(agreement, Party.CITY)), clause_address(agreement)
    form = name_in(client.get(address), address)
    client.post(f"{reverse('set_language')}?next={address}", {"language": "es", "form": form, "text": WORDS})
    assert WORDS in client.get(address).content.decode()
    sign_in(client, lead(agreement, Party.COMMUNITY))
    assert WORDS not in client.get(address).content.decode()
    client, address = Client(), reverse("components")
    client.post(f"{reverse('set_language')}?next={address}", {"language": "es", "name": "Olga Onlooker"})
    assert "Olga Onlooker" in client.get(address).content.decode()
    sign_in(client, lead(agreement, Party.COMMUNITY))
    assert "Olga Onlooker" not in client.get(address).content.decode()


def name_in(response: object, action: str) -> str:
    """Which form it says that it is."""
    return form_in(response, action)["form"]


def values_in(response: object) -> set[str]:
    return set(html.fromstring(response.content.decode()).xpath("//input[@type='text' or @type='email']/@value"))
