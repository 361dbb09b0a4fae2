# Each order of the wall gets an index of its own, and so do its numbers, and the question which rows hold. Rows follow
# from the facts, so those whose keys might be NULL are made anew, not changed.

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TIES = ["urgency", "name", "partnership"]
CHIPS = ["late", "city", "community", "staff", "silent", "trouble", "unsigned", "closing", "paused", "over"]
INDEXES = {
    "wall_by_urgency": [*TIES, *CHIPS],
    "wall_by_stage": ["stage", *TIES],
    "wall_by_week": ["-week", *TIES],
    "wall_by_late": ["-late_count", *TIES],
    "wall_by_silent": ["-silent_days", *TIES],
    "wall_by_next": ["next_day", *TIES],
    "wall_counts": ["stage", *CHIPS],
    "wall_holds": ["time_zone", "holds_until", "version", "partnership"],
}


def forget_rows(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        # No table is changed while a check of its rows waits for the end of the transaction.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    apps.get_model("programs", "WallRow").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("programs", "0011_records_as_pages")]

    operations = [
        migrations.RunPython(forget_rows, migrations.RunPython.noop),
        migrations.AlterModelOptions(name="wallrow", options={"ordering": ["urgency", "name", "pk"]}),
        migrations.AlterField(
            model_name="wallrow",
            name="week",
            field=models.PositiveSmallIntegerField(help_text="0 before the first, and where there is no sprint yet."),
        ),
        migrations.AlterField(
            model_name="wallrow",
            name="next_day",
            field=models.DateField(help_text="The last day of all where nothing comes."),
        ),
        migrations.RemoveIndex(model_name="wallrow", name="wall_by_urgency"),
        *(
            migrations.AddIndex(model_name="wallrow", index=models.Index(fields=["program", *fields], name=name))
            for name, fields in INDEXES.items()
        ),
        migrations.RunPython(migrations.RunPython.noop, forget_rows),
    ]
