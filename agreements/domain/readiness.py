"""What stands in the way of signing. The page shows this list and the gate reads the same one. Reads only."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.domain.clause_names import clause_name
from agreements.domain.clause_status import AgreementStatus, ClauseStatus
from agreements.models import ClauseKind, Edition
from agreements.pdf.glyphs import missing_glyphs
from agreements.states import EditionState
from agreements.wording import template
from agreements.wording.digest import facts_for
from partners.parties import Party

# So many are read at one glance.
FEW = 5


@dataclass(frozen=True)
class Blocker:
    """One thing that stands in the way: what, and the page on which it is put right. `about` heads those like it."""

    code: str
    text: str
    url: str
    waits_for: tuple[Party, ...] = ()
    about: str = ""


@dataclass(frozen=True)
class Warning:
    """Something to think about before signing; it does not stand in the way."""

    code: str
    text: str
    url: str


def blockers(standing: AgreementStatus) -> list[Blocker]:
    """Everything that must be put right before the agreement can be opened for signing. Reads the prefetched
    editions where there are some."""
    return [
        *_clauses(standing),
        *_leads(standing),
        *_names(standing),
        *_placeholders(standing),
        *_facts(standing),
        *_letters(standing),
        *_no_change(standing),
    ]


def grouped(found: list[Blocker]) -> list[tuple[str, list[Blocker]]]:
    """The same list by what its lines are about, in the order of the first of each; one group where they are few."""
    groups: dict[str, list[Blocker]] = {}
    for blocker in found:
        groups.setdefault(blocker.about if len(found) > FEW else "", []).append(blocker)
    return list(groups.items())


def warnings(standing: AgreementStatus) -> list[Warning]:
    """Suggestions that nobody has answered yet, and a signature block that names another person than the lead."""
    return [*_suggestions(standing), *_other_names(standing)]


def _other_names(standing: AgreementStatus) -> Iterator[Warning]:
    """A lead may have been replaced since the block was written, or sign under another name: they know."""
    for party, block in standing.organizations.items():
        lead = standing.leads[party].name if party in standing.leads else block.signatory
        if block.signatory.casefold().split() != lead.casefold().split():
            yield Warning(
                "signatory",
                _("The signature block of %(organization)s names %(block)s. Its lead is %(lead)s.")
                % {"organization": block.name, "block": block.signatory, "lead": lead},
                reverse("names", args=[standing.agreement.partnership.slug]),
            )


def _suggestions(standing: AgreementStatus) -> list[Warning]:
    slug = standing.agreement.partnership.slug
    return [
        Warning(
            "suggestion",
            ngettext(
                "%(clause)s: %(count)s suggestion has no answer yet.",
                "%(clause)s: %(count)s suggestions have no answer yet.",
                len(on_clause.suggestions),
            )
            % {"clause": blocker_name(on_clause), "count": len(on_clause.suggestions)},
            clause_url(slug, on_clause),
        )
        for on_clause in standing.clauses
        if on_clause.suggestions
    ]


def _clauses(standing: AgreementStatus) -> Iterator[Blocker]:
    for on_clause in standing.clauses:
        if on_clause.settled:
            continue
        waiting = tuple(party for party in Party if on_clause.waits_for(party))
        who = _(" and ").join(standing.organizations[party].name for party in waiting)
        yield Blocker(
            "clause",
            _("%(clause)s waits for %(who)s.") % {"clause": blocker_name(on_clause), "who": who},
            clause_url(standing.agreement.partnership.slug, on_clause),
            waiting,
            _("Waits for %(who)s") % {"who": who},
        )


def _leads(standing: AgreementStatus) -> Iterator[Blocker]:
    for party in [party for party in Party if party not in standing.leads]:
        yield Blocker(
            "lead",
            _("The lead of %(name)s has not accepted the invitation yet.")
            % {"name": standing.organizations[party].name},
            reverse("people", args=[standing.agreement.partnership.slug]),
            (party,),
            _("The leads"),
        )


def _names(standing: AgreementStatus) -> Iterator[Blocker]:
    for party, organization in standing.organizations.items():
        if not organization.name.strip() or not organization.signatory.strip():
            yield Blocker(
                "name",
                _("A name is missing in the signature block of %(party)s.") % {"party": Party(party).label},
                reverse("names", args=[standing.agreement.partnership.slug]),
                (Party(party),),
                _("Names in the agreement"),
            )


def _placeholders(standing: AgreementStatus) -> Iterator[Blocker]:
    for on_clause in standing.clauses:
        left = template.unknown_placeholders(on_clause.base_text)
        left += [f"[{name}]" for name in sorted(template.facts_used(on_clause.base_text))]
        if left:
            yield Blocker(
                "placeholder",
                _("%(clause)s still has something to fill in: %(what)s.")
                % {"clause": blocker_name(on_clause), "what": ", ".join(left)},
                clause_url(standing.agreement.partnership.slug, on_clause),
                tuple(Party),
                _("Words of the text"),
            )


def _facts(standing: AgreementStatus) -> Iterator[Blocker]:
    """A text that names the issue or a partner otherwise than the agreement does now. Rewording sees to it; this is
    the net below."""
    for on_clause in standing.clauses:
        text = on_clause.base.texts[standing.agreement.language]
        is_issue = on_clause.clause.kind == ClauseKind.ISSUE
        if not (is_issue or on_clause.is_left_out) and facts_for(text, standing.facts) != on_clause.base.facts:
            yield Blocker(
                "fact",
                _("%(clause)s names the issue or a partner as they were before. Propose its wording anew.")
                % {"clause": blocker_name(on_clause)},
                clause_url(standing.agreement.partnership.slug, on_clause),
                tuple(Party),
                _("Words of the text"),
            )


def _letters(standing: AgreementStatus) -> Iterator[Blocker]:
    """A letter that none of our fonts can draw would be an empty box on paper: found here, before anyone signs."""
    slug = standing.agreement.partnership.slug
    for on_clause in standing.clauses:
        if missing := missing_glyphs(on_clause.base_text):
            yield _letter(blocker_name(on_clause), missing, clause_url(slug, on_clause))
    for organization in standing.organizations.values():
        if missing := missing_glyphs(f"{organization.name} {organization.signatory}"):
            yield _letter(organization.name, missing, reverse("names", args=[slug]))


def _letter(place: str, missing: Sequence[str], url: str) -> Blocker:
    words = _("%(place)s has characters that we cannot print: %(missing)s.")
    words %= {"place": place, "missing": " ".join(missing)}
    return Blocker("letter", words, url, tuple(Party), _("Words of the text"))


def _no_change(standing: AgreementStatus) -> Iterator[Blocker]:
    """An amendment must change something: what is in force need not be signed twice."""
    in_force = next((one for one in standing.agreement.editions.all() if one.state == EditionState.IN_FORCE), None)
    if in_force is not None and _says_the_same(in_force, standing):
        yield Blocker(
            "no change",
            _("Nothing differs from edition %(number)s, which is in force.") % {"number": in_force.number},
            reverse("agreement", args=[standing.agreement.partnership.slug]),
            tuple(Party),
            _("The amendment"),
        )


def _says_the_same(edition: Edition, standing: AgreementStatus) -> bool:
    content = json.loads(bytes(edition.canonical))
    then = {line["key"]: line["wording"] for line in content["body"] if line["type"] == "clause"}
    now = {
        s.clause.key: s.base.digest for s in standing.clauses if s.clause.kind != ClauseKind.ISSUE and not s.is_left_out
    }
    names = {
        party: {"organization": organization.name, "signatory": organization.signatory}
        for party, organization in standing.organizations.items()
    }
    return then == now and content["parties"] == names


def blocker_name(on_clause: ClauseStatus) -> str:
    return clause_name(on_clause.clause)


def clause_url(slug: str, on_clause: ClauseStatus) -> str:
    return reverse("clause", args=[slug, on_clause.clause.key])
