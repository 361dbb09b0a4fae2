"""A sign-off points at what it signs by a real key, in place of a bare id that could be anybody's."""

from typing import Any
from uuid import UUID, uuid5

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import CASCADE, F, Q

TARGETS = {
    "milestone": "sprints.milestone",
    "decision": "sprints.decision",
    "plan": "sprints.sustainabilityplan",
    "finding": "sprints.finding",
    "report_of": "sprints.sprint",
}
HELP = {"report_of": "Whose report on the promises is to be sealed."}


def _report_id(sprint: Any) -> UUID:
    """What the answers to a sprint's report were about, before."""
    return uuid5(sprint.partnership_id, "report on promises")


def name_subjects(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """An answer to something that is gone goes too, as its key would have it; the ledger tells of it all the same."""
    sign_offs: Any = apps.get_model("sprints", "SignOff").objects
    for key in TARGETS.keys() - {"report_of"}:
        known = apps.get_model(TARGETS[key]).objects.values("pk")
        sign_offs.filter(subject__in=known).update(**{key: F("subject")})
    for sprint in apps.get_model("sprints", "Sprint").objects.only("partnership_id"):
        sign_offs.filter(subject=_report_id(sprint)).update(report_of=sprint)
    sign_offs.filter(**dict.fromkeys(TARGETS)).delete()


def forget_subjects(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    sign_offs: Any = apps.get_model("sprints", "SignOff").objects
    for key in TARGETS.keys() - {"report_of"}:
        sign_offs.exclude(**{key: None}).update(subject=F(f"{key}_id"))
    for sprint in apps.get_model("sprints", "Sprint").objects.only("partnership_id"):
        sign_offs.filter(report_of=sprint).update(subject=_report_id(sprint))


def _key(name: str) -> migrations.AddField:
    key = models.ForeignKey(
        TARGETS[name], null=True, blank=True, on_delete=CASCADE, related_name="+", help_text=HELP.get(name, "")
    )
    return migrations.AddField("signoff", name, key)


def _one_answer(name: str) -> migrations.AddConstraint:
    once = models.UniqueConstraint(
        fields=[name, "party"], condition=Q(replaced_at=None), name=f"one_standing_answer_{name}"
    )
    return migrations.AddConstraint("signoff", once)


def _one_subject() -> models.CheckConstraint:
    each = [Q(**{f"{other}__isnull": other != name for other in TARGETS}) for name in TARGETS]
    condition = each[0] | each[1] | each[2] | each[3] | each[4]
    return models.CheckConstraint(condition=condition, name="sign_off_of_one_subject")


class Migration(migrations.Migration):
    dependencies = [("sprints", "0001_sprints")]

    operations = [
        migrations.RemoveConstraint("signoff", "one_standing_answer"),
        *(_key(name) for name in TARGETS),
        migrations.AlterField("signoff", "subject", models.UUIDField(null=True)),
        migrations.RunPython(name_subjects, forget_subjects),
        migrations.RemoveField("signoff", "subject"),
        *(_one_answer(name) for name in TARGETS),
        migrations.AddConstraint("signoff", _one_subject()),
    ]
