"""The tables of Wayout, one file a subject."""

from .accounts import User
from .catalogue import Domain, Guide, SearchKey, Service, Source, Step
from .journeys import Entry, Journey
from .reminders import Reminder

__all__ = [
    "Domain",
    "Entry",
    "Guide",
    "Journey",
    "Reminder",
    "SearchKey",
    "Service",
    "Source",
    "Step",
    "User",
]
