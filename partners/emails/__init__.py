"""Messages about people and their seats, one function each. To import this package registers all of them."""

from partners.emails import address_changes, handovers, invitations, passkeys, recipients, seats, sharing, sign_in

__all__ = ["address_changes", "handovers", "invitations", "passkeys", "recipients", "seats", "sharing", "sign_in"]
