"""Sites that do not answer: after a while their servers are unobserved, and nothing is placed there until they answer again.

Jobs there stay known and stay charged: nobody has said that they ended. Since when a site is unobserved is a mark of the log, kept in
one transaction with the rows that say so; a broker that starts in between goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping

import numpy as np

from dure.bootstrap.said import Nodes, said_by_us
from dure.model.fleet import Mode
from dure.operate.ports import Fact
from dure.policy.state import State

SILENT_S = 60
"""A site that has not answered for so long is unobserved."""
MARK = "unobserved {}"


class Silence:
    """Since when which site has been silent.

    What is said here of servers never outranks what their site says later, of a moment that it alone saw.
    """

    def __init__(self, site_of: Callable[[int], str], silent_s: int = SILENT_S) -> None:
        """`site_of`: the name of a pool's site."""
        self._site_of, self._silent_s = site_of, silent_s
        self._since: dict[str, int] = {}

    def lasts(self, name: str, now: int, broker: Nodes, before: Mapping[str, int], marks: MutableMapping[str, int]) -> Iterator[Fact]:
        """The site did not answer: what is to be said of its servers now."""
        since = self._since.setdefault(name, now)
        if now - since < self._silent_s or before.get(MARK.format(name), 0):
            return
        marks[MARK.format(name)] = now
        for node in self._of(name, broker.state, Mode.UP):
            yield said_by_us(node, Mode.UNOBSERVED, broker.told, now)

    def ends(self, name: str, now: int, broker: Nodes, before: Mapping[str, int], marks: MutableMapping[str, int]) -> Iterator[Fact]:
        """The site answered: its servers that were unobserved stand as before, but for what it tells now."""
        self._since.pop(name, None)
        if not before.get(MARK.format(name), 0):
            return
        marks[MARK.format(name)] = 0
        for node in self._of(name, broker.state, Mode.UNOBSERVED):
            yield said_by_us(node, Mode.UP, broker.told, now)

    def _of(self, name: str, state: State, mode: Mode) -> list[int]:
        pools = [pool for pool in range(len(state.pool)) if self._site_of(pool) == name]
        found: list[int] = np.flatnonzero(np.isin(state.node["pool"], pools) & (state.node["mode"] == mode)).tolist()
        return found
