"""What to call a clause in a sentence: "Goal 2", "Commitment 3 of the city team". Reads the clause that it is given,
and its agreement."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agreements.domain.templates import template_behind
from agreements.models import Clause, ClauseKind
from partners.parties import Party


def clause_name(clause: Clause) -> str:
    match clause.kind:
        case ClauseKind.GOAL:
            number = template_behind(clause.agreement).number_of(clause.key)
            return _("Goal %(number)s") % {"number": number}
        case ClauseKind.COMMITMENT if clause.owner:
            number = template_behind(clause.agreement).number_of(clause.key)
            party = Party(clause.owner).label.lower()
            return _("Commitment %(number)s of the %(party)s") % {"number": number, "party": party}
        case ClauseKind.COMMITMENT:
            return _("Joint commitment %(number)s") % {"number": clause.key.rpartition("-")[2]}
        case ClauseKind.VISION:
            return _("Shared vision") if clause.key == "vision" else _("Ultimate goal")
        case ClauseKind.OPTIONAL:
            return offered_name(clause) or str(clause.get_kind_display())
    return str(clause.get_kind_display())


def offered_name(clause: Clause) -> str:
    """The title of a clause that the template offers, in the page's language; empty for any other. Reads the agreement
    of the clause."""
    offered = template_behind(clause.agreement).offered.get(clause.key)
    return offered.title(get_language() or "en") if offered else ""
