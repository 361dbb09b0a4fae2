"""Each act of an agreement: where it is tried, and whom it lets in."""

from __future__ import annotations

from agreements import actions
from agreements.domain.clause_status import agreement_status
from agreements.domain.editions import content
from agreements.models import Wording, WordingDraft
from partners.actions import share_with_staff
from partners.models import Person, Shared
from partners.parties import Party
from partners.rules import party_of
from tests.factories.agreements import SCAN, clause, propose, standing
from tests.factories.people import NOW, make_person, make_seat
from tests.guards.partners import BEGUN, STAFF
from tests.guards.people import BY_LINK, LEADS, SEATED, SIDES
from tests.guards.scenes import OWN, Said, Scene, Table, World, table_of

TABLE: Table = {}
guarded = table_of(actions, TABLE)


@guarded(STAFF, doer="staff")
def start_partnership(w: World) -> Scene:
    return Scene(w.seated, {"program": w.seated.program, "issue": "blight", **BEGUN})


@guarded(STAFF, doer="staff")
def start_agreement(w: World) -> Scene:
    return Scene(w.seated, {"partnership": w.seated, "issue": "blight"})


# --- Writing ------------------------------------------------------------------------------------------------


def _suggestion(w: World) -> Wording:
    """Of the member of the own side."""
    return standing(w.writing, "goal-2").suggestions[0]


def _on_clause(w: World, key: str) -> Said:
    return {"clause": clause(w.writing, key), "shown": standing(w.writing, key).shown}


@guarded(LEADS)
def agree(w: World) -> Scene:
    return Scene(w.writing.partnership, _on_clause(w, "goal-3") | {"wording": standing(w.writing, "goal-3").base})


@guarded(LEADS)
def agree_to_remaining(w: World) -> Scene:
    status = agreement_status(w.writing)

    def said(person: Person) -> Said:
        party = party_of(person, w.writing.partnership) or OWN
        return {"agreement": w.writing, "shown": status.remaining_digest(party)}

    return Scene(w.writing.partnership, said)


@guarded(SIDES)
def propose__words(w: World) -> Scene:
    return Scene(w.writing.partnership, _on_clause(w, "goal-3") | {"text": "Ours.", "reason": "It is ours."})


@guarded({"community lead"})
def put_forward(w: World) -> Scene:
    return Scene(w.writing.partnership, _on_clause(w, "goal-2") | {"wording": _suggestion(w)})


@guarded({"community lead", "community member"}, doer="community member")
def set_aside(w: World) -> Scene:
    return Scene(w.writing.partnership, {"clause": clause(w.writing, "goal-2"), "wording": _suggestion(w)})


@guarded({"community lead"})
def set_aside__of_a_colleague(w: World) -> Scene:
    colleague = make_seat(w.writing.partnership, "member", OWN, person=make_person("Cleo Colleague")).person
    wording = propose(w.writing, "goal-3", "Another suggestion.", by=colleague)
    return Scene(w.writing.partnership, {"clause": clause(w.writing, "goal-3"), "wording": wording})


@guarded(SIDES)
def add_clause(w: World) -> Scene:
    said = {"kind": "goal", "owner": "", "text": "A new goal.", "reason": ""}
    return Scene(w.writing.partnership, {"agreement": w.writing, **said})


@guarded({*SIDES, *BY_LINK})
def save_draft(w: World) -> Scene:
    found = clause(w.writing, "goal-3")
    return Scene(w.writing.partnership, {"clause": found, "text": "x", "reason": "", "based_on": found.base})


@guarded({*SIDES, *BY_LINK})
def discard_draft(w: World) -> Scene:
    """Everybody has one, also those who could not have written it."""
    found = clause(w.writing, "goal-3")
    for person in w.people(w.writing.partnership).values():
        WordingDraft.objects.create(clause=found, person=person, text="x", reason="", based_on=found.base, saved_at=NOW)
    return Scene(w.writing.partnership, {"clause": found})


@guarded(SEATED)
def comment(w: World) -> Scene:
    return Scene(w.writing.partnership, {"clause": clause(w.writing, "goal-3"), "text": "Is this ours?"})


@guarded({*SEATED, "staff"}, doer="staff")
def comment__where_both_sides_share_their_drafts(w: World) -> Scene:
    for party in Party:
        by = w.people(w.writing.partnership)[f"{party} lead"]
        share_with_staff(by=by, partnership=w.writing.partnership, shared=Shared.DRAFTS, now=NOW)
    return comment(w)


@guarded(LEADS)
def correct_names(w: World) -> Scene:
    return Scene(w.writing.partnership, {"agreement": w.writing, "organization": "Us", "signatory": "Una Us"})


# --- Signing ------------------------------------------------------------------------------------------------


@guarded(LEADS)
def open_for_signing(w: World) -> Scene:
    return Scene(w.ready.partnership, {"agreement": w.ready})


def _signing(w: World, **said: object) -> Scene:
    """As the person's own side signs; those of neither would sign for the own side of these tests."""
    partnership, parties = w.edition.agreement.partnership, content(w.edition)["parties"]

    def signed(person: Person) -> Said:
        name = parties[party_of(person, partnership) or OWN]["signatory"]
        return {"edition": w.edition, "shown": w.edition.digest, "name": name, "title": "", **said}

    return Scene(partnership, signed)


@guarded(LEADS)
def sign(w: World) -> Scene:
    return _signing(w, consents=True, intends=True)


@guarded(LEADS)
def upload_paper(w: World) -> Scene:
    return _signing(w, scan=SCAN, paper_date=NOW.date().replace(day=1))


@guarded({"community lead"})
def confirm_paper(w: World) -> Scene:
    """The paper is of the other side."""
    assert w.paper.party == Party(OWN).other

    return Scene(w.edition.agreement.partnership, {"paper": w.paper, "shown": w.edition.digest})


@guarded(LEADS)
def refuse_paper(w: World) -> Scene:
    return Scene(w.edition.agreement.partnership, {"paper": w.paper, "reason": "It cannot be read."})


@guarded(LEADS)
def reopen(w: World) -> Scene:
    return Scene(w.edition.agreement.partnership, {"edition": w.edition, "reason": "A goal is missing."})


@guarded(LEADS)
def put_name_right(w: World) -> Scene:
    return Scene(w.edition.agreement.partnership, {"edition": w.edition, "signatory": "Una Us"})


@guarded(LEADS)
def amend(w: World) -> Scene:
    return Scene(w.signed.partnership, {"agreement": w.signed, "reason": "A goal is missing."})


@guarded(LEADS)
def end(w: World) -> Scene:
    return Scene(w.signed.partnership, {"agreement": w.signed, "reason": "We are done."})
