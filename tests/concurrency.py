"""Acts in the same instant, and whether the ledger's chain held."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread

from django.db import connection

from agreements.models import Agreement
from ledger.chain import Link, verify
from ledger.models import Event, Head


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run the acts in threads that all start at the same moment; what each returned or raised."""
    barrier, outcomes = Barrier(len(acts)), [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            outcomes[place] = act()
        except Exception as error:
            outcomes[place] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes


def chain_breaks(agreement: Agreement) -> object:
    events = Event.objects.filter(chain=agreement.partnership_id).order_by("sequence")
    names = ("chain", "sequence", "prev", "digest", "kind", "actor", "at", "content_digest")
    head = Head.objects.get(chain=agreement.partnership_id)
    links = (Link(**{name: getattr(event, name) for name in names}) for event in events)
    return verify(links, chain=head.chain, head=head.digest, length=head.sequence)
