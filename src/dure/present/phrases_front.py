"""Phrases of fronts, ranges, alternatives and values of the purchase plan: key → (English, Korean); and the Korean of their mistakes."""

from __future__ import annotations

FRONT: dict[str, tuple[str, str]] = {}

FRONT_HELP_KO: dict[str, str] = {}

FRONT_ERRORS: tuple[tuple[str, str], ...] = (
    (r"a price path without a year", "연도가 없는 가격 경로입니다"),
    (r"write shares: \{2027: 95%\}", "shares: {2027: 95%}처럼 쓰십시오"),
)

FRONT_KEYS_KO: dict[str, str] = {
    "by year of order, relative to plan.cost.prices: `{2027: 95%, 2028: 110%}`; each holds until the next": (
        "주문 연도별로, plan.cost.prices에 대한 비율: `{2027: 95%, 2028: 110%}`. 다음 연도 전까지 그대로입니다"
    ),
}
