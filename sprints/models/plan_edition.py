"""A program's own plan: the copy that its staff edit, and what they published."""

from __future__ import annotations

from partners.models.program_edition import ProgramDraft, ProgramEdition


class PlanEdition(ProgramEdition):
    class Meta(ProgramEdition.Meta):
        pass


class PlanDraft(ProgramDraft):
    pass
