"""The tables of Wayout, one file a subject."""

from .accounts import User
from .catalogue import Domain, Guide, SearchKey, SearchPiece, Service, Source, Step
from .imports import Note, Origin
from .journeys import Entry, Journey, OwnService
from .reminders import CalendarEvent, Message, Reminder
from .stories import Story

__all__ = [
    "CalendarEvent",
    "Domain",
    "Entry",
    "Guide",
    "Journey",
    "Message",
    "Note",
    "Origin",
    "OwnService",
    "Reminder",
    "SearchKey",
    "SearchPiece",
    "Service",
    "Source",
    "Step",
    "Story",
    "User",
]
