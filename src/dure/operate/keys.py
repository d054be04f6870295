"""Which attempt a key is, in a log that was restored from a copy.

A key names an epoch and an attempt. An epoch begins at an attempt: those before it keep the keys under which their sites know them. What
a site knows under a key of an earlier epoch and of a later attempt was placed by a broker whose rows were lost; where it was adopted, its
attempt has another number and the old key.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence

from dure.operate.attempts import WORD, key_of

START = ((0, 0),)
"""Epoch 0 begins at attempt 0."""


class Keys:
    """Keys of all attempts of a log; only adopting adds to it."""

    def __init__(self, epochs: Sequence[tuple[int, int]] = START, adopted: Mapping[int, str] | None = None) -> None:
        """`epochs`: (epoch, its first attempt), in their order; `adopted`: old keys by attempt."""
        self._epochs, self._firsts = [epoch for epoch, _ in epochs], [first for _, first in epochs]
        self._adopted = dict(adopted or {})
        self._attempts = {key: attempt for attempt, key in self._adopted.items()}

    @property
    def epoch(self) -> int:
        """The epoch of keys that are made now."""
        return self._epochs[-1]

    def key(self, attempt: int) -> str:
        """The name under which its site knows an attempt."""
        return self._adopted.get(attempt) or key_of(self._epoch(attempt), attempt)

    def attempt(self, key: str) -> int | None:
        """The attempt of a key; None for what is no key of this log."""
        found = self._attempts.get(key)
        if found is not None:
            return found
        parts = parsed(key)
        if parts is None or parts[1] in self._adopted or self._epoch(parts[1]) != parts[0]:
            return None
        return parts[1]

    def adopt(self, attempt: int, key: str) -> None:
        """An attempt that its site knows under a key of before."""
        self._adopted[attempt], self._attempts[key] = key, attempt

    def renew(self, epoch: int, first: int) -> None:
        """Keys of attempts from number `first` on are of another epoch."""
        assert epoch > self.epoch, "epochs only grow"
        self._epochs.append(epoch)
        self._firsts.append(first)

    def _epoch(self, attempt: int) -> int:
        return self._epochs[max(0, bisect_right(self._firsts, attempt) - 1)]


def parsed(key: str) -> tuple[int, int] | None:
    """Epoch and attempt that a key names; None for what no broker made."""
    word, _, rest = key.partition("-")
    epoch, _, attempt = rest.partition("-")
    return (int(epoch), int(attempt)) if word == WORD and epoch.isdecimal() and attempt.isdecimal() else None
