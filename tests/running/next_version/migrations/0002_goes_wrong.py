"""It fails after it has changed something, which stays: it is not atomic."""

from django.apps.registry import Apps as StateApps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def go_wrong(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("partners", "Program").objects.update(name="half-way")
    raise RuntimeError("this upgrade goes wrong half-way")


class Migration(migrations.Migration):
    atomic = False  # so that what it did before it failed stays
    dependencies = [("next_version", "0001_another_shape")]

    operations = [migrations.RunPython(go_wrong)]
