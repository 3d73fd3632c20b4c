"""The tables of Wayout, one file a subject."""

from .accounts import User
from .catalogue import Domain, Guide, SearchKey, Service, Source, Step
from .editions import Edition
from .journeys import Entry, Journey
from .reminders import CalendarEvent, Message, Reminder

__all__ = [
    "CalendarEvent",
    "Domain",
    "Edition",
    "Entry",
    "Guide",
    "Journey",
    "Message",
    "Reminder",
    "SearchKey",
    "Service",
    "Source",
    "Step",
    "User",
]
