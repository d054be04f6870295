"""From a fleet to what it costs: each batch of machines brings its entries, priced from one book of prices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from dure.ledger.cost import Asset, CostTerms, Entry, Running, smallest, worth_of
from dure.model.deals import ITEMS, MACHINES, Mark, Price, weakest
from dure.model.errors import CostError, Where
from dure.model.units import MILLI, ceil_div


@dataclass(frozen=True, slots=True)
class Batch:
    """Machines of one model that go into service at one site in one month (year × 12 + month − 1) and leave together.

    `power_w` is what the site must be able to feed for them; it and `storage_tb` are None where unknown.
    """

    site: str
    model: str
    accelerators: int
    accelerators_per_server: int
    month: int
    life_months: int
    power_w: int | None = None
    storage_tb: int | Fraction | None = None
    residual_ppm: int = 0
    where: Where = field(default_factory=Where)

    @property
    def servers(self) -> int:
        return ceil_div(self.accelerators, self.accelerators_per_server)

    def driven(self, driver: str) -> int | Fraction | None:
        """How many units of a driver the batch has; None is unknown."""
        kw = None if self.power_w is None else Fraction(self.power_w, MILLI)
        counts: dict[str, int | Fraction | None] = {
            "accelerator": self.accelerators,
            "server": self.servers,
            "kw": kw,
            "tb": self.storage_tb,
        }
        return counts[driver.removesuffix("_year")]


@dataclass(frozen=True, slots=True)
class PriceBook:
    """Prices by (item, model, site); "*" stands for any model or site, the narrower price holds."""

    prices: Mapping[tuple[str, str, str], Price]

    def find(self, item: str, model: str, site: str, where: Where | None = None) -> Price:
        """The price that holds; CostError naming item, model and site if there is none, or if it is per something else."""
        for key in ((item, model, site), (item, model, "*"), (item, "*", site), (item, "*", "*")):
            price = self.prices.get(key)
            if price is None:
                continue
            drivers = next(one.drivers for one in ITEMS if one.name == item)
            if price.per not in drivers:
                raise CostError(
                    f"the price of {item} is per {price.per}", where=price.where, remedy=f"state it per one of {', '.join(drivers)}"
                )
            return price
        raise CostError(
            f"no price of {item} for {model} at {site}",
            where=where,
            remedy="write it with its source, or assume it with a range and who assumes it; what costs nothing is written as 0",
        )


def batch_entries(batch: Batch, book: PriceBook, terms: CostTerms) -> tuple[Entry, ...]:
    """Everything that the machines of a batch bring with them: purchase, software, support, spares, insurance.

    Electricity (`cost.electricity`) and people (`people`) belong to a site and come apart.
    """
    if batch.accelerators_per_server <= 0:
        raise CostError(f"a server of {batch.model} holds no accelerator", where=batch.where, remedy="write how many one server holds")
    prices = {
        item.name: book.find(item.name, batch.model, batch.site, batch.where)
        for item in ITEMS
        if item.kind != "labour" and item.name != "electricity"
    }
    assets = [_bought(item.name, prices[item.name], batch) for item in ITEMS if item.kind == "capex"]
    machines = [worth_of(asset, terms) for asset in assets if asset.item in MACHINES]
    whole = sum((worth for worth, _ in machines), Fraction(0)), weakest(*(mark for _, mark in machines))
    return (*assets, *(_kept_up(name, price, batch, whole, terms) for name, price in prices.items() if name not in _names(assets)))


def people(site: str, persons_milli: int | Fraction, book: PriceBook, from_month: int, to_month: int) -> Running:
    """The people of a site, in thousandths of a full-time person."""
    return Running("labour", site, "", Fraction(persons_milli, MILLI), book.find("labour", "*", site), from_month, to_month)


def _names(assets: list[Asset]) -> set[str]:
    return {asset.item for asset in assets}


def _bought(item: str, price: Price, batch: Batch) -> Asset:
    residual_ppm = batch.residual_ppm if item in MACHINES else 0
    return Asset(item, batch.site, batch.model, _driven(item, price, batch), price, batch.month, batch.life_months, residual_ppm)


def _kept_up(item: str, price: Price, batch: Batch, machines: tuple[Fraction, Mark], terms: CostTerms) -> Running:
    """A cost of every year of life: per unit, or as a share of what the machines cost."""
    end = batch.month + batch.life_months
    if price.per != "share_year":
        return Running(item, batch.site, batch.model, _driven(item, price, batch), price, batch.month, end)
    if price.amount is None or price.amount < 0 or price.currency:
        remedy = "write a share of what the machines cost, such as 0.05, without a currency"
        raise CostError(f"{item} for {batch.model} is no share of a price", where=price.where, remedy=remedy)
    worth, mark = machines
    one = Price(Decimal(1), terms.currency, price.per, price.vat, weakest(price.mark, mark), price.source, price.where)
    quantity = worth * Fraction(price.amount) / smallest(terms.currency)
    return Running(item, batch.site, batch.model, quantity, one, batch.month, end)


def _driven(item: str, price: Price, batch: Batch) -> int | Fraction:
    quantity = batch.driven(price.per)
    if quantity is None:
        raise CostError(
            f"{item} for {batch.model} at {batch.site} is priced per {price.per}, and how many there are is unknown",
            where=batch.where,
            remedy="write storage_tb at the machine" if price.per == "tb" else f"write the {price.per} that the machines need",
        )
    return quantity
