"""Phrases of figures that nobody published, like ones together in one line: key → (English, Korean)."""

from __future__ import annotations

ASSUMED: dict[str, tuple[str, str]] = {
    "assumed.price": ("price of {item} {unit}", "{item} 가격{unit}"),
    "assumed.price_any": ("prices for any model", "모든 기종에 같은 가격"),
    "assumed.machine": ("power and lead time", "전력과 납기"),
    "assumed.catalog": ("{item}", "{item}"),
    "assumed.demand": ("demand, {unit}", "수요, {unit}"),
    "assumed.given": ("given by the scenario, no source", "시나리오에 적힌 값, 출처 없음"),
    "assumed.span.mo": ("{n} {n:month|months}", "{n}개월"),
    "assumed.span.y": ("{n} {n:year|years}", "{n}년"),
    "buy.rule_refuses": ("refuses the plan", "이 규칙으로 불성립"),
    "assumed.whole": (
        "All {n}, each with who assumes it and why",
        "{n}가지 모두, 누가 왜 그렇게 두었는지와 함께",
    ),
}
