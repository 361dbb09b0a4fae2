# What a row of the wall says moves into a table of its own. Rows follow from the facts, so they are made anew, not moved.

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def forget_rows(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        # No table is changed while a check of its rows waits for the end of the transaction.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    apps.get_model("programs", "WallRow").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("programs", "0009_records")]

    operations = [
        migrations.RunPython(forget_rows, migrations.RunPython.noop),
        migrations.RemoveField(model_name="wallrow", name="said"),
        migrations.CreateModel(
            name="WallContent",
            fields=[
                (
                    "row",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="content",
                        serialize=False,
                        to="programs.wallrow",
                    ),
                ),
                ("said", models.JSONField()),
            ],
        ),
        migrations.RunPython(migrations.RunPython.noop, forget_rows),
    ]
