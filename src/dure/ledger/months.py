"""Months of Korea, which has had one offset all year round: year × 12 + month − 1, and the Unix second at which each begins."""

from __future__ import annotations

import datetime as dt

import numpy as np
import numpy.typing as npt

from dure.ledger.tariffs import KST_S

Ints = npt.NDArray[np.int64]
YEAR = 12
YEARS = range(2000, 2200)
"""Years whose months may be asked for."""
_ZONE = dt.timezone(dt.timedelta(seconds=KST_S))


def month_at(second: int) -> int:
    """The month that a Unix second is in."""
    day = dt.datetime.fromtimestamp(second, _ZONE)
    return day.year * YEAR + day.month - 1


def begins_at(month: int) -> int:
    """The Unix second with which a month begins."""
    return int(dt.datetime(month // YEAR, month % YEAR + 1, 1, tzinfo=_ZONE).timestamp())


def months_between(since: int, until: int) -> tuple[Ints, Ints]:
    """The months that [since, until) touches, and when each begins."""
    numbers = range(month_at(since), month_at(max(since, until - 1)) + 1)
    return np.array(numbers, np.int64), np.array([begins_at(one) for one in numbers], np.int64)


def month_name(month: int) -> str:
    """`2026-03`."""
    return f"{month // YEAR:04}-{month % YEAR + 1:02}"


def month_of(text: str) -> int | None:
    """The month that `2026-03` names; None where it names none."""
    try:
        day = dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return day.year * YEAR + day.month - 1 if day.year in YEARS else None
