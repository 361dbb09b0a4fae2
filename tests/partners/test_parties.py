"""No party is NULL, in every table, and the database knows the two parties."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models

from partners.parties import Party

# Empty is no lack of a party there: the clause is both parties', and its digest has said so since the first edition.
BOTH = {"Clause.owner"}


def columns() -> list[tuple[type[models.Model], models.Field]]:
    return [
        (model, field)
        for model in apps.get_models()
        for field in model._meta.local_fields
        if field.choices == Party.choices and f"{model.__name__}.{field.name}" not in BOTH
    ]


@pytest.mark.parametrize(("model", "field"), columns(), ids=str)
def test_no_party_is_null_and_another_word_is_refused(model: type[models.Model], field: models.Field) -> None:
    assert field.null == field.blank
    assert not field.has_default()
    checks = [str(one.condition) for one in model._meta.constraints if isinstance(one, models.CheckConstraint)]
    assert any(f"'{field.name}__in', {Party.values}" in condition for condition in checks), (model, field.name)


def test_some_columns_were_found() -> None:
    assert len([field for _model, field in columns() if field.null]) >= 6
