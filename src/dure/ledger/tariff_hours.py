"""What a kWh costs in each hour, by a tariff: rate of season and band less discounts, and the lines that are charged on energy."""

from __future__ import annotations

import datetime as dt

import numpy as np

from dure.ledger.books import Prices
from dure.ledger.tariffs import KST_S
from dure.model.deals import HOURS, Holidays, Tariff, day_kind
from dure.model.units import DAY_S, HOUR_S, MICRO, round_div

_EPOCH = dt.date(1970, 1, 1)


def hourly_prices(tariff: Tariff, holidays: Holidays, since: int, until: int) -> Prices:
    """Whole Korean days around [since, until). Raises CostError for a day of which the tariff or the calendar says nothing.

    Charges for demand, power factor and taxes are a site's and of no single hour.
    """
    first, last = (since + KST_S) // DAY_S, (max(until, since + 1) - 1 + KST_S) // DAY_S
    found = [price for day in range(first, last + 1) for price in _day(tariff, holidays, _EPOCH + dt.timedelta(days=day))]
    return Prices(first * DAY_S - KST_S, np.array(found, np.int64))


def _day(tariff: Tariff, holidays: Holidays, day: dt.date) -> list[int]:
    terms, rates = tariff.terms_on(day), tariff.rates_on(day)
    season, kind = terms.seasons[day.month - 1], day_kind(day, holidays, terms.holiday_kinds)
    more = sum(part.value for part in tariff.parts_on(day) if part.basis == "energy" and part.name != "energy")
    found = []
    for hour in range(HOURS):
        rate = rates.energy_milli_won[season, terms.bands[season, kind][hour]]
        off_ppm = tariff.discount_ppm(day, season, kind, hour)
        found.append(round_div(rate * (MICRO - off_ppm), MICRO) + more)
    return found


assert HOURS * HOUR_S == DAY_S
