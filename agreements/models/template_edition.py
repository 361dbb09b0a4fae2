"""A program's own template: the copy that its staff edit, and what they published."""

from __future__ import annotations

from partners.models.program_edition import ProgramDraft, ProgramEdition


class TemplateEdition(ProgramEdition):
    class Meta(ProgramEdition.Meta):
        pass


class TemplateDraft(ProgramDraft):
    pass
