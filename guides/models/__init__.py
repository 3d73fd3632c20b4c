"""The tables of Wayout, one file a subject."""

from .accounts import User
from .catalogue import Domain, Guide, SearchKey, SearchPiece, Service, Source, Step
from .editions import Edition
from .imports import Note, Origin
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
    "Note",
    "Origin",
    "Reminder",
    "SearchKey",
    "SearchPiece",
    "Service",
    "Source",
    "Step",
    "User",
]
