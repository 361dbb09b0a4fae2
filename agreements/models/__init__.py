from agreements.models.agreement import Agreement
from agreements.models.clause import Assent, Clause, ClauseKind, Commitment, Goal, Wording, WordingDraft
from agreements.models.comment import Comment
from agreements.models.edition import Edition, PaperCopy, Signature
from agreements.models.seal import Seal, SealFile
from agreements.models.template_edition import TemplateDraft, TemplateEdition

__all__ = [
    "Agreement",
    "Assent",
    "Clause",
    "ClauseKind",
    "Comment",
    "Commitment",
    "Edition",
    "Goal",
    "PaperCopy",
    "Seal",
    "SealFile",
    "Signature",
    "TemplateDraft",
    "TemplateEdition",
    "Wording",
    "WordingDraft",
]
