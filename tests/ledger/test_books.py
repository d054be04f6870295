"""Runs and what they are worth: worked by hand, and against a reckoning second by second that shares no code."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.ledger.books import (
    MEASURES,
    NEVER,
    PROGRAMME,
    RUN_COLUMNS,
    Account,
    Bill,
    Place,
    Prices,
    Runs,
    balances,
    journal,
    parts,
)
from dure.ledger.cells import Cells, Tally, cells_of, merged, owed_cells, shared
from dure.ledger.months import begins_at, month_at, month_name, month_of
from dure.ledger.settlement import Line, Settlement
from dure.ledger.tariff_hours import hourly_prices
from dure.ledger.use import by_place, quantile, used_by
from dure.model.deals import Holidays, flat_tariff

KST = dt.timezone(dt.timedelta(hours=9))
MARCH = int(dt.datetime(2026, 3, 1, tzinfo=KST).timestamp())
H100 = Place("north/a", "north", "naver", "h100", 1_000_000, 1_370, 2_000, 0)
OWN = H100._replace(weight_ppm=0, grant="7", holder=1)
DARK = Place("south/b", "south", "kt", "mi300x", 900_000)
PLACES = (H100, DARK, OWN)
FLAT = Prices(MARCH - 400 * 86_400, np.full(24 * 900, 120_000, np.int64))
"""120 won a kWh, at all hours."""


def runs_of(*rows: dict[str, int]) -> Runs:
    usual = {"task": NEVER, "project": 1, "person": 1, "place": 0, "milli": 1_000, "outcome": 0, "first": 1}
    full: list[dict[str, int]] = []
    for number, row in enumerate(rows):
        one: dict[str, int] = {"attempt": number, "job": number, **usual, **row}
        one.setdefault("submitted_at", one["placed_at"])
        one.setdefault("started_at", one["placed_at"])
        full.append(one)
    return Runs(*(np.array([one[name] for one in full], np.int64) for name in RUN_COLUMNS))


def worth(runs: Runs, since: int = 0, until: int = MARCH + 10_000_000) -> Any:
    return parts(runs, PLACES, (FLAT,), since, until)


def test_an_hour_by_hand() -> None:
    """8 accelerators, placed a minute before they start, an hour of work: 8 × 61/60 credits, 8 × 1.37 kWh of 120 won, 2,000 won an hour."""
    found = worth(runs_of({"milli": 8_000, "placed_at": MARCH, "started_at": MARCH + 60, "ended_at": MARCH + 3_660}))
    assert found.credits_micro.tolist() == [8_133_333]
    assert found.held_milli_s.tolist() == [8_000 * 3_660]
    assert found.busy_milli_s.tolist() == [8_000 * 3_600]
    assert found.wh.tolist() == [10_960]
    assert found.electricity_won.tolist() == [1_315]  # 10.96 kWh × 120 = 1,315.2
    assert found.service_won.tolist() == [16_000]


def test_what_nobody_states_is_unknown_and_not_nothing() -> None:
    runs = runs_of({"place": 1, "placed_at": MARCH, "ended_at": MARCH + 100}, {"place": 0, "placed_at": MARCH, "ended_at": MARCH + 100})
    found = worth(runs)
    cells = cells_of(runs, found, np.ones(2, np.bool_))
    key, names = by_place(PLACES, cells.key("place"), lambda one: one.site)
    rows = used_by(cells, key, np.zeros(2, np.int64), lambda number: names[number], whole=True)
    north, south = rows
    assert (south.name, south.energy_wh, south.electricity_won, south.service_won) == ("south", None, None, None)
    assert south.energy_unknown_milli_s == 100_000
    assert (north.energy_wh, north.energy_unknown_milli_s) == (38, 0)  # 1,370 W × 100 s = 38.06 Wh
    both = used_by(cells, cells.key("project"), np.zeros(2, np.int64), str, whole=True)[0]
    assert (both.energy_wh, both.energy_unknown_milli_s) == (38, 100_000)


def test_a_holders_own_servers_cost_no_credits_and_their_work_is_paid() -> None:
    found = worth(runs_of({"place": 2, "placed_at": MARCH, "ended_at": MARCH + 3_600}))
    assert (found.credits_micro.tolist(), found.service_won.tolist()) == ([0], [2_000])


def test_months_are_of_korea() -> None:
    assert (month_at(MARCH - 1), month_at(MARCH)) == (2026 * 12 + 1, 2026 * 12 + 2)
    assert (month_name(month_at(MARCH)), month_of("2026-03"), month_of("2026-13"), month_of("9999-12")) == (
        "2026-03",
        2026 * 12 + 2,
        None,
        None,
    )
    assert begins_at(month_at(MARCH)) == MARCH
    found = worth(runs_of({"placed_at": MARCH - 1_000, "ended_at": MARCH + 2_600}))
    assert found.month.tolist() == [2026 * 12 + 1, 2026 * 12 + 2]
    assert found.held_milli_s.tolist() == [1_000_000, 2_600_000]
    assert found.credits_micro.tolist() == [277_777, 722_223]  # a credit in all
    assert int(found.credits_micro.sum()) == 1_000_000


RUN = st.fixed_dictionaries(
    {
        "milli": st.integers(1, 64_000),
        "place": st.sampled_from([0, 1, 2]),
        "project": st.integers(1, 3),
        "placed_at": st.integers(MARCH - 5_000_000, MARCH + 5_000_000),
        "wait": st.integers(0, 500),
        "ran": st.integers(-1, 6_000_000),
        "open": st.booleans(),
    }
)


def drawn(rows: list[dict[str, int]]) -> Runs:
    full = []
    for row in rows:
        start = row["placed_at"] + row["wait"] if row["ran"] >= 0 else NEVER
        end = row["placed_at"] + row["wait"] + max(0, row["ran"])
        full.append({**row, "started_at": start, "ended_at": NEVER if row["open"] else end})
    return runs_of(*full)


@settings(max_examples=60, deadline=None)
@given(st.lists(RUN, min_size=1, max_size=6), st.integers(MARCH - 6_000_000, MARCH + 12_000_000))
def test_parts_add_up_to_the_whole_whatever_it_is_cut_into(rows: list[dict[str, int]], cut: int) -> None:
    """Before a second and from it on, and month by month: no device-second twice, none lost, each amount to its last unit."""
    runs, end = drawn(rows), MARCH + 14_000_000
    for one in (worth(runs, 0, end), worth(runs, MARCH - 7_000_000, end)):
        whole = {name: int(getattr(one, name).sum()) for name in MEASURES}
    left, right = worth(runs, 0, min(cut, end)), worth(runs, min(cut, end), end)
    frozen = runs.ended_at == NEVER
    for name in ("held_milli_s", "busy_milli_s", "credits_micro", "wh", "service_won"):
        if not frozen.any():
            assert int(getattr(left, name).sum()) + int(getattr(right, name).sum()) == whole[name], name
    by_hand = sum(_held(runs, at, end) for at in range(len(runs)))
    assert whole["held_milli_s"] == by_hand


def _held(runs: Runs, at: int, until: int) -> int:
    over = until if runs.ended_at[at] == NEVER else runs.ended_at[at]
    return int(runs.milli[at]) * int(over - runs.placed_at[at])


@settings(max_examples=60, deadline=None)
@given(st.lists(RUN, min_size=1, max_size=5))
def test_every_amount_is_within_one_unit_of_the_exact_one(rows: list[dict[str, int]]) -> None:
    """Fractions, run by run; no run may differ from its exact worth by a unit."""
    runs, end = drawn(rows), MARCH + 14_000_000
    found = worth(runs, 0, end)
    for at in range(len(runs)):
        mine, place = found.run == at, PLACES[int(runs.place[at])]
        over = end if runs.ended_at[at] == NEVER else int(runs.ended_at[at])
        held = Fraction(int(runs.milli[at]) * (over - int(runs.placed_at[at])), 3_600_000)
        ran = 0 if runs.started_at[at] == NEVER else over - int(runs.started_at[at])
        busy = Fraction(int(runs.milli[at]) * ran, 3_600_000)
        exact = {"credits_micro": held * place.weight_ppm, "wh": busy * (place.watts or 0), "service_won": busy * (place.rate_won or 0)}
        exact["electricity_won"] = busy * (place.watts or 0) * 120 / 1_000 if place.prices is not None else Fraction(0)
        for name, value in exact.items():
            assert abs(int(getattr(found, name)[mine].sum()) - value) < 1, name
        assert int(found.busy_milli_s[mine].sum()) == busy * 3_600_000


@given(st.dictionaries(st.tuples(st.integers(1, 3), st.sampled_from([24_313, 24_314])), st.integers(0, 10**12), max_size=4))
@settings(max_examples=40, deadline=None)
def test_what_is_owed_is_split_to_the_won(owed: dict[tuple[int, int], int]) -> None:
    runs = runs_of(
        *({"project": 1 + n % 3, "place": n % 2, "placed_at": MARCH - 9_000 + 999 * n, "ended_at": MARCH + 7_000} for n in range(9))
    )
    cells = merged([cells_of(runs, worth(runs), np.ones(9, np.bool_))])
    won = owed_cells(owed, cells)
    for project in (1, 2, 3):
        mine = cells.key("project") == project
        assert int(won[mine].sum()) == sum(amount for (of, _), amount in owed.items() if of == project)
    assert int(won.min()) >= 0


def test_an_entry_of_a_month_without_use_is_for_use_before_it() -> None:
    runs = runs_of(
        {"placed_at": MARCH - 9_000, "ended_at": MARCH - 8_000}, {"person": 2, "placed_at": MARCH - 5_000, "ended_at": MARCH - 2_000}
    )
    cells = merged([cells_of(runs, worth(runs), np.ones(2, np.bool_))])
    assert owed_cells({(1, month_at(MARCH)): 10, (1, month_at(MARCH) - 1): 3, (9, 0): 5}, cells).tolist() == [3, 10]


def test_what_nobody_was_charged_for_is_split_by_time() -> None:
    """Servers of one's own cost no credits; what is owed for them goes by the seconds that were held, and never nowhere."""
    assert shared(10, np.array([0, 0]), np.array([1_000, 4_000])) == (2, 8)
    assert shared(10, np.array([0, 0]), np.array([0, 0])) == (5, 5)
    assert shared(10, np.array([1, 3]), np.array([9, 1])) == (3, 7)  # 2.5 and 7.5: the first of equal remainders


@settings(max_examples=60, deadline=None)
@given(st.lists(RUN, min_size=1, max_size=9), st.randoms(use_true_random=False))
def test_cells_are_the_same_whatever_came_first(rows: list[dict[str, int]], draw: Any) -> None:
    """Added one by one in any order, with some still going, they say what all of them say at once, and what is added up by hand."""
    runs, end = drawn(rows), MARCH + 14_000_000
    whole = merged([cells_of(runs, worth(runs, 0, end), np.ones(len(runs), np.bool_))])
    tally, order = Tally(), list(range(len(runs)))
    draw.shuffle(order)
    left = draw.randrange(len(runs) + 1)
    singly = [runs.only(np.array([at], np.int64)) for at in order]
    told = [cells_of(one, worth(one, 0, end), np.ones(1, np.bool_)) for one in singly]
    for one in told[left:]:
        tally.add(one)
    found = tally.cells(merged(told[:left]))
    assert found.same(whole)
    assert sorted(map(tuple, found.waits.tolist())) == sorted(map(tuple, whole.waits.tolist()))
    _by_hand(whole, runs, end)
    month = int(whole.key("month")[0])
    assert tally.cells(merged(told[:left]), [1, 3], month).same(
        whole.only(np.isin(whole.key("project"), [1, 3]) & (whole.key("month") == month))
    )


def _by_hand(cells: Cells, runs: Runs, end: int) -> None:
    """Run by run and month by month, in plain Python."""
    by_hand: dict[tuple[int, int, int], int] = {}
    for at in range(len(runs)):
        over = end if runs.ended_at[at] == NEVER else max(int(runs.ended_at[at]), int(runs.placed_at[at]))
        for month in range(month_at(int(runs.placed_at[at])), month_at(over) + 1):
            held = min(over, begins_at(month + 1)) - max(int(runs.placed_at[at]), begins_at(month))
            if held or month == month_at(int(runs.placed_at[at])):
                key = (month, int(runs.project[at]), int(runs.place[at]))
                by_hand[key] = by_hand.get(key, 0) + held * int(runs.milli[at])
    keys = zip(cells.key("month").tolist(), cells.key("project").tolist(), cells.key("place").tolist(), strict=True)
    assert dict(zip(keys, cells.sum("held_milli_s").tolist(), strict=True)) == by_hand
    assert (int(cells.sum("runs").sum()), int(cells.sum("jobs").sum())) == (len(runs), len(runs))


@given(
    st.lists(st.tuples(st.sampled_from(["naver", "kt"]), st.integers(0, 10**9), st.integers(0, 10**6), st.integers(-(10**6), 10**6))),
    st.lists(st.tuples(st.sampled_from(PLACES), st.integers(0, 10**9)), max_size=8),
    st.lists(st.tuples(st.sampled_from(["a", "b"]), st.integers(0, 10**9)), max_size=5),
)
def test_books_balance_and_are_the_settlements(
    due: list[tuple[str, int, int, int]], bills: list[tuple[Place, int]], paid: list[tuple[str, int]]
) -> None:
    month = month_at(MARCH)
    settled = [
        Settlement(who, month, (Line("service", "a", won), Line("deduction", "a", -off), Line("correction", "2026-01", late)), 0)
        for who, won, off, late in due
    ]
    entries = journal(month, settled, [Bill("a", *one) for one in bills], paid)
    assert all(sum(won for _, won in entry.lines) == 0 for entry in entries)
    assert all(entry.won > 0 for entry in entries)
    sums = balances(entries)
    assert sum(sums.values()) == 0
    assert sums.get(PROGRAMME, 0) == sum(won for _, won in paid) - sum(one.won for one in settled)
    for operator in ("naver", "kt"):
        earned = sum(one.won for one in settled if one.operator == operator)
        drawn_won = sum(won for place, won in bills if place.operator == operator)
        assert sums.get(Account("operator", operator), 0) == earned - drawn_won


def test_hours_of_a_tariff() -> None:
    prices = hourly_prices(flat_tariff("flat", 100_000), Holidays({}, frozenset({2026})), MARCH, MARCH + 1)
    assert (prices.start_s, len(prices.milli_won), set(prices.milli_won.tolist())) == (MARCH, 24, {100_000})
    two = Prices(0, np.array([100_000, 300_000], np.int64))
    assert two.until(np.array([0, 3_600, 5_400], np.int64)).tolist() == [0, 360_000_000, 900_000_000]


@pytest.mark.parametrize(("values", "median", "most"), [([], None, None), ([5], 5, 5), ([1, 2, 3, 4], 2, 4), (list(range(1, 11)), 5, 9)])
def test_a_quantile_is_a_value_that_was_there(values: list[int], median: int | None, most: int | None) -> None:
    assert (quantile(values, 500), quantile(values, 900)) == (median, most)


def test_waits_are_of_the_first_run_of_a_job_in_the_month_in_which_it_began() -> None:
    """A job that ran twice waited once; one that ran for no second waited too; a run over two months began in the first."""
    runs = runs_of(
        {"job": 1, "submitted_at": MARCH - 2_000, "placed_at": MARCH - 1_000, "started_at": MARCH - 900, "ended_at": MARCH + 500},
        {"job": 1, "submitted_at": MARCH - 2_000, "placed_at": MARCH + 600, "ended_at": MARCH + 700, "first": 0},
        {"job": 2, "submitted_at": MARCH + 10, "placed_at": MARCH + 40, "ended_at": MARCH + 40},
        {"job": 3, "submitted_at": MARCH, "placed_at": MARCH + 5, "started_at": NEVER, "ended_at": MARCH + 9},
    )
    cells = merged([cells_of(runs, worth(runs), np.array([True, False, True, True]))])
    rows = used_by(cells, cells.key("month"), np.zeros(len(cells), np.int64), month_name, whole=False)
    assert [(one.name, one.jobs, one.runs, one.wait_median_s, one.wait_p90_s) for one in rows] == [
        ("2026-02", 1, 1, 1_100, 1_100),
        ("2026-03", 2, 4, 30, 30),
    ]
