"""What is agreed and known of the pools of a served scenario: operator, billing weight, power, tariff, the operator's rate."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from dure.adapters.scenario_costs import further_tables
from dure.adapters.store.registry import Known
from dure.adapters.tariff_tables import load_holidays, load_tariffs, tariff_named
from dure.bootstrap.grounds import Grounds
from dure.bootstrap.terms import agreed
from dure.ledger.books import Place, Prices
from dure.ledger.tariff_hours import hourly_prices
from dure.model.deals import Holidays, Tariff
from dure.model.errors import CostError
from dure.model.units import WEEK_S


class Places:
    """Pools of the State in the order of their numbers, those of the scenario first."""

    def __init__(self, grounds: Grounds) -> None:
        """Raises CostError where a site names a tariff that nobody knows."""
        self._lock = threading.Lock()
        self._prices: tuple[int, int, tuple[Prices | None, ...]] = (0, 0, ())
        self._holidays, self._tariffs = _tariffs(grounds)
        numbers = {name: at for at, name in enumerate(self._tariffs)}
        self.terms = agreed(grounds)
        """What the scenario agrees with operators now."""
        found = [
            Place(
                path=pool.path,
                site=pool.site,
                operator=pool.operator,
                model=pool.model,
                weight_ppm=pool.weight_ppm,
                watts=self.terms[pool.path].watts,
                rate_won=self.terms[pool.path].rate_won,
                prices=numbers.get(pool.site),
            )
            for pool in grounds.floor.pools
        ]
        self.pools = tuple(found)
        self.operators = {
            name: tuple(dict.fromkeys(one.site for one in found if one.operator == name))
            for name in sorted({one.operator for one in found})
        }
        self._at = {one.path: one for one in found}

    def of(self, now: Known, prices: Sequence[Prices | None] = ()) -> tuple[Place, ...]:
        """With the servers of each holder, on which its own runs cost no credits. `prices`: of those sites alone that are known."""
        known = {number: place for place, number in enumerate(n for n, one in enumerate(prices) if one is not None)}
        pools = {path: one._replace(prices=None if one.prices is None else known.get(one.prices)) for path, one in self._at.items()}
        own = (pools[one.pool]._replace(weight_ppm=0, grant=one.grant, holder=one.project) for one in now.pieces)
        return (*pools.values(), *own)

    def weight_ppm(self, path: str) -> int:
        """Credits of an accelerator-hour of a pool."""
        return self._at[path].weight_ppm

    def prices(self, since: int, until: int) -> tuple[Prices | None, ...]:
        """Electricity of each site that has a tariff, over [since, until); kept as long as they reach. None: tariff or calendar say nothing
        of a day in it, so that it is unknown.
        """
        with self._lock:
            first, last, found = self._prices
            if not found or since < first or until > last:
                first, last = min(since, first or since), until + WEEK_S
                found = tuple(self._of(tariff, first, last) for tariff in self._tariffs.values())
                self._prices = (first, last, found)
            return found

    def _of(self, tariff: Tariff, first: int, last: int) -> Prices | None:
        try:
            return hourly_prices(tariff, self._holidays, first, last)
        except CostError:
            return None


def _tariffs(grounds: Grounds) -> tuple[Holidays, dict[str, Tariff]]:
    """By site, those that name one: their own, or that of the scenario's costs."""
    loaded, cost = grounds.loaded, grounds.scenario.plan.cost
    named: dict[str, tuple[str, tuple[str, ...]]] = {}
    for one in cost.sites if cost else ():
        named[one.name] = (one.tariff, ("plan", "cost", "sites", one.name, "tariff"))
    named |= {site.name: (site.tariff, ("sites", site.name, "tariff")) for site in grounds.scenario.sites if site.tariff is not None}
    added = further_tables(loaded) if cost is not None and cost.tariffs is not None else {}
    tariffs, here = load_tariffs(added=added) if named else {}, [site.name for site in grounds.scenario.sites]
    found = {name: tariff_named(id_, tariffs, loaded.where(*place)) for name, (id_, place) in named.items() if name in here}
    return load_holidays(added=added), found
