"""The admin shows what happened and which mail left, and changes nothing of it."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from ledger.models import Event, EventContent, Head
from ledger.record import erase
from mail.models import Heartbeat, OutboxMail
from mail.outbox import queue_mail
from tests.factories.people import NOW, client_of, make_person
from tests.ledger.chains import make_chain

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
SHOWN = [Event, OutboxMail]
CODE = "918273"


@pytest.fixture
def chain() -> UUID:
    """A chain of three, of which the second was erased, and a mail with a code that waits."""
    chain = make_chain(3)
    erase(chain=chain, sequence=2, reason="Order of a court", by=None, now=NOW)
    queue_mail(
        key="k", kind="sign-in code", to="ana@example.org", language="en", about={}, secret={"code": CODE}, now=NOW
    )
    return chain


@pytest.fixture
def root() -> Client:
    return client_of(make_person("Root", is_staff=True, is_superuser=True))


def page(client: Client, model: type, name: str, *arguments: object, **query: object) -> str:
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=arguments)
    response = client.get(address, query)
    assert response.status_code == 200
    return response.content.decode()


def test_a_superuser_sees_that_something_happened_and_not_what_was_said(chain: UUID, root: Client) -> None:
    """What people wrote to each other is theirs; an event's place in the chain is everybody's to check."""
    events = list(Event.objects.select_related("content"))
    assert any("words 1" in str(event.content.payload) for event in events if hasattr(event, "content"))
    shown = page(root, Event, "changelist") + "".join(page(root, Event, "change", event.pk) for event in events)
    assert str(chain) in shown and events[0].digest in shown
    assert "words 1" not in shown and "Order of a court" not in shown


def test_a_superuser_reads_whom_a_mail_is_for_and_not_its_code(chain: UUID, root: Client) -> None:
    shown = page(root, OutboxMail, "changelist") + page(root, OutboxMail, "change", OutboxMail.objects.get().pk)
    assert "ana@example.org" in shown
    assert CODE not in shown


@pytest.mark.parametrize("model", SHOWN)
def test_nobody_adds_changes_or_removes_anything_there(chain: UUID, root: Client, model: type) -> None:
    row = model.objects.order_by("pk").first()
    before = list(model.objects.order_by("pk").values())
    for name, arguments in (("add", []), ("delete", [row.pk])):
        assert (
            root.get(
                reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=arguments)
            ).status_code
            == 403
        )
    form = dict.fromkeys(("kind", "to", "state", "secret", "says"), "x") | {"post": "yes"}
    for name, arguments in (("add", []), ("change", [row.pk]), ("delete", [row.pk])):
        assert (
            root.post(
                reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=arguments), form
            ).status_code
            == 403
        )
    chosen = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    root.post(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"), chosen)
    assert list(model.objects.order_by("pk").values()) == before
    assert 'name="_save"' not in page(root, model, "change", row.pk)


@pytest.mark.parametrize("model", [Head, EventContent, Heartbeat])
def test_what_stands_behind_is_not_there_at_all(model: type) -> None:
    assert not admin.site.is_registered(model)


@pytest.mark.parametrize("model", SHOWN)
@pytest.mark.parametrize("words", ["said", "court", "ana@", "%", "'", "a" * 64, "123"])
def test_searching_for_anything_typed_finds_something_or_nothing(
    chain: UUID, root: Client, model: type, words: str
) -> None:
    page(root, model, "changelist", q=words)


def test_a_chain_is_found_by_its_id(chain: UUID, root: Client) -> None:
    make_chain(3)
    assert "4 events" in page(root, Event, "changelist", q=chain)


@pytest.mark.parametrize("model", SHOWN)
@pytest.mark.parametrize("fields", [{}, {"is_staff": True}], ids=["somebody", "staff without rights"])
def test_nobody_else_sees_it(chain: UUID, model: type, fields: dict) -> None:
    response = client_of(make_person(**fields)).get(
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    )
    assert response.status_code in {302, 403}
    assert str(chain) not in response.content.decode()
