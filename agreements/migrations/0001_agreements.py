
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('partners', '0001_people_and_partnerships'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('template', models.CharField(default='informal-partnership-agreement', max_length=60)),
                ('language', models.CharField(default='en', max_length=8, verbose_name='governing language')),
                ('draft', models.CharField(choices=[('drafting', 'Drafting'), ('signing', 'Signing'), ('closed', 'Closed')], default='drafting', max_length=10)),
                ('changed_at', models.DateTimeField(help_text='When anything of it last changed: whose turn, and since when.')),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('end_reason', models.TextField(blank=True, max_length=2000)),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('partnership', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='agreement', to='partners.partnership')),
            ],
        ),
        migrations.CreateModel(
            name='Clause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(help_text='Its name in addresses: goal-1, community-4.', max_length=60)),
                ('kind', models.CharField(choices=[('issue', 'Issue'), ('vision', 'Vision'), ('goal', 'Goal'), ('commitment', 'Commitment'), ('optional', 'Optional clause'), ('acknowledgement', 'Acknowledgement')], max_length=20)),
                ('owner', models.CharField(blank=True, choices=[('city', 'City team'), ('community', 'Community partner')], help_text="Whose commitment it is; empty: both parties'.", max_length=12)),
                ('position', models.PositiveIntegerField()),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='clauses', to='agreements.agreement')),
            ],
            options={
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Commitment',
            fields=[
            ],
            options={
                'verbose_name': 'commitment',
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('agreements.clause',),
        ),
        migrations.CreateModel(
            name='Goal',
            fields=[
            ],
            options={
                'verbose_name': 'goal',
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('agreements.clause',),
        ),
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField(help_text='Its number among those not void.')),
                ('canonical', models.BinaryField(help_text='Canonical JSON: docs/edition-format.md.')),
                ('digest', models.CharField(help_text='SHA-256 of the canonical bytes.', max_length=64, unique=True)),
                ('code', models.CharField(help_text='The short code printed on the PDF.', max_length=16, unique=True)),
                ('notice', models.TextField(help_text="The program's notice, as shown when signing. Record, not text.")),
                ('state', models.CharField(choices=[('signing', 'Open for signing'), ('void', 'Void'), ('in force', 'In force'), ('superseded', 'Superseded'), ('ended', 'Ended')], default='signing', max_length=12)),
                ('opened_at', models.DateTimeField()),
                ('voided_at', models.DateTimeField(blank=True, null=True)),
                ('void_reason', models.TextField(blank=True, max_length=2000)),
                ('in_force_at', models.DateTimeField(blank=True, null=True)),
                ('superseded_at', models.DateTimeField(blank=True, null=True)),
                ('head', models.CharField(blank=True, help_text="The ledger's head at the event that put it in force; printed in the PDF.", max_length=64)),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='editions', to='agreements.agreement')),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('superseded_by', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='supersedes', to='agreements.edition')),
                ('voided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['agreement', 'opened_at'],
            },
        ),
        migrations.CreateModel(
            name='PaperCopy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('party', models.CharField(choices=[('city', 'City team'), ('community', 'Community partner')], max_length=12)),
                ('name', models.CharField(max_length=120, verbose_name='full name on the paper')),
                ('title', models.CharField(blank=True, max_length=120, verbose_name='title')),
                ('paper_date', models.DateField(verbose_name='date on the paper')),
                ('scan', models.BinaryField()),
                ('scan_type', models.CharField(max_length=40)),
                ('scan_sha256', models.CharField(max_length=64)),
                ('uploaded_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('refused_at', models.DateTimeField(blank=True, null=True)),
                ('refuse_reason', models.TextField(blank=True, max_length=2000)),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='paper_copies', to='agreements.edition')),
                ('refused_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField()),
                ('sealed_at', models.DateTimeField(blank=True, help_text='Empty: it waits.', null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('due_at', models.DateTimeField(help_text='Not tried before.')),
                ('leased_until', models.DateTimeField(blank=True, null=True)),
                ('problem', models.CharField(blank=True, max_length=500)),
                ('edition', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='seal', to='agreements.edition')),
            ],
        ),
        migrations.CreateModel(
            name='SealFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('pdf', models.BinaryField()),
                ('sha256', models.CharField(max_length=64, unique=True)),
                ('level', models.CharField(choices=[('B-B', 'Sealed'), ('B-LTA', 'Sealed, with a timestamp from outside')], max_length=8)),
                ('sealer', models.CharField(help_text='SHA-256 of the certificate that sealed it.', max_length=64)),
                ('made_at', models.DateTimeField()),
                ('seal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='agreements.seal')),
            ],
            options={
                'ordering': ['made_at'],
            },
        ),
        migrations.CreateModel(
            name='Signature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('party', models.CharField(choices=[('city', 'City team'), ('community', 'Community partner')], max_length=12)),
                ('method', models.CharField(choices=[('electronic', 'Electronic'), ('paper', 'On paper')], default='electronic', max_length=12)),
                ('signed_at', models.DateTimeField()),
                ('name', models.CharField(max_length=120, verbose_name='full name')),
                ('title', models.CharField(blank=True, max_length=120, verbose_name='title')),
                ('organization', models.CharField(max_length=160, verbose_name='organization')),
                ('consent_version', models.CharField(help_text='The words of consent to sign electronically.', max_length=20)),
                ('intent_version', models.CharField(help_text='The words of the statement of intent.', max_length=20)),
                ('language', models.CharField(help_text='The language the consent was read in.', max_length=8)),
                ('proof_method', models.CharField(help_text='How they proved who they are.', max_length=20)),
                ('proved_at', models.DateTimeField()),
                ('address', models.CharField(help_text='The e-mail address, masked.', max_length=254)),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='agreements.edition')),
                ('paper', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='signature', to='agreements.papercopy')),
                ('signed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Wording',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('texts', models.JSONField(help_text="Language to text, with the template's placeholders in it.")),
                ('facts', models.JSONField(default=dict, help_text="The placeholders' values that this wording was made with.")),
                ('removes', models.BooleanField(default=False)),
                ('party', models.CharField(blank=True, choices=[('city', 'City team'), ('community', 'Community partner')], help_text="The author's party; empty: the template's.", max_length=12)),
                ('reason', models.TextField(blank=True, max_length=2000)),
                ('digest', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('based_on', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followed_by', to='agreements.wording')),
                ('clause', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='wordings', to='agreements.clause')),
                ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['clause', 'number'],
            },
        ),
        migrations.AddField(
            model_name='clause',
            name='base',
            field=models.ForeignKey(blank=True, help_text='What the clause says until another wording is agreed: the last one agreed, or its first.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agreements.wording'),
        ),
        migrations.CreateModel(
            name='Assent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('party', models.CharField(choices=[('city', 'City team'), ('community', 'Community partner')], max_length=12)),
                ('at', models.DateTimeField()),
                ('reason', models.TextField(blank=True, max_length=2000)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('clause', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='assents', to='agreements.clause')),
                ('wording', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assents', to='agreements.wording')),
            ],
        ),
        migrations.CreateModel(
            name='WordingDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('reason', models.TextField(blank=True)),
                ('saved_at', models.DateTimeField()),
                ('based_on', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='agreements.wording')),
                ('clause', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to='agreements.clause')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_by', None)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='agreement_ended_pair'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('draft__in', ['drafting', 'signing', 'closed'])), name='agreement_draft_known'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at', None), ('draft', 'closed'), _connector='OR'), name='agreement_ended_is_closed'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'void'), _negated=True), fields=('agreement', 'number'), name='edition_number_once'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'signing')), fields=('agreement',), name='one_edition_open_for_signing'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'in force')), fields=('agreement',), name='one_edition_in_force'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('voided_at', None), ('voided_by', None)), models.Q(('voided_at__isnull', False), ('voided_by__isnull', False)), _connector='OR'), name='edition_voided_pair'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('superseded_at', None), ('superseded_by', None)), models.Q(('superseded_at__isnull', False), ('superseded_by__isnull', False)), _connector='OR'), name='edition_superseded_pair'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('in_force_at', None), ('state__in', ['signing', 'void'])), models.Q(('in_force_at__isnull', False), models.Q(('head', ''), _negated=True), ('state__in', ['in force', 'superseded', 'ended'])), _connector='OR'), name='edition_in_force_has_head'),
        ),
        migrations.AddConstraint(
            model_name='papercopy',
            constraint=models.UniqueConstraint(condition=models.Q(('refused_at', None)), fields=('edition', 'party'), name='one_paper_copy_a_party'),
        ),
        migrations.AddConstraint(
            model_name='papercopy',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at', None), ('confirmed_by', None)), models.Q(('confirmed_at__isnull', False), ('confirmed_by__isnull', False), ('refused_at', None)), _connector='OR'), name='paper_confirmed_pair'),
        ),
        migrations.AddConstraint(
            model_name='papercopy',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('refused_at', None), ('refused_by', None)), models.Q(('refused_at__isnull', False), ('refused_by__isnull', False)), _connector='OR'), name='paper_refused_pair'),
        ),
        migrations.AddIndex(
            model_name='seal',
            index=models.Index(condition=models.Q(('sealed_at', None)), fields=['due_at'], name='seal_to_make'),
        ),
        migrations.AddConstraint(
            model_name='sealfile',
            constraint=models.UniqueConstraint(fields=('seal', 'level'), name='one_file_a_level'),
        ),
        migrations.AddConstraint(
            model_name='signature',
            constraint=models.UniqueConstraint(fields=('edition', 'party'), name='one_signature_a_party'),
        ),
        migrations.AddConstraint(
            model_name='signature',
            constraint=models.CheckConstraint(condition=models.Q(('party__in', ['city', 'community'])), name='signature_party_known'),
        ),
        migrations.AddConstraint(
            model_name='signature',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('method', 'electronic'), ('paper', None)), models.Q(('method', 'paper'), ('paper__isnull', False)), _connector='OR'), name='signature_paper_fits_method'),
        ),
        migrations.AddConstraint(
            model_name='wording',
            constraint=models.UniqueConstraint(fields=('clause', 'number'), name='wording_number_once'),
        ),
        migrations.AddConstraint(
            model_name='wording',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at', None), ('withdrawn_by', None)), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False)), _connector='OR'), name='wording_withdrawn_pair'),
        ),
        migrations.AddConstraint(
            model_name='clause',
            constraint=models.UniqueConstraint(fields=('agreement', 'key'), name='clause_key_once'),
        ),
        migrations.AddConstraint(
            model_name='clause',
            constraint=models.CheckConstraint(condition=models.Q(('owner', ''), models.Q(('kind', 'commitment'), ('owner__in', ['city', 'community'])), _connector='OR'), name='clause_owner_commits'),
        ),
        migrations.AddConstraint(
            model_name='assent',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('clause', 'party'), name='one_standing_assent'),
        ),
        migrations.AddConstraint(
            model_name='assent',
            constraint=models.CheckConstraint(condition=models.Q(('party__in', ['city', 'community'])), name='assent_party_known'),
        ),
        migrations.AddConstraint(
            model_name='wordingdraft',
            constraint=models.UniqueConstraint(fields=('clause', 'person'), name='one_draft_a_person_and_clause'),
        ),
    ]
