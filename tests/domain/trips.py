"""Alice's journey through a short guide: acts and states by the key of the step."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from guides.domain import journeys, standings, waits
from guides.domain.journal import NotPossible
from guides.models import Entry, Step
from tests.factories import make_guide, make_user, make_way, wait

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
CHECK = {"kind": "check"}
MEANWHILE = {"while_waiting": True}
# A guide like Amazon's: something optional, a request, a wait, something meanwhile, a check.
LEAVING = (
    ("save", {"kind": "prepare", "is_optional": True}),
    "send",
    ("review", wait(DAY, days=4)),
    ("phones", MEANWHILE),
    ("look", CHECK),
)
# A request that has to be confirmed within five days.
CONFIRMING = ("send", ("confirm", {"do_within": 5 * DAY}), ("look", CHECK))


class Trip:
    """Alice's journey along some steps: acts by key, states by key."""

    def __init__(self, *rows, guide=None):
        self.guide = guide or make_guide()
        self.way = make_way(*rows, guide=self.guide)
        self.journey = journeys.start(user=make_user(), guide=self.guide, now=NOW)

    def tick(self, *keys, now=NOW, **more):
        for key in keys:
            journeys.complete_step(journey=self.journey, step=self.way[key], now=now, **more)

    def does(self, act, key, now=NOW, **more):
        return act(journey=self.journey, step=self.way[key], now=now, **more)

    def extend(self, by, now=NOW, seen="now"):
        end = self.at("review", now).facts.longest_at if seen == "now" else seen
        return self.does(waits.extend, "review", now, by=by, running_until=end)

    def undo(self, now=NOW):
        last = standings.of(journey=self.journey, now=now).last_act
        journeys.undo(journey=self.journey, entry_id=last.id, now=now)

    def timeline(self, now=NOW):
        return standings.of(journey=self.journey, now=now).timeline

    def at(self, key, now=NOW):
        return self.timeline(now)[self.way[key].pk]

    def states(self, now=NOW):
        return {each.step.key: each.state.value for each in self.timeline(now).steps}

    def clock(self, key, now=NOW):
        return self.at(key, now).facts.shortest_at, self.at(key, now).facts.longest_at

    def edit(self, key, **fields):
        """What an editor does to the step meanwhile."""
        Step.objects.filter(pk=self.way[key].pk).update(**fields)
        self.way[key].refresh_from_db()


def refused(act, *args, **more):
    """What the person is told; fails if the journal was changed all the same."""
    before = list(Entry.objects.values())
    with pytest.raises(NotPossible) as refusal:
        act(*args, **more)
    assert list(Entry.objects.values()) == before
    return str(refusal.value)


def at_once(act, times=2):
    """Calls `act` in several threads at the same time; gives what each returned or raised."""
    results, barrier = [], Barrier(times)

    def run():
        barrier.wait()
        try:
            results.append(act())
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
