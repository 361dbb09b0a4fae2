"""What this room knows of the ledger: the head of the chain when an edition came into force."""

from __future__ import annotations

from collections.abc import Iterator

from agreements.models import Edition
from ledger.verify import Anchor, witness


@witness
def heads() -> Iterator[Anchor]:
    signed = Edition.objects.exclude(head="").values_list("agreement__partnership_id", "head")
    return (Anchor(chain, head) for chain, head in signed)
