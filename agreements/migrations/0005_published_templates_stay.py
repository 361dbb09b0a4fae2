from django.db import migrations

from ledger.frozen_rows import FreezeRows


class Migration(migrations.Migration):
    dependencies = [("agreements", "0004_editions_of_a_program")]

    operations = [FreezeRows("agreements_templateedition")]
