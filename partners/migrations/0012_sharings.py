"""What staff may see beyond facts: each side's yes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('partners', '0011_sessions'),
    ]

    operations = [
        migrations.CreateModel(
            name='Sharing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('shared', models.CharField(choices=[('check-ins', 'ratings and words of check-ins'), ('drafts', 'drafts, comments and evidence')], max_length=12)),
                ('party', models.CharField(choices=[('city', 'City team'), ('community', 'Community partner')], max_length=12)),
                ('said_at', models.DateTimeField()),
                ('taken_back_at', models.DateTimeField(blank=True, null=True)),
                ('partnership', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sharings', to='partners.partnership')),
                ('said_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('taken_back_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['said_at', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('taken_back_at', None)), fields=('partnership', 'shared', 'party'), name='one_standing_yes_a_party'), models.CheckConstraint(condition=models.Q(('shared__in', ['check-ins', 'drafts'])), name='sharing_shared_known'), models.CheckConstraint(condition=models.Q(('party__in', ['city', 'community'])), name='sharing_party_known'), models.CheckConstraint(condition=models.Q(models.Q(('taken_back_at', None), ('taken_back_by', None)), models.Q(('taken_back_at__isnull', False), ('taken_back_by__isnull', False)), _connector='OR'), name='sharing_taken_back_pair')],
            },
        ),
    ]
