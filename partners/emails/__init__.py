"""Messages about people and their seats, one function each. To import this package registers all of them."""

from partners.emails import handovers, invitations, recipients, seats, sharing, sign_in

__all__ = ["handovers", "invitations", "recipients", "seats", "sharing", "sign_in"]
