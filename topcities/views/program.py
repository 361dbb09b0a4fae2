"""The staff's pages: their program, what each of its partnerships waits for, and a new one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agreements.actions import start_partnership
from agreements.domain.todo import Summary, summaries
from agreements.states import AgreementState
from ledger.record import last_changes
from partners import actions
from partners.access import runs_program, staff_of_program, starts_programs
from partners.actions.programs import refused_leads
from partners.domain.todo import leads_to_invite, open_handovers
from partners.forms.attempt import attempt
from partners.forms.invitations import AddressForm
from partners.forms.programs import FirstProgramForm, PartnershipForm, ProgramForm
from partners.models import Handover, Invitation, Partnership, Program
from partners.only_sent import only_sent
from partners.parties import Party
from partners.requests import PersonRequest
from sprints.domain.delays import Delay
from sprints.domain.todo import sprint_lines
from topcities.program_mail import counts_of, refused_addresses

PER_PAGE = 50


@dataclass(frozen=True)
class ProgramRow:
    """One partnership, in a line of the list. `to_invite`: the organizations for which staff must find a lead;
    `to_check`: whoever asks for a lead that is said to be gone."""

    partnership: Partnership
    names: list[tuple[Party, str]]
    summary: Summary | None
    since: datetime | None
    week: str
    late: list[Delay]
    waits_for: list[str]
    to_invite: list[str]
    to_check: list[Handover]
    open_invitations: list[Invitation]
    mail_refused: int


@staff_of_program
@require_http_methods(["GET", "HEAD"])
def program(request: PersonRequest, found: Program) -> HttpResponse:
    return _page(request, found, AddressForm())


@staff_of_program
@only_sent()
def program_invite(request: PersonRequest, found: Program) -> HttpResponse:
    """Staff invite a colleague."""
    form = AddressForm(request.POST)
    if attempt(form, actions.invite_staff, by=request.user, program=found, now=timezone.now()):
        messages.success(request, _("The invitation is on its way to %(name)s.") % form.cleaned_data)
        return redirect("program", slug=found.slug)
    return _page(request, found, form, status=422)


@starts_programs
@require_http_methods(["GET", "HEAD", "POST"])
def program_new(request: PersonRequest) -> HttpResponse:
    form = _new_program_form(request)
    if made := attempt(form, actions.create_program, by=request.user, now=timezone.now()):
        return redirect("program", slug=made.slug)
    return render(request, "topcities/program/program_form.html", {"form": form}, status=422 if form.errors else 200)


def _new_program_form(request: PersonRequest) -> ProgramForm:
    """Whoever makes their first program is asked for their name. Made of their address, it is none."""
    own, initial = request.user, {"contact_email": request.user.email}
    if own.programs.exists():
        return ProgramForm(request.POST or None, initial=initial)
    name = "" if own.name == own.email.partition("@")[0] else own.name
    return FirstProgramForm(request.POST or None, initial=initial | {"own_name": name})


@runs_program
@require_http_methods(["GET", "HEAD", "POST"])
def program_edit(request: PersonRequest, found: Program) -> HttpResponse:
    form = ProgramForm(request.POST or None, program=found)
    if attempt(form, actions.change_program, by=request.user, program=found, now=timezone.now()):
        messages.success(request, _("Saved."))
        return redirect("program", slug=found.slug)
    context = {"form": form, "program": found}
    return render(request, "topcities/program/program_form.html", context, status=422 if form.errors else 200)


@runs_program
@require_http_methods(["GET", "HEAD", "POST"])
def partnership_new(request: PersonRequest, found: Program) -> HttpResponse:
    """Two organizations, two leads, one issue. Which party stands first on the form alternates."""
    order = list(Party) if found.partnerships.count() % 2 else list(reversed(Party))
    form = PartnershipForm(request.POST or None, order=order)
    by, now = request.user, timezone.now()

    def start(**_typed: object) -> Partnership:
        return start_partnership(by=by, program=found, now=now, **form.as_facts())

    if made := attempt(form, start, check=partial(refused_leads, found)):
        messages.success(request, _("The partnership is there, and both leads are invited."))
        return redirect("people", slug=made.slug)
    context = {"form": form, "program": found}
    return render(request, "topcities/program/partnership_new.html", context, status=422 if form.errors else 200)


def _page(request: PersonRequest, found: Program, form: AddressForm, *, status: int = 200) -> HttpResponse:
    now = timezone.now()
    partnerships = found.partnerships.prefetch_related("organizations")
    shown = Paginator(partnerships, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "program": found,
        "shown": shown,
        "rows": list(program_rows(list(shown.object_list), now)),
        "staff": found.staff.select_related("person").order_by("since"),
        "form": form,
        "counts": counts_of(found, now),
        "now": now,
    }
    context |= {} if found.is_demo else _about_the_seal(now)
    return render(request, "topcities/program/program.html", context, status=status)


def _about_the_seal(now: datetime) -> dict[str, list[str]]:
    """What makes a seal impossible, and what else to know of the certificate."""
    from agreements.seal.certificates import blocks_sealing, certificate_problems  # 8 MB that few pages ask for

    return {"cannot_seal": blocks_sealing(now), "about_the_seal": certificate_problems(now)}


def program_rows(partnerships: list[Partnership], now: datetime) -> Iterator[ProgramRow]:
    """The partnerships in this order, in a constant number of queries."""
    by_partnership = summaries(partnerships)
    in_force = {pk for pk, summary in by_partnership.items() if summary.state == AgreementState.IN_FORCE}
    sprints = sprint_lines(partnerships, in_force=in_force, now=now)
    invitations = _open_invitations(partnerships)
    ended = {pk for pk, summary in by_partnership.items() if summary.state == AgreementState.ENDED}
    to_invite = leads_to_invite([one for one in partnerships if one.id not in ended], now)
    handovers = open_handovers(partnerships)
    refused, since = refused_addresses(partnerships), last_changes(partnership.id for partnership in partnerships)
    for partnership in partnerships:
        names = {organization.party: organization.name for organization in partnership.organizations.all()}
        summary = by_partnership.get(partnership.id)
        waits_for = (summary.waits_for if summary else []) or sprints[partnership.id].waits_for
        yield ProgramRow(
            partnership=partnership,
            names=[(party, names.get(party, "")) for party in partnership.parties_on_screen()],
            summary=summary,
            since=since.get(partnership.id),
            week=sprints[partnership.id].week,
            late=sprints[partnership.id].late,
            waits_for=[names.get(party, "") for party in waits_for if party not in to_invite.get(partnership.id, [])],
            to_invite=[names.get(party, "") for party in to_invite.get(partnership.id, [])],
            to_check=[one for one in handovers[partnership.id] if one.is_claim],
            open_invitations=invitations[partnership.id],
            mail_refused=refused[partnership.id],
        )


def _open_invitations(partnerships: Iterable[Partnership]) -> dict[UUID | None, list[Invitation]]:
    """What staff may have to look after, by partnership."""
    found: dict[UUID | None, list[Invitation]] = defaultdict(list)
    for invitation in Invitation.objects.to_look_after().filter(partnership__in=list(partnerships)):
        found[invitation.partnership_id].append(invitation)
    return found
