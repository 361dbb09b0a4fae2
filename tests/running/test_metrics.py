"""/metrics: off unless asked for, behind a token, and one answer for all processes of the pages."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from django.test import Client
from django.urls import reverse

from agreements.models import Seal
from mail.models import Heartbeat, MailState, OutboxMail
from partners.parties import Party
from tests.factories.agreements import agree_to_all, first_draft, open_for_signing, sign_both
from tests.factories.people import NOW, make_person
from tests.mail.mailbox import code_to, deliver
from tests.running.process import run
from tests.running.site import Site
from topcities.metrics import as_text

TOKEN = "a-token-for-tests-of-more-than-32-characters"


def figures(text: str) -> dict[str, float]:
    return {name: float(value) for name, value in re.findall(r"^(topcities_\S+) (\S+)$", text, re.MULTILINE)}


@pytest.mark.django_db
def test_without_a_token_there_is_no_such_page(client: Client, settings: object) -> None:
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
    settings.METRICS_TOKEN = TOKEN
    for shown in ({}, {"Authorization": "Bearer "}, {"Authorization": f"Bearer {TOKEN}x"}, {"Authorization": TOKEN}):
        answer = client.get("/metrics", headers=shown)
        assert (answer.status_code, answer.content) == (401, b"")
    assert client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200


def test_a_token_that_can_be_guessed_is_refused(tmp_path: Path) -> None:
    result = run("script/ready.py", data=tmp_path, METRICS_TOKEN="short")
    assert result.returncode == 1
    assert "METRICS_TOKEN needs 32" in result.stderr


@pytest.mark.django_db
def test_it_tells_what_waits_and_for_how_long() -> None:
    agree_to_all(ready := first_draft(), *Party)
    signed = sign_both(open_for_signing(ready))
    later = Seal.objects.get(edition=signed).asked_at + timedelta(hours=1)
    OutboxMail.objects.update(due_at=later - timedelta(minutes=10))
    first, *rest = OutboxMail.objects.filter(state=MailState.WAITING)
    OutboxMail.objects.filter(pk=first.pk).update(state=MailState.GIVEN_UP, settled_at=NOW)
    Heartbeat.objects.create(name="worker", at=later - timedelta(seconds=30))

    found = figures(as_text(later).decode())
    assert found["topcities_mail_waiting"] == len(rest) > 0
    assert found["topcities_mail_oldest_seconds"] == 600
    assert found["topcities_mail_given_up"] == 1
    assert found['topcities_seals_waiting{of="agreements"}'] == 1
    assert found['topcities_seals_oldest_seconds{of="agreements"}'] == 3600
    assert found['topcities_seals_waiting{of="reports"}'] == 0
    assert found["topcities_worker_last_seen_seconds"] == 30
    assert found["topcities_certificate_days"] > 10_000, "made on this machine, for thirty years"


def test_whichever_process_is_asked_answers_for_all(tmp_path: Path) -> None:
    site = Site(tmp_path, DEMO="0", WEB_CONCURRENCY="2", METRICS_TOKEN=TOKEN)
    try:
        site.start()
        for _time in range(20):
            assert site.status("/verify/") == 200
        with pytest.raises(HTTPError, match="401"):
            urlopen(f"http://127.0.0.1:{site.port}/metrics")
        asked = Request(f"http://127.0.0.1:{site.port}/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        for _time in range(4):
            found = figures(urlopen(asked).read().decode())  # noqa: S310
            assert found['topcities_request_seconds_count{method="GET",status="200",view="verify"}'] == 20
            assert found['topcities_refused_total{why="401"}'] == 1
    finally:
        site.end()


@pytest.mark.django_db
def test_a_code_that_was_wrong_is_counted_and_a_right_one_is_not(settings: object) -> None:
    settings.MIDDLEWARE = ["topcities.metrics.RequestTimes", *settings.MIDDLEWARE]
    client, person = Client(), make_person()
    before = refused()
    client.post(reverse("account_request_login_code"), {"email": person.email})
    assert refused() == before
    client.post(reverse("account_confirm_login_code"), {"code": "000000"})
    assert refused() == before + 1
    deliver()
    assert client.post(reverse("account_confirm_login_code"), {"code": code_to(person.email)}).status_code == 302
    assert refused() == before + 1


def refused() -> float:
    return figures(as_text(NOW).decode()).get('topcities_refused_total{why="code"}', 0)
