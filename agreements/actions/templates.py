"""A program's own template: staff copy one, change its words, and publish it. Agreements under way keep theirs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agreements.domain.templates import problems_of, template_named, templates_to_copy
from agreements.models import TemplateDraft, TemplateEdition
from agreements.wording.digest import LONGEST_CLAUSE
from agreements.wording.template import built_in
from agreements.wording.template_check import has_shape
from agreements.wording.template_content import completed, content_of
from agreements.wording.template_edits import Move, Texts, edited
from ledger.canonical import digest
from partners.actions.program_editions import (
    Content,
    DraftChanged,
    begin_draft,
    discard_draft,
    hold_program,
    publish_draft,
    save_draft,
)
from partners.models import Person, Program
from text.clean import clean_text
from text.fields import refuse


@transaction.atomic
def begin_template(*, by: Person, program: Program, source: str, now: datetime) -> TemplateDraft:
    """Copy a template by its name: the built-in one, or an edition of this program."""
    refuse({"source": "" if source in templates_to_copy(program) else _("Choose a template to begin with.")})
    content = content_of(template_named(source))
    return begin_draft(TemplateDraft, by=by, program=program, content=content, based_on=source, origin="", now=now)


@transaction.atomic
def import_template(*, by: Person, program: Program, content: Content, origin: str, now: datetime) -> TemplateDraft:
    """Begin with a template from elsewhere, whatever is still wrong with it. `origin`: where it came from, in words."""
    refuse({"content": "" if has_shape(content) else _("This is no template that we can read.")})
    whole = completed(content)
    return begin_draft(TemplateDraft, by=by, program=program, content=whole, based_on="", origin=origin, now=now)


@transaction.atomic
def change_template(
    *,
    by: Person,
    program: Program,
    texts: Mapping[str, Texts],
    shown: str,
    now: datetime,
    move: Move | None = None,
) -> TemplateDraft:
    """Put these texts, by place and language, into the copy, then `move` a line. `shown`: its digest as the person saw
    it.

    Raises DraftChanged where somebody else saved it since: what stands then is not written over.
    """
    kept = {place: {language: _cleaned(text) for language, text in each.items()} for place, each in texts.items()}

    def changed(content: Content) -> Content:
        if digest(content) != shown:
            raise DraftChanged(content)
        return edited(content, kept, taken=_keys_ever(program), move=move)

    return save_draft(TemplateDraft, by=by, program=program, change=changed, now=now)


def _cleaned(text: str) -> str:
    return clean_text(text, limit=2 * LONGEST_CLAUSE, blank=True)


def _keys_ever(program: Program) -> set[str]:
    """Of every clause that was built in, or published by the program."""
    editions = TemplateEdition.objects.filter(program=program).values_list("content", flat=True)
    contents = [content_of(built_in()), *editions]
    return {line["key"] for content in contents for line in content["lines"]}


@transaction.atomic
def publish_template(*, by: Person, program: Program, shown: str, now: datetime) -> TemplateEdition:
    """New agreements of the program begin with it. Raises DraftChanged, ValidationError with the problems."""
    hold_program(by, program)
    draft = TemplateDraft.objects.get(program=program)
    refuse({"": " ".join(one.text for one in problems_of(draft.content))})
    return publish_draft(
        TemplateDraft, TemplateEdition, by=by, program=program, shown=shown, kind="template.published", now=now
    )


@transaction.atomic
def discard_template(*, by: Person, program: Program) -> None:
    """Let the copy go. What was published stays."""
    discard_draft(TemplateDraft, by=by, program=program)
