"""Services that one person names for themselves, and stories of services without a guide."""

import django.db.models.deletion
from django.contrib.auth.management import create_permissions
from django.db import migrations, models
from django.db.models.functions import Lower


def let_editors_read_stories(apps, schema_editor):
    # Permissions are made after all migrations have run, which is too late here.
    config = apps.get_app_config("guides")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0, using=schema_editor.connection.alias)
    config.models_module = None

    database = schema_editor.connection.alias
    group = apps.get_model("auth", "Group").objects.using(database).get(name="Editors")
    permissions = apps.get_model("auth", "Permission").objects.using(database)
    # To read, and to delete what is no story: nobody changes what others said.
    wanted = ["view_story", "delete_story"]
    of_stories = permissions.filter(content_type__app_label="guides", codename__in=wanted)
    group.permissions.add(*of_stories)


class Migration(migrations.Migration):
    dependencies = [("guides", "0013_feedback")]

    operations = [
        migrations.CreateModel(
            name="Story",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="stories",
                        to="guides.service",
                        verbose_name="service",
                    ),
                ),
                ("text", models.TextField(max_length=2000, verbose_name="text")),
                ("language", models.CharField(max_length=10, verbose_name="language")),
                ("sent_on", models.DateField(verbose_name="sent on")),
                (
                    "handled_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="handled"
                    ),
                ),
            ],
            options={
                "verbose_name": "story",
                "verbose_name_plural": "stories",
                "ordering": ["-sent_on", "-id"],
            },
        ),
        migrations.AddField(
            "journey", "own_name", models.CharField(blank=True, default="", max_length=80), False
        ),
        migrations.AddField(
            "journey",
            "own_address",
            models.CharField(blank=True, default="", max_length=500),
            False,
        ),
        migrations.AddField(
            "journey", "own_wait_days", models.PositiveSmallIntegerField(blank=True, null=True)
        ),
        migrations.RemoveConstraint("journey", "journey_one_running_a_guide"),
        migrations.AddConstraint(
            "journey",
            models.UniqueConstraint(
                models.F("user"),
                models.F("guide"),
                Lower("own_name"),
                condition=models.Q(finished_at=None),
                name="journey_one_running_a_guide",
            ),
        ),
        migrations.RunPython(let_editors_read_stories, migrations.RunPython.noop),
    ]
