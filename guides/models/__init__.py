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
from .editing import FormerAddress, LinkCheck, Revision
from .editions import Edition
from .feedback import Experience, StepReport, WaitTaken
from .imports import Note, Origin
from .journeys import Entry, Journey, OwnService
from .reminders import CalendarEvent, Message, Reminder
from .stories import Story

__all__ = [
    "CalendarEvent",
    "Domain",
    "Edition",
    "Entry",
    "Experience",
    "FormerAddress",
    "Guide",
    "GuideFigures",
    "Journey",
    "LinkCheck",
    "Message",
    "Note",
    "Origin",
    "OwnService",
    "Reminder",
    "Revision",
    "SearchKey",
    "SearchPiece",
    "Service",
    "Source",
    "Step",
    "StepReport",
    "Story",
    "User",
    "WaitFigures",
    "WaitTaken",
]
