"""What the component page shows: a service, a guide and journeys. Nothing of it is saved."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, TypeVar

from django.core.paginator import Paginator
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guides.domain import timeline
from guides.domain.choices import Choice, Cost, Device
from guides.domain.clocks import DAY
from guides.domain.facts import Facts
from guides.domain.overviews import Axis, Glance, Stretch
from guides.forms import SearchForm
from guides.models import Guide, GuideFigures, Journey, Service, Step, User, WaitFigures

NAMES = {"en": "Amazon", "ar": "أمازون", "nb": "Amazon"}
WHAT_IT_DOES = (
    "You do each step yourself, on the service’s own page. We only remember where you stand."
)
SAVE, ASK, WAIT, MEANWHILE, CHECK = range(1, 6)

Owner = TypeVar("Owner", Service, Guide, Step)


def shown(now: datetime) -> dict[str, Any]:
    """By name, what the templates of the page include their components with."""
    service = _saying(Service(slug="amazon"), name=NAMES)
    guide = _guide(service)
    steps = _steps()
    along = _journeys(guide, steps, now)
    return {
        "service": service,
        "guide": guide,
        "steps": steps,
        "person": User(time_zone="Europe/Oslo"),
        "choices": _choices(guide, steps),
        "search": SearchForm(QueryDict("difficulty=easy")),
        "parameters": QueryDict(),
        "page": Paginator(range(90), 30).get_page(2),
        "acts": [SimpleNamespace(kind=kind, id=0) for kind in ("done", "skipped")],
        "overview": _overview(along, now),
        **along,
    }


def _saying(owner: Owner, **texts: Any) -> Owner:
    """With texts by language, or in that of the page, as `catalogue.read_ahead` leaves them."""
    language = get_language()
    owner.__dict__["words"] = {
        name: text if isinstance(text, dict) else {language: text} for name, text in texts.items()
    }
    return owner


def _guide(service: Service) -> Guide:
    guide = Guide(service=service, slug="sample", undo=Guide.Undo.NEVER, is_published=True)
    GuideFigures(guide=guide, answers=40, worked=34, last_worked_in=date(2026, 11, 1))
    return _saying(
        guide,
        title=_("Ask for the account to be closed"),
        summary=_(WHAT_IT_DOES),
        you_lose="- " + _("Order records, for a return or an exchange."),
        you_need="",
    )


def _steps() -> list[Step]:
    letter = {
        "letter_to": "bye@gizmo.example",
        "letter_subject": "Please delete my account",
        "letter_body": "My user name: [user name]",
    }
    rows: list[tuple[int, str, str, dict[str, Any]]] = [
        (SAVE, "prepare", _("Save what you may need"), {"is_optional": True}),
        (
            ASK,
            "act",
            _("Ask for the account to be closed"),
            {"is_final": True, "do_within": 5 * DAY, "link": "https://www.example.com/"} | letter,
        ),
        (
            WAIT,
            "wait",
            _("Wait, and do not sign in"),
            {"wait_longest": 4 * DAY, "stay_signed_out": True},
        ),
        (MEANWHILE, "act", _("Sign out"), {"while_waiting": True}),
        (CHECK, "check", _("Gone, and you know it"), {}),
    ]
    body = _(WHAT_IT_DOES)
    steps = [
        _saying(Step(pk=pk, key=f"step-{pk}", kind=kind, **fields), title=title, body=body)
        for pk, kind, title, fields in rows
    ]
    for step in steps:
        WaitFigures(step=step, answers=12, usually=2 * DAY, nine_of_ten=5 * DAY)
    return steps


def _choices(guide: Guide, steps: list[Step]) -> list[Choice]:
    cost = Cost((_("Order records, for a return or an exchange."),), get_language() or "", "never")
    devices = (Device.COMPUTER, Device.PHONE)
    return [
        Choice(guide, steps, device, is_easiest=device is Device.COMPUTER, cost=cost)
        for device in devices
    ]


# --- Journeys -------------------------------------------------------------------------------------


def _journeys(guide: Guide, steps: list[Step], now: datetime) -> dict[str, SimpleNamespace]:
    """One journey in each place that has a look of its own."""
    done = Facts(done_at=now - 2 * DAY)
    before = {SAVE: done, ASK: done}

    def wait(shortest: timedelta | None, longest: timedelta | None) -> dict[int, Facts]:
        running = Facts(
            started_at=now - DAY,
            shortest_at=now + shortest if shortest else None,
            longest_at=now + longest if longest else None,
            stay_signed_out=True,
        )
        return {**before, WAIT: running}

    def limited(began_at: datetime) -> dict[int, Facts]:
        return {SAVE: done, ASK: Facts(started_at=began_at, longest_at=began_at + 5 * DAY)}

    at = _placed(guide, steps, now)
    return {
        "deadline": at(limited(now - DAY), ASK),
        "lapsed": at(limited(now - 6 * DAY), ASK),
        "waiting": at(wait(None, 3 * DAY), WAIT),
        "ready": at(wait(-timedelta(hours=1), 3 * DAY), WAIT),
        "endless": at(wait(None, None), WAIT),
        "over": at(wait(None, -timedelta(hours=1)), CHECK),
        "overdue": at(wait(None, -9 * DAY), CHECK),
    }


def _placed(
    guide: Guide, steps: list[Step], now: datetime
) -> Callable[[dict[int, Facts], int], SimpleNamespace]:
    def at(facts: dict[int, Facts], open_step: int) -> SimpleNamespace:
        way = timeline.read(steps, facts, now)
        return SimpleNamespace(journey=Journey(guide=guide), timeline=way, open=way[open_step])

    return at


def _overview(along: dict[str, SimpleNamespace], now: datetime) -> SimpleNamespace:
    def glance(name: str, stretch: Stretch | None = None) -> Glance:
        return Glance(along[name].journey, NAMES, along[name].timeline, stretch)

    waiting = [glance("waiting", Stretch(75, 75)), glance("ready", Stretch(25, 75))]
    groups = {
        "ready": [glance("over"), glance("overdue")],
        "deadline": [glance("deadline"), glance("lapsed")],
        "waiting": [*waiting, glance("endless", Stretch(0, 101))],
    }
    return SimpleNamespace(groups=groups, finished=[None], axis=Axis(now, DAY))
