"""One site that pays for itself: what it draws and owes, hour by hour, and which of its servers its money carries for the next day.

A server is *there* when it is delivered and no event of the scenario leaves it unfunded; of these, money lights some and leaves the rest
dark. Electricity is drawn by whatever is up, failed or in repair; other costs are paid for the servers that are lit, those that are
committed for all that are there, people always.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from dure.ledger.running import Accrual, Tab, begin_of, date_of, day_number, day_of, month_after, month_seconds
from dure.ledger.tariffs import KST_S, Load, Meter, facility
from dure.model.fleet import Mode
from dure.model.units import DAY_S, HOUR_S, MICRO, MILLI, ceil_div, round_div
from dure.policy import layout
from dure.policy.layout import NONE
from dure.twin.floor import Floor
from dure.twin.funds import SiteFunds
from dure.twin.purse import Purses
from dure.twin.supply import Window

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

MILLIJOULE_WH = HOUR_S * MILLI
USUAL_DAYS = 28
_MODES = (layout.C_UP, layout.C_UNOBSERVED, layout.C_FAILED, layout.C_MAINTENANCE)
_HELD = (layout.C_BUSY, layout.C_FOREIGN, layout.C_DISPATCH, layout.C_DEDICATED_IDLE)
_ON = [*_MODES, *_HELD]
_INSTALLED = [*_ON, layout.C_UNFUNDED, layout.C_UNPOWERED]


@dataclass(frozen=True, slots=True)
class Day:
    """A Korean day of a site, or the part of it inside the run. Won, Wh, W, device- and server-seconds.

    `due` is what fell due by item, `owed` what could not be paid until now. `lit_s` and `dark_s` are server-seconds of servers that are
    delivered, `by_money_s` those that money left dark; `lit`, `dark`: servers that it lit and left dark when the day began.
    `goes_dark`: the first day on which, as things went, it would not do; only at the end of a month and of the run.
    """

    day: int
    from_s: int
    to_s: int
    granted: int
    lapsed: int
    due: dict[str, int]
    paid: int
    owed: int
    left: int
    lit_s: int
    dark_s: int
    by_money_s: int
    lit: int
    dark: int
    idle_capital: Fraction
    wh: int
    highest_w: int
    installed_milli_s: int
    busy_milli_s: int
    goes_dark: int | None = None


class SiteMoney:
    """The books of one site while a run goes on. Seconds are those of the run, hours and days are Korean."""

    def __init__(self, funds: SiteFunds, epoch_s: int, floor: Floor, windows: tuple[Window, ...]) -> None:
        self.funds, self._epoch_s, self._floor = funds, epoch_s, floor
        pools = [floor.pools[one.pool] for one in funds.pools]
        self.first = pools[0].first_node
        self.servers = sum(pool.nodes for pool in pools)
        self._pool = np.repeat(np.arange(len(pools)), [pool.nodes for pool in pools])
        piece_pool = floor.piece_pool()
        self._pieces = [np.flatnonzero(piece_pool == one.pool) for one in funds.pools]
        away = (int(Mode.NOT_DELIVERED), int(Mode.UNFUNDED))
        last = self.first + self.servers
        self._windows = [one for one in windows if one.mode in away and one.first < last and one.first + one.nodes > self.first]
        self.purses = Purses(funds.lines, epoch_s)
        self.tab = Tab(funds.tariff, funds.holidays, funds.contract_w, funds.factor)
        self.accruals = [[(line.of in funds.committed, Accrual(line)) for line in one.costs] for one in funds.pools]
        self._people = [Accrual(line) for line in funds.people]
        self.lit: Flags = np.zeros(self.servers, np.bool_)
        self._leaving: Flags = np.zeros(self.servers, np.bool_)
        self.owed = 0
        self.days: list[Day] = []
        self._due_before: dict[str, int] = {}
        self._since_s = 0
        self._came = self._lapsed = 0
        self._hour = self._hour_of(0)
        self._millijoule = 0
        self._wh: list[int] = []
        self._installed = self._busy = 0
        self._capital = [one.capital_won / (365 * DAY_S) for one in funds.pools]

    def _hour_of(self, now_s: int) -> int:
        return (self._epoch_s + now_s + KST_S) // HOUR_S

    # what is drawn and owed

    def take(self, sums: Ints, now_s: int) -> None:
        """Counts of milli-device-seconds since the last call, all within the hour of `now_s`."""
        hour = self._hour_of(now_s)
        if hour != self._hour:
            self._close_hour(hour)
        for terms, pieces in zip(self.funds.pools, self._pieces, strict=True):
            mine = sums[pieces].sum(axis=0)
            on, busy = int(mine[_ON].sum()), int(mine[layout.C_BUSY])
            self._millijoule += terms.idle_w * on + (terms.busy_w - terms.idle_w) * busy
            self._installed += int(mine[_INSTALLED].sum())
            self._busy += busy

    def _close_hour(self, hour: int) -> None:
        self._wh.append(round_div(self._millijoule, MILLIJOULE_WH))
        self._wh += [0] * (hour - self._hour - 1)
        self._hour, self._millijoule = hour, 0

    def settle(self, now_s: int, *, last: bool = False) -> None:
        """A day, or what the run has of it, is over: what fell due is paid as far as the money goes."""
        from_s, self._since_s = self._since_s, now_s
        if now_s == from_s:
            return
        day = day_of(self._epoch_s + from_s)
        if self._hour_of(now_s) > self._hour or self._millijoule:
            self._close_hour(max(self._hour + 1, self._hour_of(now_s)))
        first_hour = self._hour - len(self._wh)
        load = facility(Load(first_hour * HOUR_S - KST_S, np.asarray(self._wh, np.int64)), self.funds.pue_ppm)
        self.tab.draw(load)
        there, delivered, lit = self._served(from_s, now_s)
        month_s = month_seconds(day)
        for pool, lines in enumerate(self.accruals):
            for committed, line in lines:
                line.fall_due(int((there if committed else lit)[pool]), month_s)
        for line in self._people:
            line.fall_due(now_s - from_s, month_s)
        total = self._due()
        due = {item: won - self._due_before.get(item, 0) for item, won in total.items()}
        self._due_before = total
        asked = self.owed + sum(due.values())
        paid = self.purses.pay(asked)
        self.owed = asked - paid
        dark = delivered - lit
        capital = sum((won * int(s) for won, s in zip(self._capital, dark.tolist(), strict=True)), Fraction(0))
        self.days.append(
            Day(
                day=day,
                from_s=from_s,
                to_s=now_s,
                granted=self._came,
                lapsed=self._lapsed,
                due=due,
                paid=paid,
                owed=self.owed,
                left=self.purses.left,
                lit_s=int(lit.sum()),
                dark_s=int(dark.sum()),
                by_money_s=int((there - lit).sum()),
                lit=int((self._there(from_s)[0] & self.lit).sum()),
                dark=int((self._there(from_s)[0] & ~self.lit).sum()),
                idle_capital=capital,
                wh=int(load.wh.sum()),
                highest_w=int(load.wh.max(initial=0)),
                installed_milli_s=self._installed,
                busy_milli_s=self._busy,
            )
        )
        self._came = self._lapsed = self._installed = self._busy = 0
        self._wh = []
        if last or date_of(day + 1).day == 1:
            self.days[-1] = replace(self.days[-1], goes_dark=self._foreseen(day))

    def _foreseen(self, day: int) -> int | None:
        """The first day to come that the money would not carry if each cost as much as the last four weeks did on average."""
        usual = [sum(one.due.values()) for one in self.days[-USUAL_DAYS:] if one.to_s - one.from_s == DAY_S and not one.dark]
        if not usual or self.days[-1].dark:
            return None
        daily, purses, owed = ceil_div(sum(usual), len(usual)), deepcopy(self.purses), self.owed
        for ahead in range(day + 1, purses.end_day):
            purses.turn(ahead, 0)
            if purses.left - owed < daily:
                return ahead
            purses.pay(owed + daily)
            owed = 0
        return None

    def _due(self) -> dict[str, int]:
        """Everything that has fallen due since the start, by item, each line rounded once."""
        found = {"electricity": self.tab.won}
        lines = [line for pool in self.accruals for _, line in pool] + self._people
        for one in lines:
            found[one.line.of] = found.get(one.line.of, 0) + one.won
        return found

    # who is there

    def _served(self, from_s: int, to_s: int) -> tuple[Ints, Ints, Ints]:
        """Server-seconds by pool within a day: there, delivered, and paid for as lit (what is leaving to the end of its notice)."""
        notice_s = min(to_s, from_s + self.funds.notice_s)
        whole = np.zeros((3, len(self._pieces)), np.int64)
        for a, b in self._spans(from_s, to_s, (notice_s,)):
            there, delivered = self._there(a)
            lit = self.lit | self._leaving if b <= notice_s else self.lit
            for row, flags in enumerate((there, delivered, there & lit)):
                whole[row] += self._by_pool(flags) * (b - a)
        return whole[0], whole[1], whole[2]

    def _spans(self, from_s: int, to_s: int, more: tuple[int, ...] = ()) -> Iterator[tuple[int, int]]:
        edges = {edge for one in self._windows for edge in (one.from_s, one.to_s)} | set(more)
        cuts = [from_s, *sorted(edge for edge in edges if from_s < edge < to_s), to_s]
        yield from ((a, b) for a, b in pairwise(cuts) if b > a)

    def _there(self, at_s: int) -> tuple[Flags, Flags]:
        delivered = np.ones(self.servers, np.bool_)
        there = np.ones(self.servers, np.bool_)
        for one in self._windows:
            if one.from_s <= at_s < one.to_s:
                mine = slice(max(0, one.first - self.first), one.first + one.nodes - self.first)
                there[mine] = False
                if one.mode == Mode.NOT_DELIVERED:
                    delivered[mine] = False
        return there, delivered

    def _by_pool(self, flags: Flags) -> Ints:
        return np.bincount(self._pool[flags], minlength=len(self._pieces)).astype(np.int64)

    # the next day

    def turn(self, now_s: int) -> tuple[Flags, Flags]:
        """A day begins: money comes or lapses, and what it carries is lit. Returns who is dark and who is lit."""
        day = day_of(self._epoch_s + now_s)
        if now_s == 0:
            self._came, self._lapsed = self.purses.open(), 0
        else:
            notice = self._bound(now_s, now_s, np.zeros(self.servers, np.bool_), self.lit)
            self._came, self._lapsed = self.purses.turn(day, notice)
        was = self.lit
        self.lit, there = self._chosen(now_s, day)
        self._leaving = was & ~self.lit
        return there & ~self.lit, self.lit

    def _chosen(self, now_s: int, day: int) -> tuple[Flags, Flags]:
        """The most servers, in the order of the site, that the money carries; and which are there today at all."""
        tomorrow_s = begin_of(day + 1) - self._epoch_s
        around = [self._there(at)[0] for at, _ in self._spans(now_s, tomorrow_s + self.funds.notice_s)]
        there: Flags = np.logical_or.reduce(around)
        order = self._order(now_s)
        order = order[there[order]]
        next_day = self.purses.next_day(day) or day + 1
        until_s = begin_of(next_day) - self._epoch_s
        cash = self.purses.left - self.owed
        end_day, coming = self.purses.period(day)

        def carried(dark: int) -> bool:
            new = there.copy()
            new[order[:dark]] = False
            if self._bound(now_s, tomorrow_s, new, self.lit, until_s) > cash:
                return False
            return not self.funds.evenly or self._bound(now_s, begin_of(end_day) - self._epoch_s, new, self.lit) <= cash + coming

        dark = 0 if carried(0) else 1 + bisect_left(range(1, len(order)), True, key=carried) if len(order) else 0
        lit = there.copy()
        lit[order[:dark]] = False
        return lit, there

    def _order(self, now_s: int) -> Ints:
        """Servers in the order in which they go unfunded: within a pool the highest-numbered first, dedicated ones after all others."""
        found = np.arange(self.servers)
        size = np.bincount(self._pool, minlength=len(self._pieces))
        first = np.cumsum(size) - size
        rank = first[self._pool] + size[self._pool] - 1 - found  # 0: the highest-numbered of its pool
        if self.funds.order:
            place = {pool: at for at, pool in enumerate(self.funds.order)}
            turn = np.array([place[one.pool] for one in self.funds.pools])[self._pool]
            key: Ints = turn * self.servers + rank
        else:  # the same part of each: by (rank + 1) / size, exactly
            key = (rank + 1) * (np.lcm.reduce(size) // size)[self._pool]
        held = self._held(now_s) if self.funds.dedicated_last else np.zeros(self.servers, np.bool_)
        order: Ints = np.lexsort((self._pool, key, held))
        return order

    def _held(self, now_s: int) -> Flags:
        """Servers that are dedicated to a project now."""
        held = np.zeros(self.servers, np.bool_)
        for piece in self._floor.pieces:
            if piece.owner(now_s) is not None:
                for first, nodes in piece.runs:
                    if self.first <= first < self.first + self.servers:
                        held[first - self.first : first - self.first + nodes] = True
        return held

    def _bound(self, now_s: int, lit_until_s: int, new: Flags, was: Flags, until_s: int = NONE) -> int:
        """The most that falls due from now on, if `new` is lit until a second and then dark: every lit accelerator at work, notice for all.

        Costs that go on without light are counted to `until_s`.
        """
        notice_s = self.funds.notice_s
        first_s, last_s = now_s + notice_s, lit_until_s + notice_s
        until_s = max(until_s, lit_until_s)
        both, mine = self._by_pool(new | was), self._by_pool(new)
        meters = [
            *self._flat(now_s, first_s, both),
            *self._flat(first_s, last_s, mine),
            *self._flat(last_s, until_s, np.zeros_like(mine)),
        ]
        more = Fraction(0)
        for a, b in self._by_month(now_s, last_s, (first_s,)):
            month_s = month_seconds(day_of(self._epoch_s + a))
            counts = both if a < first_s else mine
            for pool, lines in enumerate(self.accruals):
                for committed, line in lines:
                    if not committed:
                        more += line.after(int(counts[pool]) * (b - a), month_s)
        for a, b in self._by_month(now_s, until_s, ()):
            month_s = month_seconds(day_of(self._epoch_s + a))
            there = self._by_pool(self._there(a)[0]) if self.funds.committed else mine
            for pool, lines in enumerate(self.accruals):
                for committed, line in lines:
                    if committed:
                        more += line.after(int(there[pool]) * (b - a), month_s)
            for line in self._people:
                more += line.after(b - a, month_s)
        slack = sum(len(lines) for lines in self.accruals) + len(self._people)  # each line is rounded by itself
        return self.tab.after(meters) - self.tab.won + ceil_div(more.numerator, more.denominator) + slack

    def at_work(self, end_s: int) -> int:
        """The need: the most that falls due to the end of the Korean day of `end_s`, if every server that is there is lit and at work."""
        end_s = begin_of(day_of(self._epoch_s + end_s - 1) + 1) - self._epoch_s
        there: Flags = np.logical_or.reduce([self._there(at)[0] for at, _ in self._spans(0, end_s)])
        return self._bound(0, end_s, there, np.zeros(self.servers, np.bool_))

    def _by_month(self, from_s: int, to_s: int, more: tuple[int, ...]) -> Iterator[tuple[int, int]]:
        """Spans that lie in one month and between two changes of what is there."""
        cuts = list(more)
        month = month_after(date_of(day_of(self._epoch_s + from_s)).replace(day=1))
        while begin_of(day_number(month)) - self._epoch_s < to_s:
            cuts.append(begin_of(day_number(month)) - self._epoch_s)
            month = month_after(month)
        yield from self._spans(from_s, to_s, tuple(cuts))

    def _flat(self, from_s: int, to_s: int, counts: Ints) -> tuple[Meter, ...]:
        """The meters of so many servers at work."""
        power = sum(n * one.devices * one.busy_w for n, one in zip(counts.tolist(), self.funds.pools, strict=True))
        to_hour = ceil_div(self._epoch_s + to_s + KST_S, HOUR_S)
        return self.tab.flat(self._hour_of(from_s), to_hour, round_div(power * self.funds.pue_ppm, MICRO))
