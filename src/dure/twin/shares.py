"""One site under other budgets: the same demand and failures with a share of the money it needs, and the least that gives a rate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from dure.ledger.running import day_of
from dure.model.fleet import Mode
from dure.model.units import MICRO, ceil_div
from dure.twin.build import Plan
from dure.twin.funding_rows import funding_rows
from dure.twin.purse import FundLine
from dure.twin.run import run
from dure.twin.site_money import SiteMoney

STEPS: Final = 1_000
"""The need is cut into so many parts: the smallest line is found to one of them."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Given:
    """A site with a budget line of `won`: its row, its months and its days."""

    won: int
    site: Row
    months: tuple[Row, ...]
    days: tuple[Row, ...] = ()

    @property
    def rate(self) -> float:
        return float(self.site["operating_rate"] or 0)


@dataclass(frozen=True, slots=True)
class Restored:
    """The smallest line, to `step_won`, that gives a rate, and what a run one step below it gives (None: nothing is below)."""

    at: Given
    below: Given | None
    step_won: int
    runs: int


class Site:
    """A site whose money is another in each run. Events that leave its servers unfunded are left out: here the money decides."""

    def __init__(self, plan: Plan, site: str) -> None:
        assert plan.funds is not None
        assert plan.horizon_s is not None
        (self._funds,) = (one for one in plan.funds.sites if one.site == site)
        mine = [pool for pool in plan.floor.pools if pool.site == site]
        first, last = mine[0].first_node, mine[-1].first_node + mine[-1].nodes
        kept = tuple(one for one in plan.supply.windows if one.mode != Mode.UNFUNDED or not first <= one.first < last)
        self._plan = replace(plan, supply=replace(plan.supply, windows=kept))
        self._epoch_s, self._end_s = plan.funds.epoch_s, plan.horizon_s
        self.need_won = SiteMoney(self._funds, self._epoch_s, plan.floor, kept).at_work(self._end_s)
        self._known: dict[int, Given] = {}

    def given(self, won: int) -> Given:
        """A run with one line over the whole run, paid on its first day."""
        if won not in self._known:
            first, end = day_of(self._epoch_s), day_of(self._epoch_s + self._end_s - 1) + 1
            line = FundLine("what-if", "", ((first, won),), end, False)
            funds = self._plan.funds
            assert funds is not None
            sites = tuple(replace(one, lines=(line,)) if one.site == self._funds.site else one for one in funds.sites)
            money = run(replace(self._plan, funds=replace(funds, sites=sites))).money
            assert money is not None
            rows = funding_rows([one for one in money.sites if one.funds.site == self._funds.site])
            self._known[won] = Given(won, rows["sites"][0], tuple(rows["months"]), tuple(rows["days"]))
        return self._known[won]

    def share(self, ppm: int) -> Given:
        return self.given(self.need_won * ppm // MICRO)

    def least(self, rate: float) -> Restored | None:
        """The smallest line that gives at least this rate, by bisection over runs; None where no money does.

        The search begins where the run with all its money had done so much work, and looks at the whole range if that misleads.
        """
        whole = self.share(MICRO)
        if whole.rate < rate:
            return None
        before = len(self._known)
        step_won = ceil_div(self.need_won, STEPS)
        guess = min(STEPS, max(1, int(np.ceil(STEPS * rate / whole.rate * whole.site["due_won"] / self.need_won))))

        def enough(steps: int) -> bool:
            return self.given(min(steps * step_won, self.need_won)).rate >= rate

        low, high = _bracket(enough, guess)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if enough(middle) else (middle, high)
        at = self.given(min(high * step_won, self.need_won))
        return Restored(at, self.given(low * step_won) if high else None, step_won, len(self._known) - before + 1)


def _bracket(enough: Callable[[int], bool], guess: int) -> tuple[int, int]:
    """Steps that are not enough and steps that are, from a guess outwards; STEPS are enough, 0 are not looked at."""
    low, high, wide = 0, STEPS, 8
    if enough(guess):
        high = guess
        while high - wide > 0:
            if not enough(high - wide):
                return high - wide, high
            high, wide = high - wide, 4 * wide
        return low, high
    low = guess
    while low + wide < STEPS:
        if enough(low + wide):
            return low, low + wide
        low, wide = low + wide, 4 * wide
    return low, STEPS
