"""Keep a view of the wall under a name, rename it, delete it. It is a bookmark: no fact of a partnership changes."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from partners import rules
from partners.models import Person, Program
from partners.rules import Refused
from programs.domain.wall_query import WallQuery
from programs.models import WallView
from programs.models.wall_view import LONGEST_QUERY

MOST = 30  # of the whole staff, and of each person: more is no list that one finds something in


@transaction.atomic
def save_wall_view(
    *, by: Person, program: Program, name: str, query: WallQuery, for_all: bool, now: datetime
) -> WallView:
    """Under a name that is there already, it takes its place. Raises ValidationError where there are too many."""
    _require_staff(by, program)
    owner, name = None if for_all else by, WallView.name.field.clean_words(name, blank=False)
    if len(query.address) > LONGEST_QUERY:
        raise ValidationError({"name": _("The words that you search for are too long to be kept. Take fewer.")})
    views = WallView.objects.filter(program=program, owner=owner)
    if not views.filter(name=name).exists() and views.count() >= MOST:
        raise ValidationError({"name": _("There are %(most)s views already. Delete one first.") % {"most": MOST}})
    facts = {"query": query.address, "made_at": now, "made_by": by}
    view, _made = WallView.objects.update_or_create(program=program, owner=owner, name=name, defaults=facts)
    return view


@transaction.atomic
def rename_wall_view(*, by: Person, view: WallView, name: str) -> WallView:
    """Raises ValidationError where another one has this name."""
    _require_theirs(by, view)
    name = WallView.name.field.clean_words(name, blank=False)
    others = WallView.objects.filter(program=view.program_id, owner=view.owner_id, name=name).exclude(pk=view.pk)
    if others.exists():
        raise ValidationError({"name": _("Another view has this name. Choose another one.")})
    WallView.objects.filter(pk=view.pk).update(name=name)
    view.name = name
    return view


@transaction.atomic
def delete_wall_view(*, by: Person, view: WallView) -> None:
    """Deleting it again changes nothing."""
    _require_theirs(by, view)
    WallView.objects.filter(pk=view.pk).delete()


def _require_staff(by: Person, program: Program) -> None:
    """And lock the program: names are told apart one after the other."""
    Program.objects.select_for_update(no_key=True).get(pk=program.pk)
    if not rules.runs(by, program.pk):
        raise Refused(_("Only the staff of the program can do this."))


def _require_theirs(by: Person, view: WallView) -> None:
    _require_staff(by, view.program)
    if view.owner_id not in (None, by.pk):
        raise Refused(_("This view is a colleague's own."))
