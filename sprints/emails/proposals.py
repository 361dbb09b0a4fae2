"""The messages that a proposal waits for an answer, and that the other side did not agree to it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mail.outbox import Message, absolute
from partners.dates import day_words
from sprints.domain.prior_work import prior_lines
from sprints.domain.proposals import timeline_of
from sprints.emails.hourly import mail_for
from sprints.models import Proposal, ProposalKind


@mail_for("sprint.proposed")
def proposed(about: dict[str, Any]) -> Message | None:
    """The other side proposes a first day, a pause, or a change of a milestone; or says what was done before."""
    proposal = Proposal.objects.select_related("sprint__partnership", "milestone").get(pk=about["proposal"])
    if proposal.settled_at:
        return None
    partnership = proposal.sprint.partnership
    name = partnership.names_on_screen()[proposal.party]
    return Message(
        subject=_("A proposal for your sprint waits for your answer"),
        paragraphs=[
            *_says(proposal, name),
            *_days(proposal),
            _("It takes effect when you agree, and not before. You can also say why not."),
        ],
        button=(_("Read the proposal"), absolute(reverse("proposal", args=[partnership.slug, proposal.number]))),
    )


@mail_for("sprint.declined")
def declined(about: dict[str, Any]) -> Message | None:
    """To the lead whose proposal it was: who did not agree, and why."""
    proposal = Proposal.objects.select_related("sprint__partnership", "settled_by").get(pk=about["proposal"])
    if proposal.settled_by is None:
        return None
    slug = proposal.sprint.partnership.slug
    return Message(
        subject=_("Your proposal for the sprint was not agreed to"),
        paragraphs=[
            _("%(who)s did not agree. The reason: %(why)s") % {"who": proposal.settled_by.name, "why": proposal.answer},
            _("Nothing was changed. Either side can propose again."),
        ],
        button=(_("Read the proposal"), absolute(reverse("proposal", args=[slug, proposal.number]))),
    )


def _says(proposal: Proposal, name: str) -> list[str]:
    """What was done before stands there in full: it can be talked over before anybody opens the page."""
    if proposal.kind != ProposalKind.PRIOR_WORK:
        return [_("%(name)s proposes a change of the plan of your sprint.") % {"name": name}]
    lines = prior_lines(proposal)
    says = ngettext(
        "%(name)s says that %(n)s milestone of your plan was done before you came here:",
        "%(name)s says that %(n)s milestones of your plan were done before you came here:",
        len(lines),
    )
    listed = [_("%(title)s, done on %(day)s") % {"title": one.name, "day": day_words(one.day)} for one in lines]
    return [says % {"name": name, "n": len(lines)}, *listed, _("You can leave out single ones.")]


def _days(proposal: Proposal) -> list[str]:
    """The first and the last day of a sprint that would begin."""
    if proposal.kind != ProposalKind.START:
        return []
    planned = timeline_of(proposal)
    says = _("First day: %(first)s. Last day: %(last)s.")
    return [says % {"first": day_words(planned.first_day), "last": day_words(planned.last_day)}]
