"""A proxy: no table changes."""

from django.db import migrations

import partners.models.person


class Migration(migrations.Migration):
    dependencies = [("partners", "0007_parties_known")]

    operations = [
        migrations.CreateModel(
            name='PersonByLink',
            fields=[],
            options={'proxy': True, 'default_permissions': (), 'indexes': [], 'constraints': []},
            bases=('partners.person',),
            managers=[('objects', partners.models.person.PersonManager())],
        ),
    ]
