"""What a job insists on, read: alternatives of names, a vendor and memory. How it is written is `wire.constraint`'s and `wire.wish`'s."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Alternative:
    """What one accelerator must be: of one of these names (none: of any) and with memory within these GB (None: open).

    `vendor` is a vendor or group that it must be of besides (empty: of any); a group that stands alone is a name.
    """

    names: tuple[str, ...] = ()
    memory_least_gb: int = 0
    memory_most_gb: int | None = None
    vendor: str = ""

    @property
    def asks_memory(self) -> bool:
        return self.memory_least_gb > 0 or self.memory_most_gb is not None

    def fits_memory(self, memory_gb: int) -> bool:
        return self.memory_least_gb <= memory_gb and (self.memory_most_gb is None or memory_gb <= self.memory_most_gb)


@dataclass(frozen=True, slots=True)
class Constraint:
    """Alternatives of which one must hold; none at all: anything will do."""

    alternatives: tuple[Alternative, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that is used, vendors included, once, in order."""
        return tuple(dict.fromkeys(name for one in self.alternatives for name in (one.vendor, *one.names) if name))
