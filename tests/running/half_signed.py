"""Run by itself, with the settings of a start: agreements that one side has signed, and what became of them.

python -m tests.running.half_signed make NUMBER     prints how the other side's lead can sign each, as JSON
python -m tests.running.half_signed tell            prints what stands in the database of each, as JSON
"""

from __future__ import annotations

import json
import sys

import django

django.setup()

from django.utils import timezone  # noqa: E402

from agreements.models import Agreement, Edition, SealFile  # noqa: E402
from ledger.models import Event  # noqa: E402
from mail.models import OutboxMail  # noqa: E402
from partners.parties import Party  # noqa: E402
from tests.factories.agreements import lead, make_agreement, open_for_signing, sign  # noqa: E402
from tests.factories.people import client_of  # noqa: E402


def make(number: int) -> list[dict[str, str]]:
    return [_half_signed(list(Party)[count % len(Party)]) for count in range(number)]


def _half_signed(first: Party) -> dict[str, str]:
    now = timezone.now()
    agreement = make_agreement()
    edition = open_for_signing(agreement, now=now)
    sign(edition, first, now=now)
    person = lead(agreement, first.other)
    return {
        "slug": agreement.partnership.slug,
        "shown": edition.digest,
        "name": person.name,
        "session": client_of(person).cookies["sessionid"].value,
    }


def state_of_all() -> dict[str, dict[str, object]]:
    return {agreement.partnership.slug: _standing(agreement) for agreement in Agreement.objects.all()}


def _standing(agreement: Agreement) -> dict[str, object]:
    edition = Edition.objects.get(agreement=agreement)
    events = Event.objects.filter(chain=agreement.partnership_id)
    rows = OutboxMail.objects.filter(chain=agreement.partnership_id)
    seal = getattr(edition, "seal", None)
    return {
        "state": edition.state,
        "draft": agreement.draft,
        "signatures": edition.signatures.count(),
        "signed events": events.filter(kind="edition.signed").count(),
        "in force events": events.filter(kind="agreement.in_force").count(),
        "in force mails": rows.filter(kind="in force").count(),
        "seals": int(seal is not None),
        "sealed": bool(seal and seal.sealed_at),
        "being sealed": bool(seal and not seal.sealed_at and seal.leased_until),
        "files": SealFile.objects.filter(seal__edition=edition).count(),
        "sealed events": events.filter(kind="edition.sealed").count(),
        "sealed mails": rows.filter(kind="sealed copy ready").count(),
    }


if __name__ == "__main__":
    answer = make(int(sys.argv[2])) if sys.argv[1] == "make" else state_of_all()
    print(json.dumps(answer))  # noqa: T201
