"""The tables of Wayout, one file a subject."""

from .accounts import User
from .catalogue import Domain, Guide, SearchKey, SearchPiece, Service, Source, Step
from .editing import FormerAddress, LinkCheck, Revision
from .imports import Note, Origin
from .journeys import Entry, Journey
from .reminders import CalendarEvent, Message, Reminder

__all__ = [
    "CalendarEvent",
    "Domain",
    "Entry",
    "FormerAddress",
    "Guide",
    "Journey",
    "LinkCheck",
    "Message",
    "Note",
    "Origin",
    "Reminder",
    "Revision",
    "SearchKey",
    "SearchPiece",
    "Service",
    "Source",
    "Step",
    "User",
]
