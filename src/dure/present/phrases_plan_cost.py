"""Phrases of `dure plan cost`: key → (English, Korean)."""

from __future__ import annotations

PLAN_COST: dict[str, tuple[str, str]] = {
    "command.plan.cost": (
        "what a purchase plan costs by year, site, model, accelerator-hour, used hour and unit of work",
        "구매 계획의 비용: 연도, 센터, 기종, 가속기시간, 사용 시간, 작업 단위별",
    ),
    "plan_cost.kind": ("cost of a purchase plan", "구매 계획의 비용"),
    "plan_cost.lead": (
        "{won} over the whole life of {n} {n:accelerator|accelerators}: {each} each, with interest, tax and residual value.",
        "가속기 {n}개의 수명 전체 비용 {won}. 이자, 세금, 잔존가치를 넣어 하나에 {each}.",
    ),
    "plan_cost.hours": (
        "In the years with demand ({years}) an accelerator-hour costs {hour}, a used one {used}, "
        "a reference accelerator-hour of work {work}.",
        "수요가 있는 해({years})에 가속기시간 하나는 {hour}, 사용한 가속기시간은 {used}, 일한 기준 가속기시간은 {work}.",
    ),
    "plan_cost.lines": (
        "Of it interest {financing}, residual value {residual}, value added tax {vat}.",
        "그 가운데 이자 {financing}, 잔존가치 {residual}, 부가가치세 {vat}.",
    ),
    "plan_cost.bridge": (
        "{paid} are paid for purchase and running, people ({people}) among it: what `dure plan run` and `dure plan front` count. "
        "With interest ({financing}) and residual value ({residual}): {won}.",
        "구매와 운영 지출은 {paid}, 그 가운데 인건비 {people}: `dure plan run`과 `dure plan front`가 세는 금액입니다. "
        "이자({financing})와 잔존가치({residual})를 넣으면 {won}.",
    ),
    "plan_cost.exchange_says": (
        "{won} hang on {currency} at {rate} won: 10 % of the rate is {tenth}.",
        "{won:이} {currency} 환율({rate}원)의 영향을 받습니다. 환율이 10% 움직이면 {tenth}.",
    ),
    "plan_cost.no_exchange": (
        "Every price is in {currency}: no exchange rate enters.",
        "모든 가격이 {currency}이므로 환율이 들어가지 않습니다.",
    ),
    "plan_cost.refused": (
        "The plan is refused by {by}: this is what it would cost.",
        "이 계획은 {by:으로} 성립하지 않습니다. 아래는 그대로 했을 때의 비용입니다.",
    ),
    "plan_cost.no_years": ("none", "없음"),
    "plan_cost.units": ("What each costs", "단위별 비용"),
    "plan_cost.units_note": (
        "Hours and work of the years with demand ({years}), with the cost of those years; the rest of the life stands by year below.",
        "시간과 작업은 수요가 있는 해({years})의 것이며 그 해의 비용으로 나눕니다. 나머지 수명의 비용은 아래 연도별 표에 있습니다.",
    ),
    "plan_cost.cost_years": ("Cost of each year, assets as equal payments", "연도별 비용(자산은 균등 상환)"),
    "plan_cost.cost_years_note": (
        "What each year costs: assets over their life from the month they enter service, interest apart, "
        "less a level credit for their residual value.",
        "해마다 드는 비용입니다. 자산은 가동을 시작한 달부터 수명에 걸쳐 나누고, 이자는 따로, 잔존가치는 고르게 뺍니다.",
    ),
    "plan_cost.cash_years": ("Money as it leaves", "현금 지출"),
    "plan_cost.cash_years_note": (
        "Assets in the year in which they are ordered, as in `dure plan run`; residual values when their life ends, no interest.",
        "자산은 `dure plan run`과 같이 주문한 해에, 잔존가치는 수명이 끝날 때 계산하며 이자는 없습니다.",
    ),
    "plan_cost.exchange": ("What hangs on exchange rates", "환율의 영향을 받는 금액"),
    "plan_cost.level": ("of", "단위"),
    "plan_cost.level.plan": ("plan", "계획"),
    "plan_cost.level.site": ("site", "센터"),
    "plan_cost.level.model": ("model", "기종"),
    "plan_cost.name": ("name", "이름"),
    "plan_cost.total": ("whole life", "수명 전체"),
    "plan_cost.accelerator": ("per\naccelerator", "가속기\n하나"),
    "plan_cost.hour": ("accelerator-\nhour", "가속기\n시간"),
    "plan_cost.used": ("used\nhour", "사용\n시간"),
    "plan_cost.work": ("reference\nhour of work", "일한 기준\n가속기시간"),
    "plan_cost.machines": ("machines,\nsite", "장비·\n시설"),
    "plan_cost.electricity": ("electricity", "전기요금"),
    "plan_cost.labour": ("people", "인건비"),
    "plan_cost.upkeep": ("software,\nupkeep", "소프트웨어·\n유지"),
    "plan_cost.financing": ("interest", "이자"),
    "plan_cost.residual": ("residual\nvalue", "잔존\n가치"),
    "plan_cost.vat": ("tax", "부가세"),
    "plan_cost.sum": ("total", "계"),
    "plan_cost.currency": ("currency", "통화"),
    "plan_cost.rate": ("won", "원"),
    "plan_cost.hangs": ("hangs on it", "영향받는 금액"),
    "plan_cost.tenth": ("10 % of the rate", "환율 10%"),
}

PLAN_COST_HELP_KO: dict[str, str] = {}
