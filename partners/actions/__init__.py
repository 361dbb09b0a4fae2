"""Every change of who takes part. Each is one transaction, with its event and its mail inside."""

from partners.actions.access import change_access
from partners.actions.address_changes import change_address, send_new_address_code
from partners.actions.handovers import HandoverClosed, accept_lead, decline_lead, offer_lead, take_back_lead
from partners.actions.invitation_answers import accept, begin_accepting, decline
from partners.actions.invitations import (
    InvitationClosed,
    cancel_invitation,
    invite,
    invite_lead,
    invite_staff,
    send_again,
)
from partners.actions.lead_claims import claim_lead, confirm_claim, refuse_claim, take_back_claim
from partners.actions.passkeys import add_passkey, remove_passkey, use_passkey
from partners.actions.person import change_mail, change_person, stop_weekly_mail
from partners.actions.program_mail import send_mail_again
from partners.actions.programs import change_program, create_partnership, create_program
from partners.actions.seats import end_seat
from partners.actions.sessions import end_other_sessions, end_session, see_session
from partners.actions.sharing import open_drafts, share_with_staff, stop_sharing
from partners.actions.sign_in import make_sign_in_link, send_code, send_long_code, use_sign_in_link
from partners.actions.unsent import drop_unsent, keep_unsent

__all__ = [
    "HandoverClosed",
    "InvitationClosed",
    "accept",
    "accept_lead",
    "add_passkey",
    "begin_accepting",
    "cancel_invitation",
    "change_access",
    "change_address",
    "change_mail",
    "change_person",
    "change_program",
    "claim_lead",
    "confirm_claim",
    "create_partnership",
    "create_program",
    "decline",
    "decline_lead",
    "drop_unsent",
    "end_other_sessions",
    "end_seat",
    "end_session",
    "invite",
    "invite_lead",
    "invite_staff",
    "keep_unsent",
    "make_sign_in_link",
    "offer_lead",
    "open_drafts",
    "refuse_claim",
    "remove_passkey",
    "see_session",
    "send_again",
    "send_code",
    "send_long_code",
    "send_mail_again",
    "send_new_address_code",
    "share_with_staff",
    "stop_sharing",
    "stop_weekly_mail",
    "take_back_claim",
    "take_back_lead",
    "use_passkey",
    "use_sign_in_link",
]
