"""Where reading a catalog goes on and what of it is not read; and what names an entry that is skipped.

Of such an entry, the version before kept the first 120 characters as its title: a contact person's address among them.
They are taken out, and nothing brings them back: the way back leaves them empty, which that version shows as a dash.
"""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

# Their title was one.
NAMED = ["", "twice"]


def forget(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("sprints", "CatalogEntry").objects.exclude(problem__in=NAMED).update(title="")


class Migration(migrations.Migration):

    dependencies = [
        ('sprints', '0005_action_item_changes'),
    ]

    operations = [
        migrations.AddField(
            model_name='catalog',
            name='not_read',
            field=models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict, help_text='How many of what else there is.'),
        ),
        migrations.AddField(
            model_name='catalog',
            name='read_within',
            field=models.CharField(blank=True, db_default='', default='', help_text='What it goes on within, by a letter a level.', max_length=40),
        ),
        migrations.AddField(
            model_name='catalogentry',
            name='rank',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, help_text='How deep it stands in the file.'),
        ),
        migrations.AlterField(
            model_name='catalog',
            name='problem',
            field=models.CharField(blank=True, choices=[('empty', 'The file is empty.'), ('web page', 'This is a web page, not a catalog file. Save the file itself, then try again.'), ('encoding', 'The file is not written in UTF-8. Save it in UTF-8, then try again.'), ('not json', 'This is not a JSON file.'), ('no list', 'The file holds no list of datasets.'), ('no entries', "The file's list of datasets is empty: it holds 0 entries."), ('cut off', 'The file ends in the middle. What comes before that was read.'), ('file large', 'The file is larger than 40 MB. Hand in a smaller one.'), ('too large', 'One entry is larger than 8 MB. What comes before it was read.'), ('too many', 'The file holds more than 50,000 entries. The rest was left out.')], max_length=12),
        ),
        migrations.AlterField(
            model_name='catalogentry',
            name='problem',
            field=models.CharField(blank=True, choices=[('not json', 'It is not written as JSON asks.'), ('not a dataset', 'It is no dataset, but a single word or number.'), ('too large', 'What is to be read of it is larger than 256 KB.'), ('no title', 'It has no title.'), ('deceptive', 'Its title mixes letters of two alphabets that look alike.'), ('twice', 'An earlier entry has the same identifier and title.')], help_text='Empty: usable.', max_length=16),
        ),
        migrations.RunPython(forget, migrations.RunPython.noop),
    ]
