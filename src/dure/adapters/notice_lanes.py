"""Notices on their way: one lane for each place that they go to, so that a place that is slow or down holds up its own and nobody else's.

Whatever goes wrong with one notice is its own trouble: written on its row, tried again, given up in the end. A place that cannot be
reached is left alone for a while, longer each time; one that answers, but does not take a notice, goes on being told the others.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from dure.adapters.notices import AT_ONCE, GIVE_UP_S, Notice, Notices, wait_s

LANES = 8
"""Places that are told at once."""
LANE_S = 20.0
"""After so long the rest of a lane waits for the next turn."""
PLACES_MOST = 10_000


class NotTaken(OSError):
    """The other side answered, and did not take it: others for the same place may get through."""


@dataclass
class Lanes:
    """Sends what is due. `send` raises whatever it does where a notice does not get through."""

    notices: Notices
    send: Callable[[Notice], None]
    _failed: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Place -> failures in a row, and the second until which it is left alone."""

    def turn(self, now: int) -> int:
        """Look at the log once and send what is due; how many notices got through. Returns when every lane has ended."""
        while self.notices.gather() == AT_ONCE:
            pass
        lanes: dict[str, list[Notice]] = {}
        for one in self.notices.due(now):
            lanes.setdefault(place_of(one), []).append(one)
        ready: list[str] = []
        for place, ones in lanes.items():
            _, until = self._failed.get(place, (0, 0))
            if until > now:
                self.notices.put_off(ones, until)
            else:
                ready.append(place)
        if not ready:
            return 0
        ready.sort(key=lambda place: place in self._failed)  # who failed last time comes last
        with ThreadPoolExecutor(LANES, thread_name_prefix="notices") as pool:
            return sum(pool.map(lambda place: self._lane(place, lanes[place], now), ready))

    def _lane(self, place: str, ones: Sequence[Notice], now: int) -> int:
        until, sent = time.monotonic() + LANE_S, 0
        for at, one in enumerate(ones):
            if time.monotonic() > until:
                break
            try:
                self.send(one)
            except Exception as error:  # noqa: BLE001  anything that one notice brings about must stay its own
                trouble = f"{type(error).__name__}: {error}"
                self.notices.later(one, now, trouble)
                if isinstance(error, OSError) and not isinstance(error, NotTaken):
                    self._leave(place, ones[at + 1 :], now)
                    return sent
            else:
                self.notices.done(one, now)
                sent += 1
        self._failed.pop(place, None)
        return sent

    def _leave(self, place: str, rest: Sequence[Notice], now: int) -> None:
        if len(self._failed) >= PLACES_MOST:
            self._failed.clear()  # what is forgotten is only how long to wait
        failures = self._failed.get(place, (0, 0))[0]
        until = now + wait_s(failures)
        self._failed[place] = (failures + 1, until)
        over = [one for one in rest if now - one.at > GIVE_UP_S]
        for one in over:
            self.notices.done(one, now, "its place could not be reached")
        self.notices.put_off([one for one in rest if one not in over], until)


def place_of(one: Notice) -> str:
    """Where it goes: the mail server, or the host and port of its webhook."""
    if one.channel != "webhook":
        return one.channel
    try:
        return urlsplit(one.target).netloc
    except ValueError:
        return one.target
