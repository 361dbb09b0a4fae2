
from django.db import migrations, models

class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('partners', '0002_cache_table'),
    ]

    operations = [
        migrations.AddField(
            model_name='person',
            name='mail_snoozed_until',
            field=models.DateField(blank=True, null=True, verbose_name='no weekly mail before'),
        ),
        migrations.AddField(
            model_name='person',
            name='time_zone',
            field=models.CharField(blank=True, help_text="Empty: the program's.", max_length=64, verbose_name='time zone'),
        ),
        migrations.AddField(
            model_name='person',
            name='weekly_mail',
            field=models.CharField(choices=[('always', 'Every week'), ('when needed', 'In weeks when something waits for me'), ('never', 'Never')], default='always', max_length=12, verbose_name='weekly mail'),
        ),
        migrations.AddField(
            model_name='program',
            name='mail_hour',
            field=models.PositiveSmallIntegerField(default=9, verbose_name='hour of the weekly mail'),
        ),
        migrations.AddField(
            model_name='program',
            name='mail_weekday',
            field=models.PositiveSmallIntegerField(choices=[(0, 'Monday'), (1, 'Tuesday'), (2, 'Wednesday'), (3, 'Thursday'), (4, 'Friday'), (5, 'Saturday'), (6, 'Sunday')], default=0, verbose_name='day of the weekly mail'),
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.CheckConstraint(condition=models.Q(('weekly_mail__in', ['always', 'when needed', 'never'])), name='weekly_mail_known'),
        ),
        migrations.AddConstraint(
            model_name='program',
            constraint=models.CheckConstraint(condition=models.Q(('mail_hour__lte', 23), ('mail_weekday__lte', 6)), name='program_mail_in_a_week'),
        ),
    ]
