"""What this room knows of the ledger: each partnership has a chain. One that is gone as a whole is missed here."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.verify import Anchor, witness
from mail.models import OutboxMail
from partners.models import Partnership


@witness
def partnerships() -> Iterator[Anchor]:
    return (Anchor(chain) for chain in Partnership.objects.values_list("id", flat=True))


@witness
def chains_in_mail() -> Iterator[Anchor]:
    """A mail about a partnership is queued together with an event in its chain."""
    chains = OutboxMail.objects.exclude(chain=None).order_by().values_list("chain", flat=True).distinct()
    return (Anchor(chain) for chain in chains if chain)
