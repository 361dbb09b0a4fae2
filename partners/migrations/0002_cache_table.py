"""The table of the database cache: rate limits are counted there.

It is made whatever the cache is now, so that taking Redis away later needs no step by hand.
"""

from __future__ import annotations

from typing import ClassVar

from django.core.management import call_command
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def make_table(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    call_command("createcachetable", "cache", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("partners", "0001_people_and_partnerships")]
    operations: ClassVar = [
        migrations.RunPython(make_table, lambda apps, schema_editor: schema_editor.execute("DROP TABLE cache"))
    ]
