"""An invitation to a party's seat, and what stands first on screens, name one of the two and nothing else."""

from django.db import migrations, models

OF_A_PARTY = models.Q(('role__in', ['lead', 'member']))
FITS = models.Q(
    models.Q(('partnership', None), ('party', None), ('role', '')),
    models.Q(('partnership__isnull', False), ('party__in', ['city', 'community']), ('role__in', ['lead', 'member'])),
    models.Q(('partnership__isnull', False), ('party', None), ~OF_A_PARTY, ~models.Q(('role', ''))),
    _connector='OR',
)


class Migration(migrations.Migration):
    dependencies = [("partners", "0006_mail_choices")]

    operations = [
        migrations.RemoveConstraint('invitation', 'invitation_party_fits_role'),
        migrations.AddConstraint(
            'invitation', models.CheckConstraint(condition=FITS, name='invitation_party_fits_role')
        ),
        migrations.AddConstraint(
            'partnership',
            models.CheckConstraint(
                condition=models.Q(('shown_first__in', ['city', 'community'])), name='partnership_shown_first_known'
            ),
        ),
    ]
