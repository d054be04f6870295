"""Phrases of fronts, ranges, alternatives and values of the purchase plan: key → (English, Korean); and the Korean of their mistakes."""

from __future__ import annotations

FRONT: dict[str, tuple[str, str]] = {
    "command.plan.front": (
        "Pareto fronts: what cost and what dependency on one vendor buy in served work",
        "파레토 전선: 비용과 한 제조사 의존도에 따라 처리하는 작업이 어떻게 달라지는지",
    ),
    "command.plan.ranges": (
        "how far the plan moves over the ranges of what is assumed",
        "가정한 값이 범위 안에서 달라질 때 계획이 얼마나 움직이는지",
    ),
    "command.plan.alternatives": (
        "plans that serve nearly as much for nearly the same won, from other vendors",
        "거의 같은 돈으로 거의 같은 작업을 처리하되 제조사가 다른 계획",
    ),
    "command.plan.values": (
        "what one more won, megawatt, month or percentage point is worth",
        "1원, 1MW, 한 달, 1%포인트를 더하면 얻는 것",
    ),
    "choice.front": ("Pareto fronts", "파레토 전선"),
    "choice.ranges": ("movement over assumed ranges", "가정 범위에 따른 움직임"),
    "choice.alternatives": ("near-optimal alternatives", "최적에 가까운 대안"),
    "choice.values": ("what one more is worth", "한계가치"),
    "choice.none": (
        "No plan keeps every rule: `dure plan run` says why.",
        "모든 규칙을 지키는 계획이 없습니다. 이유는 `dure plan run`에서 봅니다.",
    ),
    "choice.unfunded": (
        "Nobody pays to run any plan of these rules (opex_funded): what follows holds as if running were paid for.",
        "이 규칙으로는 어떤 계획도 운영비 재원이 없습니다(opex_funded). 아래는 운영비가 마련된다고 볼 때의 답입니다.",
    ),
    "choice.tens": ("Each ten points less of the largest vendor", "최대 제조사 비중을 10%포인트씩 낮추면"),
    "choice.transfers": ("Ten points from one to another", "10%포인트를 다른 쪽으로 옮기면"),
    "choice.front_cost": ("Cost against served work", "비용과 처리하는 작업"),
    "choice.front_dependency": ("Largest vendor's share against served work", "최대 제조사 비중과 처리하는 작업"),
    "choice.mix_cost": ("From whom it is bought: share of the accelerators, by cost", "제조사 구성: 비용에 따른 가속기 비중"),
    "choice.mix_dependency": (
        "From whom it is bought: share of the accelerators, by largest share",
        "제조사 구성: 최대 제조사 비중에 따른 가속기 비중",
    ),
    "choice.work_cost": ("By kind of work: share served of what is asked for, by cost", "작업 종류별: 비용에 따른 요청 대비 처리 비율"),
    "choice.work_dependency": (
        "By kind of work: share served of what is asked for, by largest share",
        "작업 종류별: 최대 제조사 비중에 따른 요청 대비 처리 비율",
    ),
    "choice.axis_cost": ("trillion won over the whole life", "수명 전체의 비용, 조 원"),
    "choice.axis_dependency": ("largest vendor's share of accelerators", "최대 제조사가 차지하는 가속기 비중"),
    "choice.axis_worth": ("weighted accelerator-years served", "처리한 가중 가속기·년"),
    "choice.axis_tornado": ("change of the work that the best plan serves", "최적 계획이 처리하는 작업의 변화"),
    "choice.alt_cost": (
        "Each plan by what it costs and what it serves; grey reaches up to what no plan passes.",
        "계획마다 비용과 처리량. 회색은 어떤 계획도 넘지 못하는 한계까지입니다.",
    ),
    "choice.alt_dependency": (
        "Each plan by its largest vendor's share and what it serves; grey reaches up to what no plan passes.",
        "계획마다 최대 제조사 비중과 처리량. 회색은 어떤 계획도 넘지 못하는 한계까지입니다.",
    ),
    "choice.alt_mixes": ("Accelerators by vendor in the best plan and in each alternative.", "최적 계획과 대안의 제조사별 가속기 수."),
    "choice.alt_tornado": (
        "For each assumed figure, what the best plan serves at its lowest and highest against now.",
        "가정마다 최저와 최고에서 최적 계획의 처리량을 지금과 비교.",
    ),
    "choice.best": ("best plan", "최적 계획"),
    "choice.nth": ("alternative {n}", "대안 {n}"),
    "choice.same": ("the same vendors", "제조사 그대로"),
    "choice.mixes": ("Accelerators by vendor", "제조사별 가속기"),
    "choice.rooms": ("Fewest and most of each vendor within the slack", "여유 안에서 제조사별 최소와 최대"),
    "choice.alternatives_said": ("What changes", "달라지는 것"),
    "choice.values_said": ("What one more is worth, in weighted accelerator-years", "한계가치(가중 가속기·년)"),
    "choice.worths": ("Four answers to what one more is worth", "네 가지 방법으로 구한 한계가치"),
    "choice.ranges_said": ("What moves the plan most", "계획을 가장 많이 움직이는 가정"),
    "choice.tornado": ("Movement over assumed ranges", "가정 범위에 따른 움직임"),
    "choice.column.won": ("won over life", "수명 전체 비용"),
    "choice.column.worth": ("served", "처리량"),
    "choice.column.bound": ("no plan passes", "한계값"),
    "choice.column.gap": ("gap", "격차"),
    "choice.column.largest": ("largest vendor", "최대 제조사"),
    "choice.column.hhi": ("HHI", "HHI"),
    "choice.column.accelerators": ("accelerators", "가속기"),
    "choice.column.share": ("largest share", "최대 비중"),
    "choice.column.plan": ("plan", "계획"),
    "choice.column.vendor": ("vendor", "제조사"),
    "choice.column.least": ("fewest", "최소"),
    "choice.column.best": ("best plan", "최적 계획"),
    "choice.column.most": ("most", "최대"),
    "choice.column.step": ("one more", "늘리는 것"),
    "choice.column.relaxed": ("solved again, continuous", "다시 풂(연속)"),
    "choice.column.dual": ("dual", "쌍대값"),
    "choice.column.fixed": ("dual, orders fixed", "쌍대값(주문 고정)"),
    "choice.column.whole": ("solved again, whole units", "다시 풂(정수)"),
    "choice.column.lowest": ("at least", "하한"),
    "choice.column.highest": ("at most", "상한"),
    "choice.column.figure": ("assumed", "가정"),
    "choice.column.range": ("range", "범위"),
    "choice.column.best_low": ("best plan, lowest", "최적 계획(최저)"),
    "choice.column.best_high": ("best plan, highest", "최적 계획(최고)"),
    "choice.column.kept_low": ("fixed plan, lowest", "고정 계획(최저)"),
    "choice.column.kept_high": ("fixed plan, highest", "고정 계획(최고)"),
    "choice.column.won_low": ("its won, lowest", "그 비용(최저)"),
    "choice.column.won_high": ("its won, highest", "그 비용(최고)"),
    "front.cost": (
        "Cost against work, {n} plans: from {low}, which serve {least} weighted accelerator-years, to {high}, which serve {most}.",
        "비용 대 처리량, 계획 {n}개: {low}에 가중 가속기·년 {least}부터 {high}에 {most}까지.",
    ),
    "front.dependency": (
        "Dependency against work, {n} plans: from {high} {vendor} down to {low} of the largest vendor; the work served changes by {less}.",
        "의존도 대 처리량, 계획 {n}개: {vendor} {high}에서 최대 제조사 {low}까지 낮추면 처리량이 {less} 달라집니다.",
    ),
    "front.none_below": (
        "Below {share} of the largest vendor no plan keeps the other rules.",
        "최대 제조사 비중이 {share}보다 낮으면 나머지 규칙을 지키는 계획이 없습니다.",
    ),
    "front.proven": (
        "Every point is proven within {gap} of what no plan passes; {tried} ceilings tried, {dropped} plans that others beat left out. "
        "Independent check: {checked}.",
        "모든 점은 어떤 계획도 넘지 못하는 한계의 {gap} 이내로 증명되었습니다. 한도 {tried}개를 풀어, "
        "다른 계획보다 못한 {dropped}개는 뺐습니다. 독립 검산: {checked}.",
    ),
    "front.late": (
        "Time ran out under {late} {late:ceiling|ceilings} with a wider gap than was asked for, under {lost} without any plan: "
        "--seconds gives more.",
        "한도 {late}개는 시간이 모자라 요청한 격차보다 넓고, {lost}개는 계획을 찾지 못했습니다. --seconds로 시간을 늘리십시오.",
    ),
    "front.broken": ("BROKEN in {n} {n:plan|plans}", "계획 {n}개에서 위반"),
    "front.aside": (
        "For dependency the ranges of vendors are set aside ({rules}); --keep-shares keeps them.",
        "의존도 전선에서는 제조사 비중 규칙({rules:을}) 적용하지 않았습니다. --keep-shares를 쓰면 적용합니다.",
    ),
    "front.ten": (
        "From {high} to {low}: {change} of the work ({works}), by the continuous relaxation.",
        "{high}에서 {low}까지: 처리량 {change} ({works}). 연속 완화 문제 기준.",
    ),
    "front.transfer": (
        "Ten points from {giver} to {to}: {change} of the work with the same money ({works}).",
        "{giver}에서 {to:으로} 10%포인트: 같은 돈으로 처리량 {change} ({works}).",
    ),
    "front.transfer_won": (
        "Serving the same all the same costs {won} more over the whole life.",
        "같은 작업을 처리하려면 수명 전체에 {won} 더 듭니다.",
    ),
    "front.transfer_less": (
        "Money for the same work would be {won} less over the whole life: the plan above serves the most, and is not the cheapest mix.",
        "같은 작업에 드는 돈은 수명 전체에 {won} 적습니다. 위의 계획은 가장 많이 처리하는 계획이지 가장 싼 구성이 아닙니다.",
    ),
    "front.transfer_no_won": (
        "No amount of money serves the same then: the other rules stop it.",
        "그러면 돈을 더 들여도 같은 작업을 처리할 수 없습니다. 다른 규칙이 막습니다.",
    ),
    "front.transfer_none": (
        "Ten points from {giver} to {to}: no plan keeps the other rules.",
        "{giver}에서 {to:으로} 10%포인트: 나머지 규칙을 지키는 계획이 없습니다.",
    ),
    "alternatives.lead": (
        "{n} {n:plan|plans} within {slack} of the best, in work and in won; "
        "the farthest has another vendor for {moved} of {all} accelerators.",
        "작업과 비용 모두 최적과 {slack} 이내인 계획 {n}개. 가장 다른 계획은 가속기 {all}개 가운데 {moved}개의 제조사가 다릅니다.",
    ),
    "alternatives.bound": (
        "No plan within the slack differs in more than {most}.",
        "이 여유 안에서는 어떤 계획도 {most}개보다 많이 다르지 않습니다.",
    ),
    "alternatives.none": (
        "No other mix of vendors lies within {slack} of the best plan.",
        "최적 계획과 {slack} 이내에 제조사 구성이 다른 계획이 없습니다.",
    ),
    "alternatives.checked": ("Independent check of all of them: every rule holds.", "모두 독립 검산: 모든 규칙을 지킴."),
    "alternatives.one": ("Alternative {n}: {changed}; work {work}, won {won}.", "대안 {n}: {changed}. 작업 {work}, 비용 {won}."),
    "values.lead": (
        "Held against a plan that serves {worth} weighted accelerator-years, proven within {gap}.",
        "가중 가속기·년 {worth:을} 처리하는 계획(격차 {gap} 이내로 증명됨)과 비교합니다.",
    ),
    "values.three": (
        "Each step is told by the continuous relaxation solved again; the dual is its slope where nothing else begins to bind, "
        "the dual with orders fixed what the step brings without buying, whole units the plan solved again.",
        "값은 저마다 연속 완화 문제를 다시 풀어 구했습니다. 쌍대값은 다른 제약이 걸리기 전의 기울기, "
        "주문을 고정한 쌍대값은 더 사지 않고 얻는 것, 정수는 계획을 다시 푼 것입니다.",
    ),
    "values.one": ("{step}: {worth}.", "{step}: {worth}."),
    "values.a_month": ("A month is worth {worth} on average.", "한 달 평균 {worth}."),
    "values.whole": ("Whole units say the same, {worth}.", "온전한 구매 단위로도 {worth}."),
    "values.whole_other": (
        "In whole units it is {worth}: units are coarser than the step.",
        "온전한 구매 단위로는 {worth}입니다. 구매 단위가 늘린 폭보다 큽니다.",
    ),
    "values.interval_other": (
        "In whole units it lies between {least} and {most}.",
        "온전한 구매 단위로는 {least}에서 {most} 사이입니다.",
    ),
    "values.blurred": (
        "In whole units the gap hides it: between {least} and {most}.",
        "온전한 구매 단위로는 격차에 가려집니다: {least}에서 {most} 사이.",
    ),
    "values.dual_other": (
        "The dual promises {worth}: another rule binds before the step is done.",
        "쌍대값으로는 {worth}이지만, 그만큼 늘리기 전에 다른 규칙이 걸립니다.",
    ),
    "values.step_won": ("{won} more in {rule}", "{rule}에 {won} 더"),
    "values.step_mw": ("{amount} MW more at {site}", "{site}에 {amount}MW 더"),
    "values.step_month": ("{vendor} delivers {months} {months:month|months} earlier", "{vendor} 납기 {months}개월 단축"),
    "values.step_point": ("one percentage point of room in {rule}", "{rule}에 1%포인트 여유"),
    "ranges.lead": (
        "{n} assumed figures have a range, each moved by itself; the best plan now serves {worth} weighted accelerator-years for {won} "
        "(continuous relaxation).",
        "범위가 있는 가정 {n}개를 하나씩 움직였습니다. 지금 최적 계획은 {won}에 가중 가속기·년 {worth:을} 처리합니다(연속 완화 문제).",
    ),
    "ranges.moving": (
        "{n} of them {n:moves|move} the plan or its cost, {still} {still:does|do} not. "
        "The best plan is solved again; the fixed plan keeps its orders.",
        "그 가운데 {n}개가 계획이나 비용을 움직이고 {still}개는 움직이지 않습니다. "
        "최적 계획은 다시 풀고, 고정 계획은 주문을 그대로 둡니다.",
    ),
    "ranges.assumed": ("{what}: {value}, {range}; assumed by {who}, {why}", "{what}: {value}, {range}. 가정({who}), {why}"),
    "ranges.figure": ("{item}, {of}", "{of}의 {item}"),
    "ranges.every": ("every model", "모든 기종"),
    "ranges.path": ("price path of {of}", "{of} 가격 경로"),
    "ranges.item.accelerators": ("price of accelerators", "가속기 가격"),
    "ranges.item.servers": ("price of servers", "서버 가격"),
    "ranges.item.fabric": ("price of fabric", "패브릭 가격"),
    "ranges.item.storage": ("price of storage", "저장장치 가격"),
    "ranges.item.site": ("price of halls and power", "부지·전력 설비 가격"),
    "ranges.item.software": ("price of software", "소프트웨어 가격"),
    "ranges.item.support": ("rate of support", "유지보수 요율"),
    "ranges.item.spares": ("rate of spares", "예비품 요율"),
    "ranges.item.insurance": ("rate of insurance", "보험 요율"),
    "ranges.item.labour": ("cost of a person", "인건비"),
    "ranges.item.speed": ("speed", "상대 성능"),
    "ranges.item.billing_weight": ("billing weight", "환산 가중치"),
    "ranges.one": (
        "{what} ({range}): the best plan serves {low} … {high}; "
        "the plan as it is serves {kept_low} … {kept_high} and costs {won_low} … {won_high}.",
        "{what} ({range}): 최적 계획의 처리량 {low} … {high}, 고정 계획의 처리량 {kept_low} … {kept_high}, 그 비용 {won_low} … {won_high}.",
    ),
    "ranges.moved": ("At {at} the best plan buys {changed}.", "{at}에서 최적 계획은 {changed} 삽니다."),
    "ranges.more": ("{n} more {name}", "{name} {n}개 더"),
    "ranges.fewer": ("{n} fewer {name}", "{name} {n}개 덜"),
    "ranges.lacks": ("The plan as it is then lacks {won}.", "고정 계획은 그때 {won} 모자랍니다."),
    "ranges.no_plan": ("no plan", "계획 없음"),
    "ranges.lowest": ("at its lowest", "최저일 때"),
    "ranges.highest": ("at its highest", "최고일 때"),
}

FRONT_HELP_KO: dict[str, str] = {
    "write the answer as one self-contained HTML file": "답을 한 파일로 된 HTML로 씁니다",
    "seconds until the solver stops, for each plan": "계획 하나마다 솔버를 멈출 시간(초)",
    "points of each front": "전선마다 점의 수",
    "keep the ranges of vendors while the largest share falls": "최대 비중을 낮추는 동안 제조사 비중 범위를 지킵니다",
    "how much less may be served and how much more may be spent, in percent": "덜 처리하고 더 써도 되는 정도(%)",
    "plans to show beside the best one": "최적 계획과 함께 보일 계획의 수",
}

FRONT_ERRORS: tuple[tuple[str, str], ...] = (
    (r"a price path without a year", "연도가 없는 가격 경로입니다"),
    (r"write shares: \{2027: 95%\}", "shares: {2027: 95%}처럼 쓰십시오"),
)

FRONT_KEYS_KO: dict[str, str] = {
    "by year of order, relative to plan.cost.prices: `{2027: 95%, 2028: 110%}`; each holds until the next": (
        "주문 연도별로, plan.cost.prices에 대한 비율: `{2027: 95%, 2028: 110%}`. 다음 연도 전까지 그대로입니다"
    ),
}
