
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0002_ledger_only_grows'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='notice',
            name='provider_id',
            field=models.CharField(blank=True, help_text="The mail provider's own name for it.", max_length=200),
        ),
        migrations.AddField(
            model_name='notice',
            name='returned_at',
            field=models.DateTimeField(blank=True, help_text='It had left, and was refused afterwards.', null=True),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('provider_id', ''), _negated=True), fields=['provider_id'], name='notice_by_provider_id'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['message_id'], name='notice_by_message_id'),
        ),
    ]
