"""Addresses about people. Of allauth's own, just those that signing in by code needs: no password, no signing up."""

from __future__ import annotations

from django.urls import include, path, register_converter
from django.urls.converters import StringConverter

from partners.parties import Party
from partners.views import (
    address_changes,
    fresh_codes,
    handovers,
    invitations,
    lead_claims,
    mail,
    passkeys,
    person,
    providers,
    seats,
    sessions,
    sharing,
    sign_in,
    unsent,
)


class PartyConverter(StringConverter):
    regex = "|".join(Party.values)


register_converter(PartyConverter, "party")

people_urls = [
    path("", seats.people, name="people"),
    path("invite/", seats.invite, name="people_invite"),
    path("invite-lead/<party:party>/", seats.invite_lead, name="people_invite_lead"),
    path("lead/offer/", handovers.offer_lead, name="lead_hand_over"),
    path("lead/claim/", lead_claims.claim_lead, name="lead_ask_for"),
    path("lead/claims/<int:pk>/", lead_claims.lead_claim, name="lead_claim"),
    path("lead/claims/<int:pk>/confirm/", lead_claims.confirm_claim, name="lead_claim_confirm"),
    path("lead/claims/<int:pk>/refuse/", lead_claims.refuse_claim, name="lead_claim_refuse"),
    path("lead/claims/<int:pk>/take-back/", lead_claims.take_back_claim, name="lead_claim_take_back"),
    path("lead/<int:pk>/", handovers.lead_offer, name="lead_offer"),
    path("lead/<int:pk>/accept/", handovers.accept_lead, name="lead_accept"),
    path("lead/<int:pk>/decline/", handovers.decline_lead, name="lead_decline"),
    path("lead/<int:pk>/take-back/", handovers.take_back_lead, name="lead_take_back"),
    path("sharing/<slug:shared>/agree/", sharing.sharing_agree, name="sharing_agree"),
    path("sharing/<slug:shared>/take-back/", sharing.sharing_take_back, name="sharing_take_back"),
    path("seats/<int:pk>/end/", seats.end_seat, name="seat_end"),
    path("invitations/<uuid:pk>/correct/", seats.correct_invitation, name="invitation_correct"),
    path("invitations/<uuid:pk>/cancel/", seats.cancel_invitation, name="invitation_cancel"),
]

urlpatterns = [
    path("accounts/login/", sign_in.sign_in, name="account_login"),
    path("accounts/login/code/", sign_in.request_code, name="account_request_login_code"),
    path("accounts/login/code/confirm/", sign_in.confirm_code, name="account_confirm_login_code"),
    path("accounts/login/passkey/", passkeys.sign_in_with_passkey, name="sign_in_with_passkey"),
    path("accounts/login/passkey/options/", passkeys.options_known, name="passkey_known_options"),
    path("accounts/login/through/<str:domain>/", providers.provider, name="provider"),
    path("accounts/login/through/<str:domain>/back/", providers.provider_back, name="provider_back"),
    path("accounts/logout/", sign_in.sign_out, name="account_logout"),
    path("accounts/inactive/", sign_in.inactive, name="account_inactive"),
    path("accounts/confirm/", fresh_codes.confirm_identity, name="confirm_identity"),
    path("accounts/confirm/passkey/", passkeys.confirm_with_passkey, name="confirm_with_passkey"),
    path("accounts/you/", person.person, name="person"),
    path("accounts/you/mail/", mail.mail, name="mail"),
    path("accounts/you/address/", address_changes.address, name="address"),
    path("accounts/you/address/confirm/", address_changes.address_confirm, name="address_confirm"),
    path("accounts/you/passkeys/", passkeys.passkeys, name="passkeys"),
    path("accounts/you/passkeys/options/", passkeys.options_new, name="passkey_options"),
    path("accounts/you/passkeys/<int:pk>/remove/", passkeys.remove, name="passkey_remove"),
    path("accounts/you/sessions/", sessions.sessions, name="sessions"),
    path("accounts/you/sessions/end-others/", sessions.end_others, name="sessions_end_others"),
    path("accounts/you/sessions/<int:pk>/end/", sessions.end, name="session_end"),
    path("accounts/unsent/", unsent.unsent, name="unsent"),
    path("accounts/unsent/<int:pk>/change/", unsent.unsent_change, name="unsent_change"),
    path("accounts/unsent/<int:pk>/drop/", unsent.unsent_drop, name="unsent_drop"),
    path("mail/stop/<str:token>/", mail.mail_stop, name="mail_stop"),
    path("accounts/link/<str:token>/", sign_in.sign_in_link, name="sign_in_link"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
    path("invitations/<str:token>/accept/", invitations.invitation_accept, name="invitation_accept"),
    path("invitations/<str:token>/decline/", invitations.invitation_decline, name="invitation_decline"),
    path("partnerships/<slug:slug>/people/", include(people_urls)),
]
