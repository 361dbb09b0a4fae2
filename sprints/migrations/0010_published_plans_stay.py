from django.db import migrations

from ledger.frozen_rows import FreezeRows


class Migration(migrations.Migration):
    dependencies = [("sprints", "0009_editions_of_a_program")]

    operations = [FreezeRows("sprints_planedition")]
