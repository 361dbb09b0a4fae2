"""The ledger's events in words, for the history page and the weekly mail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.domain.clause_names import clause_name
from agreements.models import Clause
from ledger.models import Event
from partners.models import Partnership, Person

# What an event says, with the payload's own values in it. `who` begins the sentence on the page.
WORDS: dict[str, Promise] = {
    "partnership.created": gettext_lazy("started the partnership"),
    "invitation.sent": gettext_lazy("invited %(name)s"),
    "invitation.resent": gettext_lazy("sent the invitation of %(name)s again"),
    "invitation.corrected": gettext_lazy("corrected the address of %(name)s and sent the invitation again"),
    "invitation.accepted": gettext_lazy("accepted the invitation"),
    "invitation.declined": gettext_lazy("%(name)s declined the invitation"),
    "invitation.cancelled": gettext_lazy("took back the invitation of %(name)s"),
    "nudge.sent": gettext_lazy("reminded %(organization)s of what waits for them: “%(word)s”"),
    "mail.sent_again": gettext_lazy("sent a mail to %(name)s again"),
    "seat.ended": gettext_lazy("ended the seat of %(name)s"),
    "lead.offered": gettext_lazy("asked %(name)s to take over the lead"),
    "lead.offer_taken_back": gettext_lazy("no longer asks %(name)s to take over the lead"),
    "lead.offer_declined": gettext_lazy("declined to take over the lead"),
    "lead.changed": gettext_lazy("took over the lead for %(named_party)s from %(before)s"),
    "lead.claimed": gettext_lazy("asked for the lead for %(named_party)s, and says that their lead is gone"),
    "lead.claim_refused": gettext_lazy("refused that %(name)s takes over the lead for %(named_party)s"),
    "lead.claim_taken_back": gettext_lazy("no longer asks for the lead for %(named_party)s"),
    "lead.given": gettext_lazy("checked that %(before)s is gone, and gave the lead for %(named_party)s to %(name)s"),
    "agreement.started": gettext_lazy("began the agreement from the template"),
    "wording.proposed": gettext_lazy("proposed a change of “%(clause)s”"),
    "wording.suggested": gettext_lazy("suggested a change of “%(clause)s”"),
    "comment.written": gettext_lazy("commented on “%(clause)s”"),
    "suggestion.set_aside": gettext_lazy("set a suggestion for “%(clause)s” aside"),
    "clause.added": gettext_lazy("added the clause “%(clause)s”, to be agreed"),
    "clause.assented": gettext_lazy("agreed to a wording of “%(clause)s”"),
    "clause.agreed": gettext_lazy("made “%(clause)s” agreed: both sides stand on one wording"),
    "name.corrected": gettext_lazy("corrected the names of %(named_party)s"),
    "name.followed": gettext_lazy("is named in the signature block of %(named_party)s from now on"),
    "edition.opened": gettext_lazy("opened edition %(number)s for signing"),
    "edition.signed": gettext_lazy("signed edition %(number)s"),
    "edition.reopened": gettext_lazy("reopened edition %(number)s for changes"),
    "edition.sealed": gettext_lazy("Edition %(number)s was sealed"),
    "edition.timestamped": gettext_lazy("Edition %(number)s got its timestamp from outside"),
    "agreement.in_force": gettext_lazy("Edition %(number)s came into force"),
    "agreement.ended": gettext_lazy("ended the agreement"),
    "amendment.started": gettext_lazy("started an amendment"),
    "paper.uploaded": gettext_lazy("handed in a signature on paper"),
    "paper.confirmed": gettext_lazy("confirmed a signature on paper"),
    "paper.refused": gettext_lazy("said that a signature on paper does not count"),
    "start.proposed": gettext_lazy("proposed a first day for the sprint"),
    "start.agreed": gettext_lazy("agreed to the first day: the sprint is planned"),
    "start.declined": gettext_lazy("did not agree to the first day"),
    "pause.proposed": gettext_lazy("proposed a pause of the sprint"),
    "pause.agreed": gettext_lazy("agreed to the pause"),
    "pause.declined": gettext_lazy("did not agree to the pause"),
    "milestone.proposed": gettext_lazy("proposed a change of the plan: %(milestone)s"),
    "milestone.agreed": gettext_lazy("agreed to the change of the plan: %(milestone)s"),
    "milestone.declined": gettext_lazy("did not agree to the change of the plan: %(milestone)s"),
    "milestone.added": gettext_lazy("added the milestone “%(milestone)s”"),
    "milestone.changed": gettext_lazy("changed the milestone “%(milestone)s”"),
    "milestone.outcome": gettext_lazy("wrote down what came of “%(milestone)s”"),
    "milestone.finished": gettext_lazy("said that “%(milestone)s” is done"),
    "milestone.taken_up_again": gettext_lazy("took up “%(milestone)s” again"),
    "milestone.signed_off": gettext_lazy("signed off “%(milestone)s”"),
    "milestone.changes_asked": gettext_lazy("asked for changes of “%(milestone)s”"),
    "evidence.added": gettext_lazy("added evidence to “%(milestone)s”: %(title)s"),
    "evidence.withdrawn": gettext_lazy("took back evidence from “%(milestone)s”: %(title)s"),
    "decision.proposed": gettext_lazy("wrote down a decision, to be signed off: %(decision)s"),
    "decision.changed": gettext_lazy("changed a decision that is not made yet: %(decision)s"),
    "decision.signed_off": gettext_lazy("signed off the decision “%(decision)s”"),
    "decision.changes_asked": gettext_lazy("asked for changes of the decision “%(decision)s”"),
    "decision.dissented": gettext_lazy("saw the decision “%(decision)s” otherwise, and said so"),
    "check_in.said": gettext_lazy("said how week %(week)s goes"),
    "check_in.corrected": gettext_lazy("corrected what they said of week %(week)s"),
    "learning.noted": gettext_lazy("noted what the people of their side can do"),
    "learning.corrected": gettext_lazy("corrected what they noted of their side's people"),
    "report.asked": gettext_lazy("asked for a sealed report on the promises"),
    "report.sealed": gettext_lazy("The report on the promises that both sides asked for was sealed."),
    "buy_in.recorded": gettext_lazy("recorded executive support"),
    "dataset.asked": gettext_lazy("asked for a dataset: %(dataset)s"),
    "dataset.changed": gettext_lazy("wrote down more about the dataset “%(dataset)s”"),
    "dataset.chosen": gettext_lazy("chose datasets from the city's catalog, and this many: %(count)s"),
    "dataset.accessible": gettext_lazy("said that this dataset is accessible: %(dataset)s"),
    "dataset.in_use": gettext_lazy("said that this dataset is in use: %(dataset)s"),
    "dataset.dropped": gettext_lazy("took this dataset off the list: %(dataset)s"),
    "catalog.handed_in": gettext_lazy("handed in the city's catalog: %(name)s"),
    "catalog.put_away": gettext_lazy("put the city's catalog away: %(name)s"),
    "research.planned": gettext_lazy("wrote the research plan"),
    "activity.added": gettext_lazy("wrote down research with %(people)s residents: %(activity)s"),
    "activity.withdrawn": gettext_lazy("took back an activity of the research: %(activity)s"),
    "finding.added": gettext_lazy("wrote down a finding: %(finding)s"),
    "finding.changed": gettext_lazy("changed the finding “%(finding)s”"),
    "finding.led_to": gettext_lazy("wrote down what the finding “%(finding)s” changed"),
    "finding.withdrawn": gettext_lazy("took back the finding “%(finding)s”"),
    "finding.confirmed": gettext_lazy("confirmed the analysis as accurate and comprehensive: %(finding)s"),
    "finding.rework_asked": gettext_lazy("asked for changes of the analysis: %(finding)s"),
    "meeting.scheduled": gettext_lazy("set a meeting: %(meeting)s"),
    "meeting.changed": gettext_lazy("changed the meeting “%(meeting)s”"),
    "meeting.cancelled": gettext_lazy("cancelled the meeting “%(meeting)s”"),
    "meeting.recorded": gettext_lazy("kept the notes of the meeting “%(meeting)s”"),
    "action_item.added": gettext_lazy("wrote down what is to be done: %(what)s"),
    "action_item.done": gettext_lazy("said that this is done: %(what)s"),
    "action_item.reopened": gettext_lazy("said that this is not done: %(what)s"),
    "calendar.made": gettext_lazy("made a calendar address of their own"),
    "calendar.revoked": gettext_lazy("took back a calendar address of their own"),
    "showcase.set": gettext_lazy("said when and where Demo Day is"),
    "running_order.set": gettext_lazy("set a part of Demo Day: %(title)s"),
    "running_order.moved": gettext_lazy("moved a part of Demo Day: %(title)s"),
    "running_order.dropped": gettext_lazy("took a part out of Demo Day: %(title)s"),
    "story.consented": gettext_lazy("wrote down a resident's consent: %(story)s"),
    "story.withdrawn": gettext_lazy("wrote down that a resident took consent back: %(story)s"),
    "rehearsal.added": gettext_lazy("added to the rehearsal's checklist: %(text)s"),
    "rehearsal.done": gettext_lazy("saw to this for the rehearsal: %(text)s"),
    "rehearsal.reopened": gettext_lazy("opened this again for the rehearsal: %(text)s"),
    "product.described": gettext_lazy("described the product %(name)s"),
    "product.tested": gettext_lazy("wrote down a test of the product with %(people)s residents"),
    "product.test_withdrawn": gettext_lazy("took back a test of the product"),
    "product.owned": gettext_lazy("named the product's owner of their side: %(owner)s"),
    "sustainability.written": gettext_lazy("wrote the sustainability plan"),
    "sustainability.signed_off": gettext_lazy("signed off the sustainability plan"),
    "sustainability.changes_asked": gettext_lazy("asked for changes of the sustainability plan"),
    "refused": gettext_lazy("tried something that was not theirs to do; it was refused"),
    "erased": gettext_lazy("What an earlier event said was erased"),
}


@dataclass(frozen=True)
class HistoryEntry:
    """One line of the history: who (empty when the product acted), what, and why if a reason was given."""

    sequence: int
    kind: str
    at: datetime
    who: str
    party: str
    what: str
    detail: str
    digest: str


def entries(
    events: Iterable[Event],
    *,
    people: Mapping[UUID, Person],
    organizations: Mapping[str, str],
    clauses: Mapping[str, str],
) -> list[HistoryEntry]:
    """The events in words. `organizations` gives names by party, `clauses` by the clause's key."""
    return [_entry(event, people, _named(event, organizations, clauses)) for event in events]


def told(partnership: Partnership, events: list[Event]) -> list[HistoryEntry]:
    """The events of a partnership in words, in three queries."""
    people = Person.objects.in_bulk({event.actor for event in events if event.actor})
    organizations = dict(partnership.organizations.values_list("party", "name"))
    clauses = {clause.key: clause_name(clause) for clause in Clause.objects.filter(agreement__partnership=partnership)}
    return entries(events, people=people, organizations=organizations, clauses=clauses)


def _named(event: Event, organizations: Mapping[str, str], clauses: Mapping[str, str]) -> dict[str, Any]:
    """The payload with names in place of keys."""
    payload = event.content.payload if hasattr(event, "content") else {}
    party, clause = payload.get("party") or "", payload.get("clause") or ""
    named = {**payload, "named_party": organizations.get(party, ""), "clause": clauses.get(clause, clause)}
    if payload.get("milestone"):  # one of the built-in plan, in the reader's language
        named["milestone"] = _(payload["milestone"])
    return named


def _entry(event: Event, people: Mapping[UUID, Person], payload: Mapping[str, Any]) -> HistoryEntry:
    words = WORDS.get(event.kind)
    person = people.get(event.actor) if event.actor else None
    return HistoryEntry(
        sequence=event.sequence,
        kind=event.kind,
        at=event.at,
        who=person.name if person else "",
        party=payload.get("party") or "",
        what=str(words) % defaultdict(str, payload) if words else event.kind,
        detail=_detail(payload),
        digest=event.digest,
    )


def _detail(payload: Mapping[str, object]) -> str:
    reason = payload.get("reason")
    return _("The reason: %(reason)s") % {"reason": reason} if reason else ""
