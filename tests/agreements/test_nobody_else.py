"""Nobody acts for a party but its own lead: not the other side, a member, staff or a superuser, and by no way in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from agreements import actions
from agreements.domain.clause_status import agreement_status
from agreements.models import Agreement, Assent, Clause, Edition, PaperCopy, Signature, Wording, WordingDraft
from agreements.refusals import NotNow
from ledger.models import Event
from partners.models import Partnership, Person, Program
from partners.parties import Party, Role
from partners.rules import Refused
from tests.crawl import addresses_in
from tests.factories.agreements import (
    SCAN,
    agree_to_all,
    clause,
    hand_in,
    lead,
    make_agreement,
    open_for_signing,
    proof_for,
    propose,
    sign,
    standing,
)
from tests.factories.people import NOW, client_of, make_person, make_seat, member_of, staff_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
DECIDED = (Agreement, Clause, Wording, Assent, Edition, Signature, PaperCopy, WordingDraft)


def decided() -> list[object]:
    """Everything that parties decide, as it stands."""
    return [list(model._base_manager.order_by("pk").values()) for model in DECIDED]


def powerful(partnership: Partnership) -> dict[str, Person]:
    """People who may much, and hold no seat: with every permission that there is."""
    staff = staff_of(partnership.program)
    staff.is_staff = True
    staff.save()
    root = make_person("Root", is_staff=True, is_superuser=True)
    both = make_person("Both", is_staff=True, is_superuser=True)
    partnership.program.staff.create(person=both, since=NOW)
    for person in (staff, root, both):
        person.user_permissions.set(Permission.objects.all())
    return {"staff": staff, "superuser": root, "staff and superuser": both}


def beside(partnership: Partnership) -> dict[str, Person]:
    """People with a seat that speaks for no party."""
    roles = (Role.TECHNOLOGY_PARTNER, Role.PRODUCT_ADVISOR, Role.EXECUTIVE_SPONSOR)
    return {str(role): make_seat(partnership, role).person for role in roles}


Stage = Callable[[Party], Agreement]


def being_written(party: Party) -> Agreement:
    """With a proposal that waits, and a suggestion of a member."""
    agreement = make_agreement()
    propose(agreement, "goal-1", "Something to answer.", by=lead(agreement, party))
    propose(agreement, "goal-2", "A suggestion.", by=member_of(agreement.partnership, party))
    return agreement


def ready_to_open(party: Party) -> Agreement:
    agreement = make_agreement()
    agree_to_all(agreement)
    return agreement


def half_signed(party: Party) -> Agreement:
    """One side has signed; the scan of the other side's paper waits to be confirmed."""
    agreement = make_agreement()
    edition = open_for_signing(agreement)
    sign(edition, party)
    hand_in(edition, party.other)
    return agreement


def in_force(party: Party) -> Agreement:
    agreement = make_agreement()
    edition = open_for_signing(agreement)
    for each in Party:
        sign(edition, each)
    return agreement


STAGES = [being_written, ready_to_open, half_signed, in_force]


def every_act(agreement: Agreement, by: Person) -> Iterator[tuple[str, Callable[[], object]]]:
    """Each action on an agreement, with the values that would make it succeed for the right person."""
    edition = agreement.editions.first()
    paper = PaperCopy.objects.filter(edition=edition).first()
    act = {"by": by, "now": NOW}
    for key in ("goal-1", "goal-2", "goal-3"):
        on = standing(agreement, key)
        at = {**act, "clause": clause(agreement, key), "shown": on.shown}
        for wording in on.live:
            yield "agree", lambda at=at, wording=wording: actions.agree(wording=wording, **at)
            yield "put forward", lambda at=at, wording=wording: actions.put_forward(wording=wording, **at)
            aside = {**act, "clause": at["clause"], "wording": wording}
            yield "set aside", lambda aside=aside: actions.set_aside(**aside)
            yield (
                "save a draft",
                lambda aside=aside: actions.save_draft(
                    by=by, clause=aside["clause"], text="x", reason="", based_on=aside["wording"], now=NOW
                ),
            )
        yield "propose", lambda at=at: actions.propose(text="Ours", reason="Power", **at)
    shown = agreement_status(agreement).remaining_digest(Party.CITY)
    yield "agree to all", lambda: actions.agree_to_remaining(agreement=agreement, shown=shown, **act)
    added = {"kind": "goal", "owner": "", "text": "More power.", "reason": "Power"}
    yield "add a clause", lambda: actions.add_clause(agreement=agreement, **added, **act)
    names = {"organization": "Us", "signatory": by.name}
    yield "correct the names", lambda: actions.correct_names(agreement=agreement, **names, **act)
    yield "open for signing", lambda: actions.open_for_signing(agreement=agreement, **act)
    yield "amend", lambda: actions.amend(agreement=agreement, reason="Power", **act)
    yield "end", lambda: actions.end(agreement=agreement, reason="Power", proof=proof_for(by), **act)
    if edition:
        proof = proof_for(by)
        for party in Party:
            name = lead(agreement, party).name
            yield "sign", lambda party=party: sign(edition, party, by=by, proof=proof)
            yield "hand in a paper", lambda party=party, name=name: hand_in(edition, party, by=by, name=name)
        yield "reopen", lambda: actions.reopen(edition=edition, reason="Power", **act)
        yield "put a name right", lambda: actions.put_name_right(edition=edition, signatory=by.name, **act)
    if paper:
        confirm = {**act, "paper": paper, "shown": edition.digest, "proof": proof_for(by)}
        yield "confirm a paper", lambda: actions.confirm_paper(**confirm)
        yield "refuse a paper", lambda: actions.refuse_paper(paper=paper, reason="Power", **act)


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.__name__)
def test_no_action_lets_the_powerful_or_those_beside_the_parties_act_for_one(stage: Stage, party: Party) -> None:
    agreement = stage(party)
    people = powerful(agreement.partnership) | beside(agreement.partnership)
    before = decided()
    for who, person in people.items():
        for name, act in every_act(agreement, person):
            with pytest.raises((Refused, NotNow)) as refusal:
                act()
            if isinstance(refusal.value, NotNow):
                assert name not in {"sign", "confirm a paper"}, "these are refused for who asks, at every stage"
        assert decided() == before, who


def test_each_of_these_acts_succeeds_for_the_right_person(party: Party) -> None:
    """What makes the refusals above worth something: with another `by` nothing else is wrong with them."""
    named, done = set(), set()
    for stage in STAGES:
        agreement = stage(party)
        for person in [*(lead(agreement, side) for side in Party), member_of(agreement.partnership, party)]:
            for name, act in every_act(agreement, person):
                named.add(name)
                if name not in done and succeeds(act):
                    done.add(name)
    assert named - done == set()


def succeeds(act: Callable[[], object]) -> bool:
    """Do it, and undo it again."""
    try:
        with transaction.atomic():
            act()
            transaction.set_rollback(True)
    except Exception:
        return False
    return True


# --- Through the pages --------------------------------------------------------------------------------------


def full_form(agreement: Agreement, address: str) -> dict[str, object]:
    """A form that holds everything that any act of the agreement asks for, rightly filled in."""
    on = standing(agreement, "goal-1")
    edition = agreement.editions.first()
    shown = edition.digest if edition and "/clauses/" not in address else on.shown
    return {
        "shown": agreement_status(agreement).remaining_digest(Party.CITY) if "remaining" in address else shown,
        "wording": on.live[-1].number,
        "based_on": 1,
        "text": "All power to us.",
        "comment": "All power to us.",
        "reason": "Power",
        "send": "",
        "name": lead(agreement, Party.CITY).name,
        "organization": "Us",
        "signatory": "Root",
        "title": "Emperor",
        "consents": "on",
        "intends": "on",
        "kind": "goal",
        "owner": "",
        "paper_date_month": "3",
        "paper_date_day": "2",
        "paper_date_year": "2027",
        "scan": SimpleUploadedFile("scan.pdf", SCAN),
    }


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.__name__)
def test_no_form_lets_the_powerful_or_those_beside_the_parties_act_for_one(stage: Stage, party: Party) -> None:
    agreement = stage(party)
    paper = PaperCopy.objects.first()
    people = powerful(agreement.partnership) | beside(agreement.partnership)
    people = {who: people[who] for who in ("superuser", "staff and superuser", "technology")}
    known = {"number": paper.pk if paper else 1, "key": "goal-1"}
    before = decided()
    for who, person in people.items():
        client = client_of(person)
        for name, address in addresses_in(agreement.partnership.slug, **known):
            if "/agreement/" in address:
                answer = client.post(address, full_form(agreement, address))
                may_talk = (who, name) == ("technology", "clause_comment")
                refused = answer.status_code in {403, 404, 405, 409}
                assert refused or may_talk, (who, name, answer.status_code)
        assert decided() == before, who


# --- Through the admin site and the demonstration -----------------------------------------------------------


@pytest.mark.parametrize("model", list(admin.site._registry), ids=lambda model: model._meta.label)
def test_the_admin_site_adds_changes_and_removes_nothing_for_anybody(model: type, party: Party) -> None:
    agreement = half_signed(party)
    root = powerful(agreement.partnership)["superuser"]
    client, before = client_of(root), decided()
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    row = model._default_manager.first()
    given = {field.name: "1" for field in model._meta.fields} | {"_save": "Save", "party": party, "name": "Root"}
    assert client.post(reverse(f"{name}_add"), given).status_code == 403
    assert client.get(reverse(f"{name}_changelist")).status_code == 200
    if row and model is not Person:
        assert client.post(reverse(f"{name}_change", args=[row.pk]), given).status_code == 403
    if row:
        assert client.post(reverse(f"{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    for chosen in ("delete_selected", "sign", "agree"):
        client.post(reverse(f"{name}_changelist"), {"action": chosen, "_selected_action": [row.pk if row else 1]})
    assert decided() == before
    assert set(admin.site._registry[model].get_actions(_request(root))) <= {"export"}


def _request(person: Person) -> object:
    from django.test import RequestFactory

    request = RequestFactory().get("/admin/")
    request.user = person
    return request


@pytest.mark.parametrize("model", [Assent, Signature, Edition, Wording, PaperCopy], ids=lambda model: model.__name__)
def test_what_parties_decide_has_no_form_on_the_admin_site(model: type) -> None:
    registered = admin.site._registry.get(model)
    if registered is None:
        with pytest.raises(NoReverseMatch):
            reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")
    else:
        request = _request(make_person(is_staff=True, is_superuser=True))
        assert not registered.has_add_permission(request) and not registered.has_change_permission(request)


def test_the_demonstration_lets_nobody_become_a_real_person(settings: object, party: Party) -> None:
    settings.DEMO = True
    agreement = half_signed(party)
    root = client_of(make_person(is_staff=True, is_superuser=True))
    person = lead(agreement, party)
    for client in (Client(), root):
        assert client.post(reverse("demo_become", args=[person.pk])).status_code == 404
        assert client.session.get("_auth_user_id") != str(person.pk)
    Program.objects.update(is_demo=True)
    assert Client().post(reverse("demo_become", args=[person.pk])).status_code == 404


# --- One side for the other ---------------------------------------------------------------------------------


def test_a_lead_decides_nothing_of_the_other_side_and_the_attempt_is_in_the_ledger(party: Party) -> None:
    agreement = being_written(party)
    suggestion = standing(agreement, "goal-2").suggestions[0]
    other = lead(agreement, party.other)
    client, slug = client_of(other), agreement.partnership.slug
    sent = {"wording": suggestion.number, "shown": standing(agreement, "goal-2").shown}
    acts = ["clause_put_forward", "clause_set_aside"]
    before = decided()
    for name in acts:
        assert client.post(reverse(name, args=[slug, "goal-2"]), sent).status_code == 403, name
        assert decided() == before, name
    assert client.post(reverse("clause_agree", args=[slug, "goal-2"]), sent).status_code in {403, 409}
    assert decided() == before, "a member's suggestion is not the other side's to take up"
    told = Event.objects.filter(chain=agreement.partnership_id, kind="refused", actor=other.pk)
    assert sorted(event.content.payload["what"] for event in told) == sorted(f"POST {name}" for name in acts)


def test_a_lead_does_not_confirm_the_paper_of_their_own_side(party: Party) -> None:
    agreement = half_signed(party)
    paper, edition = PaperCopy.objects.get(), agreement.editions.get()
    own = client_of(lead(agreement, party.other))
    address = reverse("paper_confirm", args=[agreement.partnership.slug, paper.pk])
    assert own.post(address, {"shown": edition.digest}).status_code == 403
    told = Event.objects.get(chain=agreement.partnership_id, kind="refused")
    assert told.content.payload == {"what": "POST paper_confirm"}
    assert Signature.objects.count() == 1
    assert client_of(lead(agreement, party)).post(address, {"shown": edition.digest}).status_code == 302


# --- What a form claims -------------------------------------------------------------------------------------

CLAIMS = {
    "party": "other",
    "role": "lead",
    "by": "other",
    "person": "other",
    "signed_by": "other",
    "signed_at": "2020-01-01T00:00:00Z",
    "at": "2020-01-01T00:00:00Z",
    "now": "2020-01-01T00:00:00Z",
    "created_at": "2020-01-01T00:00:00Z",
    "uploaded_at": "2020-01-01T00:00:00Z",
    "confirmed_at": "2020-01-01T00:00:00Z",
    "state": "in force",
    "method": "paper",
    "proof": "passkey",
    "proof_method": "passkey",
    "proved_at": "2020-01-01T00:00:00Z",
    "address": "mallory@example.org",
    "number": "7",
    "edition": "7",
    "digest": "0" * 64,
    "author": "other",
    "withdrawn_at": "2020-01-01T00:00:00Z",
}


def with_claims(form: dict[str, object], agreement: Agreement, party: Party) -> dict[str, object]:
    other = lead(agreement, party.other)
    values = {"other": str(other.pk)}
    claims = {name: values.get(value, value) for name, value in CLAIMS.items()}
    return {**claims, "party": party.other, **form}


def test_what_a_form_claims_of_who_and_when_is_ignored(party: Party) -> None:
    agreement = make_agreement()
    person, slug = lead(agreement, party), agreement.partnership.slug
    client, start = client_of(person), timezone.now()
    on = standing(agreement, "goal-1")
    form = {"text": "Ours", "reason": "Because", "shown": on.shown, "based_on": 1, "send": ""}
    client.post(reverse("clause", args=[slug, "goal-1"]), with_claims(form, agreement, party))
    wording = Wording.objects.get(clause__key="goal-1", number=2)
    assert (wording.party, wording.author, wording.withdrawn_at) == (party, person, None)
    assert wording.created_at >= start
    for side in Party:
        agree_to_all(agreement, side)
    client.post(reverse("open_for_signing", args=[slug]), with_claims({}, agreement, party))
    edition = Edition.objects.get()
    assert (edition.number, edition.state, edition.opened_by) == (1, "signing", person) and edition.opened_at >= start
    form = {"shown": edition.digest, "name": person.name, "title": "Director", "consents": "on", "intends": "on"}
    client.post(reverse("sign", args=[slug]), with_claims(form, agreement, party))
    signature = Signature.objects.get()
    assert (signature.party, signature.signed_by, signature.method) == (party, person, "electronic")
    assert (signature.proof_method, signature.organization) == ("email code", _own_name(agreement, party))
    assert signature.signed_at >= start and signature.proved_at >= start - timedelta(minutes=5)
    assert signature.address.startswith(person.email[0]) and "mallory" not in signature.address
    assert Event.objects.get(kind="edition.signed").actor == person.pk


def _own_name(agreement: Agreement, party: Party) -> str:
    return agreement.partnership.organizations.get(party=party).name


def test_what_a_form_claims_of_a_paper_is_ignored(party: Party) -> None:
    agreement = make_agreement()
    edition = open_for_signing(agreement)
    person, start = lead(agreement, party), NOW + timedelta(hours=1)
    form = full_form(agreement, "") | {"name": person.name, "shown": edition.digest}
    address = reverse("paper", args=[agreement.partnership.slug])
    with time_machine.travel(start, tick=False):
        answer = client_of(person).post(address, with_claims(form, agreement, party))
    assert answer.status_code == 302, answer.content.decode()
    paper = PaperCopy.objects.get()
    assert (paper.party, paper.uploaded_by, paper.confirmed_at, paper.confirmed_by) == (party, person, None, None)
    assert paper.uploaded_at >= start
    assert not Signature.objects.exists()
