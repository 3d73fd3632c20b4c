"""The group "Editors": may edit the catalogue, and nothing else."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

NAME = "Editors"
MODELS = ["service", "guide", "step", "domain", "source"]
ACTS = ["view", "add", "change", "delete"]


def create_group(apps, schema_editor):
    # Permissions are made after all migrations have run, which is too late here.
    config = apps.get_app_config("guides")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0, using=schema_editor.connection.alias)
    config.models_module = None

    database = schema_editor.connection.alias
    permissions = apps.get_model("auth", "Permission").objects.using(database).filter(
        content_type__app_label="guides",
        codename__in=[f"{act}_{model}" for act in ACTS for model in MODELS],
    )
    group, _ = apps.get_model("auth", "Group").objects.using(database).get_or_create(name=NAME)
    group.permissions.set(permissions)


def delete_group(apps, schema_editor):
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    groups.filter(name=NAME).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("guides", "0004_reminders"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(create_group, delete_group)]
