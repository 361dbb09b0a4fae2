"""Pauses and leaders in tables of their own.

The columns that held them as JSON stay for one version: the code of the version before reads them while the processes
are replaced, and this version writes both (decision 20). What that code writes on PostgreSQL, where several processes
run, triggers carry into the tables. On SQLite there is one machine, and it is stopped for an upgrade.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

LEADERS = [
    ('city', 'City team'), ('community', 'Community partner'), ('technology', 'Technology partner'),
    ('advisor', 'Product advisor'), ('sponsor', 'Executive sponsor'),
]

TRIGGERS = """
CREATE FUNCTION sprints_carry_pauses() RETURNS trigger LANGUAGE plpgsql AS $carry$ BEGIN
    INSERT INTO sprints_sprintpause (sprint_id, proposal_id, first_day, last_day)
    SELECT NEW.id, proposal.id, (days ->> 0)::date, (days ->> 1)::date
    FROM jsonb_array_elements(NEW.pauses) AS days JOIN sprints_proposal AS proposal
    ON proposal.sprint_id = NEW.id AND proposal.kind = 'pause' AND proposal.outcome IN ('', 'agreed')
    AND proposal.content ->> 'first' = days ->> 0 AND proposal.content ->> 'last' = days ->> 1
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $carry$;
CREATE FUNCTION sprints_carry_leaders() RETURNS trigger LANGUAGE plpgsql AS $carry$ BEGIN
    DELETE FROM sprints_milestoneleader WHERE milestone_id = NEW.id AND NOT NEW.leaders ? leader;
    INSERT INTO sprints_milestoneleader (milestone_id, leader)
    SELECT NEW.id, leader FROM jsonb_array_elements_text(NEW.leaders) AS leader ON CONFLICT DO NOTHING;
    RETURN NULL;
END $carry$;
CREATE TRIGGER sprints_carry_pauses AFTER UPDATE OF pauses ON sprints_sprint
FOR EACH ROW EXECUTE FUNCTION sprints_carry_pauses();
CREATE TRIGGER sprints_carry_leaders AFTER INSERT OR UPDATE OF leaders ON sprints_milestone
FOR EACH ROW EXECUTE FUNCTION sprints_carry_leaders();
"""
NO_TRIGGERS = """
DROP TRIGGER sprints_carry_pauses ON sprints_sprint;
DROP TRIGGER sprints_carry_leaders ON sprints_milestone;
DROP FUNCTION sprints_carry_pauses();
DROP FUNCTION sprints_carry_leaders();
"""


def install(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(TRIGGERS, params=None)


def remove(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(NO_TRIGGERS, params=None)


def carry(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Each pause with the proposal that both sides agreed to."""
    pauses, leaders = (apps.get_model("sprints", name).objects for name in ("SprintPause", "MilestoneLeader"))
    for sprint in apps.get_model("sprints", "Sprint").objects.exclude(old_pauses=[]):
        agreed = sprint.proposals.filter(kind="pause", outcome="agreed")
        by_days = {(one.content["first"], one.content["last"]): one for one in agreed}
        for first, last in sprint.old_pauses:
            pauses.create(sprint=sprint, proposal=by_days[first, last], first_day=first, last_day=last)
    for milestone in apps.get_model("sprints", "Milestone").objects.iterator():
        known = dict.fromkeys(milestone.old_leaders)
        leaders.bulk_create(leaders.model(milestone=milestone, leader=leader) for leader in known)


def carry_back(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    sprints, milestones = (apps.get_model("sprints", name).objects for name in ("Sprint", "Milestone"))
    for sprint in sprints.prefetch_related("pauses"):
        days = sorted([one.first_day.isoformat(), one.last_day.isoformat()] for one in sprint.pauses.all())
        sprints.filter(pk=sprint.pk).update(old_pauses=days)
    for milestone in milestones.prefetch_related("leader_rows"):
        leaders = sorted(one.leader for one in milestone.leader_rows.all())
        milestones.filter(pk=milestone.pk).update(old_leaders=leaders)


class Migration(migrations.Migration):
    dependencies = [("sprints", "0002_sign_off_subjects")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameField("sprint", "pauses", "old_pauses"),
                migrations.AlterField(
                    "sprint", "old_pauses", models.JSONField(db_column='pauses', default=list, editable=False)
                ),
                migrations.RenameField("milestone", "leaders", "old_leaders"),
                migrations.AlterField(
                    "milestone", "old_leaders", models.JSONField(db_column='leaders', default=list, editable=False)
                ),
            ]
        ),
        migrations.CreateModel(
            name='SprintPause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_day', models.DateField()),
                ('last_day', models.DateField()),
                ('sprint', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pauses', to='sprints.sprint')),
                ('proposal', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='pause', to='sprints.proposal')),
            ],
            options={
                'ordering': ['first_day'],
                'constraints': [
                    models.UniqueConstraint(fields=('sprint', 'first_day'), name='one_pause_begins_on_a_day'),
                    models.CheckConstraint(condition=models.Q(('first_day__lte', models.F('last_day'))), name='pause_days_in_order'),
                ],
            },
        ),
        migrations.CreateModel(
            name='MilestoneLeader',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('leader', models.CharField(choices=LEADERS, max_length=12)),
                ('milestone', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='leader_rows', to='sprints.milestone')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('milestone', 'leader'), name='milestone_leader_once'),
                    models.CheckConstraint(condition=models.Q(('leader__in', [key for key, _label in LEADERS])), name='milestone_leader_known'),
                ],
            },
        ),
        migrations.RunPython(install, remove),
        migrations.RunPython(carry, carry_back),
    ]
