from django.db import migrations

from ledger.append_only import InstallTriggers


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_events_and_notices")]

    operations = [InstallTriggers()]
