"""Phrases of `dure plan risk`: key → (English, Korean); the Korean of its options, keys and errors."""

from __future__ import annotations

RISK: dict[str, tuple[str, str]] = {
    "risk.kind": ("shocks and regret", "충격과 기회손실"),
    "command.plan.risk": (
        "what named shocks do to a purchase plan, and the first orders that hold in all of them",
        "정해진 충격이 구매 계획에 미치는 영향과, 모든 경우에 통하는 첫 주문",
    ),
    "buy.assumed.shock": ("shock {of}", "충격 {of}"),
    "buy.status_short": (
        "{status}: {what} {objective}, bound {bound}, gap {gap}.",
        "{status}: {what} {objective}, 한계값 {bound}, 격차 {gap}.",
    ),
    "risk.stress_only": (
        "The plan as planned under {shocks} {shocks:shock|shocks}.",
        "충격 {shocks}가지마다 계획이 어떻게 되는지 보았습니다.",
    ),
    "risk.lead": (
        "{cases} {cases:case|cases} weighed together. Orders through {last} are the same in all of them: {units} accelerators; "
        "after that each case goes its own way.",
        "{cases}가지 경우를 함께 따졌습니다. {last}까지의 주문은 어느 경우에나 같고(가속기 {units}개), 그 뒤는 경우마다 다릅니다.",
    ),
    "risk.sampled": (
        "The cases are drawn from the probabilities and ranges of the shocks, seed {seed}.",
        "경우들은 충격의 확률과 범위에서 뽑았습니다. 시드 {seed}.",
    ),
    "risk.no_plan": ("{status}: no first orders hold in every case.", "{status}: 모든 경우에 통하는 첫 주문이 없습니다."),
    "risk.weight.served": (
        "weighted accelerator-years served, less what missed rules count,",
        "가중 가속기·년(어긴 규칙의 벌점을 뺌)",
    ),
    "risk.weight.cost": ("cost", "비용"),
    "risk.weight.dependency": (
        "accelerators of the vendor that sells the most, and what missed rules count,",
        "가장 많이 파는 제조사의 가속기 수(어긴 규칙의 벌점을 더함)",
    ),
    "risk.spread.dependency": (
        "On average the vendor that sells the most sells {mean} accelerators; in the worst cases beyond {level} (CVaR) {tail}; in the "
        "worst of all, {case}, {worst}. Missed rules are counted in these figures.",
        "가장 많이 파는 제조사의 가속기는 평균 {mean}개, {level} 수준을 벗어난 나쁜 경우들(CVaR)에서는 {tail}개, "
        "가장 나쁜 경우({case})에는 {worst}개입니다. 어긴 규칙의 벌점이 들어 있습니다.",
    ),
    "risk.rounding": (
        "Whole buying units, first orders and later ones, cost {lost} of the continuous optimum ({share}).",
        "첫 주문과 뒤의 주문을 온전한 구매 단위로 하느라 연속 최적값보다 {lost}({share}) 손해입니다.",
    ),
    "risk.spread.served": (
        "On average it is worth {mean} weighted accelerator-years; in the worst cases beyond {level} (CVaR) {tail}; in the worst of all, "
        "{case}, {worst}.",
        "평균 {mean} 가중 가속기·년, {level} 수준을 벗어난 나쁜 경우들(CVaR)에서는 {tail}, 가장 나쁜 경우({case})에는 {worst}.",
    ),
    "risk.spread.cost": (
        "On average it costs {mean}; in the worst cases beyond {level} (CVaR) {tail}; in the worst of all, {case}, {worst}.",
        "평균 비용 {mean}, {level} 수준을 벗어난 나쁜 경우들(CVaR)에서는 {tail}, 가장 나쁜 경우({case})에는 {worst}.",
    ),
    "risk.plan.base": ("the plan of the base case", "기본 계획"),
    "risk.plan.mean": ("the plan for the mean of all cases", "평균만 보고 세운 계획"),
    "risk.plan.expected": ("the two-stage plan", "2단계 계획"),
    "risk.plan.cautious": (
        "the cautious plan (nine tenths CVaR {level}, one tenth average)",
        "위험회피 계획(CVaR {level} 90%, 평균 10%)",
    ),
    "risk.plan.chosen": ("the plan with {aversion} of caution", "위험회피 {aversion}의 계획"),
    "risk.plan.own": ("the plan made for “{of}”", "‘{of}’에 맞춘 계획"),
    "risk.loses": (
        "First orders of {plan}: lose up to {loss} ({share}), if it is “{case}”.",
        "{plan}의 첫 주문은 ‘{case}’인 경우 최대 {loss}({share})까지 잃습니다.",
    ),
    "risk.never_loses": (
        "First orders of {plan}: never lose more than {loss} ({share}), at most in “{case}”, with later orders continuous.",
        "{plan}의 첫 주문은 뒤의 주문을 연속으로 보면 어느 경우에도 {loss}({share}) 넘게 잃지 않습니다. "
        "가장 많이 잃는 경우는 ‘{case}’입니다.",
    ),
    "risk.loses_nothing": (
        "First orders of {plan}: lose next to nothing in any case.",
        "{plan}의 첫 주문은 어느 경우에도 거의 잃지 않습니다.",
    ),
    "risk.breaks": ("First orders of {plan}: cannot be kept in {cases}.", "{plan}의 첫 주문은 다음 경우에 지킬 수 없습니다: {cases}."),
    "risk.foresight": (
        "To know from the start which case comes would be worth {worth} on average ({share}; expected value of perfect information).",
        "어느 경우가 올지 처음부터 안다면 평균 {worth}({share})만큼 낫습니다(완전정보의 기대가치 EVPI).",
    ),
    "risk.planning": (
        "To plan with the cases instead of their mean is worth {worth} on average ({share}; value of the stochastic solution).",
        "평균 대신 여러 경우를 놓고 계획하면 평균 {worth}({share})만큼 낫습니다(확률적 해의 가치 VSS).",
    ),
    "risk.planning_unknown": (
        "What planning with the cases is worth is not known: first orders made for their mean break a rule of the plan.",
        "여러 경우를 놓고 계획하는 것이 얼마나 나은지는 알 수 없습니다. 평균에 맞춘 첫 주문이 계획의 규칙을 어기기 때문입니다.",
    ),
    "risk.checked": (
        "Independent check: in every case and under every shock every rule holds, but for what is said to give.",
        "독립 검산: 모든 경우와 충격에서, 지키지 못한다고 밝힌 것 말고는 모든 규칙을 지킵니다.",
    ),
    "risk.breached": ("Independent check: BROKEN: {rules}", "독립 검산: 위반 {rules}"),
    "risk.after": ("{shock} (from {begins}).", "{shock}({begins}부터)."),
    "risk.kept_impossible": ("Kept as it is, the plan breaks a rule.", "그대로 두면 계획이 규칙을 어깁니다."),
    "risk.changed_impossible": ("No new orders keep the rules.", "새로 주문해도 규칙을 지킬 수 없습니다."),
    "risk.kept_holds": (
        "Kept as it is, the plan serves {share} of what was planned and is still asked for, and never falls below 95 %.",
        "그대로 두어도 계획했고 여전히 요청되는 작업의 {share:을} 처리하고 95% 아래로 떨어지지 않습니다.",
    ),
    "risk.kept_falls": (
        "Kept as it is, work served falls to {lowest} of the plan in {at} and is back at 95 % in {back}, {step} after the shock; "
        "over the whole plan {share} is served.",
        "그대로 두면 처리하는 작업이 {at}에 계획의 {lowest}까지 떨어지고, 충격 뒤 {step} 만인 {back}에 95%를 되찾습니다. "
        "전체로는 {share} 처리.",
    ),
    "risk.kept_never": (
        "Kept as it is, work served falls to {lowest} of the plan in {at} and never comes back to 95 %; over the whole plan {share} "
        "is served.",
        "그대로 두면 처리하는 작업이 {at}에 계획의 {lowest}까지 떨어지고 95%를 되찾지 못합니다. 전체로는 {share} 처리.",
    ),
    "risk.changed_holds": (
        "With new orders from that day {share} is served, never below 95 %.",
        "그날부터 새로 주문하면 {share:을} 처리하고 95% 아래로 떨어지지 않습니다.",
    ),
    "risk.changed_falls": (
        "With new orders from that day {share} is served; the lowest is {lowest} in {at}, back at 95 % in {back}.",
        "그날부터 새로 주문하면 {share} 처리. 가장 낮을 때는 {at}의 {lowest}, {back}에 95% 회복.",
    ),
    "risk.changed_never": (
        "With new orders from that day {share} is served; the lowest is {lowest} in {at}, and 95 % never comes back.",
        "그날부터 새로 주문하면 {share} 처리. 가장 낮을 때는 {at}의 {lowest}, 95%는 되찾지 못함.",
    ),
    "risk.misses": ("Missed: {rules}.", "지키지 못함: {rules}."),
    "risk.missed_by": ("{rule} by {amount}", "{rule} {amount}만큼"),
    "risk.dark": ("Up to {count} {count:accelerator stands|accelerators stand} dark.", "최대 {count}개의 가속기가 꺼져 있습니다."),
    "risk.missing_running": ("To run all of it {won} is missing.", "모두 돌리려면 운영비 {won:이} 부족합니다."),
    "risk.missing_capex": ("To buy all of it {won} is missing.", "모두 사려면 구매비 {won:이} 부족합니다."),
    "risk.matters": ("Most is lost in {periods}.", "가장 많이 잃는 때: {periods}."),
    "risk.step.4": ("{n} {n:quarter|quarters}", "{n}분기"),
    "risk.step.2": ("{n} {n:half-year|half-years}", "{n}반기"),
    "risk.step.1": ("{n} {n:year|years}", "{n}년"),
    "risk.never": ("never", "없음"),
    "risk.cannot": ("breaks a rule", "규칙 위반"),
    "risk.yes": ("yes", "예"),
    "risk.no": ("NO", "아니요"),
    "risk.shocks": ("What may happen", "일어날 수 있는 일"),
    "risk.stress": ("The plan under each shock", "충격별 계획"),
    "risk.stress_note": (
        "Served, as a share of what was planned and is still asked for; more than 100 % is other work, done on what the shock frees. "
        "Missed: accelerators that the rules ask for and that are not there. Kept: nothing new is ordered, what can no longer be paid is "
        "dropped. New orders: chosen anew from the day the shock begins, knowing it.",
        "계획했고 여전히 요청되는 작업 대비 처리하는 비율. 100%가 넘으면 남는 가속기로 다른 작업을 더 처리한 것입니다. "
        "미달: 규칙이 요구하나 없는 가속기 수. 그대로: 새로 주문하지 않고, 돈이 모자란 주문은 취소. "
        "새 주문: 충격이 시작된 날부터, 충격을 알고 다시 고름.",
    ),
    "risk.cases": ("The recommended plan in each case", "경우별 권고 계획"),
    "risk.cases_note": (
        "Every case in whole buying units, re-verified. Best: what could be had if this case were known from the start, continuous.",
        "모든 경우를 온전한 구매 단위로 풀고 검산했습니다. 최선: 이 경우를 처음부터 알 때 얻을 수 있는 것(연속).",
    ),
    "risk.regret": ("What each plan loses in each case", "계획과 경우별 손실"),
    "risk.regret_note": (
        "First orders in whole buying units; what follows them is continuous here, which flatters every plan alike: the table of cases, "
        "with later orders in whole units too, shows larger losses.",
        "첫 주문은 온전한 구매 단위, 뒤의 주문은 여기서 연속으로 풀었습니다. 모든 계획에 똑같이 유리하며, "
        "뒤의 주문도 온전한 단위로 푼 경우별 표의 손실이 더 큽니다.",
    ),
    "risk.first": ("Orders that are the same in every case", "어느 경우에나 같은 주문"),
    "risk.bought": ("Accelerators bought in each case", "경우별로 사는 가속기"),
    "risk.chart.share": ("served, of what was planned", "계획 대비 처리"),
    "risk.chart.loss": ("lost, of the best in that case", "그 경우의 최선 대비 손실"),
    "risk.chart.stress_alt": (
        "Work served under {shocks} shocks, as a share of the plan; the least is {lowest}.",
        "충격 {shocks}개에서 처리하는 작업의 계획 대비 비율. 가장 낮은 값 {lowest}.",
    ),
    "risk.chart.regret_alt": ("What {plans} plans lose in {cases} cases.", "계획 {plans}개가 경우 {cases}가지에서 잃는 것."),
    "risk.column.shock": ("shock", "충격"),
    "risk.column.begins": ("begins", "시작"),
    "risk.column.ends": ("ends", "끝"),
    "risk.column.mark": ("figure", "수치"),
    "risk.column.said": ("source, or who assumes it and why", "출처, 또는 가정한 사람과 이유"),
    "risk.column.probability": ("probability", "확률"),
    "risk.column.kept": ("kept", "그대로"),
    "risk.column.changed": ("new orders", "새 주문"),
    "risk.column.missed_kept": ("rules missed, kept", "규칙 미달(그대로)"),
    "risk.column.missed_changed": ("rules missed, new orders", "규칙 미달(새 주문)"),
    "risk.column.asked": ("of all asked for then, kept", "그때 요청 전체 대비(그대로)"),
    "risk.column.lowest": ("lowest", "최저"),
    "risk.column.recovery": ("time to recover", "회복까지"),
    "risk.column.missing_running": ("running money missing", "부족한 운영비"),
    "risk.column.missing_capex": ("purchase money missing", "부족한 구매비"),
    "risk.column.case": ("case", "경우"),
    "risk.column.score": ("this plan", "이 계획"),
    "risk.column.best": ("best", "최선"),
    "risk.column.regret": ("lost", "손실"),
    "risk.column.accelerators": ("accelerators", "가속기"),
    "risk.column.missed": ("rules missed by", "규칙 미달"),
    "risk.column.checked": ("checked", "검산"),
    "risk.column.plan": ("first orders of", "첫 주문"),
    "risk.column.most": ("most", "최대"),
    "risk.column.period": ("period", "기간"),
    "risk.column.machine": ("model", "기종"),
    "risk.column.site": ("site", "센터"),
    "risk.column.units": ("buying units", "구매 단위"),
    "risk.column.as_planned": ("base plan", "기본 계획"),
}

RISK_HELP_KO: dict[str, str] = {
    "scenario file with `plan.purchase` and `plan.risk`": "`plan.purchase`와 `plan.risk`를 적은 시나리오 파일",
    "only the plan as planned under each shock by itself": "계획이 충격마다 어떻게 되는지만 봅니다",
    "weigh so many drawn cases instead of those of the scenario": "시나리오의 경우 대신 이만큼 뽑은 경우를 따집니다",
    "seed of the drawn cases; absent = as the scenario says, or 1": "뽑는 시드. 없으면 시나리오대로, 또는 1",
    "level of the CVaR in per cent; absent = as the scenario says": "CVaR의 수준(%). 없으면 시나리오대로",
    "how much the CVaR counts beside the expectation, in per cent; absent = as the scenario says": (
        "기댓값에 견준 CVaR의 비중(%). 없으면 시나리오대로"
    ),
}

RISK_ERRORS: tuple[tuple[str, str], ...] = (
    (r"a shock that changes nothing", "아무것도 바꾸지 않는 충격입니다"),
    (
        r"write price, exchange, memory, deliveries, demand, budget, power or technology",
        "price, exchange, memory, deliveries, demand, budget, power, technology 가운데 하나를 쓰십시오",
    ),
    (r"until is not after from", "until이 from보다 뒤가 아닙니다"),
    (r"write a later day", "더 늦은 날을 쓰십시오"),
    (r"there is no purchase that could go wrong", "충격을 받을 구매 계획이 없습니다"),
    (r"write plan\.purchase", "plan.purchase를 쓰십시오"),
    (r"lies before the first order", "첫 주문보다 앞섭니다"),
    (r"lies after the last order", "마지막 주문보다 뒤입니다"),
    (r"write a day within the plan", "계획 기간 안의 날을 쓰십시오"),
    (r"cases are drawn and named at once", "경우를 뽑으면서 이름으로도 적었습니다"),
    (r"keep sample or joint", "sample이나 joint 가운데 하나만 두십시오"),
    (r"the probabilities together are (\S+)%", r"확률의 합이 \1%입니다"),
    (r"leave what is planned its part of 100%", "합이 100%를 넘지 않게 하십시오"),
    (r"no shock has a probability", "확률이 있는 충격이 없습니다"),
    (r"write one, such as 10%", "10%처럼 하나를 쓰십시오"),
    (r"there is no shock `(.+)`", r"`\1`: 그런 충격이 없습니다"),
    (r"there is no class of demand `(.+)`", r"`\1`: 그런 작업 종류가 demand에 없습니다"),
    (r"`(.+)` is there already", r"`\1`: 이미 있습니다"),
    (r"give the new machine another name", "새 기종에 다른 이름을 주십시오"),
    (r"the scenario names no shocks", "시나리오에 충격이 없습니다"),
    (r"write `plan:` with `risk:`", "`plan:` 아래에 `risk:`를 쓰십시오"),
    (r"begins after everything is over", "모든 것이 끝난 뒤에 시작합니다"),
    (r"write an earlier day", "더 이른 날을 쓰십시오"),
    (
        r"write a vendor, origin, model or name of plan\.purchase\.machines",
        "제조사, 계열, 기종이나 plan.purchase.machines의 이름을 쓰십시오",
    ),
)

RISK_KEYS_KO: dict[str, str] = {
    "factor: 1.2 = a fifth more, 0.5 = half": "배수. 1.2 = 20% 더, 0.5 = 절반",
    "how much of the price of a buying unit it is": "구매 단위 값에서 차지하는 비율",
    "so much later": "늦어지는 기간",
    "name of the new machine": "새 기종의 이름",
    "times the speed of that one, in every class it serves": "그 기종 상대 성능의 배수. 처리하는 모든 작업에",
    "times its price": "그 기종 가격의 배수",
    "names of shocks, in the order in which they are put in": "충격의 이름. 넣는 순서대로",
    "how likely they are together": "함께 일어날 확률",
    "how many": "수",
    "orders before this day are the same in every case; from then on it is known which case holds": (
        "이날 앞의 주문은 어느 경우에나 같습니다. 그 뒤로는 어느 경우인지 압니다"
    ),
    "what may happen": "일어날 수 있는 일",
}
