"""Talk about a clause. It moves nothing: words change by proposals alone."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.actions.transactions import lock_agreement, record_event
from agreements.emails.clauses import notify_of_comment
from agreements.models import Clause, Comment
from agreements.refusals import NotNow
from agreements.states import Draft
from agreements.wording.digest import MOST_COMMENTS
from partners import rules
from partners.domain.sharing import may_open_drafts
from partners.models import Person


@transaction.atomic
def comment(*, by: Person, clause: Clause, text: str, now: datetime) -> Comment:
    """Say something about a clause to everybody in the partnership. What is sent twice in a row counts once. Staff of
    the program do so where both sides share their drafts with them, and it is marked as theirs.

    The history says that there is a comment, and not what it says: an export of the history holds no talk. Raises
    NotNow once the text is signed, ValidationError where it is too long, or there are too many.
    """
    held = lock_agreement(clause.agreement)
    by_staff = may_open_drafts(by, held.partnership)
    if not by_staff:
        rules.require(rules.takes_part, by, held.partnership)
    if held.draft == Draft.CLOSED:
        raise NotNow(_("The agreement is signed or has ended. To talk about its words again, start an amendment."))
    text, last = Comment.text.field.clean_words(text), clause.comments.order_by("pk").last()
    if last and (last.written_by_id, last.text) == (by.pk, text):
        return last
    if clause.comments.count() >= MOST_COMMENTS:
        most = ngettext(
            "A clause holds at most %(most)s comment. Propose how it should read instead.",
            "A clause holds at most %(most)s comments. Propose how it should read instead.",
            MOST_COMMENTS,
        )
        raise ValidationError(most % {"most": MOST_COMMENTS})
    party = rules.party_of(by, held.partnership)
    facts = {"clause": clause, "party": party, "by_staff": by_staff, "written_at": now, "written_by": by}
    written = Comment.objects.create(text=text, **facts)
    payload = {"clause": clause.key, "party": party or ""}
    record_event(held, "comment.written", by=by, now=now, payload=payload, changed=False)
    notify_of_comment(held, by=by, now=now)
    return written
