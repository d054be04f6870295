"""Settlements: deductions by hand, corrections instead of rewrites, and what a signed one says when it is read again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dure.ledger.access import Access, spans
from dure.ledger.settlement import Line, PoolMonth, Settlement, available_ppm, deduction, read, settled_for, settlement, told

MONTH = 2026 * 12 + 9
HOUR = 3_600_000
WON = st.integers(0, 10**12)


def test_what_was_missed_of_what_was_promised_is_taken_off() -> None:
    """99 % promised, 96.03 % there: 3 % of the promise missed, so 3 % of 2,000,000 won."""
    pool = PoolMonth("north/a", 1_000 * HOUR, 2_000, 2_000_000, 990_000, 960_300)
    assert deduction(pool) == 60_000
    for other in (pool._replace(available_ppm=None), pool._replace(available_ppm=990_000), pool._replace(promised_ppm=None)):
        assert deduction(other) == 0
    one = settlement("naver", MONTH, [pool, PoolMonth("north/b", 5 * HOUR, None, 0)], {})
    assert (one.won, one.open_milli_s) == (1_940_000, 5 * HOUR)
    assert [line.kind for line in one.lines] == ["service", "deduction"]
    unmeasured = settlement("naver", MONTH, [pool._replace(available_ppm=None)], {})
    assert (unmeasured.won, unmeasured.lines[1].available_ppm) == (2_000_000, None)
    assert (available_ppm(1_000, 37), available_ppm(0, 0)) == (963_000, None)


@given(st.lists(WON, min_size=2, max_size=8))
def test_a_signed_month_stays_and_later_ones_make_it_up(worths: list[int]) -> None:
    """A month whose worth changes every month after: what was settled for it follows, and nothing that was signed is touched."""
    signed: list[Settlement] = []
    for at, worth in enumerate(worths):
        pools = [PoolMonth("a", HOUR, 1, worth)] if at == 0 else []
        before = {MONTH: (settled_for(signed, MONTH), worth)} if at else {}
        signed.append(settlement("naver", MONTH + at, pools, before))
        assert settled_for(signed, MONTH) == worth
        assert sum(one.won for one in signed) == worth
        kinds = [line.kind for line in signed[-1].lines]
        assert kinds == (["service"] if at == 0 else ["correction"] if worth != worths[at - 1] else [])
    assert [read(told(one)) for one in signed] == signed


def test_access_counts_who_waits_beside_and_not_in() -> None:
    found = [Access("a", 0, 10, 100), Access("b", 0, 20, 60), Access("c", 0, 30), Access("d", 0)]
    grant, start, whole = spans(found)
    assert (grant.through, grant.waiting, grant.median_s, grant.p90_s) == (3, 1, 20, 30)
    assert (start.through, start.waiting, start.median_s, start.p90_s) == (2, 1, 40, 90)
    assert (whole.through, whole.waiting, whole.median_s, whole.p90_s) == (2, 2, 60, 100)
    assert spans([]) == tuple(one._replace(through=0, waiting=0, median_s=None, p90_s=None) for one in (grant, start, whole))
    assert Line("service", "a", 1).busy_milli_s == 0
