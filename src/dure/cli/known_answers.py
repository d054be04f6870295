"""What a known answer is, and how ours is held against it. The rows themselves stand in `validation_rows`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Kind = Literal["relative", "absolute"]
Reference = Literal["published", "closed form", "by hand", "own input", "own replay", "identity"]
"""What an answer is held against: a figure that others published, a formula, published prices or rules worked by hand, what was put
in and must come out again, another run of dure itself, or the other driver."""


@dataclass(frozen=True, slots=True)
class Ours:
    """What dure computed. A statistical answer brings its own tolerance (half a confidence interval) and widens nothing else."""

    value: float
    tolerance: float | None = None


Answer = Callable[["Bench"], Ours]


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """One answer and what it is held against. `tolerance` is an upper bound: a share of it (relative) or in its unit (absolute).

    `held_to` is a function where the figure must itself be made, such as the replay that draws from a profile are held against.
    """

    id: str
    what: tuple[str, str]
    held_to: float | Callable[[Bench], float]
    unit: str
    tolerance: float
    source: tuple[str, str]
    ours: Answer
    needs: tuple[str, ...] = ()
    kind: Kind = "relative"
    reference: Reference = "published"


class Bench:
    """Where the shared files lie, and runs that several rows read: each is made once."""

    def __init__(self, shared: Path) -> None:
        self.shared = shared
        self._made: dict[str, Any] = {}

    def once(self, key: str, make: Callable[[], Any]) -> Any:
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    def file(self, name: str) -> Path:
        return self.shared / name


@dataclass(frozen=True, slots=True)
class Verdict:
    """A row held against ours: `ours`, `error` and `ok` are None when a file is missing (`needs`), and a figure to be made then is."""

    row: KnownAnswer
    held_to: float | None
    ours: float | None
    error: float | None
    tolerance: float
    ok: bool | None
    needs: str = ""

    def as_json(self) -> dict[str, Any]:
        row = self.row
        return {
            "id": row.id,
            "what": row.what[0],
            "reference": row.reference,
            "held_to": self.held_to,
            "published": self.held_to if row.reference in ("published", "closed form") else None,
            "ours": self.ours,
            "unit": row.unit,
            "error": self.error,
            "tolerance": self.tolerance,
            "kind": row.kind,
            "ok": self.ok,
            "needs": self.needs or None,
            "source": row.source[0],
        }


def compare(row: KnownAnswer, bench: Bench) -> Verdict:
    """Ours beside what it is held against. The error is signed: ours − that, over that when relative."""
    missing = [name for name in row.needs if not bench.file(name).exists()]
    if missing:
        return Verdict(row, None if callable(row.held_to) else row.held_to, None, None, row.tolerance, None, missing[0])
    held_to = row.held_to(bench) if callable(row.held_to) else row.held_to
    ours = row.ours(bench)
    error = ours.value - held_to
    if row.kind == "relative":
        assert held_to != 0, f"{row.id}: a relative error of 0 is not defined"
        error /= abs(held_to)
    tolerance = row.tolerance if ours.tolerance is None else ours.tolerance
    return Verdict(row, held_to, ours.value, error, tolerance, abs(error) <= tolerance)


def chosen(rows: Iterable[KnownAnswer], prefixes: Iterable[str]) -> Iterator[KnownAnswer]:
    """The rows whose id starts with one of the prefixes (`T1` means T1 and T1.…, not T11); all without any."""
    wanted = tuple(prefixes)
    return (row for row in rows if not wanted or any(row.id == one or row.id.startswith(f"{one}.") for one in wanted))
