"""What a person reads before they accept an invitation. The words have a version, which is kept with the answer.

To change a sentence, change VERSION too: a test holds the two together.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partners.models import Invitation
from partners.parties import Role

VERSION = "2026-11"

OF_A_PARTNERSHIP: list[Promise] = [
    _(
        "Both partners see the same page. What you send is seen at once by everybody in this partnership, with your name."
    ),
    _("What you are still typing is yours alone until you send it."),
    _("What is written here may be a public record, and somebody may ask the city for it."),
    _(
        "The staff of the program see how far you are, whose turn it is, and what was signed. They cannot decide for you."
    ),
    _("Each step is kept with its time. What was sent cannot be taken out of the history."),
]
LEAVING = _("You can leave at any time.")
OF_A_PROGRAM: list[Promise] = [
    _("You see how far each partnership is, whose turn it is, and what was signed."),
    _("You help both partners and decide for neither: you cannot agree or sign for anybody."),
    _("What you do here is kept with its time and your name."),
]


def terms_for(invitation: Invitation) -> list[Promise]:
    """The sentences for this seat. A lead's is not left by a button: the side would be without a voice."""
    if not invitation.partnership_id:
        return OF_A_PROGRAM
    return OF_A_PARTNERSHIP if invitation.role == Role.LEAD else [*OF_A_PARTNERSHIP, LEAVING]
