"""The table in which the limits of tries are counted; Django makes it by a command, not by a model."""

from django.core.management import call_command
from django.db import migrations


def make(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


def drop(apps, schema_editor):
    schema_editor.execute(f"DROP TABLE {schema_editor.quote_name('cache')}")


class Migration(migrations.Migration):
    dependencies = [("guides", "0007_source_language")]
    operations = [migrations.RunPython(make, drop)]
