"""What a kWh costs a plan at its sites, year by year: the mean of a flat load by the tariff that holds in that year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from dure.adapters.scenario_costs import SiteTerms
from dure.adapters.tariff_tables import load_holidays
from dure.ledger.cost import VAT
from dure.ledger.tariffs import Bill, bills, load_from
from dure.model.deals import HOURS, MONTHS, Holidays, Tariff
from dure.model.units import MICRO, MILLI, round_div

METER_W = 1_000_000
"""The flat load whose bills of a year give the mean price of electricity of a tariff."""


@dataclass(frozen=True, slots=True)
class YearPrice:
    """Won for a kWh (of a flat load on average of a year) or for a kW and year, and the value added tax within."""

    won: Fraction
    vat: Fraction


@dataclass(frozen=True, slots=True)
class Electricity:
    """Prices of the sites of a plan by year. Years in which a tariff says the same are billed once."""

    sites: Mapping[str, SiteTerms]
    holidays: Holidays
    _known: dict[tuple[str, int], tuple[YearPrice, YearPrice]] = field(default_factory=dict)
    _billed: list[tuple[tuple[Tariff, int, tuple[int, int] | None, bool], tuple[YearPrice, YearPrice]]] = field(default_factory=list)

    def price(self, site: str, year: int) -> YearPrice:
        """Raises CostError where the tariff of the site says nothing about the year."""
        return self._of(site, year)[0]

    def floor_kw(self, site: str, year: int) -> tuple[int, YearPrice]:
        """W that demand is charged on at least, and what a kW of it costs in a year, with tax; 0 W where contract power is not known."""
        terms = self.sites[site]
        share_ppm = _floor_ppm(terms.tariff, year)
        if terms.contract_w is None or not share_ppm:
            return 0, YearPrice(Fraction(0), Fraction(0))
        return round_div(terms.contract_w * share_ppm, MICRO), self._of(site, year)[1]

    def _of(self, site: str, year: int) -> tuple[YearPrice, YearPrice]:
        key = site, year
        if key not in self._known:
            self._known[key] = self._made(self.sites[site], year)
        return self._known[key]

    def _made(self, terms: SiteTerms, year: int) -> tuple[YearPrice, YearPrice]:
        known = calendar_year(year, self.holidays)
        tariff = terms.tariff.of_year(year, known)
        key = tariff, known, terms.factor, terms.contract_w is None
        for other, prices in self._billed:
            if other[1:] == key[1:] and other[0] == tariff:
                return prices
        made = year_of_bills(terms.tariff, year, self.holidays, terms.factor)
        kwh = Fraction(sum(one.wh for one in made), MILLI)
        price = YearPrice(_sum(made) / kwh, _vat(made) / kwh)
        floor = YearPrice(Fraction(0), Fraction(0))
        if terms.contract_w is not None and (share_ppm := _floor_ppm(terms.tariff, year)):
            # twice what is drawn is charged: the difference is a year of what is charged and not drawn
            more = year_of_bills(terms.tariff, year, self.holidays, terms.factor, 2 * METER_W * MICRO // share_ppm)
            kw = Fraction(METER_W, MILLI)
            floor = YearPrice((_sum(more) - _sum(made)) / kw, (_vat(more) - _vat(made)) / kw)
        self._billed.append((key, (price, floor)))
        return price, floor


def _sum(made: tuple[Bill, ...]) -> Fraction:
    return Fraction(sum(one.total_won for one in made))


def _vat(made: tuple[Bill, ...]) -> Fraction:
    return Fraction(sum(one.extras.get(VAT, 0) for one in made))


def _floor_ppm(tariff: Tariff, year: int) -> int:
    return tariff.terms_on(dt.date(year, 1, 1)).demand.floor_ppm


def calendar_year(year: int, holidays: Holidays) -> int:
    """The year itself, or the nearest one whose holidays are known."""
    known = holidays.years
    return min(max(year, min(known)), max(known))


def mean_won_kwh(tariff: Tariff, year: int, factor: tuple[int, int] | None = None) -> float:
    """What a kWh of a flat load costs on average of a year, with demand charge, levies and tax.

    By the rates of that year; a year whose holidays are not known has the calendar of the nearest one that is. `factor`: power factor by
    day and by night, in whole per cent.
    """
    made = year_of_bills(tariff, year, load_holidays(), factor)
    return sum(one.total_won for one in made) / (sum(one.wh for one in made) / MILLI)


def year_of_bills(
    tariff: Tariff, year: int, holidays: Holidays, factor: tuple[int, int] | None = None, contract_w: int | None = None
) -> tuple[Bill, ...]:
    """The bills of a flat load by the rates of a year, over the calendar of it or of the nearest one whose holidays are known."""
    known = calendar_year(year, holidays)
    days = (dt.date(known + 1, 1, 1) - dt.date(known, 1, 1)).days
    factors = {} if factor is None else {dt.date(known, month, 1): factor for month in range(1, MONTHS + 1)}
    load = load_from(dt.date(known, 1, 1), np.full(days * HOURS, METER_W, np.int64))
    return bills(load, tariff.of_year(year, known), holidays, contract_w=contract_w, factors=factors)
