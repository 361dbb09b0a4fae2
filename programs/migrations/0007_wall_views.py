"""Views of the wall that staff keep under a name."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('partners', '0013_address_changes'),
        ('programs', '0006_days'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='WallView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60)),
                ('query', models.CharField(blank=True, help_text='As it stands in the address of the wall.', max_length=400)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('program', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='wall_views', to='partners.program')),
            ],
            options={
                'ordering': ['name', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('owner', None)), fields=('program', 'name'), name='wall_view_of_all_once'), models.UniqueConstraint(condition=models.Q(('owner__isnull', False)), fields=('program', 'owner', 'name'), name='wall_view_of_person_once'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='wall_view_has_a_name')],
            },
        ),
    ]
