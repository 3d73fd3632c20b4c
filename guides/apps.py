from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_save


class GuidesConfig(AppConfig):
    name = "guides"
    verbose_name = "Wayout"

    def ready(self) -> None:
        from allauth.account.signals import authentication_step_completed

        from guides import devices, security_log
        from guides.models import editions

        # The table is django-allauth's, and so is the code that fills it.
        pre_save.connect(devices.keep_little, sender="usersessions.UserSession")
        authentication_step_completed.connect(devices.renew)
        post_migrate.connect(editions.draw_at_every_change, sender=self)
        security_log.connect()
