
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('partners', '0003_weekly_mail'),
    ]

    operations = [
        migrations.AddField(
            model_name='program',
            name='sprint_weeks',
            field=models.PositiveSmallIntegerField(default=18, verbose_name='weeks of a sprint'),
        ),
        migrations.AddConstraint(
            model_name='program',
            constraint=models.CheckConstraint(condition=models.Q(('sprint_weeks__gte', 4), ('sprint_weeks__lte', 52)), name='program_weeks_in_bounds'),
        ),
    ]
