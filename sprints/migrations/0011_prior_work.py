from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sprints", "0010_published_plans_stay")]

    operations = [
        migrations.AddField(
            model_name="milestone",
            name="done_before",
            field=models.DateField(
                blank=True,
                null=True,
                help_text="The day, where both sides say that it was done before they came here.",
            ),
        ),
        migrations.AlterField(
            model_name="proposal",
            name="kind",
            field=models.CharField(
                max_length=12,
                choices=[
                    ("start", "First day"),
                    ("pause", "Pause"),
                    ("milestone", "Change of the plan"),
                    ("prior_work", "Done before"),
                ],
            ),
        ),
    ]
