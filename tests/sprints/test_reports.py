"""A sealed report on the promises: both sides ask for the same facts, it is sealed once, and anybody can verify it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from agreements.pdf import draw
from agreements.pdf.sandbox import SandboxFailed
from agreements.refusals import Stale
from ledger.models import Event
from partners.parties import Party
from partners.rules import Refused
from sprints import actions
from sprints.actions.report_seals import keep_sealed, seal_reports
from sprints.domain.reports import ReportSubject
from sprints.models import SealedReport, Sprint
from tests.agreements.pdf_tools import text_of as pdf_text
from tests.factories.decisions import todo
from tests.factories.people import NOW, TODAY, client_of, everybody
from tests.factories.sprints import at, lead_in, recipients_of, started_sprint
from tests.factories.sustainability import describe
from tests.pages import sprint_url as url
from tests.pages import text_of
from topcities.doctor import seals
from topcities.figures import Figures

pytestmark = pytest.mark.django_db
WAITS = "The other side asks for a sealed report on the promises."


@pytest.fixture(autouse=True)
def own_folder(settings: object, tmp_path: Path) -> None:
    settings.DATA_DIR, settings.SEAL_PKCS12 = tmp_path, ""


@pytest.fixture
def sprint() -> Sprint:
    return started_sprint()


def shown(sprint: Sprint, now: datetime = NOW) -> str:
    return ReportSubject(sprint, now=now).digest


def ask(sprint: Sprint, party: Party, *, now: datetime = NOW) -> SealedReport | None:
    """The report that this yes makes, if it is the second one."""
    before = set(SealedReport.objects.values_list("pk"))
    act = {"by": lead_in(sprint, party), "subject": ReportSubject(sprint, now=now), "now": now}
    actions.sign_off(shown=shown(sprint, now), **act)
    return next((one for one in SealedReport.objects.all() if (one.pk,) not in before), None)


def clock(now: datetime = NOW) -> Callable[[], datetime]:
    return lambda: now


def verify(data: bytes) -> str:
    return text_of(Client().post(reverse("verify"), {"pdf": SimpleUploadedFile("report.pdf", data)}))


def test_when_both_ask_it_is_sealed_and_anybody_can_verify_it(sprint: Sprint, party: Party) -> None:
    with time_machine.travel(NOW, tick=False):
        first, second = (client_of(lead_in(sprint, one)) for one in (party, party.other))
        page = first.get(url(sprint, "promises/"))
        said = first.post(url(sprint, "reports/sign-off/"), {"shown": page.context["shown"]}, follow=True)
        assert "It is sealed when the other side asks too." in text_of(said)
        assert not SealedReport.objects.exists()
        assert [WAITS in todo(sprint, one) for one in (party, party.other)] == [False, True]
        second.post(url(sprint, "reports/sign-off/"), {"shown": shown(sprint)})
        assert "is being sealed" in text_of(first.get(url(sprint, "promises/")))
    assert WAITS not in todo(sprint, party.other)
    assert seal_reports(clock=clock()) == 1
    assert seal_reports(clock=clock(NOW + timedelta(days=1))) == 0
    sealed = SealedReport.objects.get()
    answer = second.get(url(sprint, f"reports/{sealed.pk}.pdf"))
    assert answer.headers["Content-Type"] == "application/pdf"
    for one in Party:
        assert f"Asked for by {lead_in(sprint, one).name}" in pdf_text(answer.content)
    told = verify(answer.content)
    assert "A report, and not an agreement: the file has not changed since it was sealed here" in told
    assert f"This is a report on promises kept, as of March {TODAY.day}, 2027. Both sides asked for it" in told
    assert "Not valid" in verify(answer.content.replace(b"/ByteRange", b"/ByteRangf", 1))
    assert sorted(recipients_of("report.sealed"), key=str) == sorted((lead_in(sprint, one) for one in Party), key=str)
    assert Event.objects.filter(kind="report.sealed", chain=sprint.partnership_id).count() == 1


def test_new_facts_ask_again_and_another_day_does_not(sprint: Sprint, party: Party) -> None:
    later = at(sprint, week=3)
    ask(sprint, party)
    assert shown(sprint) == shown(sprint, later), "what became late since is no new fact"
    before = shown(sprint)
    describe(sprint, party.other)
    assert WAITS in todo(sprint, party.other), "new facts do not take back that somebody asked"
    with pytest.raises(Stale):
        act = {"by": lead_in(sprint, party.other), "subject": ReportSubject(sprint, now=NOW), "now": NOW}
        actions.sign_off(shown=before, **act)
    assert ask(sprint, party.other) is None
    assert [WAITS in todo(sprint, one) for one in (party, party.other)] == [True, False]
    assert not SealedReport.objects.exists()
    assert "Asked for an earlier one" in text_of(client_of(lead_in(sprint, party)).get(url(sprint, "promises/")))
    assert ask(sprint, party)


def test_only_leads_ask_each_for_their_own_side(sprint: Sprint, party: Party) -> None:
    people = everybody(sprint.partnership)
    for name in (f"{party} member", "staff", "outsider", "superuser"):
        with pytest.raises(Refused):
            act = {"by": people[name], "subject": ReportSubject(sprint, now=NOW), "now": NOW}
            actions.sign_off(shown=shown(sprint), **act)
    ask(sprint, party)
    assert ask(sprint, party) is None
    report = ask(sprint, party.other)
    seal_reports(clock=clock())
    other = started_sprint()
    stranger = client_of(lead_in(other, party))
    for place in (sprint, other):
        assert stranger.get(url(place, f"reports/{report.pk}.pdf")).status_code == 404


def test_one_that_fails_says_why_and_is_tried_again(sprint: Sprint, monkeypatch: pytest.MonkeyPatch) -> None:
    for party in Party:
        ask(sprint, party)

    def fail(*_args: object, **_options: object) -> bytes:
        raise SandboxFailed("the work took too long")

    with monkeypatch.context() as patched:
        patched.setattr(draw, "draw_apart", fail)
        assert seal_reports(clock=clock()) == 0
    waiting = SealedReport.objects.get()
    assert "took too long" in waiting.problem
    assert recipients_of("report.sealed") == []
    assert ["took too long" in finding.says for finding in seals(Figures(NOW + timedelta(days=1)))] == [True]
    assert seal_reports(clock=clock(waiting.due_at)) == 1
    assert keep_sealed(waiting, b"another", now=NOW) is False, "a slower worker's file is not kept"
    assert SealedReport.objects.get().problem == ""
