"""No party is NULL, and the database holds that a party is one of the two.

Where several processes run, a trigger makes NULL of the empty text that the version before writes while they are
replaced; it goes with the next version (decision 20).
"""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

PARTIES = [('city', 'City team'), ('community', 'Community partner')]
KNOWN = models.Q(('party', None), ('party__in', ['city', 'community']), _connector='OR')
TABLES = ("agreements_comment", "agreements_wording")
FUNCTION = """CREATE FUNCTION agreements_no_party() RETURNS trigger LANGUAGE plpgsql AS $none$
BEGIN NEW.party := NULLIF(NEW.party, ''); RETURN NEW; END $none$"""
TRIGGER = """CREATE TRIGGER {table}_no_party BEFORE INSERT OR UPDATE OF party ON {table}
FOR EACH ROW WHEN (NEW.party = '') EXECUTE FUNCTION agreements_no_party()"""


def install(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FUNCTION, params=None)
        for table in TABLES:
            schema_editor.execute(TRIGGER.format(table=table), params=None)


def remove(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION agreements_no_party() CASCADE", params=None)


def to_null(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for name in ("Comment", "Wording"):
        apps.get_model("agreements", name).objects.filter(party="").update(party=None)


def to_empty(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for name in ("Comment", "Wording"):
        apps.get_model("agreements", name).objects.filter(party=None).update(party="")


class Migration(migrations.Migration):
    dependencies = [("agreements", "0002_comments")]

    operations = [
        migrations.RemoveConstraint('comment', 'comment_party_known'),
        migrations.AlterField(
            'comment', 'party', models.CharField(blank=True, choices=PARTIES, max_length=12, null=True)
        ),
        migrations.AlterField(
            'wording', 'party', models.CharField(blank=True, choices=PARTIES, help_text="The author's; none: the template's.", max_length=12, null=True)
        ),
        migrations.RunPython(to_null, to_empty),
        migrations.RunPython(install, remove),
        migrations.AddConstraint(
            'comment', models.CheckConstraint(condition=KNOWN, name='comment_party_known')
        ),
        migrations.AddConstraint(
            'wording', models.CheckConstraint(condition=KNOWN, name='wording_party_known')
        ),
        migrations.AddConstraint(
            'papercopy',
            models.CheckConstraint(condition=models.Q(('party__in', ['city', 'community'])), name='paper_party_known'),
        ),
    ]
