import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0004_sprint_weeks"),
    ]

    operations = [
        migrations.CreateModel(
            name="Handover",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "party",
                    models.CharField(
                        choices=[("city", "City team"), ("community", "Community partner")], max_length=12
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=1000)),
                ("asked_at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("accepted", "Accepted"), ("declined", "Declined"), ("taken back", "Taken Back")],
                        max_length=12,
                    ),
                ),
                ("answer", models.CharField(blank=True, max_length=1000)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "partnership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="handovers", to="partners.partnership"
                    ),
                ),
                (
                    "to",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("outcome", ""), models.Q(("asked_by", models.F("to")), _negated=True)),
                        fields=("partnership", "party"),
                        name="one_open_offer_a_party",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("asked_by", models.F("to")), ("outcome", "")),
                        fields=("partnership", "party"),
                        name="one_open_claim_a_party",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("party__in", ["city", "community"])), name="handover_party_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at", None), ("answered_by", None), ("outcome", "")),
                            models.Q(
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                                ("outcome__in", ["accepted", "declined", "taken back"]),
                            ),
                            _connector="OR",
                        ),
                        name="handover_answered_pair",
                    ),
                ],
            },
        ),
    ]
