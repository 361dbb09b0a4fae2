"""The decision log: read it, write into it, sign off together, say that one sees it otherwise."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _

from partners import rules
from partners.requests import PersonRequest
from sprints import actions
from sprints.actions.decisions import refused_decision
from sprints.domain.decisions import TEXTS, DecisionSubject, decision_digest, decision_log
from sprints.forms.decisions import DecisionChangeForm, DecisionForm, DissentForm
from sprints.models import Decision, Sprint
from sprints.states import DecisionState
from sprints.views.pages import carry_out, done, draw, form_page, may, one_of, sprint_act, sprint_form, sprint_page
from sprints.views.sign_offs import sign_off_section

PLACE = "decisions"


@sprint_page(rules.reads)
def decisions(request: PersonRequest, sprint: Sprint) -> HttpResponse:
    names = sprint.partnership.names_on_screen()
    context = {
        "rows": [(one, [names[party] for party in names if party in one.waits_for]) for one in decision_log(sprint)],
        "may_write": may(rules.proposes, request, sprint),
    }
    return draw(request, sprint, "sprints/decisions/decisions.html", context, place=PLACE)


@sprint_page(rules.reads)
def decision(request: PersonRequest, sprint: Sprint, number: int) -> HttpResponse:
    return decision_page(request, sprint, number)


def decision_page(
    request: PersonRequest, sprint: Sprint, number: int, *, status: int = 200, **forms: object
) -> HttpResponse:
    people = Decision.objects.select_related("reverses", "proposed_by", "changed_by")
    subject = DecisionSubject(one_of(people, sprint, number=number))
    context = {
        **sign_off_section(request, subject),
        "decision": subject.row,
        "dissents": subject.row.dissents.select_related("person"),
        "may_write": may(rules.proposes, request, sprint),
        "may_reverse": subject.state == DecisionState.MADE and subject.reversal is None,
        "dissent_form": DissentForm(auto_id="dissent_%s"),
        **forms,
    }
    return draw(request, sprint, "sprints/decisions/decision.html", context, place=PLACE, status=status)


@sprint_form(rules.proposes)
def decision_add(request: PersonRequest, sprint: Sprint) -> HttpResponse:
    form = DecisionForm(request.POST or None)
    if made := carry_out(request, form, actions.propose_decision, check=refused_decision, sprint=sprint):
        says = _("It is in the log. It is decided when both sides have signed it off.")
        return done(request, says, sprint, "decision", made.number)
    lead = _("Write it down before it is decided. Both sides sign off the same words.")
    return form_page(request, sprint, form, place=PLACE, title=_("Write down a decision"), lead=lead)


@sprint_form(rules.proposes)
def decision_change(request: PersonRequest, sprint: Sprint, number: int) -> HttpResponse:
    found = one_of(Decision, sprint, number=number)
    initial = {name: getattr(found, name) for name in TEXTS} | {"options": "\n".join(found.options)}
    form = DecisionChangeForm(request.POST or None, initial=initial | {"shown": decision_digest(found)})
    if carry_out(request, form, actions.change_decision, check=refused_decision, decision=found):
        return done(request, _("Saved. Both sides see it."), sprint, "decision", number)
    lead = _("A change asks again whoever has signed it off.")
    return form_page(request, sprint, form, place=PLACE, title=_("Change this decision"), lead=lead)


@sprint_form(rules.proposes)
def decision_reverse(request: PersonRequest, sprint: Sprint, number: int) -> HttpResponse:
    """A new decision that names the one that it takes back."""
    old = one_of(Decision, sprint, number=number)
    form = DecisionForm(request.POST or None, initial={"question": old.question})
    if made := carry_out(request, form, actions.propose_decision, check=refused_decision, sprint=sprint, reverses=old):
        says = _("It is in the log. The earlier decision holds until both sides have signed this.")
        return done(request, says, sprint, "decision", made.number)
    title = _("Take back decision %(number)s") % {"number": number}
    lead = _("“%(question)s” was decided like this: %(choice)s. Write down what holds instead.")
    lead %= {"question": old.question, "choice": old.choice}
    return form_page(request, sprint, form, place=PLACE, title=title, lead=lead)


@sprint_act(rules.takes_part)
def decision_dissent(request: PersonRequest, sprint: Sprint, number: int) -> HttpResponse:
    form = DissentForm(request.POST, auto_id="dissent_%s")
    if not carry_out(request, form, actions.dissent, decision=one_of(Decision, sprint, number=number)):
        return decision_page(request, sprint, number, dissent_form=form, status=422)
    return done(request, _("Your words are kept with the decision."), sprint, "decision", number)
