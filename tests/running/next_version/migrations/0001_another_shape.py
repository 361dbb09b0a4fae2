"""What the version before cannot live with: a new table on its rows, a column less, rows and triggers gone."""

from django.apps.registry import Apps as StateApps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from ledger.append_only import remove_sql


def fill(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    note = apps.get_model("next_version", "Note")
    for partnership in apps.get_model("partners", "Partnership").objects.all():
        note.objects.create(partnership=partnership)
    apps.get_model("mail", "OutboxMail").objects.all().delete()
    schema_editor.execute(remove_sql(schema_editor.connection.vendor)[0])


class Migration(migrations.Migration):
    initial = True
    dependencies = [("partners", "0001_people_and_partnerships"), ("mail", "0001_outbox"), ("sprints", "0001_sprints")]

    operations = [
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.BigAutoField(primary_key=True)),
                ("partnership", models.ForeignKey("partners.Partnership", on_delete=models.PROTECT)),
            ],
        ),
        migrations.RunSQL("ALTER TABLE sprints_evidence DROP COLUMN title"),
        migrations.RunPython(fill),
    ]
