from django.apps import AppConfig
from django.db.models.signals import post_migrate


class GuidesConfig(AppConfig):
    name = "guides"
    verbose_name = "Wayout"

    def ready(self) -> None:
        from guides.models import editions

        post_migrate.connect(editions.draw_at_every_change, sender=self)
