"""The index of the search, anew: spellings are kept as words now, and in pieces."""

from django.db import migrations

from guides.domain import spellings  # pure: it knows no models


def index(apps, schema_editor):
    database = schema_editor.connection.alias
    Service, SearchKey, SearchPiece = (
        apps.get_model("guides", name) for name in ("Service", "SearchKey", "SearchPiece")
    )
    SearchKey.objects.using(database).all().delete()
    origins = apps.get_model("guides", "Origin").objects.using(database)
    services = Service.objects.using(database).prefetch_related("translations", "domains")
    for service in services.iterator(chunk_size=500):
        names = {service.slug}
        for words in service.translations.all():
            names |= {words.name, *words.other_names}
        names |= set(origins.filter(guide__service=service).values_list("entry", flat=True))
        domains = [domain.name for domain in service.domains.all()]
        for text in spellings.keys(names=names, domains=domains):
            key = SearchKey.objects.using(database).create(service=service, key=text)
            SearchPiece.objects.using(database).bulk_create(
                SearchPiece(key=key, piece=piece) for piece in spellings.pieces(text)
            )


class Migration(migrations.Migration):
    dependencies = [("guides", "0010_search")]

    operations = [migrations.RunPython(index, migrations.RunPython.noop)]
