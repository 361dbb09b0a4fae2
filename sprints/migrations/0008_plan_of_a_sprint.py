"""Which plan a sprint began with. All so far began with the one of 18 weeks, stretched to their length."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sprints', '0007_evidence_files'),
    ]

    operations = [
        migrations.AddField(
            model_name='sprint',
            name='plan',
            field=models.CharField(db_default='built-in-18', default='built-in-18', help_text='The name of the plan that it began with.', max_length=60),
        ),
    ]
