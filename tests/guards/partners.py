"""Each act of who takes part: where it is tried, and whom it lets in."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.models import Permission

from mail.models import MailState, OutboxMail
from partners import actions
from partners.models import Handover, Invitation, Partnership, Passkey, Person, PersonSession, Seat, Shared, UnsentForm
from partners.parties import Party, Role
from partners.rules import party_of
from partners.webauthn import NewKey
from tests.factories.people import NOW, lead_of, make_invitation, member_of, proved, staff_of
from tests.guards.people import BY_LINK, EVERYBODY, LEADS
from tests.guards.scenes import OTHER, OWN, Scene, Table, World, table_of

TABLE: Table = {}
guarded = table_of(actions, TABLE)
STAFF = {"staff"}
NOBODY_ASKS = {
    "begin_accepting": "whoever holds the link of an invitation; a code to the invited address follows",
    "decline": "whoever holds the link of an invitation",
    "send_code": "anyone who wants to sign in; it goes to the address alone",
    "send_long_code": "the same, where many are asked for",
    "use_passkey": "whoever holds the device; its answer has been checked",
    "use_sign_in_link": "whoever holds the link",
    "make_sign_in_link": "an operator, from the command line",
    "keep_unsent": "whoever uses the browser in which that person was signed in last; it is shown to that person alone",
    "see_session": "whoever uses a session; it notes for its person that they did",
    "stop_weekly_mail": "whoever holds the link of a weekly mail",
}
PROGRAM = {"name": "Autumn", "time_zone": "UTC", "contact_email": "new@example.org", "signing_notice": "Informal."}
INVITED = {"name": "Ines Invited", "email": "ines@example.org", "language": "en"}
BEGUN = {
    "organizations": {Party.CITY: "City", Party.COMMUNITY: "Neighbors"},
    "leads": {party: (f"Lead of {party}", f"{party}@example.org", "en") for party in Party},
}


@guarded({"superuser"}, doer="superuser")
def change_access(w: World) -> Scene:
    person = staff_of(w.elsewhere)
    return Scene(w.seated, {"person": person, "is_active": True, "is_staff": True})


@guarded(EVERYBODY - {"deactivated", *BY_LINK})
def change_mail(w: World) -> Scene:
    kinds = {"weekly_mail": "never", "news": "weekly", "reminders": False, "time_zone": "UTC", "language": "es"}
    return Scene(w.seated, {"snoozed_until": None, **kinds})


@guarded(EVERYBODY - {"deactivated", *BY_LINK})
def change_person(w: World) -> Scene:
    return Scene(w.seated, {"name": "A new name", "title": "", "language": "es"})


@guarded(EVERYBODY - {"deactivated", *BY_LINK})
def drop_unsent(w: World) -> Scene:
    """Everybody's own."""
    own = {
        person.pk: UnsentForm.objects.create(person=person, address="/", words={}, kept_at=NOW)
        for person in w.people(w.seated).values()
    }
    return Scene(w.seated, lambda person: {"pk": str(own[person.pk].pk)})


@guarded(EVERYBODY - {"deactivated", *BY_LINK})
def end_session(w: World) -> Scene:
    """Everybody's own."""
    own = {person.pk: _session(person) for person in w.people(w.seated).values()}
    return Scene(w.seated, lambda person: {"pk": own[person.pk].pk})


@guarded(EVERYBODY - {"deactivated", *BY_LINK})
def end_other_sessions(w: World) -> Scene:
    for person in w.people(w.seated).values():
        _session(person)
    return Scene(w.seated, {"key": "this one"})


def _session(person: Person) -> PersonSession:
    seen = {"browser": "Firefox/140.0", "method": "code", "ends_at": None, "now": NOW}
    return actions.see_session(person=person, key=f"of {person.pk}"[:40], **seen)


@guarded(EVERYBODY - {"deactivated", *BY_LINK})
def send_new_address_code(w: World) -> Scene:
    return Scene(w.seated, {"email": "new@example.org", "code": "123456"})


@guarded(EVERYBODY - {"deactivated", *BY_LINK})
def send_new_address_code__in_use(w: World) -> Scene:
    return Scene(w.seated, {"email": staff_of(w.elsewhere).email, "code": "123456"})


@guarded(EVERYBODY - {"deactivated", *BY_LINK})
def change_address(w: World) -> Scene:
    return Scene(w.seated, {"email": "new@example.org", "key": "this one"})


@guarded(EVERYBODY - {"deactivated", *BY_LINK})
def add_passkey(w: World) -> Scene:
    return Scene(w.seated, {"name": "My phone", "key": NewKey("a-credential", b"a key", 0)})


@guarded(EVERYBODY - {"deactivated", *BY_LINK})
def remove_passkey(w: World) -> Scene:
    """Everybody's own."""
    about = {"name": "My phone", "key": b"a key", "count": 0, "added_at": NOW}
    people = w.people(w.seated).values()
    own = {one.pk: Passkey.objects.create(person=one, credential=str(one.pk), **about).pk for one in people}
    return Scene(w.seated, lambda person: {"pk": own[person.pk]})


# --- Programs -----------------------------------------------------------------------------------------------


@guarded({"outsider", "superuser"}, doer="outsider")
def create_program(w: World) -> Scene:
    """For who was given it with an invitation; a superuser has every permission that there is."""
    w.people(w.seated)["outsider"].user_permissions.add(Permission.objects.get(codename="add_program"))
    return Scene(w.seated, PROGRAM)


@guarded(STAFF, doer="staff")
def change_program(w: World) -> Scene:
    return Scene(w.seated, {"program": w.seated.program, **PROGRAM})


@guarded(STAFF, doer="staff")
def create_partnership(w: World) -> Scene:
    return Scene(w.seated, {"program": w.seated.program, **BEGUN})


@guarded(STAFF, doer="staff")
def send_mail_again(w: World) -> Scene:
    return Scene(w.seated, {"program": w.seated.program, "queued": mail_about(w.seated.pk)})


def mail_about(chain: object) -> OutboxMail:
    when = {"created_at": NOW, "due_at": NOW, "settled_at": NOW, "expires_at": NOW + timedelta(9)}
    sent = {"state": MailState.SENT, "message_id": "<old@here>", "language": "en"}
    return OutboxMail.objects.create(key="a mail", kind="ended", to="a@example.org", chain=chain, **sent, **when)


@guarded(LEADS)
def share_with_staff(w: World) -> Scene:
    return Scene(w.seated, {"partnership": w.seated, "shared": Shared.DRAFTS})


@guarded(STAFF, doer="staff")
def open_drafts(w: World) -> Scene:
    return Scene(w.seated, {"partnership": _shared(w)})


@guarded(LEADS)
def stop_sharing(w: World) -> Scene:
    return Scene(w.seated, {"partnership": _shared(w), "shared": Shared.DRAFTS})


def _shared(w: World) -> Partnership:
    """Both sides have said yes."""
    for party in Party:
        actions.share_with_staff(by=lead_of(w.seated, party), partnership=w.seated, shared=Shared.DRAFTS, now=NOW)
    return w.seated


# --- Invitations --------------------------------------------------------------------------------------------


@guarded(LEADS)
def invite(w: World) -> Scene:
    return Scene(w.seated, {"partnership": w.seated, "role": Role.MEMBER, **INVITED})


@guarded(set())
def invite__of_a_lead(w: World) -> Scene:
    return Scene(w.seated, {"partnership": w.seated, "role": Role.LEAD, **INVITED})


@guarded(STAFF, doer="staff")
def invite_lead(w: World) -> Scene:
    Seat.objects.filter(person=lead_of(w.seated, OTHER)).update(ended_at=NOW, ended_by=staff_of(w.seated.program))
    return Scene(w.seated, {"partnership": w.seated, "party": OTHER, **INVITED})


@guarded(STAFF, doer="staff")
def invite_staff(w: World) -> Scene:
    return Scene(w.seated, {"program": w.seated.program, **INVITED})


@guarded(set(), doer="staff")
def invite_staff__to_a_program_of_their_own(w: World) -> Scene:
    """An operator does, from the command line."""
    return Scene(w.seated, {"program": None, **INVITED})


@guarded({"outsider", "former"}, doer="outsider")
def accept(w: World) -> Scene:
    """For whoever is invited, also after an earlier seat has ended."""
    email = w.people(w.seated)["outsider"].email
    return Scene(w.seated, {"invitation": make_invitation(w.seated, Role.MEMBER, OWN, email=email)})


@guarded({"outsider", "former"}, doer="outsider")
def accept__staff(w: World) -> Scene:
    email = w.people(w.seated)["outsider"].email
    return Scene(w.seated, {"invitation": _to_staff(w, email)})


def _to_staff(w: World, email: str = "ines@example.org") -> Invitation:
    return make_invitation(None, email=email, program=w.seated.program, by=staff_of(w.seated.program))


def _of_a_lead(w: World) -> Invitation:
    return make_invitation(w.seated, Role.LEAD, OWN)


@guarded({"community lead"})
def cancel_invitation(w: World) -> Scene:
    return Scene(w.seated, {"invitation": make_invitation(w.seated, Role.MEMBER, OWN)})


@guarded(LEADS)
def cancel_invitation__beside(w: World) -> Scene:
    return Scene(w.seated, {"invitation": make_invitation(w.seated, Role.PRODUCT_ADVISOR)})


@guarded(STAFF, doer="staff")
def cancel_invitation__of_a_lead(w: World) -> Scene:
    return Scene(w.seated, {"invitation": _of_a_lead(w)})


@guarded(STAFF, doer="staff")
def cancel_invitation__of_staff(w: World) -> Scene:
    return Scene(w.seated, {"invitation": _to_staff(w)})


@guarded({"community lead"})
def send_again(w: World) -> Scene:
    return Scene(w.seated, {"invitation": make_invitation(w.seated, Role.MEMBER, OWN), **INVITED})


@guarded(STAFF, doer="staff")
def send_again__to_a_lead(w: World) -> Scene:
    return Scene(w.seated, {"invitation": _of_a_lead(w), **INVITED})


# --- Seats and leads ----------------------------------------------------------------------------------------


@guarded({"community lead", "community member"})
def end_seat(w: World) -> Scene:
    return Scene(w.seated, {"seat": Seat.objects.get(partnership=w.seated, party=OWN, role=Role.MEMBER)})


@guarded({*LEADS, "technology"})
def end_seat__beside(w: World) -> Scene:
    return Scene(w.seated, {"seat": Seat.objects.get(partnership=w.seated, role=Role.TECHNOLOGY_PARTNER)})


@guarded(set())
def end_seat__of_a_lead(w: World) -> Scene:
    return Scene(w.seated, {"seat": Seat.objects.get(partnership=w.seated, party=OWN, role=Role.LEAD)})


def _offer(w: World) -> Handover:
    asks = {"by": lead_of(w.seated, OWN), "to": member_of(w.seated, OWN), "reason": "", **proved(NOW)}
    return actions.offer_lead(partnership=w.seated, **asks)


def _claim(w: World) -> Handover:
    return actions.claim_lead(by=member_of(w.seated, OWN), partnership=w.seated, reason="They left.", now=NOW)


@guarded(LEADS)
def offer_lead(w: World) -> Scene:
    def said(person: Person) -> dict[str, object]:
        return {"partnership": w.seated, "to": member_of(w.seated, party_of(person, w.seated) or OWN), "reason": ""}

    return Scene(w.seated, said)


@guarded({"community lead"})
def take_back_lead(w: World) -> Scene:
    return Scene(w.seated, {"handover": _offer(w)})


@guarded(set())
def take_back_lead__claimed(w: World) -> Scene:
    return Scene(w.seated, {"handover": _claim(w)})


@guarded({"community member"}, doer="community member")
def decline_lead(w: World) -> Scene:
    return Scene(w.seated, {"handover": _offer(w), "reason": ""})


@guarded({"community member"}, doer="community member")
def accept_lead(w: World) -> Scene:
    return Scene(w.seated, {"handover": _offer(w)})


@guarded(set(), doer="community member")
def accept_lead__claimed(w: World) -> Scene:
    """Who asks for the lead does not also answer."""
    return Scene(w.seated, {"handover": _claim(w)})


@guarded({"city member", "community member"}, doer="community member")
def claim_lead(w: World) -> Scene:
    return Scene(w.seated, {"partnership": w.seated, "reason": "They left."})


@guarded({"staff"}, doer="staff")
def confirm_claim(w: World) -> Scene:
    return Scene(w.seated, {"handover": _claim(w), "checked": "I called them."})


@guarded(set(), doer="staff")
def confirm_claim__offered(w: World) -> Scene:
    return Scene(w.seated, {"handover": _offer(w), "checked": "I called them."})


@guarded({"staff", "community lead"}, doer="staff")
def refuse_claim(w: World) -> Scene:
    return Scene(w.seated, {"handover": _claim(w), "reason": "They are here."})


@guarded({"staff", "community lead"})
def refuse_claim__by_the_lead(w: World) -> Scene:
    return Scene(w.seated, {"handover": _claim(w), "reason": "I am here."})


@guarded({"community member"}, doer="community member")
def take_back_claim(w: World) -> Scene:
    return Scene(w.seated, {"handover": _claim(w)})
