"""Every change of an agreement: one transaction each, with its ledger event and its mail."""

from agreements.actions.agreements import start_agreement, start_partnership
from agreements.actions.clauses import (
    add_clause,
    agree,
    agree_to_remaining,
    discard_draft,
    propose,
    put_forward,
    save_draft,
    set_aside,
)
from agreements.actions.comments import comment
from agreements.actions.endings import amend, end
from agreements.actions.names import correct_names
from agreements.actions.paper import confirm_paper, refuse_paper, upload_paper
from agreements.actions.signatures import open_for_signing, put_name_right, reopen, sign
from agreements.actions.templates import (
    begin_template,
    change_template,
    discard_template,
    import_template,
    publish_template,
)

__all__ = [
    "add_clause",
    "agree",
    "agree_to_remaining",
    "amend",
    "begin_template",
    "change_template",
    "comment",
    "confirm_paper",
    "correct_names",
    "discard_draft",
    "discard_template",
    "end",
    "import_template",
    "open_for_signing",
    "propose",
    "publish_template",
    "put_forward",
    "put_name_right",
    "refuse_paper",
    "reopen",
    "save_draft",
    "set_aside",
    "sign",
    "start_agreement",
    "start_partnership",
    "upload_paper",
]
