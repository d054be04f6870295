"""The zone of times that name none: Slurm and most logs write the clock on the wall."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from dure.adapters.traces_digits import Ints
from dure.model.errors import TraceError, Where

KOREA: Final = timezone(timedelta(hours=9), "Asia/Seoul")
"""Known even where a machine has no table of zones."""

ZONE: ContextVar[tzinfo] = ContextVar("ZONE", default=UTC)
"""Of the trace that is being read; set by `read_trace` only."""

_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})")


def zone_of(name: str) -> tzinfo:
    """A zone by its name or as an offset; TraceError says what may be written."""
    if name in ("UTC", "Z"):
        return UTC
    if name in ("Asia/Seoul", "KST"):
        return KOREA
    offset = _OFFSET.fullmatch(name)
    if offset and int(offset[2]) < 24 and int(offset[3]) < 60:
        length = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
        return timezone(length if offset[1] == "+" else -length, name)
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        remedy = "write UTC, a name such as Asia/Seoul, or an offset such as +09:00"
        raise TraceError(f"no time zone {name[:40]!r} is known", where=Where(field="timezone"), remedy=remedy) from None


@contextmanager
def in_zone(name: str) -> Iterator[tzinfo]:
    """Within it, times without a zone are of this one; TraceError where there is none of that name."""
    zone = zone_of(name)
    token = ZONE.set(zone)
    try:
        yield zone
    finally:
        ZONE.reset(token)


def zone_name() -> str:
    """The zone of this reading, for a note."""
    return str(ZONE.get())


def to_utc(wall_s: Ints) -> Ints:
    """Unix seconds of clocks on the wall, which were read as if they were UTC. An hour that comes twice in autumn is the first one."""
    zone = ZONE.get()
    if zone is UTC or not len(wall_s):
        return wall_s
    hours, which = np.unique(wall_s // 3600, return_inverse=True)
    ahead = [_ahead_s(int(hour) * 3600, zone) for hour in hours.tolist()]
    return wall_s - np.array(ahead, np.int64)[which]


def _ahead_s(wall_s: int, zone: tzinfo) -> int:
    moment = datetime.fromtimestamp(wall_s, UTC).replace(tzinfo=zone)
    offset = moment.utcoffset()
    return 0 if offset is None else round(offset.total_seconds())
