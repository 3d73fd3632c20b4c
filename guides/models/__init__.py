"""The tables of Wayout, one file a subject."""

from .accounts import User
from .catalogue import (
    Domain,
    Guide,
    GuideFigures,
    SearchKey,
    SearchPiece,
    Service,
    Source,
    Step,
    WaitFigures,
)
from .editions import Edition
from .feedback import Experience, StepReport, WaitTaken
from .imports import Note, Origin
from .journeys import Entry, Journey
from .reminders import CalendarEvent, Message, Reminder

__all__ = [
    "CalendarEvent",
    "Domain",
    "Edition",
    "Entry",
    "Experience",
    "Guide",
    "GuideFigures",
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
    "StepReport",
    "User",
    "WaitFigures",
    "WaitTaken",
]
