"""The copy of a template that a program edits, and the editions that it published."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agreements', '0003_no_party_is_null'),
        ('partners', '0010_uploads'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='TemplateDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content', models.JSONField()),
                ('based_on', models.CharField(blank=True, max_length=60)),
                ('origin', models.CharField(blank=True, max_length=300, verbose_name='where it came from')),
                ('saved_at', models.DateTimeField()),
                ('program', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='partners.program')),
                ('saved_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='TemplateEdition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('name', models.CharField(max_length=60, unique=True)),
                ('content', models.JSONField()),
                ('digest', models.CharField(max_length=64)),
                ('based_on', models.CharField(help_text='The name of what it was copied from; empty: imported.', max_length=60)),
                ('origin', models.CharField(blank=True, max_length=300, verbose_name='where it came from')),
                ('published_at', models.DateTimeField()),
                ('program', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.program')),
                ('published_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['number'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('program', 'number'), name='templateedition_number_once')],
            },
        ),
    ]
