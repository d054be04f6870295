"""What one buying unit of a model costs at a site, by the one formula of `ledger`; with its price in later years where that moves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from dure.adapters.electricity import Electricity
from dure.adapters.scenario_costs import ScenarioCosts
from dure.ledger.cost import RESIDUAL, cash
from dure.ledger.fleet_cost import Batch, PriceBook, batch_entries, people
from dure.model.catalog import Accelerator
from dure.model.deals import MONTHS, Mark, weakest
from dure.model.errors import CostError, Where
from dure.model.purchases import Terms
from dure.model.units import MICRO, MILLI
from dure.wire.scenario_purchase import MachineEntry, PurchaseSiteEntry

HOURS_YEAR = 8760


def persons_of(per_1000_micro: int, accelerators: int) -> Fraction:
    """Thousandths of a person for so many accelerators, exactly: rounded only where they become won."""
    return Fraction(per_1000_micro * accelerators, MICRO)


@dataclass(frozen=True, slots=True)
class UnitCost:
    """A buying unit of `unit` accelerators and everything its cost follows from; `power` says what a kWh costs by site and year."""

    entry: MachineEntry
    model: Accelerator
    unit: int
    per_server: int
    costs: ScenarioCosts
    power: Electricity
    start: dt.date
    where: Where

    def terms(self, site: PurchaseSiteEntry, years: Sequence[int], price_ppm: int = MICRO) -> Terms:
        """Bought once, and in a whole year of `years`, with the accelerators at `price_ppm` of their price; support follows what they
        cost, electricity the tariff of each year.
        """
        costs, month = self.costs, self.start.year * MONTHS
        drawn_w = self.entry.power_w * self.unit * site.pue_ppm // MICRO
        batch = Batch(
            site.name, self.model.id, self.unit, self.per_server, month, MONTHS, drawn_w, self.storage_tb(self.unit), where=self.where
        )
        book = costs.book if price_ppm == MICRO else self.book_at(site.name, price_ppm)
        lines = cash(batch_entries(batch, book, costs.terms), costs.terms).lines
        capex = sum(one.amount for one in lines if one.kind == "capex" and one.item != RESIDUAL)
        running: dict[str, int] = {}
        for one in lines:
            if one.kind == "opex":
                running[one.of] = running.get(one.of, 0) + one.amount
        if site.name not in self.power.sites:
            raise CostError(
                f"nobody says what electricity costs at {site.name}",
                where=self.where,
                remedy=f"write a tariff for {site.name} under plan.cost.sites",
            )
        by_year = {year: round(Fraction(drawn_w * HOURS_YEAR, MILLI) * self.power.price(site.name, year).won) for year in years}
        running["electricity"] = by_year[years[0]]
        persons_milli = persons_of(site.staff_per_1000_micro, self.unit)
        if persons_milli:
            paid = people(site.name, persons_milli, costs.book, month, month + MONTHS)
            running["labour"] = sum(one.amount for one in cash([paid], costs.terms).lines)
        return Terms(capex, running, {year: won for year, won in by_year.items() if won != by_year[years[0]]})

    def storage_tb(self, accelerators: int) -> Fraction | None:
        """TB that so many accelerators need; None where nobody says."""
        micro = self.entry.storage_tb_micro
        return None if micro is None else Fraction(micro * accelerators, MICRO)

    def later(self, sites: Sequence[PurchaseSiteEntry], bought: Sequence[int], years: Sequence[int]) -> dict[int, dict[str, Terms]]:
        """By period, where a price path gives the accelerators another price: `bought` holds the year of each period."""
        path = self.entry.price_path
        if path is None:
            return {}
        shares = [path.share_ppm(year) for year in bought]
        made = {ppm: {one.name: self.terms(one, years, ppm) for one in sites} for ppm in {*shares} - {MICRO}}
        return {at: made[ppm] for at, ppm in enumerate(shares) if ppm != MICRO}

    def book_of(self, site: str, year: int) -> PriceBook:
        """The prices of an order of a year."""
        path = self.entry.price_path
        share = MICRO if path is None else path.share_ppm(year)
        return self.costs.book if share == MICRO else self.book_at(site, share)

    def book_at(self, site: str, price_ppm: int) -> PriceBook:
        """The prices with that of this model's accelerators at a share; it is no better known than its path is."""
        price = self.costs.book.find("accelerators", self.model.id, site, self.where)
        if price.amount is None:
            return self.costs.book
        mark: Mark = self.entry.price_path.mark if self.entry.price_path is not None else price.mark
        moved = replace(price, amount=price.amount * Decimal(price_ppm) / MICRO, mark=weakest(price.mark, mark))
        return PriceBook({**self.costs.book.prices, ("accelerators", self.model.id, site): moved})
