"""What is used of django-allauth that it does not promise to keep: nobody else imports its internals.

tests/running/test_internals.py says when an upgrade moves one of them, or wants it called otherwise.
"""

from allauth.account.internal.flows.login import record_authentication  # notes in the session how a person proved it
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess  # sends a code to one address
from allauth.account.internal.userkit import filter_users_by_email  # who signs in with an address: as its own form asks
from allauth.core.internal.ratelimit import consume  # counts attempts of pages that are only read, too

__all__ = ["LoginCodeVerificationProcess", "consume", "filter_users_by_email", "record_authentication"]
