"""Messages about the public page of a partnership, to the other side's lead; registered with the outbox."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from mail.models import OutboxMail
from mail.outbox import Message, absolute, queue_for_each, register
from partners.models import Organization, Partnership, Person
from partners.parties import Party
from programs.domain.publications import is_public, publication_sides

KINDS = {
    "publication.agreed": "publication asked",
    "publication.began": "publication began",
    "publication.taken_back": "publication ended",
}


def notify_of_publication(
    partnership: Partnership, kind: str, *, to: Iterable[Person], by: Person, party: Party, key: str, now: datetime
) -> None:
    """Queue it for these people, each in their own language. `kind` and `key` are the event's that it tells of."""
    about = {"partnership": str(partnership.pk), "party": party.value, "by": str(by.pk)}
    queue_for_each(to, key=key, kind=KINDS[kind], about=about, chain=partnership.pk, now=now)


@register("publication asked")
def publication_asked(queued: OutboxMail) -> Message | None:
    """None where both have said yes meanwhile, or the one yes was taken back."""
    partnership = _partnership(queued)
    sides = {side.party: side.yes for side in publication_sides(partnership, None)}
    if not sides[Party(queued.about["party"])] or all(sides.values()):
        return None
    return Message(
        subject=_("May everybody see how you keep your promises? %(organization)s says yes") % _values(queued),
        paragraphs=[
            _("%(who)s says for %(organization)s: your partnership may have a public page.") % _values(queued),
            _("It shows what you promised and what is kept. It names nobody, and each side can hold back any part."),
            _("Nobody sees it until you say yes, too. You need not answer, and either side can take it back alone."),
        ],
        button=_to_page(partnership, _("See the page first")),
    )


@register("publication began")
def publication_began(queued: OutboxMail) -> Message | None:
    partnership = _partnership(queued)
    if not is_public(partnership):
        return None
    return Message(
        subject=_("Your partnership has a public page now"),
        paragraphs=[
            _("%(who)s said yes for %(organization)s, as your side had done: everybody can see the page.")
            % _values(queued),
            absolute(reverse("public", args=[partnership.slug])),
            _("Either side can hold back any part, or take the whole page back, alone and at any time."),
        ],
        button=_to_page(partnership, _("See what everybody can see")),
    )


@register("publication ended")
def publication_ended(queued: OutboxMail) -> Message | None:
    partnership = _partnership(queued)
    if is_public(partnership):
        return None
    says = _("%(who)s took back the yes of %(organization)s. Nobody can open the page any more.")
    return Message(
        subject=_("Your partnership has no public page any more"),
        paragraphs=[says % _values(queued), _("Search engines may show what they kept for some days.")],
        button=_to_page(partnership, _("See how it stands")),
    )


def _partnership(queued: OutboxMail) -> Partnership:
    return (
        Partnership.objects.select_related("program")
        .prefetch_related("organizations")
        .get(pk=queued.about["partnership"])
    )


def _values(queued: OutboxMail) -> dict[str, str]:
    side = Organization.objects.get(partnership=_partnership(queued), party=queued.about["party"])
    return {"who": Person.objects.get(pk=queued.about["by"]).name, "organization": side.name}


def _to_page(partnership: Partnership, label: str) -> tuple[str, str]:
    return label, absolute(reverse("publication", args=[partnership.slug]))
