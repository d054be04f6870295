"""The power factor line, worked by hand from the articles of the terms, and demand from quarters of an hour."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from dure.adapters.tariff_tables import load_holidays, load_tariffs
from dure.ledger.power_factor import KEPCO_POWER_FACTOR, power_factor_won, rule_on
from dure.ledger.running import Tab
from dure.ledger.tariffs import Load, bills, facility, load_from
from dure.model.errors import CostError

HOLIDAYS = load_holidays()
A1 = load_tariffs()["general-b-high-a-1"]
OLD, NEW = KEPCO_POWER_FACTOR


def test_a_bill_of_july_2026() -> None:
    """789,880 won of demand charge at 97 % by day and 76 % by night: −7,898 and +30,015 won, as a printed bill has them.

    By hand: 97 is 5 points above 92: 5 × 0.2 % = 1.0 %. 76 is 19 points below 95: 3.8 % = 30,015.44.
    """
    assert power_factor_won(789_880, 97, 76, NEW) == (-7_898, 30_015)


@pytest.mark.parametrize(
    ("lagging", "leading", "rule", "expected"),
    [
        (92, 95, NEW, (0, 0)),
        (91, 100, NEW, (2_000, 0)),
        (100, 94, NEW, (-10_000, 2_000)),
        (60, 60, NEW, (64_000, 70_000)),
        (10, 0, NEW, (64_000, 70_000)),
        (90, 95, OLD, (0, 0)),
        (85, 95, OLD, (10_000, 0)),
        (99, 95, OLD, (-10_000, 0)),
    ],
)
def test_a_point_is_a_five_hundredth(lagging: int, leading: int, rule: object, expected: tuple[int, int]) -> None:
    """Of 1,000,000 won a point is 2,000; from 92 to the floor of 60 are 32 points, from 95 to 60 are 35."""
    assert power_factor_won(1_000_000, lagging, leading, rule) == expected  # type: ignore[arg-type]


def test_the_standard_rose_in_february_2025() -> None:
    assert rule_on(dt.date(2025, 1, 31)).lagging == 90
    assert rule_on(dt.date(2025, 2, 1)).lagging == 92
    with pytest.raises(CostError, match="no power factor rule"):
        rule_on(dt.date(2019, 12, 31))


def test_an_impossible_factor_is_refused() -> None:
    with pytest.raises(CostError, match="101 % is impossible"):
        power_factor_won(1, 101, 95, NEW)


def test_the_line_stands_in_the_bill_and_is_taxed() -> None:
    """400 kW flat, July 2026: 2,888,000 won of demand charge; 87 % by day is 5 points below 92: +28,880 won, and VAT and fund on it."""
    month = dt.date(2026, 7, 1)
    load = load_from(month, [400_000] * 24 * 31)
    (without,) = bills(load, A1, HOLIDAYS)
    (with_factor,) = bills(load, A1, HOLIDAYS, factors={month: (87, 100)})
    assert without.demand_won == 2_888_000
    assert with_factor.extras["power_factor_day"] == 28_880
    assert with_factor.extras["power_factor_night"] == 0
    assert with_factor.charges_won - without.charges_won == 28_880
    assert with_factor.total_won - without.total_won == pytest.approx(28_880 * 1.1 + 28_880 * 0.027, abs=20)


def of_quarters(start_s: int, wh: list[int] | np.ndarray) -> Load:
    """A load metered every 15 minutes: energy by hour, and the highest quarter of each hour."""
    by_hour = np.asarray(wh, np.int64).reshape(-1, 4)
    return Load(start_s, by_hour.sum(axis=1), by_hour.max(axis=1) * 4)


def test_demand_is_the_highest_quarter() -> None:
    """One quarter of 600 kW in an hour that is 400 kW on average: demand is 600 kW, and the energy is the same."""
    start = load_from(dt.date(2023, 7, 3), [0]).start_s
    flat = np.full(24 * 29 * 4, 100_000)
    peaky = flat.copy()
    at = 12 * 4
    peaky[at : at + 4] = [150_000, 100_000, 100_000, 50_000]
    (even,), (uneven,) = (bills(of_quarters(start, one), A1, HOLIDAYS) for one in (flat, peaky))
    (hours,) = bills(Load(start, np.full(24 * 29, 400_000)), A1, HOLIDAYS)
    assert (even.demand_w, uneven.demand_w, hours.demand_w) == (400_000, 600_000, 400_000)
    assert even.energy_won == uneven.energy_won == hours.energy_won
    assert (even.quarters, hours.quarters) == (True, False)
    assert uneven.demand_won - even.demand_won == pytest.approx(200 * 7_220 * 29 / 31, abs=1)


def test_quarters_grow_with_the_pue() -> None:
    load = facility(of_quarters(0, [100, 200, 300, 400]), 1_500_000)
    assert load.wh.tolist() == [1_500]
    assert load.peak_w is not None
    assert load.peak_w.tolist() == [2_400]


def test_the_bill_as_it_comes_in_knows_the_power_factor_too() -> None:
    """A month drawn hour by hour is billed as the plan bills it: with the factor."""
    load = load_from(dt.date(2026, 7, 1), np.full(31 * 24, 1_000_000, np.int64))
    tab = Tab(A1, HOLIDAYS, None, (85, 80))
    for day in range(31):
        tab.draw(load_from(dt.date(2026, 7, day + 1), np.full(24, 1_000_000, np.int64)))
    (planned,) = bills(load, A1, HOLIDAYS, factors={dt.date(2026, 7, 1): (85, 80)})
    (plain,) = bills(load, A1, HOLIDAYS)
    assert tab.won == planned.total_won > plain.total_won
