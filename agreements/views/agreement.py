"""Read: the agreement's page, one clause, an edition, and what can be downloaded."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agreements.domain import agreement_page, editions, readiness
from agreements.domain.clause_status import agreement_status
from agreements.domain.conflicts import offer_to
from agreements.domain.todo import drafts_of, scan_waits, unsent, whose_turn
from agreements.models import Agreement, Comment, Edition
from agreements.pdf import draw
from agreements.states import SIGNED, Draft, EditionState
from agreements.views.editions import download
from partners import rules
from partners.access import partnership_page
from partners.models import Partnership, Person
from partners.requests import PersonRequest


def viewer_of(person: Person, partnership: Partnership) -> agreement_page.Viewer:
    party = rules.party_of(person, partnership)
    assents, proposes = rules.assents(person, partnership), rules.proposes(person, partnership)
    keeps = rules.keeps_drafts(person, partnership)
    return agreement_page.Viewer(
        party=party, assents=assents, proposes=proposes, person_id=person.pk, keeps_drafts=keeps
    )


def agreement_of(partnership: Partnership) -> Agreement:
    """The partnership's agreement with its editions and signatures."""
    found = Agreement.objects.with_editions().get(partnership=partnership)
    found.partnership = partnership
    return found


def words_to_read(edition: Edition, viewer: agreement_page.Viewer) -> str:
    """What the way to the frozen text is called: what this person goes there for."""
    signed = {signature.party for signature in edition.signatures.all()}
    if viewer.assents:
        return _("Read what you signed") if viewer.party in signed else _("Read and sign")
    return _("Read the text for signing")


@require_safe
@partnership_page(rules.reads)
def agreement(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    """Every clause with its state; both sides see the same page."""
    return render(request, "agreements/agreement/agreement.html", agreement_context(request, partnership))


def agreement_context(request: PersonRequest, partnership: Partnership) -> dict[str, Any]:
    """What the agreement's page shows: a constant number of queries, whatever the number of clauses."""
    found = agreement_of(partnership)
    standing = agreement_status(found)
    viewer = viewer_of(request.user, partnership)
    speaks_for = viewer.party if viewer.assents else None
    rows = agreement_page.rows(standing, viewer, comment_counts(found))
    signed = [e for e in found.editions.all() if e.state in SIGNED]
    opened, is_open = found.edition_in(EditionState.SIGNING), found.draft == Draft.OPEN
    blockers = readiness.blockers(standing) if is_open else []
    return {
        "page": "agreement",
        "partnership": partnership,
        "agreement": found,
        "viewer": viewer,
        "sections": list(agreement_page.sections(standing, rows)),
        "rows": rows,
        "agreed_count": sum(row.on_clause.settled for row in rows),
        "mine": [row for row in rows if row.my_turn],
        "remaining": standing.remaining_for(speaks_for) if speaks_for else [],
        "remaining_digest": standing.remaining_digest(speaks_for) if speaks_for else "",
        "remaining_seen": offer_to(standing, speaks_for) if speaks_for else "",
        "turn": [standing.organizations[party].name for party in whose_turn(found, standing)],
        "blockers": blockers,
        "blocker_groups": readiness.grouped(blockers),
        "unchanged": [blocker.code for blocker in blockers] == ["no change"],
        "in_force": found.edition_in(EditionState.IN_FORCE),
        "warnings": readiness.warnings(standing) if is_open else [],
        "open_edition": opened,
        "read_words": opened and words_to_read(opened, viewer),
        "scan_waits": opened and scan_waits(opened, viewer.party, speaks=viewer.assents),
        "reopened": editions.reopenings(found),
        "unsent": unsent(found, drafts_of([found], [request.user])[found.pk][request.user.pk]) if is_open else [],
        "signed_editions": sorted(signed, key=lambda e: -e.number),
        "may_write": viewer.keeps_drafts and is_open,
        "may_add": viewer.proposes and is_open,
        "may_comment": request.takes_part and found.draft != Draft.CLOSED,
        "organizations": standing.organizations,
    }


def comment_counts(found: Agreement) -> dict[int, int]:
    """How many comments there are, by the clause's id."""
    by_clause = Comment.objects.filter(clause__agreement=found).values_list("clause").annotate(Count("pk"))
    return dict(by_clause.order_by())


@require_safe
@partnership_page(rules.reads)
def draft_pdf(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    """The text as it stands, marked DRAFT on every page, for a members' meeting or an attorney. While it is open for
    signing: the edition itself with its fingerprint, to be signed by hand."""
    found = agreement_of(partnership)
    if opened := found.edition_in(EditionState.SIGNING):
        content, name = editions.content(opened), "to-sign"
        mark = "demonstration" if partnership.program.is_demo else ""
    else:
        content, mark, name = editions.content_of(agreement_status(found), now=timezone.now()), "draft", "draft"
    data = draw.render(content, None, mark=mark, paper=settings.PAPER_SIZE)
    return download(data, "application/pdf", f"{partnership.slug}-{name}.pdf")
