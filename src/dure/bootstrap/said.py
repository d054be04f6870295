"""What we say of servers, beside what their sites say."""

from __future__ import annotations

from typing import Protocol

from dure.model.events import OURS, WITHHELD, Kind
from dure.model.fleet import Mode
from dure.operate.ports import Fact
from dure.policy.layout import NEVER
from dure.policy.state import Records, State

BEHIND_S = 3_600
"""No clock of a site is farther behind ours."""


class Nodes(Protocol):
    """A broker, as far as it knows of nodes."""

    @property
    def state(self) -> State: ...

    @property
    def told(self) -> Records:
        """The last word about each node (`policy.fold.TOLD`)."""


def said_by_us(node: int, mode: Mode, told: Records, now: int, *, twin: int = -1, withheld: bool = False) -> Fact:
    """Our word about a node, of the second of the last word about it: clocks of sites are their own, and what a site says next stands.

    `twin`: the other node that the same server is, whose last word is about it too.
    """
    at = max(int(told[one]["at"]) for one in (node, twin) if one >= 0)
    value = WITHHELD if withheld else OURS
    return Fact(Kind.NODE, now - BEHIND_S if at == -NEVER else at, node=node, count=1, value=value, cause=int(mode))
