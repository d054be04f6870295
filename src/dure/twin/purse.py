"""Operating money as it comes, is spent and lapses; days are Korean days counted from 1970."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from dure.ledger.running import begin_of, day_of
from dure.model.deals import Mark


@dataclass(frozen=True, slots=True)
class FundLine:
    """Money of one payer for one period: `paid` holds (day, won) in order, `end_day` is the first day after the period."""

    payer: str
    period: str
    paid: tuple[tuple[int, int], ...]
    end_day: int
    carries: bool
    mark: Mark = "assumed"


@dataclass(slots=True)
class _Purse:
    """What is left of one line; `last_day` is the day on which it lapses, None if it does not."""

    line: FundLine
    last_day: int | None
    left: int = 0


@dataclass(slots=True)
class Purses:
    """The money of one site. Never below 0: what it does not hold cannot be spent."""

    lines: Sequence[FundLine]
    start_s: int
    """Unix second of the start of the run; of what was paid before it, the part of the time that was over counts as spent."""
    granted: int = 0
    lapsed: int = 0
    spent: int = 0
    _purses: list[_Purse] = field(default_factory=list)
    _kept: tuple[int, int] = (0, 0)
    """Won that were committed when their line lapsed, and the day on which what is left of them lapses."""

    def __post_init__(self) -> None:
        ordered = sorted(self.lines, key=lambda line: (line.carries, line.end_day))
        self._purses = [_Purse(line, None if line.carries else line.end_day) for line in ordered]

    @property
    def left(self) -> int:
        return self._kept[0] + sum(one.left for one in self._purses)

    def open(self) -> int:
        """The start of the run: what earlier instalments still have for the time to come, and what is paid on this day."""
        day, came = day_of(self.start_s), 0
        for purse in self._purses:
            days = [at for at, _ in purse.line.paid] + [purse.line.end_day]
            for (at, won), until in zip(purse.line.paid, days[1:], strict=True):
                if at > day or begin_of(until) <= self.start_s:
                    continue
                past_s = 0 if at == day else self.start_s - begin_of(at)
                whole_s = begin_of(until) - begin_of(at)
                left = won * (whole_s - past_s) // whole_s
                purse.left += left
                came += left
        self.granted += came
        return came

    def turn(self, day: int, committed: int) -> tuple[int, int]:
        """A day begins: (won that came, won that lapsed). What is committed may still be paid for a day after its line lapsed."""
        lapsed = self._kept[0] if self._kept[1] <= day else 0
        if lapsed:
            self._kept = 0, 0
        came = over = 0
        for purse in self._purses:
            if purse.last_day is not None and purse.last_day <= day:
                over += purse.left
                purse.left = 0
            now = sum(won for at, won in purse.line.paid if at == day)
            purse.left += now
            came += now
        kept = max(0, min(over, committed - self.left))
        if kept:
            self._kept = self._kept[0] + kept, day + 1
        self.granted += came
        self.lapsed += lapsed + over - kept
        return came, lapsed + over - kept

    def pay(self, won: int) -> int:
        """Pays as much of a sum as is there, from what lapses first; returns what was paid."""
        left = won
        kept = min(left, self._kept[0])
        self._kept = self._kept[0] - kept, self._kept[1]
        left -= kept
        for purse in self._purses:
            part = min(left, purse.left)
            purse.left -= part
            left -= part
        self.spent += won - left
        return won - left

    def next_day(self, day: int) -> int | None:
        """The next day after this one on which money comes or the last period ends; None after the last."""
        coming = [at for line in self.lines for at, _ in line.paid if at > day]
        ends = [line.end_day for line in self.lines if line.end_day > day]
        return min(coming) if coming else max(ends) if ends else None

    def period(self, day: int) -> tuple[int, int]:
        """The day on which the longest period under way ends, and what is still to be paid of the lines under way until then."""
        under_way = [line for line in self.lines if line.paid[0][0] <= day < line.end_day]
        end = max((line.end_day for line in under_way), default=day + 1)
        return end, sum(won for line in under_way for at, won in line.paid if day < at < end)

    def ahead(self, day: int) -> list[tuple[int, int]]:
        """(day, won) of what is still to come, in order."""
        return sorted((at, won) for line in self.lines for at, won in line.paid if at > day)

    @property
    def end_day(self) -> int:
        return max(line.end_day for line in self.lines)
