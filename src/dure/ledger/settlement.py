"""What the programme pays an operator for a month: what ran at its rate, less what was missed, and corrections of months before.

A settlement that was signed is never changed. What is known later and would have changed it is a line of a later one: what the month is
worth now, less what was settled for it then and since.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from dure.ledger.months import month_name
from dure.model.units import MICRO, round_div

LineKind = Literal["service", "deduction", "correction"]


class PoolMonth(NamedTuple):
    """A pool in a month. `won`: what ran, by the rate; `rate_won` None: not agreed. `promised_ppm`: of what was installed and observed,
    how much was to be available; `available_ppm`: how much was; None: not promised, not measured.
    """

    pool: str
    busy_milli_s: int
    rate_won: int | None
    won: int
    promised_ppm: int | None = None
    available_ppm: int | None = None


class Line(NamedTuple):
    """One amount of a settlement; below 0: taken off. `of`: a pool, or the month that is corrected."""

    kind: LineKind
    of: str
    won: int
    busy_milli_s: int = 0
    rate_won: int | None = None
    promised_ppm: int | None = None
    available_ppm: int | None = None


class Settlement(NamedTuple):
    """`open_milli_s`: ran where no rate is agreed, paid nothing until one is."""

    operator: str
    month: int
    lines: tuple[Line, ...]
    open_milli_s: int

    @property
    def won(self) -> int:
        return sum(line.won for line in self.lines)

    def of_month(self) -> int:
        """Without what corrects months before."""
        return sum(line.won for line in self.lines if line.kind != "correction")


def deduction(one: PoolMonth) -> int:
    """Won taken off: the part of what was promised that was missed, of what ran; 0 where nothing was promised, missed, or measured."""
    if not one.promised_ppm or one.available_ppm is None or one.available_ppm >= one.promised_ppm:
        return 0
    return round_div(one.won * (one.promised_ppm - one.available_ppm), one.promised_ppm)


def settlement(operator: str, month: int, pools: Iterable[PoolMonth], before: Mapping[int, tuple[int, int]]) -> Settlement:
    """What is due for a month. `before`: earlier months that were signed → (what was settled for them so far, what they are worth now)."""
    lines: list[Line] = []
    open_milli_s = 0
    for one in pools:
        if one.rate_won is None:
            open_milli_s += one.busy_milli_s
            continue
        lines.append(Line("service", one.pool, one.won, one.busy_milli_s, one.rate_won))
        if one.promised_ppm is not None:
            off = deduction(one)
            lines.append(Line("deduction", one.pool, -off, 0, None, one.promised_ppm, one.available_ppm))
    for earlier, (settled, worth) in sorted(before.items()):
        if settled != worth:
            lines.append(Line("correction", month_name(earlier), worth - settled))
    return Settlement(operator, month, tuple(lines), open_milli_s)


def settled_for(signed: Sequence[Settlement], month: int) -> int:
    """What signed settlements hold for a month: its own, and corrections of it since."""
    own = sum(one.of_month() for one in signed if one.month == month)
    return own + sum(line.won for one in signed for line in one.lines if line.kind == "correction" and line.of == month_name(month))


def available_ppm(installed_milli_s: int, missed_milli_s: int) -> int | None:
    """The part of what was installed and observed that was available, rounded down; None where nothing was observed."""
    return (installed_milli_s - missed_milli_s) * MICRO // installed_milli_s if installed_milli_s else None


def told(one: Settlement) -> dict[str, object]:
    """As it is kept."""
    return {"operator": one.operator, "month": one.month, "lines": [line._asdict() for line in one.lines], "open_milli_s": one.open_milli_s}


def read(body: Mapping[str, object]) -> Settlement:
    """What `told` told."""
    lines = body["lines"]
    assert isinstance(lines, list)
    operator, month, still_open = body["operator"], body["month"], body["open_milli_s"]
    assert isinstance(operator, str)
    assert isinstance(month, int)
    assert isinstance(still_open, int)
    return Settlement(operator, month, tuple(Line(**line) for line in lines), still_open)
