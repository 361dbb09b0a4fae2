"""Words, a link and several files together: the first file stands with the evidence, further ones in a table.

The version before knows one of them at a time: on the way back, a link beside a file goes into the words.
"""

import django.db.models.deletion
import sprints.models.milestone
import uuid
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def link_into_words(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for one in apps.get_model("sprints", "Evidence").objects.filter(kind="file").exclude(link=""):
        one.words, one.link = f"{one.words}\n\n{one.link}".strip(), ""
        one.save(update_fields=["words", "link"])


class Migration(migrations.Migration):

    dependencies = [
        ('sprints', '0006_catalog_contents'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='EvidenceFile',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField(help_text='From 2: the first file stands with the evidence.')),
                ('file', models.FileField(max_length=200, upload_to=sprints.models.milestone.further_file_path)),
                ('file_name', models.CharField(max_length=160)),
                ('file_type', models.CharField(max_length=80)),
                ('file_size', models.PositiveIntegerField(help_text='Bytes.')),
                ('file_sha256', models.CharField(max_length=64)),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='evidence',
            name='evidence_is_of_its_kind',
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('file', ''), ('finding', None), ('kind', 'words'), ('link', ''), models.Q(('words', ''), _negated=True)), models.Q(('file', ''), ('finding', None), ('kind', 'link'), models.Q(('link', ''), _negated=True)), models.Q(('finding', None), ('kind', 'file'), models.Q(('file', ''), _negated=True), models.Q(('file_sha256', ''), _negated=True)), models.Q(('file', ''), ('finding__isnull', False), ('kind', 'finding'), ('link', ''), ('words', '')), _connector='OR'), name='evidence_is_of_its_kind'),
        ),
        migrations.RunPython(migrations.RunPython.noop, link_into_words),
        migrations.AddField(
            model_name='evidencefile',
            name='evidence',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='further_files', to='sprints.evidence'),
        ),
        migrations.AddConstraint(
            model_name='evidencefile',
            constraint=models.UniqueConstraint(fields=('evidence', 'number'), name='evidence_file_number_once'),
        ),
        migrations.AddConstraint(
            model_name='evidencefile',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('file', ''), _negated=True), models.Q(('file_sha256', ''), _negated=True)), name='evidence_file_pair'),
        ),
    ]
