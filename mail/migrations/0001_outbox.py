import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """The tables are there: `ledger` made them, under the names that they keep."""

    initial = True

    dependencies = [
        ("ledger", "0003_mail_that_comes_back"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='OutboxMail',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.CharField(max_length=200, unique=True)),
                        ('kind', models.CharField(max_length=60)),
                        ('to', models.EmailField(max_length=254)),
                        ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL)),
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
                        ('provider_id', models.CharField(blank=True, help_text="The mail provider's own name for it.", max_length=200)),
                        ('returned_at', models.DateTimeField(blank=True, help_text='It had left, and was refused afterwards.', null=True)),
                        ('problem', models.CharField(blank=True, max_length=500)),
                    ],
                    options={
                        'db_table': 'ledger_notice',
                        'indexes': [
                            models.Index(condition=models.Q(('state__in', ['waiting', 'sending'])), fields=['-urgent', 'due_at'], name='notice_to_send'),
                            models.Index(condition=models.Q(('provider_id', ''), _negated=True), fields=['provider_id'], name='notice_by_provider_id'),
                            models.Index(fields=['message_id'], name='notice_by_message_id'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Heartbeat',
                    fields=[
                        ('name', models.CharField(max_length=40, primary_key=True, serialize=False)),
                        ('at', models.DateTimeField()),
                    ],
                    options={'db_table': 'ledger_heartbeat'},
                ),
            ]
        )
    ]
