"""What happened around people and seats, in words. A test compares the table with what the actions write."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# With the payload's own values in it. `who` begins the sentence on the page.
WORDS: dict[str, Promise] = {
    "partnership.created": _("started the partnership"),
    "invitation.sent": _("invited %(name)s"),
    "invitation.resent": _("sent the invitation of %(name)s again"),
    "invitation.corrected": _("corrected the address of %(name)s and sent the invitation again"),
    "invitation.accepted": _("accepted the invitation"),
    "invitation.declined": _("%(name)s declined the invitation"),
    "invitation.cancelled": _("took back the invitation of %(name)s"),
    "mail.sent_again": _("sent a mail to %(name)s again"),
    "address.changed": _("signs in with another address: %(became)s in the place of %(was)s"),
    "seat.ended": _("ended the seat of %(name)s"),
    "drafts.opened": _("opened the drafts, comments and evidence, as staff of the program"),
    "sharing.agreed": _("said yes that the program's staff may see %(shared)s, once the other side says so, too"),
    "sharing.began": _("said yes, too: the program's staff may see %(shared)s"),
    "sharing.taken_back": _("took back the yes of their side: the program's staff may not see %(shared)s"),
    "lead.offered": _("asked %(name)s to take over the lead"),
    "lead.offer_taken_back": _("no longer asks %(name)s to take over the lead"),
    "lead.offer_declined": _("declined to take over the lead"),
    "lead.changed": _("took over the lead for %(named_party)s from %(before)s"),
    "lead.claimed": _("asked for the lead for %(named_party)s, and says that their lead is gone"),
    "lead.claim_refused": _("refused that %(name)s takes over the lead for %(named_party)s"),
    "lead.claim_taken_back": _("no longer asks for the lead for %(named_party)s"),
    "lead.given": _("checked that %(before)s is gone, and gave the lead for %(named_party)s to %(name)s"),
}
