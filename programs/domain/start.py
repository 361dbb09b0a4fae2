"""How far the start of a program is: each step with what shows that it is done. Reads only.

Nothing is stored of it: whoever leaves finds every step as it stands.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners.models import Program
from programs.domain.invitations import accepted_invitations, waiting_invitations
from programs.models import ProgramDay


@dataclass(frozen=True)
class Step:
    """One part of the page, by the id that it stands under; `state` is done, now or next, as the list draws it."""

    id: str
    label: str
    state: str
    note: str

    @property
    def url(self) -> str:
        return f"#{self.id}"


def days_of(program: Program) -> QuerySet[ProgramDay]:
    return ProgramDay.objects.filter(program=program, taken_back_at=None)


def start_steps(program: Program) -> list[Step]:
    """In the order in which they are taken. A step may be passed over: the next one does not wait for it."""
    days, pairs = days_of(program).count(), program.partnerships.count()
    came, waiting = accepted_invitations(program).count(), waiting_invitations(program).count()
    counted = ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    made = ngettext("%(n)s partnership", "%(n)s partnerships", pairs) % {"n": pairs}
    accepted = _("%(came)s of %(all)s accepted") % {"came": came, "all": came + waiting}
    done = {"program": True, "days": bool(days), "texts": pairs > 0, "partnerships": pairs > 0}
    done["invitations"] = pairs > 0 and not waiting
    now = next((id for id, is_done in done.items() if not is_done), "")
    labels = {
        "program": (_("The program"), program.time_zone),
        "days": (_("Its days"), counted),
        "texts": (_("Agreement and plan"), _("%(weeks)s weeks") % {"weeks": program.sprint_weeks}),
        "partnerships": (_("Partnerships"), made),
        "invitations": (_("Invitations"), accepted),
    }
    states = {id: "done" if is_done else "now" if id == now else "next" for id, is_done in done.items()}
    return [Step(id, label, states[id], note) for id, (label, note) in labels.items()]
