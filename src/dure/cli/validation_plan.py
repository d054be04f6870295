"""Known answers of the planner: bills worked by hand, published cost models, and the rule that guards the grid."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

from dure.cli.known_answers import Answer, Bench, KnownAnswer, Ours

if TYPE_CHECKING:
    from dure.ledger.tariffs import Bill

KEPCO = "KEPCO tariff tables, flat 400 kW, worked by hand"

Of = Callable[["Bill"], int]


def _bill(bench: Bench, tariff: str, month: dt.date) -> Bill:
    """The bill of a flat 400 kW over one month."""
    from dure.adapters.tariff_tables import load_holidays, load_tariffs
    from dure.ledger.tariffs import bills, load_from

    def make() -> Bill:
        days = calendar.monthrange(month.year, month.month)[1]
        (found,) = bills(load_from(month, [400_000] * 24 * days), load_tariffs()[tariff], load_holidays())
        return found

    made: Bill = bench.once(f"bill {tariff} {month}", make)
    return made


def _billed(tariff: str, month: dt.date, of: Of) -> Answer:
    return lambda bench: Ours(float(of(_bill(bench, tariff, month))))


def _p1() -> list[KnownAnswer]:
    month = dt.date(2023, 7, 1)
    rows: list[tuple[str, tuple[str, str], int, str, Of]] = [
        ("light", ("light load", "경부하"), 152_000, "kWh", lambda bill: bill.wh_by_band["light"] // 1000),
        ("mid", ("mid load", "중간부하"), 95_200, "kWh", lambda bill: bill.wh_by_band["mid"] // 1000),
        ("peak", ("peak load", "최대부하"), 50_400, "kWh", lambda bill: bill.wh_by_band["peak"] // 1000),
        ("energy", ("energy charge", "전력량요금"), 39_457_360, "won", lambda bill: bill.energy_won),
        ("demand", ("demand charge", "기본요금"), 2_888_000, "won", lambda bill: bill.demand_won),
    ]
    return [_kepco(f"P1.{name}", _july(what), published, unit, "general-b-high-a-1", month, of) for name, what, published, unit, of in rows]


def _p2() -> list[KnownAnswer]:
    july, december = dt.date(2023, 7, 1), dt.date(2023, 12, 1)
    what = ("energy charge", "전력량요금"), ("demand charge", "기본요금")
    winter = ("energy charge with Christmas, December 2023", "전력량요금, 성탄절이 든 2023년 12월")
    return [
        _kepco("P2.energy", _july(what[0]), 39_116_320, "won", "general-b-high-b-2", july, lambda bill: bill.energy_won),
        _kepco("P2.demand", _july(what[1]), 2_952_000, "won", "general-b-high-b-2", july, lambda bill: bill.demand_won),
        _kepco("P2.winter", winter, 38_914_480, "won", "general-b-high-a-1", december, lambda bill: bill.energy_won),
    ]


def _july(what: tuple[str, str]) -> tuple[str, str]:
    return f"{what[0]}, July 2023", f"{what[1]}, 2023년 7월"


def _kepco(id_: str, what: tuple[str, str], published: int, unit: str, tariff: str, month: dt.date, of: Of) -> KnownAnswer:
    return KnownAnswer(id_, what, published, unit, 0, KEPCO, _billed(tariff, month, of))


def plan_rows() -> tuple[KnownAnswer, ...]:
    """Rows of the planner that exist so far."""
    return (*_p1(), *_p2())
