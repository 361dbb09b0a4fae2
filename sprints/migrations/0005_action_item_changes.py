"""What was taken on can be handed on, moved and taken back; what was before is kept."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sprints', '0004_no_party_is_null'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ActionItemChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(choices=[('handed on', 'Handed On'), ('moved', 'Moved'), ('done', 'Done'), ('reopened', 'Reopened'), ('withdrawn', 'Withdrawn')], max_length=12)),
                ('due', models.DateField(blank=True, help_text='The day that was set before.', null=True)),
                ('why', models.CharField(blank=True, max_length=300, verbose_name='why')),
                ('at', models.DateTimeField()),
            ],
            options={
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='actionitem',
            name='withdrawn_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='actionitem',
            name='withdrawn_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='actionitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at', None), ('withdrawn_by', None)), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False)), _connector='OR'), name='action_item_withdrawn_pair'),
        ),
        migrations.AddConstraint(
            model_name='actionitem',
            constraint=models.CheckConstraint(condition=models.Q(('done_at', None), ('withdrawn_at', None), _connector='OR'), name='action_item_done_or_withdrawn'),
        ),
        migrations.AddField(
            model_name='actionitemchange',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='actionitemchange',
            name='item',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='sprints.actionitem'),
        ),
        migrations.AddField(
            model_name='actionitemchange',
            name='owner',
            field=models.ForeignKey(blank=True, help_text='Whose it was before.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='actionitemchange',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', ['handed on', 'moved', 'done', 'reopened', 'withdrawn'])), name='action_item_change_known'),
        ),
        migrations.AddConstraint(
            model_name='actionitemchange',
            constraint=models.CheckConstraint(condition=models.Q(('owner', None), ('act', 'handed on'), _connector='XOR'), name='action_item_handed_on_from_somebody'),
        ),
        migrations.AddConstraint(
            model_name='actionitemchange',
            constraint=models.CheckConstraint(condition=models.Q(('due', None), ('act', 'moved'), _connector='XOR'), name='action_item_moved_from_a_day'),
        ),
    ]
