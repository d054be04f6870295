"""kWh and kW → won: an hourly load against a tariff, month by month, exact to the won.

Months, days and hours are Korean time. A load is metered first (Wh by season, band and rate; the highest counted hour), then billed:
each line is rounded once, as its `BillPart` says, and never before. A month that the load covers in part is charged demand for the part.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dure.ledger.exact import sum_by
from dure.ledger.power_factor import power_factor_won, rule_on
from dure.model.deals import HOURS, BillPart, DemandTerms, Holidays, Tariff, day_kind
from dure.model.errors import CostError, Where
from dure.model.units import HOUR_S, MICRO, MILLI, round_div

Ints = npt.NDArray[np.int64]

KST_S: Final = 9 * HOUR_S
"""Quarters of an hour: a meter records means of 15 minutes."""
_EPOCH: Final = dt.date(1970, 1, 1)
_MILLI_WON_WH: Final = MILLI * MILLI
"""Wh × milli-won per kWh in one won; W × milli-won per kW likewise."""


@dataclass(frozen=True, slots=True)
class Load:
    """Wh drawn in each hour from `start_s` (Unix second, on the hour) on.

    `peak_w` is the highest 15-minute mean within each hour, which is what KEPCO charges demand on. None: only hours are known, the mean of
    the hour stands for it, and a demand charge from it is a little too low.
    """

    start_s: int
    wh: Ints
    peak_w: Ints | None = None

    def __post_init__(self) -> None:
        assert self.peak_w is None or len(self.peak_w) == len(self.wh)
        if self.start_s % HOUR_S:
            raise CostError("the load begins between two hours", where=Where(field="load"), remedy="begin it on the hour")
        if len(self.wh) and int(self.wh.min()) < 0:
            hour = int(np.argmax(self.wh < 0))
            raise CostError(f"the load is below 0 in hour {hour}", where=Where(field="load"), remedy="write Wh of 0 or more")


def load_from(day: dt.date, wh: Sequence[int] | Ints) -> Load:
    """A load that begins at midnight, Korean time, of a day."""
    return Load((day - _EPOCH).days * HOURS * HOUR_S - KST_S, np.asarray(wh, np.int64))


def facility(load: Load, pue_ppm: int | Sequence[int]) -> Load:
    """What the site draws for machines that draw `load`: each hour times its PUE, to the nearest Wh."""
    pue = np.broadcast_to(np.asarray(pue_ppm, np.int64), load.wh.shape)

    def drawn(machines: Ints) -> Ints:
        return np.asarray([round_div(one * ratio, MICRO) for one, ratio in zip(machines.tolist(), pue.tolist(), strict=True)], np.int64)

    return Load(load.start_s, drawn(load.wh), None if load.peak_w is None else drawn(load.peak_w))


class Use(NamedTuple):
    """Energy of one season and band at one rate (milli-won per kWh), `off_ppm` of which is taken off."""

    season: str
    band: str
    milli_won: int
    off_ppm: int
    wh: int


class Levy(NamedTuple):
    """Energy that a further line of the bill is charged on, at milli-won per kWh."""

    part: str
    milli_won: int
    wh: int


@dataclass(frozen=True, slots=True)
class Meter:
    """What a meter of one month says. `peak_w` is the highest demand of the bands that count, None without one; `highest_w` of any.

    `quarters` says whether demand is of 15 minutes, as KEPCO meters it, or of hours because no more is known.

    `demand_rates` are milli-won per kW with the hours for which each was in force.
    """

    month: dt.date
    first: dt.date
    hours: int
    uses: tuple[Use, ...]
    levies: tuple[Levy, ...]
    demand_rates: tuple[tuple[int, int], ...]
    peak_w: int | None
    highest_w: int
    demand: DemandTerms
    quarters: bool = False

    @property
    def wh(self) -> int:
        return sum(use.wh for use in self.uses)

    @property
    def wh_by_band(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for use in self.uses:
            found[use.band] = found.get(use.band, 0) + use.wh
        return found


@dataclass(frozen=True, slots=True)
class Bill:
    """One month, in won. `demand_w` is what demand is charged on and `demand_by` what set it: month, ratchet or floor.

    `extras` are the further lines in the order of the bill; those on energy are part of `charges_won`, taxes and funds are not.
    """

    month: dt.date
    hours: int
    wh_by_band: Mapping[str, int]
    peak_w: int | None
    demand_w: int
    demand_by: str
    demand_won: int
    energy_won: int
    extras: Mapping[str, int]
    charges_won: int
    total_won: int
    quarters: bool = False

    @property
    def wh(self) -> int:
        return sum(self.wh_by_band.values())


def bills(
    load: Load,
    tariff: Tariff,
    holidays: Holidays,
    *,
    contract_w: int | None = None,
    peaks_w: Mapping[dt.date, int] | None = None,
    factors: Mapping[dt.date, tuple[int, int]] | None = None,
) -> tuple[Bill, ...]:
    """A bill for each month that the load touches.

    `contract_w` None: contract power is not known and the floor is left out. `peaks_w`: counted peaks of months before the load, by the
    first day of the month; a month that is not named there has none, as at a new site. `factors`: power factors, lagging by day and leading
    by night in whole per cent, likewise by month.
    """
    peaks = dict(peaks_w or {})
    found = []
    for meter in metered(load, tariff, holidays):
        if meter.peak_w is not None:
            peaks[meter.month] = max(meter.peak_w, peaks.get(meter.month, 0))
        found.append(bill(meter, tariff, peaks, contract_w, (factors or {}).get(meter.month)))
    return tuple(found)


def bill(
    meter: Meter, tariff: Tariff, peaks_w: Mapping[dt.date, int], contract_w: int | None, factor: tuple[int, int] | None = None
) -> Bill:
    """The bill of one month; `peaks_w` holds the counted peaks of the months before, and of this one.

    `factor`: mean lagging power factor by day and leading by night in whole per cent; None where nobody knows, which is billed as the
    standard (no line).
    """
    parts = {part.name: part for part in tariff.parts_on(meter.first)}
    demand_w, demand_by = billed_demand(meter.month, meter.demand, peaks_w, contract_w)
    hours = calendar.monthrange(meter.month.year, meter.month.month)[1] * HOURS
    weighted = sum(rate * span for rate, span in meter.demand_rates)
    demand_won = _rounded(demand_w * weighted, _MILLI_WON_WH * hours, parts.get("demand"))
    energy = sum(use.wh * use.milli_won * (MICRO - use.off_ppm) for use in meter.uses)
    energy_won = _rounded(energy, _MILLI_WON_WH * MICRO, parts.get("energy"))
    extras = {}
    for name in dict.fromkeys(levy.part for levy in meter.levies):
        owed = sum(levy.wh * levy.milli_won for levy in meter.levies if levy.part == name)
        extras[name] = _rounded(owed, _MILLI_WON_WH, next(part for part in tariff.parts if part.name == name))
    if factor is not None:
        day_won, night_won = power_factor_won(demand_won, *factor, rule_on(meter.first))
        extras |= {"power_factor_day": day_won, "power_factor_night": night_won}
    charges_won = demand_won + energy_won + sum(extras.values())
    for part in parts.values():
        if part.basis == "charges":
            extras[part.name] = _rounded(charges_won * part.value, MICRO, part)
    taxes_won = sum(extras[part.name] for part in parts.values() if part.basis == "charges")
    last = next((part for part in parts.values() if part.basis == "total"), None)
    return Bill(
        month=meter.month,
        hours=meter.hours,
        wh_by_band=meter.wh_by_band,
        peak_w=meter.peak_w,
        demand_w=demand_w,
        demand_by=demand_by,
        demand_won=demand_won,
        energy_won=energy_won,
        extras=extras,
        charges_won=charges_won,
        total_won=_rounded(charges_won + taxes_won, 1, last),
        quarters=meter.quarters,
    )


def billed_demand(month: dt.date, terms: DemandTerms, peaks_w: Mapping[dt.date, int], contract_w: int | None) -> tuple[int, str]:
    """W that demand is charged on, and what set them: the month itself, an earlier month (ratchet), or the floor."""
    own_w = peaks_w.get(month, 0)
    last = month.year * 12 + month.month
    window = {
        when: peak_w
        for when, peak_w in peaks_w.items()
        if when.month in terms.months and last - terms.window_months < when.year * 12 + when.month < last
    }
    ratchet_w = max(window.values(), default=0)
    floor_w = 0 if contract_w is None else round_div(contract_w * terms.floor_ppm, MICRO)
    demand_w = max(own_w, ratchet_w, floor_w)
    return demand_w, "month" if demand_w == own_w else "ratchet" if demand_w == ratchet_w else "floor"


def metered(load: Load, tariff: Tariff, holidays: Holidays) -> tuple[Meter, ...]:
    """What the meter of each month says; two loads that follow each other meter as the one they are parts of."""
    if not len(load.wh):
        return ()
    clock = _Clock(tariff, holidays)
    first = (load.start_s + KST_S) // HOUR_S
    at = np.arange(first, first + len(load.wh), dtype=np.int64)
    days = [_EPOCH + dt.timedelta(days=number) for number in range(int(at[0]) // HOURS, int(at[-1]) // HOURS + 1)]
    profile = np.asarray([clock.profile(day) for day in days], np.int64)
    day = at // HOURS - at[0] // HOURS
    cell = np.asarray(clock.rows, np.int64)[profile[day], at % HOURS]
    months = sorted({one.replace(day=1) for one in days})
    month = np.asarray([months.index(one.replace(day=1)) for one in days], np.int64)[day]
    wh = sum_by(month * len(clock.cells) + cell, load.wh, len(months) * len(clock.cells)).reshape(len(months), -1)
    hours = np.bincount(day, minlength=len(days)).tolist()
    wh_of_day = sum_by(day, load.wh, len(days)).tolist()
    found = []
    for index, when in enumerate(months):
        inside = month == index
        counts = np.asarray([one[4] for one in clock.cells], bool)[cell[inside]]
        drawn = (load.wh if load.peak_w is None else load.peak_w)[inside]
        mine = [(one, hours[k], wh_of_day[k]) for k, one in enumerate(days) if one.replace(day=1) == when]
        found.append(
            Meter(
                month=when,
                first=mine[0][0],
                hours=int(inside.sum()),
                uses=tuple(Use(*clock.cells[k][:4], int(wh[index, k])) for k in np.flatnonzero(np.bincount(cell[inside])).tolist()),
                levies=_levies(tariff, [(one, total) for one, _, total in mine]),
                demand_rates=_demand_rates(tariff, [(one, count) for one, count, _ in mine]),
                peak_w=int(drawn[counts].max()) if counts.any() else None,
                highest_w=int(drawn.max()),
                demand=tariff.terms_on(mine[-1][0]).demand,
                quarters=load.peak_w is not None,
            )
        )
    return tuple(found)


class _Clock:
    """Which cell (season, band, rate, discount, counted) each hour of a day falls in; equal days share a profile."""

    def __init__(self, tariff: Tariff, holidays: Holidays) -> None:
        self.tariff, self.holidays = tariff, holidays
        self.cells: list[tuple[str, str, int, int, bool]] = []
        self.rows: list[list[int]] = []
        self._profiles: dict[tuple[tuple[str, str, int, int, bool], ...], int] = {}
        self._cells: dict[tuple[str, str, int, int, bool], int] = {}

    def profile(self, day: dt.date) -> int:
        """The number of the profile of a day."""
        terms, rates = self.tariff.terms_on(day), self.tariff.rates_on(day)
        season = terms.seasons[day.month - 1]
        kind = day_kind(day, self.holidays, terms.holiday_kinds)
        row = []
        for hour, band in enumerate(terms.bands[season, kind]):
            if (season, band) not in rates.energy_milli_won:
                raise CostError(
                    f"tariff {self.tariff.id} has no rate of {season} {band} on {day}",
                    where=Where(field="tariff"),
                    remedy="add the rate, or the hours that it holds for",
                )
            off_ppm = self.tariff.discount_ppm(day, season, kind, hour)
            row.append((season, band, rates.energy_milli_won[season, band], off_ppm, band in terms.demand.bands))
        key = tuple(row)
        if key not in self._profiles:
            self._profiles[key] = len(self.rows)
            self.rows.append([self._cell(one) for one in key])
        return self._profiles[key]

    def _cell(self, one: tuple[str, str, int, int, bool]) -> int:
        if one not in self._cells:
            self._cells[one] = len(self.cells)
            self.cells.append(one)
        return self._cells[one]


def _levies(tariff: Tariff, wh_of_days: Iterable[tuple[dt.date, int]]) -> tuple[Levy, ...]:
    found: dict[tuple[str, int], int] = {}
    for day, wh in wh_of_days:
        for part in tariff.parts_on(day):
            if part.basis == "energy" and part.name != "energy":
                found[part.name, part.value] = found.get((part.name, part.value), 0) + wh
    return tuple(Levy(name, milli_won, wh) for (name, milli_won), wh in found.items())


def _demand_rates(tariff: Tariff, hours_of_days: Iterable[tuple[dt.date, int]]) -> tuple[tuple[int, int], ...]:
    found: dict[int, int] = {}
    for day, hours in hours_of_days:
        rate = tariff.rates_on(day).demand_milli_won
        found[rate] = found.get(rate, 0) + hours
    return tuple(found.items())


def _rounded(dividend: int, divisor: int, part: BillPart | None) -> int:
    """The quotient as the bill's line says: to the nearest step, or towards 0; without a line to the nearest won."""
    if part is None or part.nearest:
        step = 1 if part is None else part.step_won
        return round_div(dividend, divisor * step) * step
    whole = abs(dividend) // (divisor * part.step_won) * part.step_won
    return -whole if dividend < 0 else whole
