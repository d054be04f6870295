"""Sites that do not answer: after a while their servers are unobserved, and nothing is placed there until they answer again.

Jobs there stay known and stay charged: nobody has said that they ended. Since when a site is unobserved is a mark of the log, kept in
one transaction with the rows that say so; a broker that starts in between goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping

import numpy as np

from dure.model.events import Kind
from dure.model.fleet import Mode
from dure.operate.ports import Fact
from dure.policy.state import State

SILENT_S = 60
"""A site that has not answered for so long is unobserved."""
BEHIND_S = 3_600
"""No clock of a site is farther behind ours."""
MARK = "unobserved {}"


class Silence:
    """Since when which site has been silent.

    What is said here of servers must never outrank what the site says later of a moment that it alone saw: a row stands until one of a
    later second comes, and the clock of a site is its own. So these rows bear the second of the last word about the server, and not now.
    """

    def __init__(self, site_of: Callable[[int], str], told_at: Callable[[int], int | None], silent_s: int = SILENT_S) -> None:
        """`site_of`: the name of a pool's site; `told_at`: the second of the last row about a node, None where there is none."""
        self._site_of, self._told_at, self._silent_s = site_of, told_at, silent_s
        self._since: dict[str, int] = {}

    def lasts(self, name: str, now: int, state: State, before: Mapping[str, int], marks: MutableMapping[str, int]) -> Iterator[Fact]:
        """The site did not answer: what is to be said of its servers now."""
        since = self._since.setdefault(name, now)
        if now - since < self._silent_s or before.get(MARK.format(name), 0):
            return
        marks[MARK.format(name)] = now
        for node in self._of(name, state, Mode.UP):
            told = self._told_at(node)
            yield _fact(since - BEHIND_S if told is None else told, node, Mode.UNOBSERVED)

    def ends(self, name: str, state: State, before: Mapping[str, int], marks: MutableMapping[str, int]) -> Iterator[Fact]:
        """The site answered: its servers that were unobserved stand as before, but for what it tells now."""
        self._since.pop(name, None)
        if not before.get(MARK.format(name), 0):
            return
        marks[MARK.format(name)] = 0
        for node in self._of(name, state, Mode.UNOBSERVED):
            told = self._told_at(node)
            assert told is not None, "nobody said that it is unobserved"
            yield _fact(told + 1, node, Mode.UP)  # a second row of one second and one mode would be a word told twice

    def _of(self, name: str, state: State, mode: Mode) -> list[int]:
        pools = [pool for pool in range(len(state.pool)) if self._site_of(pool) == name]
        found: list[int] = np.flatnonzero(np.isin(state.node["pool"], pools) & (state.node["mode"] == mode)).tolist()
        return found


def _fact(at: int, node: int, mode: Mode) -> Fact:
    return Fact(Kind.NODE, at, node=node, count=1, cause=int(mode))
