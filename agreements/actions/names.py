"""Each lead corrects their own side's names: the organization's, and the one in the signature block."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agreements.actions.facts import bring_facts_up_to_date
from agreements.actions.transactions import lock_agreement, record_event, require_drafting, speaks_for
from agreements.emails.clauses import notify_of_proposals
from agreements.models import Agreement
from partners import rules
from partners.models import Organization, Person
from partners.parties import Party
from text.fields import clean_words


@transaction.atomic
def correct_names(*, by: Person, agreement: Agreement, organization: str, signatory: str, now: datetime) -> list[str]:
    """Write the names as they should be. The clauses that hold the organization's name wait for the other side again.

    Returns the keys of those clauses.
    """
    held = lock_agreement(agreement)
    require_drafting(held)
    party = speaks_for(by, held.partnership, rules.assents)
    return write_names(held, by=by, party=party, organization=organization, signatory=signatory, now=now)


def write_names(
    agreement: Agreement,
    *,
    by: Person,
    party: Party,
    organization: str,
    signatory: str,
    now: datetime,
    kind: str = "name.corrected",
) -> list[str]:
    """Runs under the agreement's lock, by somebody who speaks for the party. `kind`: what history calls it."""
    said = clean_words(Organization, name=organization, signatory=signatory)
    own = Organization.objects.get(partnership=agreement.partnership, party=party)
    before = {"organization": own.name, "signatory": own.signatory}
    after = {"organization": said["name"], "signatory": said["signatory"]}
    if before == after:
        return []
    Organization.objects.filter(pk=own.pk).update(**said)
    reason = _("The name is now “%(after)s”; it was “%(before)s”.") % {"after": said["name"], "before": own.name}
    touched = bring_facts_up_to_date(agreement, by=by, reason=reason, now=now, consenting=party)
    payload = {"party": party, "before": before, "after": after, "clauses": touched}
    record_event(agreement, kind, by=by, now=now, payload=payload)
    if touched:
        notify_of_proposals(agreement, party=party.other, now=now)
    return touched
