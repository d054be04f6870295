"""Known answers of the planner: bills worked by hand, published cost models, and the rule that guards the grid."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

from dure.cli.known_answers import Answer, Bench, KnownAnswer, Ours
from dure.cli.validation_funding import funding_rows

if TYPE_CHECKING:
    from dure.ledger.cost import Stack
    from dure.ledger.tariffs import Bill

KEPCO = ("KEPCO tariff tables, flat 400 kW, worked by hand", "한국전력 요금표, 일정 부하 400kW, 손으로 계산")
HAMILTON = (
    "James Hamilton, overall data center costs, 2010; compared as printed",
    "James Hamilton, 데이터센터 총비용, 2010. 인쇄된 자릿수로 비교",
)
GRID = "kr-grid-impact"

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
    return KnownAnswer(id_, what, published, unit, 0, KEPCO, _billed(tariff, month, of), reference="by hand")


def _hamilton(bench: Bench) -> Stack:
    """A month of James Hamilton's data centre of 2010, in cents; what the facility costs is split into power and cooling, and the rest."""
    from decimal import Decimal

    from dure.ledger.cost import Asset, CostTerms, Running, annual
    from dure.model.deals import Price

    def usd(amount: str, per: str) -> Price:
        return Price(Decimal(amount), "USD", per, "none", "published", HAMILTON[0])

    def make() -> Stack:
        terms = CostTerms(finance_ppm=50_000, vat_ppm=0, finance_mark="published", currency="USD")
        kwh_year = 8_000 * 8 * 145 * 365 * 24 // 1_000
        entries = (
            Asset("servers", "", "", 45_978, usd("1450", "server"), 0, 36),
            Asset("fabric", "", "", 1, usd("12800000", "server"), 0, 48),
            Asset("site", "", "", 82, usd("720000", "hundredth"), 0, 120, part="power and cooling"),
            Asset("site", "", "", 18, usd("720000", "hundredth"), 0, 120, part="other"),
            Running("electricity", "", "", kwh_year, usd("0.07", "kwh_year"), 0, 12),
        )
        return annual(entries, terms, monthly=True).within([0])

    made: Stack = bench.once("hamilton", make)
    return made


_LINES = {
    "servers": (("servers", ""), ("servers", "서버"), 1_998_103, 57),
    "network": (("fabric", ""), ("network", "네트워크"), 294_775, 8),
    "facility": (("site", "power and cooling"), ("power and cooling plant", "전력·냉각 설비"), 626_211, 18),
    "other": (("site", "other"), ("other facility", "기타 시설"), 137_461, 4),
    "power": (("electricity", ""), ("electricity", "전기요금"), 474_208, 13),
}


def _p5() -> list[KnownAnswer]:
    """Dollars and per cent are compared as printed: to the dollar and to the point."""
    rows: list[KnownAnswer] = []
    for name, (key, (english, korean), dollars, share) in _LINES.items():
        rows += [
            _cost(
                f"P5.{name}",
                (f"{english}, a month", f"{korean}, 한 달"),
                dollars,
                "USD",
                _amount(key),
                100,
            ),
            _cost(
                f"P5.{name}.share",
                (f"{english}, share", f"{korean}, 비중"),
                share,
                "%",
                _share_ppm(key),
                10_000,
            ),
        ]
    return [*rows, _cost("P5.total", ("all of it, a month", "합계, 한 달"), 3_530_757, "USD", lambda stack: stack.total, 100)]


def _amount(key: tuple[str, str]) -> Callable[[Stack], int]:
    return lambda stack: stack.by("of", "part")[key]


def _share_ppm(key: tuple[str, str]) -> Callable[[Stack], int]:
    return lambda stack: stack.shares_ppm("of", "part")[key]


def _cost(id_: str, what: tuple[str, str], published: int, unit: str, of: Callable[[Stack], int], scale: int) -> KnownAnswer:
    from dure.model.units import round_div

    return KnownAnswer(id_, what, published, unit, 0, HAMILTON, lambda bench: Ours(float(round_div(of(_hamilton(bench)), scale))))


def _p6() -> list[KnownAnswer]:
    def ours(_bench: Bench) -> Ours:
        from dure.ledger.finance import annuity

        return Ours(round(annuity(2_000_000, 100_000, 25) / 1_000) / 1_000)

    what = ("2 M at 10 % over 25 years, a year", "2백만, 연 10%, 25년, 한 해")
    return [
        KnownAnswer(
            "P6.annuity",
            what,
            0.220,
            "M",
            0,
            ("closed form of the annuity, to three digits as printed", "연금 공식, 인쇄된 소수 셋째 자리까지"),
            ours,
            reference="closed form",
        )
    ]


def _p12() -> list[KnownAnswer]:
    """Yes is 1, no is 0."""

    def needed(standing_kw: int, added_kw: int) -> Answer:
        def ours(_bench: Bench) -> Ours:
            from dure.adapters.tariff_tables import load_grid_rules
            from dure.ledger.grid import needs_assessment

            return Ours(float(needs_assessment(load_grid_rules()[GRID], standing_kw * 1_000, added_kw * 1_000)))

        return ours

    def passed(points_milli: tuple[int, int, int]) -> Answer:
        def ours(_bench: Bench) -> Ours:
            from dure.adapters.tariff_tables import load_grid_rules
            from dure.ledger.grid import assess

            rule = load_grid_rules()[GRID]
            return Ours(float(assess(rule, dict(zip(rule.points_milli, points_milli, strict=True)), True).passed))

        return ours

    source = (
        "Korean grid impact assessment: 10 MW at one place, 70 of 60 + 20 + 20 points; yes is 1, no is 0",
        "전력계통영향평가 제도: 10MW 이상이 대상, 100점 가운데 70점이 통과",
    )
    rows: tuple[tuple[str, tuple[str, str], int, Answer], ...] = (
        ("below", ("9.9 MW needs it", "9.9MW가 대상인가"), 0, needed(0, 9_900)),
        ("together", ("9.8 + 0.2 MW needs it", "9.8 + 0.2MW가 대상인가"), 1, needed(9_800, 200)),
        ("fails", ("69.9 points pass", "69.9점이 통과하는가"), 0, passed((45_000, 12_500, 12_400))),
        ("passes", ("70 points pass", "70점이 통과하는가"), 1, passed((45_000, 12_500, 12_500))),
    )
    return [
        KnownAnswer(f"P12.{name}", what, expected, "", 0, source, ours, kind="absolute", reference="by hand")
        for name, what, expected, ours in rows
    ]


def plan_rows() -> tuple[KnownAnswer, ...]:
    """Rows of the planner that exist so far."""
    return (*_p1(), *_p2(), *_p5(), *_p6(), *funding_rows(), *_p12())
