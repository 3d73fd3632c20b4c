"""What editors and superusers see under /admin/, a file per subject.

Journeys, entries and reminders are not registered: where people stand is nobody's business here.
"""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from .accounts import UserAdmin
from .catalogue import GuideAdmin
from .feedback import StepReportAdmin
from .services import ServiceAdmin
from .stories import StoryAdmin

__all__ = ["GuideAdmin", "ServiceAdmin", "StepReportAdmin", "StoryAdmin", "UserAdmin"]

# django-allauth shows keys and devices of people there.
admin.site.unregister([Authenticator, UserSession])

admin.site.site_header = _("Wayout: keeping the guides true")
admin.site.site_title = _("Wayout")
admin.site.index_title = _("What would you like to edit?")
