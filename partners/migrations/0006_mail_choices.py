"""A person chooses when they get news, and whether others may remind them. Who stopped the weekly mail stopped both."""

from __future__ import annotations

from typing import ClassVar

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

NEWS = [("soon", "Soon after it happens, gathered for up to an hour"), ("weekly", "In the weekly mail only")]


def keep_what_was_stopped(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("partners", "Person").objects.filter(weekly_mail="never").update(reminders=False)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("partners", "0005_handovers")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="person",
            name="news",
            field=models.CharField(choices=NEWS, default="soon", max_length=12, verbose_name="news"),
        ),
        migrations.AddField(
            model_name="person",
            name="reminders",
            field=models.BooleanField(default=True, verbose_name="gets reminders of others"),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(condition=models.Q(news__in=["soon", "weekly"]), name="news_known"),
        ),
        migrations.RunPython(keep_what_was_stopped, migrations.RunPython.noop),
    ]
