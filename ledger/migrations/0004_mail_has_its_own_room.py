from django.db import migrations


class Migration(migrations.Migration):
    """The tables stay as they are: from here on, the app `mail` knows them."""

    dependencies = [("ledger", "0003_mail_that_comes_back"), ("mail", "0001_outbox")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.DeleteModel("Notice"), migrations.DeleteModel("Heartbeat")]
        )
    ]
