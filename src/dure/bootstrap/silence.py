"""Sites that do not answer: after a while their servers are unobserved, and nothing is placed there until they answer again.

Jobs there stay known and stay charged: nobody has said that they ended. Since when a site is unobserved is a mark of the log, kept in
one transaction with the rows that say so; a broker that starts in between goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping

import numpy as np
import numpy.typing as npt

from dure.model.events import Kind
from dure.model.fleet import Mode
from dure.operate.ports import Fact
from dure.policy.state import State

SILENT_S = 60
"""A site that has not answered for so long is unobserved."""
MARK = "unobserved {}"


class Silence:
    """Since when which site has been silent."""

    def __init__(self, site_of: Callable[[int], str], silent_s: int = SILENT_S) -> None:
        """`site_of`: the name of a pool's site."""
        self._site_of, self._silent_s = site_of, silent_s
        self._since: dict[str, int] = {}

    def lasts(self, name: str, now: int, state: State, before: Mapping[str, int], marks: MutableMapping[str, int]) -> Iterator[Fact]:
        """The site did not answer: what is to be said of its servers now."""
        since = self._since.setdefault(name, now)
        if now - since < self._silent_s or before.get(MARK.format(name), 0):
            return
        marks[MARK.format(name)] = now
        for node in np.flatnonzero(self._of(name, state) & (state.node["mode"] == Mode.UP)).tolist():
            yield Fact(Kind.NODE, now, node=node, count=1, cause=int(Mode.UNOBSERVED))

    def ends(
        self, name: str, now: int, state: State, told: Iterable[Fact], before: Mapping[str, int], marks: MutableMapping[str, int]
    ) -> Iterator[Fact]:
        """The site answered, and this is what it told: how its servers stand that were unobserved."""
        self._since.pop(name, None)
        if not before.get(MARK.format(name), 0):
            return
        marks[MARK.format(name)] = 0
        last = {fact.node: fact.cause for fact in told if fact.kind == Kind.NODE}
        for node in np.flatnonzero(self._of(name, state) & (state.node["mode"] == Mode.UNOBSERVED)).tolist():
            yield Fact(Kind.NODE, now, node=node, count=1, cause=last.get(node, int(Mode.UP)))

    def _of(self, name: str, state: State) -> npt.NDArray[np.bool_]:
        pools = [pool for pool in range(len(state.pool)) if self._site_of(pool) == name]
        return np.isin(state.node["pool"], pools)
