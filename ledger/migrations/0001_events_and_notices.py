
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('chain', models.UUIDField()),
                ('sequence', models.PositiveIntegerField()),
                ('prev', models.CharField(max_length=64)),
                ('digest', models.CharField(max_length=64)),
                ('kind', models.CharField(max_length=60)),
                ('actor', models.UUIDField(help_text="The person's opaque id; empty when the product itself acts.", null=True)),
                ('at', models.DateTimeField()),
                ('content_digest', models.CharField(max_length=64)),
            ],
            options={
                'ordering': ['chain', 'sequence'],
            },
        ),
        migrations.CreateModel(
            name='Head',
            fields=[
                ('chain', models.UUIDField(primary_key=True, serialize=False)),
                ('sequence', models.PositiveIntegerField(default=0)),
                ('digest', models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('name', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=200, unique=True)),
                ('kind', models.CharField(max_length=60)),
                ('to', models.EmailField(max_length=254)),
                ('language', models.CharField(max_length=8)),
                ('about', models.JSONField(default=dict, help_text='Ids that the message is built from, never its words.')),
                ('secret', models.JSONField(blank=True, help_text='A code: blanked when sent or expired.', null=True)),
                ('chain', models.UUIDField(blank=True, db_index=True, help_text='The partnership it is about.', null=True)),
                ('urgent', models.BooleanField(default=False, help_text='Codes go first.')),
                ('created_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(help_text='Not before.')),
                ('expires_at', models.DateTimeField(blank=True, help_text='Not after: it would be stale.', null=True)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('sending', 'Being sent'), ('sent', 'Sent'), ('not due', 'No longer due'), ('given up', 'Given up')], default='waiting', max_length=10)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('leased_until', models.DateTimeField(blank=True, null=True)),
                ('settled_at', models.DateTimeField(blank=True, help_text='Sent, given up, or found no longer due.', null=True)),
                ('message_id', models.CharField(max_length=200)),
                ('problem', models.CharField(blank=True, max_length=500)),
            ],
        ),
        migrations.CreateModel(
            name='EventContent',
            fields=[
                ('event', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='content', serialize=False, to='ledger.event')),
                ('salt', models.CharField(max_length=64)),
                ('payload', models.JSONField()),
            ],
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.UniqueConstraint(fields=('chain', 'sequence'), name='event_sequence_once'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.UniqueConstraint(fields=('chain', 'prev'), name='event_no_fork'),
        ),
        migrations.AddField(
            model_name='notice',
            name='person',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('state__in', ['waiting', 'sending'])), fields=['-urgent', 'due_at'], name='notice_to_send'),
        ),
    ]
