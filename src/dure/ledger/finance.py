"""Money and time: what a sum today costs in equal payments, what falls due on a loan. Exact fractions; who enters them rounds.

A rate is parts per million a year, charged in equal parts in each period: 5 % paid monthly is 5/12 % a month. Payments fall due at the end
of their period.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from dure.model.units import MICRO


@lru_cache(maxsize=4096)
def growth(rate_ppm: int, periods: int, per_year: int = 1) -> Fraction:
    """What 1 grows to over the periods."""
    return (1 + Fraction(rate_ppm, MICRO * per_year)) ** periods


def annuity_factor(rate_ppm: int, periods: int, per_year: int = 1) -> Fraction:
    """What payments of 1 at the end of each of the periods are worth today; at least one period."""
    assert periods > 0, "an annuity has at least one payment"
    if not rate_ppm:
        return Fraction(periods)
    return (1 - 1 / growth(rate_ppm, periods, per_year)) / Fraction(rate_ppm, MICRO * per_year)


def annuity(principal: int | Fraction, rate_ppm: int, periods: int, per_year: int = 1) -> Fraction:
    """The equal payment at the end of each period that pays the principal back with interest."""
    return principal / annuity_factor(rate_ppm, periods, per_year)


@lru_cache(maxsize=65536)
def repaid_share(rate_ppm: int, periods: int, paid: int, per_year: int = 1) -> Fraction:
    """The part of the principal that `paid` of the equal payments have paid back: 0 before the first, 1 after the last."""
    if not rate_ppm:
        return Fraction(paid, periods)
    return (growth(rate_ppm, paid, per_year) - 1) / (growth(rate_ppm, periods, per_year) - 1)


def loan_due(rate_ppm: int, years: int, grace: int, since: int, *, level: bool = False) -> tuple[Fraction, Fraction]:
    """Interest and principal that fall due on 1 borrowed `since` years ago: yearly, the principal in the years after the grace."""
    assert 0 <= grace < years, "something is paid back"
    if not 1 <= since <= years:
        return Fraction(0), Fraction(0)
    count, paid = years - grace, max(0, since - grace - 1)
    before = repaid_share(rate_ppm, count, paid) if level else Fraction(paid, count)
    after = before
    if since > grace:
        after = repaid_share(rate_ppm, count, paid + 1) if level else Fraction(paid + 1, count)
    return (1 - before) * Fraction(rate_ppm, MICRO), after - before


def sinking_fund(sum_at_end: int | Fraction, rate_ppm: int, periods: int, per_year: int = 1) -> Fraction:
    """The equal payment at the end of each period that has grown to the sum when the last one is made."""
    return annuity(sum_at_end / growth(rate_ppm, periods, per_year), rate_ppm, periods, per_year)
