"""Bills worked a second time: hour by hour, with KEPCO's rules written out as sentences."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from math import floor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.adapters.tariff_tables import load_holidays, load_tariffs
from dure.ledger.tariffs import Bill, Load, billed_demand, bills, facility, load_from, metered
from dure.model.deals import Holidays, Tariff, flat_tariff
from dure.model.errors import CostError

TARIFFS = load_tariffs()
HOLIDAYS = load_holidays()
A1, B2, I1 = (TARIFFS[name] for name in ("general-b-high-a-1", "general-b-high-b-2", "industrial-b-high-a-1"))
NO_HOLIDAYS = Holidays({}, frozenset())

RATES = {  # won/kWh: light, mid, peak
    "general-b-high-a-1": {"summer": "92.8 145.7 227.8", "between": "92.8 115.3 146.0", "winter": "99.8 145.9 203.4"},
    "industrial-2024": {"summer": "116.4 169.3 251.4", "between": "116.4 138.9 169.6", "winter": "123.4 169.5 227.0"},
    "industrial-2026": {"summer": "121.5 169.3 234.5", "between": "121.5 138.9 156.4", "winter": "128.5 169.5 210.1"},
}


def flat_month(year: int, month: int, wh: int = 400_000) -> Load:
    return load_from(dt.date(year, month, 1), [wh] * 24 * calendar.monthrange(year, month)[1])


def only(load: Load, tariff: Tariff, **more: int) -> Bill:
    (bill,) = bills(load, tariff, HOLIDAYS, **more)
    return bill


def by_hand(hour: dt.datetime, reform: dt.date) -> str:
    """The band of an hour: 0 light, 1 mid, 2 peak, as KEPCO words it."""
    day, at = hour.date(), hour.hour
    if day.weekday() == 6 or HOLIDAYS.kinds.get(day) in ("public", "substitute"):
        return "light"
    if at >= 22 or at < 8:
        return "light"
    if day.month in (11, 12, 1, 2):
        peak = 9 <= at < 12 or 16 <= at < 19
    elif day < reform:
        peak = 11 <= at < 12 or 13 <= at < 18
    else:
        peak = 15 <= at < 21
    return ("mid" if day.weekday() == 5 else "peak") if peak else "mid"


def season(month: int) -> str:
    return "summer" if month in (6, 7, 8) else "winter" if month in (11, 12, 1, 2) else "between"


def rate(table: str, month: int, band: str) -> Fraction:
    return Fraction(RATES[table][season(month)].split()[("light", "mid", "peak").index(band)])


@given(st.dates(dt.date(2023, 5, 16), dt.date(2030, 11, 1)), st.lists(st.integers(0, 10**9), min_size=1, max_size=24 * 40))
@settings(max_examples=60)
def test_a_load_of_any_month_is_billed_as_by_hand(first: dt.date, wh: list[int]) -> None:
    hours = [dt.datetime(first.year, first.month, first.day) + dt.timedelta(hours=k) for k in range(len(wh))]  # noqa: DTZ001
    energy: Counter[dt.date] = Counter()
    bands: Counter[tuple[dt.date, str]] = Counter()
    for hour, amount in zip(hours, wh, strict=True):
        band, month = by_hand(hour, dt.date(2026, 6, 1)), hour.date().replace(day=1)
        bands[month, band] += amount
        energy[month] += rate("general-b-high-a-1", hour.month, band) * amount / 1000  # type: ignore[assignment]
    for one in bills(load_from(first, wh), A1, HOLIDAYS):
        assert one.energy_won == floor(energy[one.month])
        assert {band: amount for band, amount in one.wh_by_band.items() if amount} == {
            band: amount for (month, band), amount in bands.items() if month == one.month and amount
        }


@given(st.integers(0, 10**8), st.lists(st.integers(0, 10**9), max_size=24 * 70))
def test_bands_add_up_to_the_load(start_h: int, wh: list[int]) -> None:
    year = 365 * 24
    load = Load((470_000 + start_h % (6 * year)) * 3600, np.asarray(wh, np.int64))
    for tariff in (A1.as_on(dt.date(2026, 7, 1)), flat_tariff("flat", 70_000)):
        found = metered(load, tariff, HOLIDAYS)
        assert sum(meter.wh for meter in found) == sum(wh)
        assert sum(meter.hours for meter in found) == len(wh)
        assert max((meter.highest_w for meter in found), default=0) == max(wh, default=0)


@given(st.lists(st.integers(0, 10**9), min_size=2, max_size=24 * 40), st.data())
def test_splitting_a_month_changes_nothing_but_the_demand_peak(wh: list[int], data: st.DataObject) -> None:
    first = dt.date(2026, 5, 20)
    at = data.draw(st.integers(1, len(wh) - 1))
    load = load_from(first, wh)
    parts = metered(Load(load.start_s, load.wh[:at]), A1, HOLIDAYS), metered(Load(load.start_s + at * 3600, load.wh[at:]), A1, HOLIDAYS)
    whole = {meter.month: meter for meter in metered(load, A1, HOLIDAYS)}
    for month, meter in whole.items():
        mine = [one for part in parts for one in part if one.month == month]
        uses: Counter[tuple[str, str, int, int]] = Counter()
        for one in mine:
            for use in one.uses:
                uses[use[:4]] += use.wh
        assert dict(uses) == {use[:4]: use.wh for use in meter.uses}
        assert sum(one.hours for one in mine) == meter.hours
        assert sum(levy.wh for one in mine for levy in one.levies) == sum(levy.wh for levy in meter.levies)
        assert max((one.peak_w or 0 for one in mine), default=0) == (meter.peak_w or 0)


@given(st.integers(0, 10**6), st.lists(st.integers(0, 10**6), min_size=1, max_size=24 * 70))
def test_a_flat_tariff_is_rate_times_kwh(milli_won: int, kwh: list[int]) -> None:
    for one in bills(load_from(dt.date(2031, 1, 20), np.asarray(kwh) * 1000), flat_tariff("flat", milli_won), NO_HOLIDAYS):
        exact = Fraction(one.wh // 1000 * milli_won, 1000)
        assert abs(one.energy_won - exact) <= Fraction(1, 2)
        assert one.total_won == one.energy_won


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=40), st.integers(2020, 2026), st.integers(1, 12))
def test_the_ratchet_never_falls_within_twelve_months(peaks: list[int], year: int, month: int) -> None:
    months = [dt.date(year + (month - 1 + k) // 12, (month - 1 + k) % 12 + 1, 1) for k in range(len(peaks))]
    terms = A1.terms[0].demand
    known = dict(zip(months, peaks, strict=True))
    billed = [billed_demand(when, terms, known, None)[0] for when in months]
    for k, when in enumerate(months):
        assert billed[k] >= peaks[k]
        named = when.month in (12, 1, 2, 7, 8, 9)
        assert all(later >= peaks[k] for later in billed[k : k + 12]) or not named
        window = [peaks[j] for j in range(max(0, k - 11), k) if months[j].month in (12, 1, 2, 7, 8, 9)]
        assert billed[k] == max([peaks[k], *window])


def test_two_years_month_by_month_with_ratchet_and_floor() -> None:
    """Peaks of each month in kW as read, and the kW that are charged: worked on paper."""
    peaks = {"2024-01": 500, "2024-02": 450, "2024-03": 700, "2024-04": 300, "2024-05": 300, "2024-06": 300, "2024-07": 620}
    peaks |= {"2024-08": 610, "2024-09": 300, "2024-10": 300, "2024-11": 300, "2024-12": 480, "2025-01": 400, "2025-02": 400}
    peaks |= {f"2025-{month:02d}": 300 for month in range(3, 13)}
    charged = {"2024-01": (500, "month"), "2024-02": (500, "ratchet"), "2024-03": (700, "month"), "2024-04": (500, "ratchet")}
    charged |= {"2024-06": (500, "ratchet"), "2024-07": (620, "month"), "2025-01": (620, "ratchet"), "2025-06": (620, "ratchet")}
    charged |= {"2025-07": (610, "ratchet"), "2025-08": (480, "ratchet"), "2025-11": (480, "ratchet"), "2025-12": (400, "ratchet")}
    known = {dt.date.fromisoformat(f"{month}-01"): kw * 1000 for month, kw in peaks.items()}
    for month, (kw, why) in charged.items():
        assert billed_demand(dt.date.fromisoformat(f"{month}-01"), A1.terms[0].demand, known, 1_000_000) == (kw * 1000, why)
    assert billed_demand(dt.date(2025, 12, 1), A1.terms[0].demand, known, 2_000_000) == (600_000, "floor")


def test_demand_at_night_and_on_sundays_does_not_count() -> None:
    wh = [400_000] * 24 * 31
    wh[3] = 1_200_000  # 1 July 2023, 03:00: light
    wh[24 + 15] = 1_500_000  # Sunday 2 July, 15:00: light
    one = only(load_from(dt.date(2023, 7, 1), wh), A1)
    assert (one.peak_w, one.demand_w, one.demand_won) == (400_000, 400_000, 2_888_000)
    (meter,) = metered(load_from(dt.date(2023, 7, 1), wh), A1, HOLIDAYS)
    assert meter.highest_w == 1_500_000


def test_a_temporary_holiday_is_a_working_day_for_the_tariff() -> None:
    """October 2023: 20 working days with 2 October, 4 Saturdays, 5 Sundays, 2 holidays; counted as a holiday it costs 199,680 won less."""
    plain = only(flat_month(2023, 10), A1)
    assert plain.wh_by_band == {"light": 163_200_000, "mid": 86_400_000, "peak": 48_000_000}
    assert plain.energy_won == 32_114_880
    kinds = frozenset({"public", "substitute", "temporary"})
    counted = replace(A1, terms=tuple(replace(one, holiday_kinds=kinds) for one in A1.terms))
    assert only(flat_month(2023, 10), counted).energy_won == 31_915_200


def test_half_price_on_weekends_of_spring_for_industry_alone() -> None:
    """April 2023 by the table of 2026: 10 weekend days of 3 hours at half price, 6,000 kWh at 138.9 and 6,000 at 121.5."""
    one = only(flat_month(2023, 4), I1.as_on(dt.date(2026, 6, 1)))
    assert one.wh_by_band == {"light": 148_000_000, "mid": 92_000_000, "peak": 48_000_000}
    assert one.energy_won == 38_268_000 - 781_200 == 37_486_800
    general = A1.as_on(dt.date(2026, 6, 1))
    assert only(flat_month(2023, 4), general).energy_won == (148_000 * 928 + 92_000 * 1153 + 48_000 * 1460) // 10


def test_a_month_in_which_the_table_changes_is_billed_day_by_day() -> None:
    """Industrial (B), 1 MW flat in April 2026: the old rates and hours to the 15th, the new ones and the weekend discount from the 16th."""
    won = Fraction(0)
    for k in range(24 * 30):
        hour = dt.datetime(2026, 4, 1) + dt.timedelta(hours=k)  # noqa: DTZ001
        new = hour.date() >= dt.date(2026, 4, 16)
        off = new and hour.weekday() >= 5 and 11 <= hour.hour < 14
        price = rate("industrial-2026" if new else "industrial-2024", 4, by_hand(hour, dt.date(2026, 4, 16)))
        won += 1000 * price / (2 if off else 1)
    assert only(flat_month(2026, 4, 1_000_000), I1).energy_won == floor(won)


def test_the_lines_below_the_charges() -> None:
    """August 2025, 400 kW: VAT to the won, the fund of 2.7 % to 10 won, the sum to 10 won below; 3.7 % two years earlier."""
    one = only(flat_month(2025, 8), A1)
    kwh = 400 * 24 * 31
    assert one.extras["climate"] == 9 * kwh
    assert one.extras["fuel"] == 5 * kwh
    assert one.charges_won == one.demand_won + one.energy_won + 14 * kwh
    assert one.extras["vat"] == floor(Fraction(one.charges_won, 10) + Fraction(1, 2))
    assert one.extras["fund"] == one.charges_won * 27 // 10_000 * 10
    assert one.total_won == (one.charges_won + one.extras["vat"] + one.extras["fund"]) // 10 * 10
    before = only(flat_month(2023, 8), A1)
    assert before.extras["fund"] == before.charges_won * 37 // 10_000 * 10


def test_a_part_of_a_month_is_charged_demand_for_its_days() -> None:
    ten = bills(load_from(dt.date(2023, 7, 1), [400_000] * 240), A1, HOLIDAYS)
    assert [one.demand_won for one in ten] == [2_888_000 * 10 // 31]
    rest = bills(load_from(dt.date(2023, 7, 11), [400_000] * 24 * 21), A1, HOLIDAYS)
    assert ten[0].demand_won + rest[0].demand_won in (2_888_000, 2_887_999)


def test_a_contract_that_is_hardly_used_pays_its_floor() -> None:
    one = only(flat_month(2023, 7), A1, contract_w=5_000_000)
    assert (one.demand_w, one.demand_by, one.demand_won) == (1_500_000, "floor", 1_500 * 7_220)


def test_peaks_before_the_load_are_taken_from_its_reader() -> None:
    load = flat_month(2024, 3)
    assert bills(load, A1, HOLIDAYS, peaks_w={dt.date(2023, 7, 1): 900_000})[0].demand_w == 900_000
    assert bills(load, A1, HOLIDAYS, peaks_w={dt.date(2023, 3, 1): 900_000})[0].demand_w == 400_000


def test_the_site_draws_its_pue() -> None:
    load = facility(load_from(dt.date(2023, 7, 1), [100_000, 3]), 1_450_000)
    assert load.wh.tolist() == [145_000, 4]
    assert facility(load_from(dt.date(2023, 7, 1), [100, 100]), [1_100_000, 1_300_000]).wh.tolist() == [110, 130]


def test_what_is_not_known_is_an_error() -> None:
    with pytest.raises(CostError, match="says nothing about 2023-05-01; it begins on 2023-05-16"):
        bills(flat_month(2023, 5), A1, HOLIDAYS)
    with pytest.raises(CostError, match="no holidays of 2041 are known"):
        bills(flat_month(2041, 5), A1, HOLIDAYS)
    with pytest.raises(CostError, match="below 0 in hour 1"):
        load_from(dt.date(2024, 1, 1), [1, -1])
    with pytest.raises(CostError, match="between two hours"):
        Load(1800, np.zeros(1, np.int64))
    bare = replace(A1, rates=(replace(A1.rates[0], energy_milli_won={}),))
    with pytest.raises(CostError, match="has no rate of summer light on 2023-07-01"):
        bills(flat_month(2023, 7), bare, HOLIDAYS)
    assert bills(load_from(dt.date(1999, 1, 1), []), A1, HOLIDAYS) == ()
