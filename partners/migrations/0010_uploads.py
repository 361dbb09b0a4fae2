"""Files of forms that were refused, held for a day."""

import django.db.models.deletion
import partners.models.upload
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('partners', '0009_unsent_forms'),
    ]

    operations = [
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('form', models.CharField(blank=True, help_text='Which form of which thing; empty: to be cleared.', max_length=300)),
                ('field', models.CharField(max_length=40)),
                ('name', models.CharField(max_length=160)),
                ('size', models.PositiveIntegerField(help_text='Bytes.')),
                ('file', models.FileField(max_length=200, upload_to=partners.models.upload.upload_path)),
                ('at', models.DateTimeField(db_index=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['at', 'pk'],
                'indexes': [models.Index(fields=['person', 'form'], name='upload_of_a_form')],
            },
        ),
    ]
