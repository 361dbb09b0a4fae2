"""A week on track needs no sentence, and nobody has to say whether decisions were made together."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import Q


def answer_for_those_who_did_not(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """On the way back: the version before knows no check-in that says nothing of it."""
    apps.get_model("sprints", "CheckIn").objects.filter(together=None).update(together="none")


class Migration(migrations.Migration):
    dependencies = [("sprints", "0011_prior_work")]

    operations = [
        migrations.AlterField(
            model_name="checkin",
            name="together",
            field=models.CharField(
                blank=True,
                choices=[("yes", "Yes"), ("partly", "Some of them"), ("no", "No"), ("none", "None were made")],
                max_length=8,
                null=True,
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, answer_for_those_who_did_not),
        migrations.AlterField(
            model_name="checkin",
            name="words",
            field=models.CharField(blank=True, max_length=280, verbose_name="in one sentence"),
        ),
        migrations.AddConstraint(
            model_name="checkin",
            constraint=models.CheckConstraint(
                condition=Q(rating="on track") | ~Q(words=""), name="check_in_says_why"
            ),
        ),
    ]
