"""What stands in the way of signing. The page shows this list and the gate reads the same one. Reads only."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.domain.clause_status import AgreementStatus, ClauseStatus
from agreements.models import ClauseKind, Edition
from agreements.pdf.glyphs import missing_glyphs
from agreements.states import EditionState
from agreements.wording import template
from agreements.wording.digest import facts_for
from partners.parties import Party
from partners.weeks import says_other_weeks, with_weeks

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
    """Suggestions that nobody has answered yet, a signature block that names another person than the lead, and a text
    of another length than the program's plan."""
    return [*_suggestions(standing), *_other_names(standing), *_other_weeks(standing)]


def _other_weeks(standing: AgreementStatus) -> Iterator[Warning]:
    """Said before anyone signs, while nothing is in force yet. What stands changes by agreement, never here."""
    weeks = standing.agreement.partnership.program.sprint_weeks
    if standing.agreement.edition_in(EditionState.IN_FORCE):
        return
    for on_clause in standing.clauses:
        if not on_clause.is_left_out and says_other_weeks(on_clause.base_text, weeks):
            words = _(
                "%(clause)s names another length than the program's plan of %(weeks)s weeks. To propose: “%(text)s”"
            )
            words %= {"clause": on_clause.name, "weeks": weeks, "text": with_weeks(on_clause.base_text, weeks)}
            yield Warning("another length", words, clause_url(standing, on_clause))


def _other_names(standing: AgreementStatus) -> Iterator[Warning]:
    """A lead may have been replaced since the block was written, or sign under another name: they know."""
    for party, block in standing.organizations.items():
        lead = standing.leads[party].name if party in standing.leads else block.signatory
        if block.signatory.casefold().split() != lead.casefold().split():
            words = _("The signature block of %(organization)s names %(block)s. Its lead is %(lead)s.")
            words %= {"organization": block.name, "block": block.signatory, "lead": lead}
            yield Warning("signatory", words, _url(standing, "names"))


def _suggestions(standing: AgreementStatus) -> Iterator[Warning]:
    for on_clause in standing.clauses:
        if count := len(on_clause.suggestions):
            words = ngettext(
                "%(clause)s: %(count)s suggestion has no answer yet.",
                "%(clause)s: %(count)s suggestions have no answer yet.",
                count,
            )
            words %= {"clause": on_clause.name, "count": count}
            yield Warning("suggestion", words, clause_url(standing, on_clause))


def _clauses(standing: AgreementStatus) -> Iterator[Blocker]:
    for on_clause in standing.clauses:
        if on_clause.settled:
            continue
        waiting = tuple(party for party in Party if on_clause.waits_for(party))
        who = _(" and ").join(standing.organizations[party].name for party in waiting)
        words, about = _("%(clause)s waits for %(who)s."), _("Waits for %(who)s") % {"who": who}
        words %= {"clause": on_clause.name, "who": who}
        yield Blocker("clause", words, clause_url(standing, on_clause), waiting, about)


def _leads(standing: AgreementStatus) -> Iterator[Blocker]:
    for party in [party for party in Party if party not in standing.leads]:
        words = _("The lead of %(name)s has not accepted the invitation yet.")
        words %= {"name": standing.organizations[party].name}
        yield Blocker("lead", words, _url(standing, "people"), (party,), _("The leads"))


def _names(standing: AgreementStatus) -> Iterator[Blocker]:
    for party, organization in standing.organizations.items():
        if not organization.name.strip() or not organization.signatory.strip():
            words = _("A name is missing in the signature block of %(party)s.") % {"party": Party(party).label}
            yield Blocker("name", words, _url(standing, "names"), (Party(party),), _("Names in the agreement"))


def _placeholders(standing: AgreementStatus) -> Iterator[Blocker]:
    for on_clause in standing.clauses:
        left = template.unknown_placeholders(on_clause.base_text)
        left += [f"[{name}]" for name in sorted(template.facts_used(on_clause.base_text))]
        if left:
            words = _("%(clause)s still has something to fill in: %(what)s.")
            words %= {"clause": on_clause.name, "what": ", ".join(left)}
            yield _in_text("placeholder", words, clause_url(standing, on_clause))


def _facts(standing: AgreementStatus) -> Iterator[Blocker]:
    """A text that names the issue or a partner otherwise than the agreement does now. Rewording sees to it; this is
    the net below."""
    for on_clause in standing.clauses:
        text = on_clause.base.texts[standing.agreement.language]
        is_issue = on_clause.clause.kind == ClauseKind.ISSUE
        if not (is_issue or on_clause.is_left_out) and facts_for(text, standing.facts) != on_clause.base.facts:
            words = _("%(clause)s names the issue or a partner as they were before. Propose its wording anew.")
            yield _in_text("fact", words % {"clause": on_clause.name}, clause_url(standing, on_clause))


def _letters(standing: AgreementStatus) -> Iterator[Blocker]:
    """A letter that none of our fonts can draw would be an empty box on paper: found here, before anyone signs."""
    for on_clause in standing.clauses:
        if missing := missing_glyphs(on_clause.base_text):
            yield _letter(on_clause.name, missing, clause_url(standing, on_clause))
    for organization in standing.organizations.values():
        if missing := missing_glyphs(f"{organization.name} {organization.signatory}"):
            yield _letter(organization.name, missing, _url(standing, "names"))


def _letter(place: str, missing: Sequence[str], url: str) -> Blocker:
    words = _("%(place)s has characters that we cannot print: %(missing)s.")
    return _in_text("letter", words % {"place": place, "missing": " ".join(missing)}, url)


def _in_text(code: str, words: str, url: str) -> Blocker:
    """Something about the words themselves, which either side can put right."""
    return Blocker(code, words, url, tuple(Party), _("Words of the text"))


def _no_change(standing: AgreementStatus) -> Iterator[Blocker]:
    """An amendment must change something: what is in force need not be signed twice."""
    in_force = standing.agreement.edition_in(EditionState.IN_FORCE)
    if in_force is not None and _says_the_same(in_force, standing):
        words = _("Nothing differs from edition %(number)s, which is in force.") % {"number": in_force.number}
        yield Blocker("no change", words, _url(standing, "agreement"), tuple(Party), _("The amendment"))


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


def clause_url(standing: AgreementStatus, on_clause: ClauseStatus) -> str:
    return reverse("clause", args=[standing.agreement.partnership.slug, on_clause.clause.key])


def _url(standing: AgreementStatus, page: str) -> str:
    return reverse(page, args=[standing.agreement.partnership.slug])
