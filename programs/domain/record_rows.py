"""Every row that is of one partnership, or of one thing in it, and of nothing else: what it is made of. Reads only.

Found by following the keys that point at it, and at what points at it: a new table is found without being named.
People, programs and templates point at nothing of a partnership, so they are not among it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import SET_NULL, FileField, ForeignObjectRel, Model, QuerySet

from sprints.domain.pictures import has_picture, picture_name

AT_ONCE = 400  # of a long list, so many are asked for in one query
RecordRows = dict[type[Model], set[Any]]


def record_rows(root: QuerySet[Any]) -> RecordRows:
    """The ids of the rows by their table: those of `root`, and all that would mean nothing without them."""
    found: RecordRows = {root.model: set(root.values_list("pk", flat=True))}
    ahead = [(root.model, found[root.model])]
    while ahead:
        model, rows = ahead.pop()
        for relation in pointing_at(model):
            child = relation.related_model
            known = found.setdefault(child, set())
            new = set(_children(relation, rows)) - known
            if new:
                known |= new
                ahead.append((child, new))
    return {model: rows for model, rows in found.items() if rows}


def pointing_at(model: type[Model]) -> Iterator[ForeignObjectRel]:
    """The keys of other tables, and of its own, without which their rows mean nothing."""
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel) or relation.many_to_many or relation.on_delete is SET_NULL:
            continue
        if relation.related_model and not relation.related_model._meta.proxy:
            yield relation


def _children(relation: ForeignObjectRel, rows: Iterable[Any]) -> Iterator[Any]:
    for some in pieces(rows):
        manager = relation.related_model._base_manager
        yield from manager.filter(**{f"{relation.field.name}__in": some}).values_list("pk", flat=True)


def rows_of(model: type[Model], ids: Iterable[Any]) -> Iterator[Any]:
    """In the order of their ids, some at a time."""
    for some in pieces(sorted(ids, key=str)):
        found = model._base_manager.in_bulk(some)
        yield from (found[pk] for pk in some if pk in found)


def file_names(found: RecordRows) -> list[str]:
    """Of the kept files that these rows name, and of the pictures drawn of some of them, which no row names."""
    return [name for model, ids in found.items() for name in _files_of(model, ids)]


def _files_of(model: type[Model], ids: set[Any]) -> list[str]:
    fields = [one.name for one in model._meta.concrete_fields if isinstance(one, FileField)]
    rows = list(rows_of(model, ids)) if fields else []
    pictures = [picture_name(row) for row in rows if hasattr(row, "file_type") and has_picture(row)]
    return [*pictures, *(file.name for row in rows for field in fields if (file := getattr(row, field)))]


def pieces(rows: Iterable[Any]) -> Iterator[list[Any]]:
    whole = list(rows)
    for place in range(0, len(whole), AT_ONCE):
        yield whole[place : place + AT_ONCE]
