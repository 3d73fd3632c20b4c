"""Which way out of a service fits whom: what all ways share, and in what each differs."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from guides.domain import catalogue
from guides.models import Guide, Step


class Device(StrEnum):
    """What one has to have at hand."""

    COMPUTER = "computer"
    PHONE = "phone"
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class Cost:
    """What leaving costs: the entries of the list of what is lost, and whether it can be undone."""

    entries: tuple[str, ...]
    language: str  # of the entries
    undo: str  # one of `Guide.Undo`; empty where it is said elsewhere

    def __bool__(self) -> bool:
        return bool(self.entries or self.undo)

    @property
    def loses(self) -> tuple[str, str]:
        """The list as Markdown, with its language."""
        return "\n".join(self.entries), self.language

    @property
    def undo_label(self) -> str:
        return str(Guide.Undo(self.undo).label)

    def without(self, other: "Cost") -> "Cost":
        entries = tuple(entry for entry in self.entries if entry not in other.entries)
        return Cost(entries, self.language, "" if self.undo == other.undo else self.undo)


@dataclass(frozen=True, slots=True)
class Choice:
    """One way, with what only it costs."""

    guide: Guide
    steps: list[Step]
    device: Device
    is_easiest: bool
    cost: Cost


@dataclass(frozen=True, slots=True)
class Group:
    """The ways to one goal, with what all of them cost and others do not."""

    goal: Guide.Goal
    cost: Cost
    is_alike: bool  # one summary says how each of them goes
    choices: list[Choice]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All ways by their goals. What every one of them costs is said once, in `cost`."""

    cost: Cost
    groups: list[Group]

    @property
    def only(self) -> Choice | None:
        """The way, where there is no choice."""
        choices = [choice for group in self.groups for choice in group.choices]
        return choices[0] if len(choices) == 1 else None


def compare(
    *, guides: Sequence[Guide], ways: dict[int, list[Step]], language: str | None
) -> Comparison:
    """The guides of one service, in their order; `ways` has the steps of each by its id."""
    cost_of = {guide.pk: _cost(guide, language) for guide in guides}
    of_all = _shared(list(cost_of.values()))
    groups = []
    for goal in Guide.Goal:
        to_goal = [guide for guide in guides if guide.goal == goal]
        rest = [cost_of[guide.pk].without(of_all) for guide in to_goal]
        of_group = _shared(rest) if len(to_goal) > 1 else NOTHING
        choices = [
            Choice(
                guide=guide,
                steps=ways[guide.pk],
                device=device(guide, beside=to_goal),
                is_easiest=_is_easiest(guide, to_goal),
                cost=cost.without(of_group),
            )
            for guide, cost in zip(to_goal, rest, strict=True)
        ]
        summaries = {catalogue.text(guide, "summary", language) for guide in to_goal}
        is_alike = len(to_goal) > 1 and len(summaries) == 1
        groups.append(Group(goal, of_group, is_alike, choices))
    return Comparison(of_all, [group for group in groups if group.choices])


def device(guide: Guide, *, beside: Iterable[Guide]) -> Device:
    """What a way asks for. A website that does on a phone needs no way of its own for phones."""
    if guide.channel in {Guide.Channel.PHONE_BROWSER, Guide.Channel.APP, Guide.Channel.TELEPHONE}:
        return Device.PHONE
    channels = {other.channel for other in beside if other.goal == guide.goal}
    if guide.channel == Guide.Channel.WEBSITE and Guide.Channel.PHONE_BROWSER in channels:
        return Device.COMPUTER
    return Device.EITHER


def others(*, guide: Guide) -> list[Guide]:
    """The other published ways out of the same service, the easiest first."""
    found = Guide.objects.published().filter(service=guide.service_id).exclude(pk=guide.pk)
    return list(found.easiest_first().prefetch_related("translations"))


def instead(*, guide: Guide, others: Sequence[Guide]) -> Guide | None:
    """The same on the other device, for somebody who does not have the one that it asks for."""
    needed = device(guide, beside=others)
    for other in others:
        its = device(other, beside=[guide, *others])
        if other.goal == guide.goal and needed is not Device.EITHER and its != needed:
            return other
    return None


def _is_easiest(guide: Guide, among: Sequence[Guide]) -> bool:
    first, *rest = among
    return guide == first and any(rest) and rest[0].difficulty != first.difficulty


# --- Cost ---------------------------------------------------------------------------------------

NOTHING = Cost((), "", "")


def _cost(guide: Guide, language: str | None) -> Cost:
    words, spoken = catalogue.text(guide, "you_lose", language)
    entries = re.split(r"^(?=- )", words, flags=re.MULTILINE)
    return Cost(tuple(filter(None, map(str.strip, entries))), spoken, guide.undo)


def _shared(costs: Sequence[Cost]) -> Cost:
    """What is the same in all of them."""
    if not costs:
        return NOTHING
    first = costs[0]
    entries = [each for each in first.entries if all(each in cost.entries for cost in costs)]
    undo = first.undo if all(cost.undo == first.undo for cost in costs) else ""
    return Cost(tuple(entries), first.language, undo)
