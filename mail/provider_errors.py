"""What the answers of a mail provider's API mean for a mail. Only who sends through one pays for the imports."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage

# A key it does not take, an account that is not paid or not open, too much at once: so it is for every mail.
CLOSED = frozenset({401, 402, 403, 429})
LONGEST_ID = 200


def refuses_address(error: Exception) -> bool:
    """It will not send to this address: there is no such one, or mail to it came back before."""
    if not settings.EMAIL_PROVIDER:
        return False
    from anymail.exceptions import AnymailRecipientsRefused

    return isinstance(error, AnymailRecipientsRefused)


def is_closed(error: Exception) -> bool:
    """It cannot be reached, or does not let us in, whatever the mail."""
    if not settings.EMAIL_PROVIDER:
        return False
    from anymail.exceptions import AnymailAPIError

    return isinstance(error, AnymailAPIError) and (_status(error) in CLOSED or _never_got_there(error))


def _status(error: Exception) -> int | None:
    """The number of the HTTP answer. Amazon's library keeps it elsewhere than all others."""
    answer = getattr(error, "response", None)
    details = answer.get("ResponseMetadata", {}) if isinstance(answer, dict) else {}
    return details.get("HTTPStatusCode") or getattr(error, "status_code", None)


def _never_got_there(error: Exception) -> bool:
    """No connection was made. One that was lost in the middle may have delivered: that is trouble like any."""
    cause = error.__cause__
    if settings.EMAIL_PROVIDER == "amazon_ses":  # only then its client need be installed
        from botocore.exceptions import ConnectionError as NotAtAmazon
        from botocore.exceptions import NoCredentialsError

        return isinstance(cause, NotAtAmazon | NoCredentialsError)
    from requests import ConnectionError as NotConnected
    from urllib3.exceptions import MaxRetryError

    return isinstance(cause, NotConnected) and isinstance(next(iter(cause.args), None), MaxRetryError)


def id_of(mail: EmailMessage) -> str:
    """The name under which the provider will tell what became of a mail; empty for one that left by SMTP."""
    status = getattr(mail, "anymail_status", None)
    found = status.message_id if status else ""
    return found[:LONGEST_ID] if isinstance(found, str) else ""
