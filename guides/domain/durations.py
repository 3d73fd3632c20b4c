"""Lengths of time as people write them: "4 days", "24 hours". Pure: imports no Django."""

import re
from datetime import timedelta

# A month is counted as 30 days, as services count it.
UNITS = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "month": timedelta(days=30),
    "year": timedelta(days=365),
}
LONGEST = 10 * UNITS["year"]
_PATTERN = re.compile(r"(\d{1,7})\s*(minute|hour|day|week|month|year)s?", re.IGNORECASE)


def parse(text: str) -> timedelta:
    """The length written in English, such as "4 days". Raises ValueError saying what is wrong."""
    match = _PATTERN.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"“{text}” is not a length of time like “4 days” or “24 hours”")
    length = int(match[1]) * UNITS[match[2].lower()]
    if not timedelta() < length <= LONGEST:
        raise ValueError(f"“{text}” is not between one minute and ten years")
    return length


def split(length: timedelta) -> tuple[int, str]:
    """The count and the unit that say `length` most simply: (4, "day"), (24, "hour"), (2, "week").

    A single day is said in hours, as services do; 30 days stay days, for months differ.
    """
    days, rest = divmod(length, UNITS["day"])
    if not rest and days and days % 365 == 0:
        return days // 365, "year"
    if not rest and days >= 14 and days % 7 == 0:
        return days // 7, "week"
    if not rest and days > 1:
        return days, "day"
    if not length % UNITS["hour"]:
        return length // UNITS["hour"], "hour"
    return length // UNITS["minute"], "minute"


def write(length: timedelta) -> str:
    """The length in English, such that `parse` reads it back."""
    count, unit = split(length)
    return f"{count} {unit}" + ("s" if count != 1 else "")
