"""Deletion of records: asked for by one, done when another one confirms it or a day has passed, and told in the chain.

The chain stays: each event of what was deleted keeps its place and fingerprint, and loses its words.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import SET_NULL, ForeignObjectRel
from django.utils.translation import gettext as _

from ledger.record import append_event, erase_all
from mail.models import MailState, OutboxMail
from partners.actions.handovers import leads_of
from partners.models import Partnership, Person
from programs.actions.retention import require_operator
from programs.domain.record_rows import RecordRows, file_names, pieces
from programs.domain.retention import counted, records_of, why_held, words_of
from programs.emails.deletions import ASKED, TAKEN_BACK, notify_of_deletion
from programs.models import Deletion, Export, RecordKind, SheetLine
from text.fields import clean_words

log = logging.getLogger(__name__)
DELAY = timedelta(days=1)


@transaction.atomic
def ask_deletion(*, by: Person, partnership: Partnership, kind: str, reason: str, now: datetime) -> Deletion:
    """Its row holds the preview, and both sides' leads are told. Raises ValidationError where a hold stands, or another
    one is open."""
    require_operator(by)
    held = Partnership.objects.select_for_update().get(pk=partnership.pk)
    said = clean_words(Deletion, blank=False, reason=reason)
    if why := why_held(held.pk):
        raise ValidationError(why)
    if Deletion.objects.filter(chain=held.pk, done_at=None, taken_back_at=None).exists():
        raise ValidationError(_("A deletion was asked for already. Confirm it, or take it back first."))
    counts = counted(records_of(held, RecordKind(kind)))
    facts = {"chain": held.pk, "name": held.slug, "kind": RecordKind(kind), "counts": counts, "due_at": now + DELAY}
    append_event(chain=held.pk, kind="deletion.asked", by=by, at=now, payload={"kind": kind, **said})
    deletion = Deletion.objects.create(asked_at=now, asked_by=by, **facts, **said)
    notify_of_deletion(deletion, held, ASKED, to=leads_of(held), now=now)
    return deletion


def confirm_deletion(*, by: Person, deletion: Deletion, now: datetime) -> None:
    """By another person than who asked: it is done at once."""
    require_operator(by)
    if by.pk == deletion.asked_by_id:
        raise ValidationError(_("Somebody else confirms it. Without that it is done when a day has passed."))
    with transaction.atomic():
        open_ = Deletion.objects.filter(pk=deletion.pk, done_at=None, taken_back_at=None, confirmed_at=None)
        if not open_.update(confirmed_at=now, confirmed_by=by):
            raise ValidationError(_("It is done already, or was taken back."))
        append_event(chain=deletion.chain, kind="deletion.confirmed", by=by, at=now, payload={})
        _delete(deletion, now)
    _clear_files(deletion)


@transaction.atomic
def take_back_deletion(*, by: Person, deletion: Deletion, now: datetime) -> None:
    require_operator(by)
    open_ = Deletion.objects.filter(pk=deletion.pk, done_at=None, taken_back_at=None)
    if not open_.update(taken_back_at=now, taken_back_by=by):
        raise ValidationError(_("It is done already, or was taken back."))
    append_event(chain=deletion.chain, kind="deletion.taken_back", by=by, at=now, payload={})
    if partnership := Partnership.objects.filter(pk=deletion.chain).first():
        notify_of_deletion(deletion, partnership, TAKEN_BACK, to=leads_of(partnership), now=now)


def delete_due(*, clock: Callable[[], datetime]) -> None:
    """Those whose day has passed, but where a hold stands; and files that could not be cleared before."""
    for deletion in Deletion.objects.filter(done_at=None, taken_back_at=None, due_at__lte=clock()):
        try:
            with transaction.atomic():
                _delete(deletion, clock())
        except ValidationError:
            log.info("deletion %s waits: a legal hold stands", deletion.pk)
        except Exception as error:  # the next one must not wait for this one
            log.error("deletion %s was not done: %s", deletion.pk, type(error).__name__)
    for deletion in Deletion.objects.filter(done_at__isnull=False).exclude(files=[]):
        _clear_files(deletion)


def _delete(deletion: Deletion, now: datetime) -> None:
    """Rows, mails and the ledger's words in one transaction; the files' names stand in the row until they are gone."""
    partnership = Partnership.objects.select_for_update().get(pk=deletion.chain)
    if why := why_held(partnership.pk):
        raise ValidationError(why)
    kind = RecordKind(deletion.kind)
    found = records_of(partnership, kind)
    files = file_names(found)
    if not Deletion.objects.filter(pk=deletion.pk, done_at=None, taken_back_at=None).update(done_at=now, files=files):
        return
    erase_all(chain=deletion.chain, contents=words_of(partnership, kind), reason=deletion.reason, now=now)
    payload = {"kind": deletion.kind, "rows": sum(map(len, found.values())), "files": len(files)}
    append_event(chain=deletion.chain, kind="deletion.done", by=None, at=now, payload=payload)
    if kind == RecordKind.ALL:
        _delete_copies(partnership, now)
    _delete_rows(found)


def _delete_copies(partnership: Partnership, now: datetime) -> None:
    """What tells of it elsewhere: its mails, archives that it is in (the worker clears them), and who was to be invited
    as a table had it. However quickly it is done, both sides are told: that mail still leaves."""
    mails = OutboxMail.objects.filter(chain=partnership.pk)
    mails.filter(kind=ASKED, state__in=[MailState.WAITING, MailState.SENDING]).update(chain=None)
    mails.delete()
    Export.objects.filter(partnerships=partnership, expires_at__gt=now).update(expires_at=now)
    SheetLine.objects.filter(partnership=partnership).update(cells={}, faults={}, refused={})


def _delete_rows(found: RecordRows) -> None:
    """In any order: the database looks at keys when the transaction ends. What only mentions a row forgets it."""
    for model, ids in found.items():
        for some in pieces(ids):
            for relation in model._meta.get_fields(include_hidden=True):
                if isinstance(relation, ForeignObjectRel) and relation.on_delete is SET_NULL:
                    mentioning = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": some})
                    mentioning.update(**{relation.field.name: None})
            model._base_manager.filter(pk__in=some)._raw_delete(connection.alias)


def _clear_files(deletion: Deletion) -> None:
    """What a storage that is away still keeps stays on the list, and is tried again."""
    files = Deletion.objects.values_list("files", flat=True).get(pk=deletion.pk)
    left = [name for name in files if not _cleared(name)]
    Deletion.objects.filter(pk=deletion.pk).update(files=left)


def _cleared(name: str) -> bool:
    try:
        default_storage.delete(name)
    except Exception as error:  # each storage fails in its own way
        log.error("a deleted file could not be cleared: %s", type(error).__name__)
        return False
    return True
