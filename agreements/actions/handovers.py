"""When the lead of a side changes: what is open for signing is void, and the signature block names the new lead.

What was agreed and signed before stands: a party said it, and the party is the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import translation
from django.utils.translation import gettext as _

from agreements.actions.names import write_names
from agreements.actions.signatures import void
from agreements.models import Agreement, Edition
from agreements.states import EditionState
from partners.actions.handovers import LeadChange, follows_the_lead
from partners.models import Organization


@follows_the_lead
@contextmanager
def agreement_follows(change: LeadChange) -> Iterator[None]:
    """Lock the agreement first, as each of its acts does; nobody signs for a side while its lead changes."""
    rows = Agreement.objects.select_for_update(of=("self",)).select_related("partnership")
    agreement = rows.filter(partnership=change.partnership).first()
    yield
    if agreement is not None and agreement.ended_at is None:
        _void_what_is_open(agreement, change)
        _name_the_new_lead(agreement, change)


def _void_what_is_open(agreement: Agreement, change: LeadChange) -> None:
    names = {"organization": _own(change).name, "before": change.before.name, "after": change.after.name}
    with translation.override(agreement.language):  # both sides read it, whatever language it was accepted in
        reason = _("The lead for %(organization)s has changed from %(before)s to %(after)s.") % names
    for edition in Edition.objects.filter(agreement=agreement, state=EditionState.SIGNING):
        void(agreement, edition, by=change.by, party=change.party, reason=reason, now=change.now)


def _name_the_new_lead(agreement: Agreement, change: LeadChange) -> None:
    names = {"organization": _own(change).name, "signatory": change.after.name}
    write_names(agreement, by=change.after, party=change.party, now=change.now, kind="name.followed", **names)


def _own(change: LeadChange) -> Organization:
    return Organization.objects.get(partnership=change.partnership, party=change.party)
