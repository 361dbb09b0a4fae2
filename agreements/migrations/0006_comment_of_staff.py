"""Comments of the program's staff are marked as theirs."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agreements', '0005_published_templates_stay'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='comment',
            name='by_staff',
            field=models.BooleanField(db_default=False, default=False, help_text='Of the program, when it was written.'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(('by_staff', False), ('party', None), _connector='OR'), name='comment_of_staff_for_no_party'),
        ),
    ]
