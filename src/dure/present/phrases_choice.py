"""Phrases that say how far the figures of risk, values, ranges and differences carry: key → (English, Korean)."""

from __future__ import annotations

CHOICE: dict[str, tuple[str, str]] = {
    "risk.too_close": (
        "That is less than the gap of {gap}: too close to tell.",
        "증명된 격차 {gap}보다 작아 실제 차이인지 알 수 없습니다.",
    ),
    "risk.loses_whole": (
        "With later orders in whole buying units too, as in the table of cases, it loses up to {loss}, if it is “{case}”.",
        "경우별 표처럼 뒤의 주문도 온전한 구매 단위로 하면 ‘{case}’인 경우 최대 {loss:을} 잃습니다.",
    ),
    "risk.chosen_for": (
        "The choice is by the average that is weighed, not by the largest loss: {other} loses less at worst ({loss}) than {plan}.",
        "선택 기준은 가장 큰 손실이 아니라 경우들의 평균입니다. 최악의 손실은 {other:이} {loss:으로} {plan}보다 작습니다.",
    ),
    "risk.choice_close": (
        "Held against {plans}, it differs by no more than {most}, less than the gap of {gap}: which is best is too close to tell.",
        "{plans}과의 차이는 {most} 이하로 증명된 격차 {gap}보다 작습니다. 어느 것이 가장 나은지는 알 수 없습니다.",
    ),
    "risk.restores": (
        "New orders also restore {n} of the {before} accelerators by which rules are missed otherwise.",
        "그대로 두면 규칙에 {before}개 모자라는 가속기 가운데 {n}개를 새 주문으로 채웁니다.",
    ),
    "risk.of_asked": (
        "More than 100 % is other work, done on accelerators that the shock frees: {now} of all that is asked for then, {was} as planned.",
        "100%가 넘는 것은 남는 가속기로 다른 작업을 더 처리하기 때문입니다. 그때 요청 전체의 {now} 처리(계획 {was}).",
    ),
    "values.step_count": ("{n} accelerators more room in {rule}", "{rule} 한도 {n}개 더"),
    "values.step_fewer": ("{n} accelerators fewer asked for in {rule}", "{rule} 하한 {n}개 덜"),
    "values.step_supply": ("{n} accelerators more in each period of {rule}", "{rule} 기간마다 {n}개 더"),
    "values.step_least": ("one percentage point less that must be served of {work}", "{work} 의무 처리 비율 1%포인트 덜"),
    "values.slack": ("These do not bind, more of them is worth nothing: {steps}.", "여유가 있어 늘려도 얻는 것이 없는 것: {steps}."),
    "values.hidden": ("within the gap (± {by})", "격차 안(± {by})"),
    "values.of_work": (
        "Measured in work served: this plan is asked for the least dependency on one vendor, which `dure plan run` weighs.",
        "처리한 작업으로 잰 값입니다. 이 계획의 목적인 제조사 의존도는 `dure plan run`이 다룹니다.",
    ),
    "values.of_won": (
        "This plan is asked for at least cost: each figure is by how much the cheapest plan, solved again, costs more (+) or less (−).",
        "이 계획의 목적은 최소 비용입니다. 수치마다 다시 푼 최저 비용 계획이 얼마나 더(+) 또는 덜(−) 드는지 보입니다.",
    ),
    "values.lead_cost": (
        "Held against the cheapest plan, {won} over the whole life, proven within {gap}.",
        "수명 전체에 {won:이} 드는 최저 비용 계획(격차 {gap} 안에서 증명됨)과 견줍니다.",
    ),
    "choice.values_cost_said": ("What one more changes of the least cost", "한 단위를 늘릴 때 최저 비용의 변화"),
    "choice.axis_cost_small": ("billion won over the whole life", "수명 전체의 비용, 억 원"),
    "choice.axis_tornado_cost": ("change of what the cheapest plan costs, solved again", "다시 푼 최저 비용 계획의 비용 변화"),
    "choice.alt_tornado_cost": (
        "For each assumed figure, what the cheapest plan costs at its lowest and highest against now.",
        "가정마다 최저와 최고에서 최저 비용 계획의 비용을 지금과 견줌.",
    ),
    "choice.column.best_won_low": ("cheapest plan, lowest", "최저 비용 계획(최저)"),
    "choice.column.best_won_high": ("cheapest plan, highest", "최저 비용 계획(최고)"),
    "ranges.one_cost": (
        "{what} ({range}): the cheapest plan costs {low} … {high}; "
        "the plan as it is serves {kept_low} … {kept_high} and costs {won_low} … {won_high}.",
        "{what} ({range}): 최저 비용 계획의 비용 {low} … {high}, "
        "고정 계획의 작업 {kept_low} … {kept_high}, 그 비용 {won_low} … {won_high}.",
    ),
    "ranges.by_cost": (
        "The plan is asked for at least cost: ordered and drawn by how far the cost of the cheapest plan, solved again, moves; "
        "what the plan as it is costs then stands beside it.",
        "이 계획의 목적은 최소 비용이므로 다시 푼 최저 비용 계획의 비용이 움직이는 순서로 보입니다. 고정 계획의 비용은 그 옆에 있습니다.",
    ),
    "ranges.not_moved.demand_usable": (
        "Not moved here: demand and the usable share, which have no range. `range` on a class of demand and `usable_range` give them one.",
        "수요와 가동분 가운데 일하는 비율은 범위가 없어 움직이지 않았습니다. 수요의 `range`와 `usable_range`로 범위를 줍니다.",
    ),
    "ranges.not_moved.demand": (
        "Not moved here: demand, which has no range. `range` on a class of demand gives it one.",
        "수요는 범위가 없어 움직이지 않았습니다. 수요의 `range`로 범위를 줍니다.",
    ),
    "ranges.not_moved.usable": (
        "Not moved here: the usable share, which has no range. `usable_range` gives it one.",
        "가동분 가운데 일하는 비율은 범위가 없어 움직이지 않았습니다. `usable_range`로 범위를 줍니다.",
    ),
}
