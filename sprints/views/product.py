"""The product: what it is, what residents' tests showed, and who owns it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners import rules
from partners.access import partnership_page
from partners.forms.attempt import attempt
from partners.models import Partnership
from partners.requests import PersonRequest
from sprints import actions
from sprints.domain.product import asked, owner_rows, product_content, product_digest, product_of, standing_tests
from sprints.forms.product import OwnershipForm, ProductForm, ProductTestForm
from sprints.models import ProductTest
from sprints.views.conflicts import answers_conflicts
from sprints.views.form_page import form_page
from sprints.views.overview import sprint_or_404

PLACE = "product"


@require_safe
@partnership_page(rules.reads)
def product(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    return _page(request, partnership)


def _page(request: PersonRequest, partnership: Partnership, *, status: int = 200, **forms: object) -> HttpResponse:
    sprint, names = sprint_or_404(partnership), partnership.names_on_screen()
    found, tests = product_of(sprint), standing_tests(sprint)
    owners = owner_rows(sprint, found, names)
    own = next((row.said for row in owners if row.party == rules.party_of(request.user, partnership)), None)
    typed = {"owner": own.owner, "administrator": own.administrator} if own else {}
    context = {
        "page": "sprint",
        "place": PLACE,
        "partnership": partnership,
        "product": found,
        "tests": tests,
        "people": sum(test.people for test in tests),
        "asked": asked(tests, questions()),
        "owners": owners,
        "is_lead": rules.assents(request.user, partnership),
        "owner_form": OwnershipForm(initial=typed | {"shown": found.repository}, auto_id="owner_%s"),
    }
    return render(request, "sprints/product/product.html", context | forms, status=status)


def questions() -> dict[str, str]:
    return {
        "usable": _("Could they use it?"),
        "meets_need": _("Does it meet their need?"),
        "accessible": _("Is it accessible to people with disabilities?"),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@partnership_page(rules.reads)
@answers_conflicts
def product_change(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    sprint = sprint_or_404(partnership)
    found = product_of(sprint)
    typed = {"features": "\n".join(found.features), "languages": ", ".join(found.languages)}
    initial = product_content(found) | typed | {"shown": product_digest(found)}
    form = ProductForm(request.POST or None, initial=initial)
    act = {"by": request.user, "sprint": sprint, "now": timezone.now()}
    if attempt(form, actions.describe_product, **act):
        messages.success(request, _("Saved. Both sides see it."))
        return redirect("product", partnership.slug)
    title = _("Describe the product")
    lead = _("Write down what is known; the rest can come later. It goes into publiccode.yml, too.")
    return form_page(request, partnership, form, title=title, lead=lead, back="product", place=PLACE)


@require_http_methods(["GET", "HEAD", "POST"])
@partnership_page(rules.reads)
@answers_conflicts
def product_test_add(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    form = ProductTestForm(request.POST or None)
    act = {"by": request.user, "sprint": sprint_or_404(partnership), "now": timezone.now()}
    if attempt(form, actions.add_product_test, **act):
        messages.success(request, _("The test is written down. Both sides see it."))
        return redirect("product", partnership.slug)
    title = _("Write down a test with residents")
    return form_page(request, partnership, form, title=title, back="product", place=PLACE)


@require_POST
@partnership_page(rules.reads)
@answers_conflicts
def product_test_withdraw(request: PersonRequest, partnership: Partnership, pk: UUID) -> HttpResponse:
    test = get_object_or_404(ProductTest.objects.select_related("sprint"), pk=pk, sprint__partnership=partnership)
    actions.withdraw_product_test(by=request.user, test=test, now=timezone.now())
    messages.success(request, _("It is taken back. The history keeps it."))
    return redirect("product", partnership.slug)


@require_POST
@partnership_page(rules.assents)
@answers_conflicts
def product_own(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    form = OwnershipForm(request.POST, auto_id="owner_%s")
    act = {"by": request.user, "sprint": sprint_or_404(partnership), "now": timezone.now()}
    if not attempt(form, actions.say_ownership, **act):
        return _page(request, partnership, owner_form=form, status=422)
    messages.success(request, _("Saved for your side."))
    return redirect("product", partnership.slug)
