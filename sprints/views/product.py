"""The product: what it is, what residents' tests showed, and who owns it."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from partners import rules
from partners.requests import PersonRequest
from sprints import actions
from sprints.actions.product import refused_product, refused_product_test
from sprints.domain.product import asked, owner_rows, product_content, product_digest, product_of, standing_tests
from sprints.forms.product import OwnershipForm, ProductForm, ProductTestForm
from sprints.models import ProductTest, Sprint
from sprints.views.pages import carry_out, done, draw, form_page, may, one_of, sprint_act, sprint_form, sprint_page

PLACE = "product"


@sprint_page(rules.reads)
def product(request: PersonRequest, sprint: Sprint) -> HttpResponse:
    return _page(request, sprint)


def _page(request: PersonRequest, sprint: Sprint, *, status: int = 200, **forms: object) -> HttpResponse:
    found, tests, partnership = product_of(sprint), standing_tests(sprint), sprint.partnership
    owners = owner_rows(sprint, found, partnership.names_on_screen())
    own = next((row.said for row in owners if row.party == rules.party_of(request.user, partnership)), None)
    typed = {"owner": own.owner, "administrator": own.administrator} if own else {}
    context = {
        "product": found,
        "tests": tests,
        "people": sum(test.people for test in tests),
        "asked": asked(tests, {name: str(field.label) for name, field in ProductTestForm.base_fields.items()}),
        "owners": owners,
        "is_lead": may(rules.assents, request, sprint),
        "owner_form": OwnershipForm(initial=typed | {"shown": found.repository}, auto_id="owner_%s"),
        **forms,
    }
    return draw(request, sprint, "sprints/product/product.html", context, place=PLACE, status=status)


@sprint_form(rules.takes_part)
def product_change(request: PersonRequest, sprint: Sprint) -> HttpResponse:
    found = product_of(sprint)
    typed = {"features": "\n".join(found.features), "languages": ", ".join(found.languages)}
    initial = product_content(found) | typed | {"shown": product_digest(found)}
    form = ProductForm(request.POST or None, initial=initial)
    if carry_out(request, form, actions.describe_product, check=refused_product, sprint=sprint):
        return done(request, _("Saved. Both sides see it."), sprint, "product")
    lead = _("Write down what is known; the rest can come later. It goes into publiccode.yml, too.")
    return form_page(request, sprint, form, place=PLACE, title=_("Describe the product"), lead=lead)


@sprint_form(rules.takes_part)
def product_test_add(request: PersonRequest, sprint: Sprint) -> HttpResponse:
    form = ProductTestForm(request.POST or None)
    check = partial(refused_product_test, sprint=sprint, now=timezone.now())
    if carry_out(request, form, actions.add_product_test, check=check, sprint=sprint):
        return done(request, _("The test is written down. Both sides see it."), sprint, "product")
    return form_page(request, sprint, form, place=PLACE, title=_("Write down a test with residents"))


@sprint_act(rules.takes_part)
def product_test_withdraw(request: PersonRequest, sprint: Sprint, pk: UUID) -> HttpResponse:
    actions.withdraw_product_test(by=request.user, test=one_of(ProductTest, sprint, pk=pk), now=timezone.now())
    return done(request, _("It is taken back. The history keeps it."), sprint, "product")


@sprint_act(rules.assents)
def product_own(request: PersonRequest, sprint: Sprint) -> HttpResponse:
    form = OwnershipForm(request.POST, auto_id="owner_%s")
    if not carry_out(request, form, actions.say_ownership, sprint=sprint):
        return _page(request, sprint, owner_form=form, status=422)
    return done(request, _("Saved for your side."), sprint, "product")
