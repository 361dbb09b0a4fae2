"""Messages about an agreement: one function a message, registered with the outbox. No message has an attachment."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.domain.clause_names import clause_name
from agreements.domain.clause_status import agreement_status
from agreements.models import Agreement, Clause, Comment, Edition, PaperCopy
from agreements.states import Draft, EditionState
from mail.models import MailState, OutboxMail
from mail.outbox import Message, absolute, queue_mail, register
from partners.models import Organization, Person, Seat
from partners.parties import Party, Role

CHANGES_WAIT = "changes wait"
PROPOSALS_WAIT = timedelta(minutes=10)  # so that ten changes at one sitting are one mail
PROPOSALS_EVERY = timedelta(hours=1)


def leads(agreement: Agreement) -> list[Seat]:
    """The seats of the leads, in no party's favour: in the order in which they were taken."""
    seats = Seat.objects.filter(partnership=agreement.partnership_id, role=Role.LEAD, ended_at=None)
    return list(seats.select_related("person").order_by("started_at", "pk"))


def tell_both(agreement: Agreement, kind: str, *, about: dict, key: str, now: datetime) -> None:
    """Queue the same message for both leads, each in their own language."""
    for seat in leads(agreement):
        queue_mail(
            key=f"{key}:{kind}:{seat.person_id}",
            kind=kind,
            to=seat.person.email,
            person=seat.person,
            language=seat.person.language,
            about={"agreement": agreement.pk, **about},
            chain=agreement.partnership_id,
            now=now,
        )


def tell_of_proposals(agreement: Agreement, *, party: Party, now: datetime) -> None:
    """Tell a party's lead that something waits for them: shortly after the change, and at most one mail an hour.

    Runs under the agreement's lock. A change after the hour's mail has gone out is told at the end of the hour.
    """
    for seat in leads(agreement):
        if seat.party == party:
            _tell_of_proposals(agreement, seat, now)


def tell_of_comment(agreement: Agreement, *, by: Person, now: datetime) -> None:
    """Tell the leads of both sides, in the same mail as of changes; not whoever wrote it."""
    for seat in leads(agreement):
        if seat.person_id != by.pk:
            _tell_of_proposals(agreement, seat, now)


def _tell_of_proposals(agreement: Agreement, seat: Seat, now: datetime) -> None:
    earlier = OutboxMail.objects.filter(kind=CHANGES_WAIT, person=seat.person, about__agreement=agreement.pk)
    # Locked: a worker that wants to write this mail waits for us, and then tells of this change too.
    if earlier.filter(state=MailState.WAITING).select_for_update().first():
        return
    latest = earlier.order_by("created_at").last()
    due_at = max(now + PROPOSALS_WAIT, latest.due_at + PROPOSALS_EVERY) if latest else now + PROPOSALS_WAIT
    queue_mail(
        key=f"proposals:{agreement.pk}:{seat.person_id}:{earlier.count()}",
        kind=CHANGES_WAIT,
        to=seat.person.email,
        person=seat.person,
        language=seat.person.language,
        about={"agreement": agreement.pk, "party": seat.party},
        chain=agreement.partnership_id,
        now=now,
        due_at=due_at,
    )


def _agreement(notice: OutboxMail) -> Agreement:
    return Agreement.objects.select_related("partnership__program").get(pk=notice.about["agreement"])


def _edition(notice: OutboxMail) -> Edition:
    return Edition.objects.select_related("agreement__partnership__program").get(pk=notice.about["edition"])


def _names(agreement: Agreement) -> str:
    """Both organizations, first the one that stands first on this partnership's screens."""
    names = dict(Organization.objects.filter(partnership=agreement.partnership_id).values_list("party", "name"))
    return _(" and ").join(names[party] for party in agreement.partnership.parties_on_screen())


def _button(agreement: Agreement, label: str, page: str = "agreement") -> tuple[str, str]:
    return label, absolute(reverse(page, args=[agreement.partnership.slug]))


def _person(pk: object) -> str:
    return Person.objects.get(pk=pk).name


@register(CHANGES_WAIT)
def changes_wait(notice: OutboxMail) -> Message | None:
    if notice.person is None or not notice.person.wants_news(notice.chain):
        return None
    agreement = _agreement(notice)
    waiting = _waiting_for(Party(notice.about["party"]), agreement) if agreement.draft == Draft.OPEN else 0
    commented = _commented(notice, agreement) if agreement.draft != Draft.CLOSED else []
    if not (waiting or commented):
        return None
    opens = _("%(names)s are writing their agreement together.")
    if agreement.draft == Draft.FROZEN:
        opens = _("The agreement of %(names)s is open for signing.")
    paragraphs = [opens % {"names": _names(agreement)}]
    if waiting:
        paragraphs += [
            _("Parts of the text that wait for your answer: %(count)s.") % {"count": waiting},
            _("You can agree to a wording, or propose another one. Nothing changes without both sides."),
        ]
    if commented:
        paragraphs.append(_("There are new comments on: %(clauses)s.") % {"clauses": ", ".join(commented)})
    return Message(
        subject=_("Changes to your agreement wait for you") if waiting else _("New comments on your agreement"),
        paragraphs=paragraphs,
        button=_button(agreement, _("Read what changed") if waiting else _("Read the comments")),
        settings_url=absolute(reverse("mail")),
    )


def _waiting_for(party: Party, agreement: Agreement) -> int:
    """The clauses that wait for this party's answer; where none does, those with a suggestion of its own members."""
    standing = agreement_status(agreement)
    suggested = [s for s in standing.clauses if any(w.party == party for w in s.suggestions)]
    return len(standing.waiting_for(party)) or len(suggested)


def _commented(notice: OutboxMail, agreement: Agreement) -> list[str]:
    """The names of the clauses on which others have commented since this person's mail before, in their order."""
    of_others = Comment.objects.filter(clause__agreement=agreement).exclude(written_by=notice.person_id)
    mails = OutboxMail.objects.filter(kind=CHANGES_WAIT, person=notice.person_id, about__agreement=agreement.pk)
    if before := mails.filter(pk__lt=notice.pk).order_by("pk").last():
        # One that was written while that mail left is told here: this mail was queued with it.
        since = Q(written_at__gt=before.settled_at or before.due_at) | Q(written_at__gte=notice.created_at)
        of_others = of_others.filter(since)
    clauses = Clause.objects.filter(pk__in=of_others.values("clause")).order_by("position", "pk")
    return [clause_name(clause) for clause in clauses]


@register("opened for signing")
def opened_for_signing(notice: OutboxMail) -> Message | None:
    edition = _edition(notice)
    if edition.state != EditionState.SIGNING:
        return None
    return Message(
        subject=_("Your agreement is ready to sign"),
        paragraphs=[
            _("The agreement of %(names)s is open for signing.") % {"names": _names(edition.agreement)},
            _("Its text is frozen now. You can read it, sign it here or on paper, or reopen it for changes."),
        ],
        button=_button(edition.agreement, _("Read and sign"), "sign"),
    )


@register("signed by one")
def signed_by_one(notice: OutboxMail) -> Message | None:
    edition = _edition(notice)
    if edition.state != EditionState.SIGNING:
        return None
    signature = edition.signatures.get(party=notice.about["party"])
    return Message(
        subject=_("%(organization)s has signed") % {"organization": signature.organization},
        paragraphs=[
            _("%(name)s has signed the agreement for %(organization)s.")
            % {"name": signature.name, "organization": signature.organization},
            _("It is in force as soon as the other partner signs too. Until then, either side can reopen it."),
        ],
        button=_button(edition.agreement, _("Open the agreement")),
    )


@register("reopened")
def reopened(notice: OutboxMail) -> Message:
    edition = _edition(notice)
    return Message(
        subject=_("Your agreement is open for changes again"),
        paragraphs=[
            _("%(name)s has reopened the agreement of %(names)s for changes.")
            % {"name": _person(edition.voided_by_id), "names": _names(edition.agreement)},
            _("The reason: %(reason)s") % {"reason": edition.void_reason},
            _("What was signed on this text is void. Everything you both agreed on is kept."),
        ],
        button=_button(edition.agreement, _("Open the agreement")),
    )


@register("in force")
def in_force(notice: OutboxMail) -> Message:
    """The ledger's head stands in this mail, so that both sides hold it outside of the product."""
    edition = _edition(notice)
    return Message(
        subject=_("Your agreement is in force"),
        paragraphs=[
            _("Both partners have signed: the agreement of %(names)s is in force.")
            % {"names": _names(edition.agreement)},
            _("We are making the sealed PDF now. You will get a link to it in a moment."),
            _("For your records. Fingerprint of the text: %(digest)s") % {"digest": edition.digest},
            _("Record of what happened, %(chain)s, as it stood then: %(head)s")
            % {"chain": edition.agreement.partnership_id, "head": edition.head},
        ],
        button=_button(edition.agreement, _("Open the agreement")),
    )


@register("sealed copy ready")
def sealed_copy_ready(notice: OutboxMail) -> Message:
    edition = _edition(notice)
    page = reverse("signed_pdf", args=[edition.agreement.partnership.slug, edition.number])
    return Message(
        subject=_("The sealed copy of your agreement is ready"),
        paragraphs=[
            _("The agreement of %(names)s is sealed. Each of you can keep the same file.")
            % {"names": _names(edition.agreement)},
            _("Anyone can check it on the page “Verify a document”. Its code is %(code)s.") % {"code": edition.code},
        ],
        button=(_("Download signed PDF"), absolute(page)),
    )


@register("ended")
def ended(notice: OutboxMail) -> Message:
    agreement = _agreement(notice)
    return Message(
        subject=_("Your agreement has ended"),
        paragraphs=[
            _("%(name)s has ended the agreement of %(names)s.")
            % {"name": _person(agreement.ended_by_id), "names": _names(agreement)},
            _("The reason: %(reason)s") % {"reason": agreement.end_reason},
            _("Nothing is erased. You can still read and download everything."),
        ],
        button=_button(agreement, _("Open the agreement")),
    )


@register("amendment started")
def amendment_started(notice: OutboxMail) -> Message:
    agreement = _agreement(notice)
    return Message(
        subject=_("An amendment to your agreement has been started"),
        paragraphs=[
            _("%(names)s can now propose changes to their agreement.") % {"names": _names(agreement)},
            _("What you signed stays in force until both of you sign the next edition."),
        ],
        button=_button(agreement, _("Open the agreement")),
    )


@register("paper.uploaded")
def paper_uploaded(notice: OutboxMail) -> Message | None:
    paper = PaperCopy.objects.select_related("edition__agreement__partnership").get(pk=notice.about["paper"])
    if paper.confirmed_at or paper.refused_at or paper.edition.state != EditionState.SIGNING:
        return None
    return Message(
        subject=_("A signature on paper waits to be confirmed"),
        paragraphs=[
            _("%(name)s has signed on paper. The lead of the other side looks at the scan and confirms it.")
            % {"name": paper.name},
            _("It counts from the moment it is confirmed."),
        ],
        button=_button(paper.edition.agreement, _("See the scan"), "paper"),
    )


@register("paper.refused")
def paper_refused(notice: OutboxMail) -> Message:
    paper = PaperCopy.objects.select_related("edition__agreement__partnership").get(pk=notice.about["paper"])
    return Message(
        subject=_("A scan of a signature does not count"),
        paragraphs=[
            _("%(who)s says that the scan of %(name)s's signature does not count.")
            % {"who": _person(paper.refused_by_id), "name": paper.name},
            _("The reason: %(reason)s") % {"reason": paper.refuse_reason},
            _("You can hand in another scan, or sign here."),
        ],
        button=_button(paper.edition.agreement, _("Hand in another scan"), "paper"),
    )
