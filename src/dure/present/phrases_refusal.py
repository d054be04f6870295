"""Why a purchase plan is refused and the ways out of it: key → (English, Korean)."""

from __future__ import annotations

REFUSAL: dict[str, tuple[str, str]] = {
    "refusal.none_paid": (
        "REFUSED by opex_funded: {what}, but nobody pays any of the {need} that running {it} costs {span}.",
        "opex_funded로 성립하지 않음: {what}. 그러나 {it}의 {span} 운영비 {need:을} 낼 재원이 전혀 없습니다.",
    ),
    "refusal.part_paid": (
        "REFUSED by opex_funded: {what}, but of the {need} that running {it} costs {span} nobody pays {won}{most}.",
        "opex_funded로 성립하지 않음: {what}. 그러나 {it}의 {span} 운영비 {need} 가운데 {won:을} 낼 재원이 없습니다{most}.",
    ),
    "refusal.most": (", at most {most} in {worst}", "(가장 부족한 해는 {worst}년 {most})"),
    "refusal.bought": ("{units} accelerators can be bought for {won}", "가속기 {units}개를 {won}에 살 수는 있습니다"),
    "refusal.stands": ("nothing is to be bought", "새로 사는 것은 없습니다"),
    "refusal.it": ("them", "이 가속기"),
    "refusal.what_stands": ("what stands there", "이미 있는 것"),
    "refusal.rules": ("REFUSED: these cannot hold together: {rules}.", "성립하지 않음: 다음은 함께 지킬 수 없습니다: {rules}."),
    "refusal.not_irreducible": (
        "Time ended the search: some of them may not be needed for that.",
        "시간이 다 되어 멈추었으므로, 이 가운데 없어도 되는 것이 있을 수 있습니다.",
    ),
    "refusal.whole_units": (
        "REFUSED by whole buying units: in fractions of units there would be a plan, in units of {units} accelerators there is none.",
        "구매 단위 때문에 성립하지 않음: 단위를 쪼갤 수 있다면 계획이 있으나, 가속기 {units}개 단위로는 없습니다.",
    ),
    "refusal.whole_only": (
        "In fractions of buying units the money there is would do; in units of {units} accelerators it does not.",
        "단위를 쪼갤 수 있다면 있는 돈으로 되지만, 가속기 {units}개 단위로는 모자랍니다.",
    ),
    "refusal.ways": (
        "Ways out, first without more money, then by the share of the work that they keep:",
        "해결책, 추가 재원이 없는 것부터, 그다음은 남는 일이 많은 것부터:",
    ),
    "refusal.way": ("{n}. {way}", "{n}. {way}"),
    "refusal.fundable": (
        "₩0 more: buy what the money there is pays for over its whole life: {units} accelerators for {won}{work} (gap {gap}, checked).",
        "추가 ₩0: 있는 돈으로 수명 끝까지 낼 수 있는 만큼 삽니다. 가속기 {units}개, 구매비 {won}{work}(격차 {gap}, 검산함).",
    ),
    "refusal.work_share": (", with {share} of the work of the plan that is wanted", ", 원하는 계획이 하는 일의 {share}"),
    "refusal.fund_nothing": (
        "Without more money nothing can be bought: no buying unit of any model can be paid for over its whole life.",
        "추가 재원 없이는 아무것도 살 수 없습니다. 어느 기종도 구매 단위 하나의 운영비를 수명 끝까지 낼 수 없습니다.",
    ),
    "refusal.timed": (
        "The limit of seconds ended a search before its own limit of work: with more seconds another answer may stand here.",
        "탐색량이 아니라 시간 한도가 탐색을 끝냈습니다. 시간을 늘리면 다른 답이 나올 수 있습니다.",
    ),
    "refusal.wanted_orders": ("Orders of the plan that is wanted, by year:", "원하는 계획의 연도별 주문:"),
    "refusal.wanted_year": ("- {year}: {units} accelerators, {won}", "- {year}년: 가속기 {units}개, {won}"),
    "refusal.rules_give": (
        "₩0 more: {gives}. No smaller change of these rules admits a plan in whole buying units{near}; this one does (checked).",
        "추가 ₩0: {gives}. 온전한 구매 단위로 계획이 서는 가장 작은 규칙 변경이며{near}, 이것으로 됩니다(검산함).",
    ),
    "refusal.rules_give_late": (
        "₩0 more: {gives}. A plan in whole buying units was found with it (checked); a smaller one may do: the search ended here.",
        "추가 ₩0: {gives}. 이것으로 되는 온전한 계획을 찾았습니다(검산함). 탐색이 여기서 끝나 더 작은 변경이 있을 수도 있습니다.",
    ),
    "refusal.near": (" (gap {gap})", "(격차 {gap})"),
    "refusal.out": (
        "{gives}. No smaller change of the rules admits a plan in whole buying units{near}; this one does (checked).",
        "{gives}. 온전한 구매 단위로 계획이 서는 가장 작은 변경이며{near}, 이것으로 됩니다(검산함).",
    ),
    "refusal.out_late": (
        "{gives}. A plan in whole buying units was found with it (checked); a smaller one may do: the search ended here.",
        "{gives}. 이것으로 되는 온전한 계획을 찾았습니다(검산함). 탐색이 여기서 끝나 더 작은 변경이 있을 수도 있습니다.",
    ),
    "refusal.fund_least": (
        "Fund {won} {span}: {buys}{work}. No plan of the same rules needs less{near}; this suffices (checked).",
        "{span} 재원 {won:을} 마련합니다: {buys}{work}. 같은 규칙의 어떤 계획도 이보다 적게 들지 않으며{near}, 이것으로 됩니다(검산함).",
    ),
    "refusal.fund_between": (
        "Fund at least {least} (in fractions of buying units, or as far as was proven), at most {won} {span}: {buys}{work}, "
        "and a whole plan with it was found (checked).",
        "적어도 {least}(구매 단위를 쪼갠 값이거나 증명된 데까지), 많아야 {span} {won}의 재원을 마련합니다: {buys}{work}. "
        "이것으로 되는 온전한 계획을 찾았습니다(검산함).",
    ),
    "refusal.fund_unknown": (
        "Fund at least {least} (in fractions of buying units); no whole plan was found in time.",
        "재원을 적어도 {least} 마련합니다(구매 단위를 쪼갠 값). 시간 안에 온전한 계획을 찾지 못했습니다.",
    ),
    "refusal.buys": ("{units} accelerators for {won}", "가속기 {units}개, 구매비 {won}"),
    "refusal.buys_nothing": ("what stands there runs", "이미 있는 것을 돌립니다"),
    "refusal.fund_wanted": (
        "Fund {won} {span}: the plan that is wanted, shown below.",
        "{span} 재원 {won:을} 마련합니다: 원하는 계획(아래).",
    ),
    "refusal.in_year": ("in {year}", "{year}년"),
    "refusal.years": ("from {first} to {last}", "{first}년부터 {last}년까지"),
    "refusal.yearly": (
        "from {first} to {last}, {each} a year on average and at most {most} in {worst}",
        "{first}년부터 {last}년까지 한 해 평균 {each}, 많아야 {most}({worst}년), 모두",
    ),
    "refusal.no_money": ("No money for running costs helps by itself.", "운영비 재원만으로는 풀리지 않습니다."),
    "refusal.no_rules": (
        "With the money there is, no change of the other rules helps.",
        "있는 돈으로는 다른 규칙을 바꾸어도 길이 없습니다.",
    ),
    "refusal.no_time": (
        "Whether other rules could give instead: no answer in time.",
        "다른 규칙을 바꾸어 될지는 시간 안에 답을 얻지 못했습니다.",
    ),
    "refusal.unchecked": (
        "A way out was found that the independent check does not accept, and is not told: {rules}.",
        "독립 검산을 통과하지 못한 해결책이 있어 알리지 않습니다: {rules}.",
    ),
    "refusal.orders_hidden": (
        "The orders of a refused plan are shown by --unfunded, and stand in --output, --xlsx, --csv and --json.",
        "성립하지 않는 계획의 주문은 --unfunded로 보이며, --output, --xlsx, --csv, --json에 들어 있습니다.",
    ),
    "refusal.table": ("Ways out", "해결책"),
    "refusal.column.way": ("way out", "해결책"),
    "refusal.column.more": ("more money", "추가 재원"),
    "refusal.column.most": ("most in a year", "가장 많은 해"),
    "refusal.column.work": ("work, of the plan that is wanted", "일(원하는 계획 대비)"),
    "refusal.column.least": ("least possible", "최솟값"),
    "refusal.name.fundable": ("buy what the money pays for", "돈이 되는 만큼 사기"),
    "refusal.name.rules": ("change rules", "규칙 바꾸기"),
    "refusal.name.money": ("fund the cheapest plan to run", "운영비가 가장 적은 계획에 재원 마련"),
    "refusal.name.wanted": ("fund the plan that is wanted", "원하는 계획에 재원 마련"),
}
