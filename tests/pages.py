"""Pages as tests open and read them."""

from __future__ import annotations

import html
import re
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from partners.models import Person
from tests.factories.people import client_of, record_proof


def signed_in(person: Person, *, minutes_ago: int = 0) -> Client:
    client = client_of(person, proved=not minutes_ago)
    if minutes_ago:
        session = client.session
        record_proof(session, person, timezone.now() - timedelta(minutes=minutes_ago))
        session.save()
    return client


def agreement_url(agreement: object, rest: str = "") -> str:
    return f"/partnerships/{agreement.partnership.slug}/agreement/{rest}"


def sprint_url(sprint: object, rest: str = "") -> str:
    return f"/partnerships/{sprint.partnership.slug}/sprint/{rest}"


def text_of(response: object) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())))


def page_of(person: Person, address: str) -> str:
    return client_of(person).get(address, follow=True).content.decode()
