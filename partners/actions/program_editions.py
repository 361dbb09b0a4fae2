"""A program's own copy of something built in: begin it, save it, publish it, let it go.

The rooms that know what is in a copy call these; each says what may not be published.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from ledger.canonical import digest
from ledger.record import append_event
from partners.actions.programs import require_staff
from partners.models import Person, Program
from partners.models.program_edition import ProgramDraft, ProgramEdition
from text.fields import clean_words, refuse

D = TypeVar("D", bound=ProgramDraft)
E = TypeVar("E", bound=ProgramEdition)
Content = dict[str, Any]


class DraftChanged(Exception):
    """Somebody else saved the copy since this person opened it. Nothing was changed. `stands`: what it says now."""

    def __init__(self, stands: Content) -> None:
        super().__init__("the copy was saved by somebody else")
        self.stands = stands


def begin_draft(
    model: type[D], *, by: Person, program: Program, content: Content, based_on: str, origin: str, now: datetime
) -> D:
    """The program's copy, with this in it. Where there is one already, it is refused: nobody's work is written over."""
    hold_program(by, program)
    if model._default_manager.filter(program=program).exists():
        refuse({"source": _("There is a copy already that was not published. Publish it first, or discard it.")})
    facts = {"content": content, "based_on": based_on, "saved_at": now, "saved_by": by}
    return model._default_manager.create(program=program, **facts, **clean_words(model, origin=origin))


def save_draft(
    model: type[D], *, by: Person, program: Program, change: Callable[[Content], Content], now: datetime
) -> D:
    """Put into the copy what `change` makes of it, under the program's lock. Raises the model's DoesNotExist where
    somebody published or discarded it meanwhile, and whatever `change` raises."""
    hold_program(by, program)
    draft = model._default_manager.get(program=program)
    content = change(draft.content)
    if content != draft.content:
        draft.content, draft.saved_at, draft.saved_by = content, now, by
        draft.save(update_fields=["content", "saved_at", "saved_by"])
    return draft


def publish_draft(
    draft_model: type[D], model: type[E], *, by: Person, program: Program, shown: str, kind: str, now: datetime
) -> E:
    """The copy becomes the next edition. `shown`: the digest of what the person saw. Raises DraftChanged."""
    hold_program(by, program)
    draft = draft_model._default_manager.get(program=program)
    if digest(draft.content) != shown:
        raise DraftChanged(draft.content)
    number = model._default_manager.filter(program=program).count() + 1
    edition = model(
        program=program,
        number=number,
        content=draft.content,
        digest=digest({"program": program.slug, "number": number, "content": draft.content}),
        based_on=draft.based_on,
        origin=draft.origin,
        published_at=now,
        published_by=by,
    )
    edition.name = f"{program.slug[:36]}-{number}-{edition.digest[:8]}"
    edition.save()
    draft.delete()
    payload = {"name": edition.name, "number": number, "digest": edition.digest, "origin": edition.origin}
    append_event(chain=program.chain, kind=kind, by=by, at=now, payload=payload)
    return edition


def discard_draft(model: type[D], *, by: Person, program: Program) -> None:
    hold_program(by, program)
    model._default_manager.filter(program=program).delete()


def hold_program(by: Person, program: Program) -> None:
    """Lock it, for its staff alone. Raises Refused."""
    held = Program.objects.select_for_update().get(pk=program.pk)
    require_staff(by, held)
