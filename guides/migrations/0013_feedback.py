"""What people tell of the guides, and what is shown of it; editors may work on the reports."""

import django.db.models.deletion
import uuid
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

CODENAMES = ["view_stepreport", "change_stepreport", "delete_stepreport"]


def let_editors_read_reports(apps, schema_editor):
    # Permissions are made after all migrations have run, which is too late here.
    config = apps.get_app_config("guides")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0, using=schema_editor.connection.alias)
    config.models_module = None

    database = schema_editor.connection.alias
    permissions = apps.get_model("auth", "Permission").objects.using(database).filter(
        content_type__app_label="guides", codename__in=CODENAMES
    )
    for group in apps.get_model("auth", "Group").objects.using(database).filter(name="Editors"):
        group.permissions.add(*permissions)


class Migration(migrations.Migration):

    dependencies = [
        ('guides', '0012_edition'),
    ]

    operations = [
        migrations.AddField(
            model_name='journey',
            name='has_answered',
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name='Experience',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('worked', models.CharField(choices=[('yes', 'Yes'), ('partly', 'In part'), ('no', 'No')], max_length=10)),
                ('answered_in', models.DateField()),
                ('guide', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='experiences', to='guides.guide')),
            ],
        ),
        migrations.CreateModel(
            name='GuideFigures',
            fields=[
                ('guide', models.OneToOneField(editable=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='figures', serialize=False, to='guides.guide')),
                ('answers', models.PositiveIntegerField()),
                ('worked', models.PositiveIntegerField()),
                ('last_worked_in', models.DateField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('answers__gte', 10)), name='guide_figures_of_enough')],
            },
        ),
        migrations.CreateModel(
            name='WaitFigures',
            fields=[
                ('step', models.OneToOneField(editable=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='figures', serialize=False, to='guides.step')),
                ('answers', models.PositiveIntegerField()),
                ('usually', models.DurationField()),
                ('nine_of_ten', models.DurationField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('answers__gte', 10)), name='wait_figures_of_enough')],
            },
        ),
        migrations.CreateModel(
            name='WaitTaken',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('length', models.DurationField()),
                ('answered_in', models.DateField()),
                ('step', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='waits_taken', to='guides.step')),
            ],
            options={
                'verbose_name_plural': 'waits taken',
            },
        ),
        migrations.CreateModel(
            name='StepReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(max_length=2000, verbose_name='what is different')),
                ('language', models.CharField(blank=True, max_length=10, verbose_name='language')),
                ('reply_to', models.EmailField(blank=True, max_length=254, verbose_name='answer to')),
                ('sent_at', models.DateTimeField(verbose_name='sent')),
                ('handled_at', models.DateTimeField(blank=True, null=True, verbose_name='handled')),
                ('fingerprint', models.CharField(editable=False, max_length=64)),
                ('step', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='guides.step', verbose_name='step')),
            ],
            options={
                'verbose_name': 'report',
                'verbose_name_plural': 'reports',
                'ordering': ['-sent_at', '-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('handled_at', None)), fields=('step', 'fingerprint'), name='report_open_once')],
            },
        ),
        migrations.RunPython(let_editors_read_reports, migrations.RunPython.noop),
    ]
